"""The house: links, the `datasets` trap, who may import whom, a cheap import, and a wheel that works."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "trajgym"
ROOMS = {"gym_envs": "gym_envs", "generators": "generators", "filters": "filters", "writers": "datasets/writers"}

MAY_IMPORT = {
    "spine": {"spine"},
    "gym_envs": {"spine", "gym_envs"},
    "generators": {"spine", "gym_envs", "generators"},
    "filters": {"spine", "filters"},
    "writers": {"spine", "writers"},
    "testing": {"spine", "gym_envs", "generators", "filters", "writers", "testing"},
    "api": {"spine", *ROOMS, "api"},
    "cli": {"spine", *ROOMS, "api", "cli"},
    "package": {"spine", "gym_envs", "api"},  # trajgym/__init__.py gives out names, by string
}


# ---- links and the trap


@pytest.mark.parametrize(("link", "folder"), ROOMS.items())
def test_the_links_lead_to_the_root_folders(link: str, folder: str) -> None:
    assert (PACKAGE / link).is_symlink()
    assert not Path(os.readlink(PACKAGE / link)).is_absolute()
    assert (PACKAGE / link).resolve() == (ROOT / folder).resolve()
    assert (ROOT / folder / "__init__.py").is_file()


def test_datasets_is_no_package() -> None:
    assert not list((ROOT / "datasets").glob("*.py"))


ASSERTION = "import datasets; from datasets import Dataset, load; assert '-packages' in datasets.__file__"


def from_root(*command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False)


def test_import_datasets_is_hugging_faces_in_a_program() -> None:
    done = from_root("-c", ASSERTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("runner", ["python -m pytest", "pytest"])
def test_import_datasets_is_hugging_faces_under_pytest(runner: str, tmp_path: Path) -> None:
    test = tmp_path / "test_trap.py"
    test.write_text(f"def test_trap():\n    {ASSERTION}\n")
    # a script's folder comes first on the path, as with a bare `pytest`; with -m it is the working folder
    start = ["-m", "pytest"] if runner != "pytest" else [str(Path(sys.executable).parent / "pytest")]
    done = from_root(
        *start, "-q", "-W", "ignore", "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), str(test)
    )
    assert done.returncode == 0, done.stdout


def test_the_trap_is_real(tmp_path: Path) -> None:
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "__init__.py").touch()
    assert from_root("-c", ASSERTION, folder=tmp_path).returncode != 0


# ---- who may import whom


def room_of(module: str) -> str:
    """The room of a module of ours: ``trajgym.gym_envs.world`` is in gym_envs, ``trajgym.chat`` in the spine."""
    parts = module.split(".")
    if len(parts) == 1:
        return "package"
    if parts[1] in ("__main__", "demo"):
        return "cli"
    return parts[1] if parts[1] in MAY_IMPORT else "spine"


def imported(module: str, source: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """Line and name of every module of ours that `source` imports, wherever in the file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = module.split(".")[: None if is_package and node.level == 1 else -(node.level - is_package)]
                base = ".".join([*up, *filter(None, [node.module])])
            # `from trajgym import x` may name a module
            found = [f"{base}.{alias.name}" if base == "trajgym" else base for alias in node.names]
        else:
            continue
        yield from ((node.lineno, name) for name in found if name.split(".")[0] == "trajgym")


def violations(module: str, source: str, is_package: bool = False) -> list[str]:
    room = room_of(module)
    allowed = set(MAY_IMPORT[room])
    if room == "filters" and module.endswith(".proof"):
        allowed.add("gym_envs")
    return [
        f"{module}:{line} imports {name}"
        for line, name in imported(module, source, is_package)
        if room_of(name) not in allowed and not (name == "trajgym" and room in ("api", "cli"))
    ]


def our_modules() -> Iterator[tuple[str, Path]]:
    for folder, _, files in os.walk(PACKAGE, followlinks=True):
        for file in sorted(files):
            if file.endswith(".py"):
                place = Path(folder, file)
                parts = place.relative_to(PACKAGE.parent).with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), place


def test_nobody_imports_what_it_may_not() -> None:
    modules = dict(our_modules())
    assert {room_of(module) for module in modules} >= {"spine", *ROOMS}
    broken = [
        found
        for module, place in modules.items()
        for found in violations(module, place.read_text(encoding="utf-8"), place.name == "__init__.py")
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("trajgym.journal", "from trajgym.gym_envs.world import World"),
        ("trajgym.gym_envs.episode", "import trajgym.generators.engine"),
        ("trajgym.gym_envs.user.dims", "from ...filters import run"),
        ("trajgym.gym_envs.user.dims", "from trajgym import filters"),
        ("trajgym.generators.engine", "def f():\n    from trajgym.filters import x"),
        ("trajgym.filters.outcome", "from trajgym.gym_envs.replay import replay"),
        ("trajgym.filters.proof", "from trajgym.writers import export"),
        ("trajgym.writers.export", "from trajgym.filters.contract import Row"),
        ("trajgym.journal", "from trajgym.api import Run"),
        ("trajgym.api", "from trajgym.cli import main"),
        ("trajgym.generators.engine", "from trajgym.cli.output import say"),
        ("trajgym.journal", "from trajgym.testing.loopback import Loopback"),
    ],
)
def test_a_planted_import_is_seen(module: str, source: str) -> None:
    assert violations(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("trajgym.gym_envs.episode", "from trajgym.task import Task\nimport numpy"),
        ("trajgym.gym_envs.user.dims", "from ..world import World\nfrom . import machine"),
        ("trajgym.filters.rules.proof", "from trajgym.gym_envs.replay import replay"),
        ("trajgym.cli.look", "from trajgym.api import Run\nfrom trajgym.writers import export"),
        ("trajgym.writers.export", "import datasets"),
    ],
)
def test_a_right_import_is_left_alone(module: str, source: str) -> None:
    assert violations(module, source) == []


# ---- a cheap import

HEAVY = ("datasets", "torch", "openai", "gymnasium", "pandas", "numpy", "pydantic", "trajgym.gym_envs")


def test_importing_trajgym_is_cheap() -> None:
    program = f"import sys, trajgym; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert from_root("-c", program).stdout.strip() == "[]"
    assert "datasets" in from_root("-c", "import datasets; " + program).stdout


def test_generating_needs_neither_datasets_nor_torch() -> None:
    program = (
        "import sys, trajgym.gym_envs.tasks, trajgym.gym_envs.registry, trajgym.gym_envs.coverage; "
        "print([name for name in ('datasets', 'torch', 'openai', 'pandas', 'pyarrow') if name in sys.modules])"
    )
    assert from_root("-c", program).stdout.strip() == "[]"


def test_commands_that_wait_for_nothing_do_not_bring_asyncio() -> None:
    program = "import sys, trajgym.journal, trajgym.cli.main; print('asyncio' in sys.modules)"
    assert from_root("-c", program).stdout.strip() == "False"


def test_a_scripted_run_does_not_wait_for_the_openai_package(tmp_path: Path) -> None:
    """It takes a second to load, which is longer than a small run."""
    program = (
        "import sys; from trajgym import Run; "
        f"Run({str(tmp_path / 'run')!r}).generate(worlds=['tool_picker'], n=3, seed=1); "
        "print([name for name in ('openai', 'aiohttp', 'httpx2', 'datasets', 'numpy') if name in sys.modules])"
    )
    assert from_root("-c", program).stdout.strip() == "[]"


# ---- the wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the working tree."""
    copy = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy / name)
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info", "samples")
    for name in ("src", "gym_envs", "generators", "filters", "datasets"):
        shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=leave)
    out = copy / "out"
    done = from_root("-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(copy), folder=copy)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_every_module(wheel: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert wheel.name == f"trajgym-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if not name.startswith("trajgym-")}
    assert "trajgym/py.typed" in held
    ours = {str(place.relative_to(PACKAGE.parent)) for _, place in our_modules()}
    assert {name for name in held if name.endswith(".py")} == ours
    assert {name.split("/")[0] for name in held} == {"trajgym"}


def test_everything_in_the_wheel_imports_from_the_root_of_the_repository(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    program = f"""
import importlib, pkgutil, sys
sys.path.insert(0, {str(place)!r})
import trajgym
assert trajgym.__file__.startswith({str(place)!r}), trajgym.__file__
seen = []
for module in pkgutil.walk_packages(trajgym.__path__, "trajgym."):
    if module.ispkg:
        importlib.import_module(module.name)
        seen.append(module.name.split(".")[1])
assert {set(ROOMS)!r} <= set(seen), seen
import datasets
assert hasattr(datasets, "load_dataset")
"""
    done = from_root("-c", program)
    assert done.returncode == 0, done.stderr
