"""A new filter is one file, found by itself; the page that says so is run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from trajgym.filters import registry, rules, run_filters

PAGE = Path(__file__).parents[2] / "docs" / "filters.md"


@pytest.fixture
def rules_folder(tmp_path, monkeypatch):
    """A second folder of filters, searched like the first."""
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])
    registry.available.cache_clear()
    yield tmp_path
    registry.available.cache_clear()
    for file in tmp_path.glob("*.py"):
        sys.modules.pop(f"{rules.__name__}.{file.stem}", None)


def test_the_order_is_cheap_first_then_sets_then_pairs():
    assert registry.names() == ["format", "outcome", "process", "proof", "exact", "near", "pair"]


def test_every_filter_is_a_small_file():
    files = [path for path in Path(rules.__path__[0]).glob("*.py") if path.name != "__init__.py"]
    assert sorted(path.stem for path in files) == sorted(registry.names())
    for path in files:
        assert len(path.read_text().splitlines()) <= 75, path


def test_the_example_of_the_page_is_a_filter(rules_folder, make_run, trajectory):
    source = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[0]
    assert 20 <= len(source.splitlines()) <= 50
    (rules_folder / "short.py").write_text(source)
    assert "short" in registry.names()
    chatty = trajectory(1)
    chatty.turns[2].message["content"] = "Goodbye and farewell. " * 100
    run = make_run([(trajectory(0), []), (chatty, [])])
    assert run_filters(run, ["format", "short"]).dropped == {"short:words": 1}
    assert "short" not in [item.name for item in registry.select(None)]  # not a default one


def test_the_page_names_every_filter_and_reason():
    page = PAGE.read_text()
    for name in registry.names():
        assert f"`{name}`" in page
    for path in Path(rules.__path__[0]).glob("*.py"):
        for reason in re.findall(r'Decision\(False, "([a-z:]+)"', path.read_text()):
            assert f"`{reason}`" in page, reason


def test_two_filters_of_one_name_are_a_bug(rules_folder):
    source = (Path(rules.__path__[0]) / "outcome.py").read_text()
    (rules_folder / "outcome_two.py").write_text(source)
    with pytest.raises(ValueError, match="same name"):
        registry.names()


def test_naming_the_filters_loads_no_world_and_no_dataset():
    code = (
        "import sys; from trajgym.filters import registry; registry.names()\n"
        "print([m for m in sys.modules if m.startswith(('trajgym.gym_envs', 'datasets', 'openai', 'torch'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("reason", "whose"),
    [
        ("process:M02", "agent"),
        ("format:schema", "agent"),
        ("format:order", "environment"),
        ("format:unreadable", "environment"),
        ("proof", "environment"),
        ("near:duplicate", "environment"),
        ("unheard_of:reason", "environment"),
    ],
)
def test_each_reason_says_whose_fault_it_is(reason: str, whose: str) -> None:
    assert registry.blame(reason) == whose
