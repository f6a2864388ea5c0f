"""The notebook about user behaviour runs from the first cell to the last and draws what it says."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

import nbformat
import pytest

_SPEC = importlib.util.spec_from_file_location("quickstart", Path(__file__).with_name("test_quickstart_notebook.py"))
assert _SPEC is not None and _SPEC.loader is not None
quickstart = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(quickstart)

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "user_behaviour.ipynb"


@pytest.mark.long
def test_it_runs(tmp_path: Path, fresh_environment: dict[str, str]) -> None:
    ran = quickstart.execute(NOTEBOOK, tmp_path, fresh_environment)
    assert ran.returncode == 0, ran.stderr
    seen = quickstart.outputs(nbformat.read(tmp_path / "done.ipynb", as_version=4))
    assert seen.count('"image/png"') == 4  # covered, missing, diverse, real
    assert re.search(r"160 planned, 160 generated, 1[56]\d kept", seen)
    assert re.search(r"\d+ pairs missing: ", seen)
    assert "'self_bleu': " in seen and "'vendi': " in seen
    assert re.search(r"ending +\{'explicit_thanks': ", seen)


def test_it_is_stored_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")] == []
    assert os.path.getsize(NOTEBOOK) < 20_000
