"""A new format is one file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

import trajgym.writers.formats as folder
from trajgym.writers import all_formats, check_export, export

TEXT_ONLY = """
from trajgym.trajectory import Frame
from trajgym.writers.example import Example
from trajgym.writers.registry import Column, Format, Part, Written

def write(example):
    text = "\\n".join(message["content"] or "" for message in example.messages)
    yield Written("", {"text": text}, example.learned)

def read(row):
    return Example([{"role": "user", "content": "?"}, {"role": "assistant", "content": row["text"]}],
                   Frame("", "", []), [1], places=["text", "text"])

FORMAT = Format("plain_text", "sft", (Part("", "plain", "text", {"text": Column("dtype: string", {"type": "string"})}),),
                write, read)
"""


@pytest.fixture
def plain_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "plain_text.py").write_text(TEXT_ONLY)
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    all_formats.cache_clear()
    yield
    sys.modules.pop("trajgym.writers.formats.plain_text", None)
    all_formats.cache_clear()


def test_the_formats_are_those_with_a_file() -> None:
    assert list(all_formats()) == ["openai_dpo", "openai_sft", "trl_dpo", "trl_sft"]


@pytest.mark.usefixtures("plain_text")
def test_a_dropped_in_file_is_found_written_and_checked(made: Any, tmp_path: Path) -> None:
    assert "plain_text" in all_formats()
    export(made.Kept([made.shop(1)]), ["plain_text", "trl_sft"], tmp_path / "o")
    assert "refunded" in orjson.loads((tmp_path / "o/plain_text/train.jsonl").read_bytes())["text"]
    assert "- config_name: plain\n" in (tmp_path / "o/README.md").read_text()
    assert check_export(tmp_path / "o") == []


def test_configs_of_all_parts_are_different() -> None:
    configs = [part.config for form in all_formats().values() for part in form.parts]
    assert len(configs) == len(set(configs))


def test_importing_the_writers_loads_no_heavy_package() -> None:
    code = "import sys, trajgym.writers as w; w.all_formats(); print({'datasets','openai','torch','pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
