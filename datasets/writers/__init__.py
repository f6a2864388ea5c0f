"""Files that trainers read: formats, export, import, preflight.

    export(journal, ["trl_sft", "trl_dpo"], "data/a")     kept trajectories and pairs to a folder
    preflight("data/a/trl_sft/train.jsonl", "trl_sft")    what a trainer would stumble over, as file:line:field
    read_file("data/a/trl_sft/train.jsonl", "trl_sft")    the rows again, as messages and tools

A new format is one file in `formats/`, found by its name.
"""

from trajgym.writers.example import CannotWrite, Example, branch, stretches
from trajgym.writers.export import ExportReport, Source, export
from trajgym.writers.preflight import Problem, check_export, preflight, read_file
from trajgym.writers.registry import Column, Format, Part, Written, all_formats, get_format

__all__ = [
    "CannotWrite",
    "Column",
    "Example",
    "ExportReport",
    "Format",
    "Part",
    "Problem",
    "Source",
    "Written",
    "all_formats",
    "branch",
    "check_export",
    "export",
    "get_format",
    "preflight",
    "read_file",
    "stretches",
]
