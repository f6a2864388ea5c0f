"""The notebook runs from the first cell to the last, and its plots show what there is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"
EXECUTE = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def execute(notebook: Path, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", EXECUTE, str(notebook), str(folder / "done.ipynb")]
    environment = {**environment, "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def outputs(notebook: Any) -> str:
    return "".join(json.dumps(cell.get("outputs", [])) for cell in notebook.cells)


def test_it_runs(tmp_path: Path, fresh_environment: dict[str, str]) -> None:
    ran = execute(NOTEBOOK, tmp_path, fresh_environment)
    assert ran.returncode == 0, ran.stderr
    seen = outputs(nbformat.read(tmp_path / "done.ipynb", as_version=4))
    assert seen.count('"image/png"') == 1
    assert re.search(r"1[345]\d of 150 trajectories kept", seen)
    assert "features: ['prompt', 'chosen', 'rejected', 'tools']" in seen
    assert (tmp_path / "data" / "quickstart" / "README.md").is_file()


def test_a_cell_that_fails_is_noticed(tmp_path: Path, fresh_environment: dict[str, str]) -> None:
    cells = [nbformat.v4.new_code_cell("import trajgym"), nbformat.v4.new_code_cell("trajgym.Run('nowhere').filter()")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "broken.ipynb")
    ran = execute(tmp_path / "broken.ipynb", tmp_path, fresh_environment)
    assert ran.returncode != 0
    assert "TrajgymError" in ran.stderr


def test_it_is_stored_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")] == []
    assert os.path.getsize(NOTEBOOK) < 20_000
