"""Coverage as a picture: which levels were kept how often, and which pairs of levels are still missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trajgym.errors import TrajgymError
from trajgym.files import disk_errors
from trajgym.measures.survey import Survey

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STAGES = ("planned", "reached", "kept")
_COLOURS = ("#c6d4e1", "#6f9bc3", "#1f4e79")


def coverage_figure(survey: Survey) -> Figure:
    """Bars for each level (planned, reached, kept), and how much of the levels, pairs and triples is there.

    Raises TrajgymError where matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise TrajgymError("Plots need matplotlib.", "Install it: pip install 'trajgym[notebooks]'") from None
    levels = [
        (f"{name}={level}", counts)
        for name, found in survey.coverage["dimensions"].items()
        for level, counts in found.items()
    ]
    figure = Figure(figsize=(12, max(4, 0.2 * len(levels))), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    _bars(left, levels)
    _shares(right, survey)
    return figure


def _bars(axes: Any, levels: list[tuple[str, dict[str, int]]]) -> None:
    places = range(len(levels))
    for stage, colour in zip(_STAGES, _COLOURS, strict=True):
        axes.barh(places, [counts[stage] for _, counts in levels], color=colour, label=stage)
    axes.set_yticks(places, [name for name, _ in levels], fontsize=6)
    axes.set_ylim(len(levels) - 0.5, -0.5)
    axes.set_xscale("symlog")
    axes.set_xlabel("rows")
    axes.set_title("Levels of user behaviour")
    axes.legend(loc="lower right")


def _shares(axes: Any, survey: Survey) -> None:
    sizes = ("levels", "pairs", "triples")
    for place, (stage, colour) in enumerate(zip(_STAGES, _COLOURS, strict=True)):
        shares = [100 * survey.coverage[size][stage] / max(survey.coverage[size]["valid"], 1) for size in sizes]
        bars = axes.bar([i + 0.27 * (place - 1) for i in range(len(sizes))], shares, 0.27, color=colour, label=stage)
        axes.bar_label(bars, [f"{share:.1f}" for share in shares], fontsize=7)
    axes.set_xticks(range(len(sizes)), sizes)
    axes.set_ylim(0, 108)
    axes.set_ylabel("% of what is possible")
    axes.set_title("Combinations covered")


def save_plot(survey: Survey, path: str | Path) -> None:
    """Write `coverage_figure` as a PNG file. Raises DiskTrouble where it cannot be written."""
    figure = coverage_figure(survey)
    with disk_errors(Path(path)):
        figure.savefig(path, dpi=120, format="png")
