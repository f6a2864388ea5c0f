"""Worlds are found by their folders, without being imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from trajgym.errors import TrajgymError
from trajgym.gym_envs import registry
from trajgym.gym_envs.world import World


def write(folder: Path, name: str, text: str) -> None:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


def test_a_folder_is_a_world_by_what_lies_in_it(tmp_path: Path) -> None:
    bomb = "raise SystemExit('imported')\n"
    write(tmp_path, "zoo/__init__.py", bomb)
    write(tmp_path, "zoo/world.py", bomb)
    write(tmp_path, "attic/__init__.py", bomb + "from x import y as WORLD\n")
    write(tmp_path, "barn/__init__.py", bomb + "WORLD: World = Barn()\n")
    write(tmp_path, "user/__init__.py", '"""No WORLD here: a sentence is no definition."""\n')
    write(tmp_path, "no_package/world.py", bomb)
    write(tmp_path, "__pycache__/world.py", bomb)
    write(tmp_path, "world.py", bomb)
    assert registry.names(tmp_path) == ["attic", "barn", "zoo"]


def test_our_worlds_are_found_unopened() -> None:
    program = (
        "import sys; from trajgym.gym_envs import registry; names = registry.names(); "
        "assert names == sorted(names) and 'user' not in names, names; "
        "assert not [n for n in names if f'trajgym.gym_envs.{n}' in sys.modules]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_world_loads_once_under_its_own_name() -> None:
    for name in registry.names():
        world = registry.load(name)
        assert isinstance(world, World)
        assert world.name == name
        assert registry.load(name) is world


def test_an_unknown_world_is_answered_with_a_near_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "names", lambda: ["retail_desk", "tool_picker"])
    with pytest.raises(TrajgymError) as error:
        registry.load("retail_dsk")
    assert "'retail_desk'" in error.value.hint
    with pytest.raises(TrajgymError):
        registry.load("../user")


def test_a_folder_that_holds_no_world_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "names", lambda: ["user"])
    with pytest.raises(TrajgymError, match="user") as error:
        registry.load("user")
    assert "WORLD" in error.value.hint
