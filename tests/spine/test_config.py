"""Configuration files: what they say comes back, and what is wrong in them is found and placed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajgym.config import ExportConfig, GenerateConfig, RunConfig, dump, load, make
from trajgym.errors import TrajgymError

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@settings(deadline=None)
@given(
    words, st.lists(words, min_size=1, max_size=3, unique=True), st.integers(-(2**40), 2**40), st.floats(0, 2), words
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, run: str, worlds: list[str], seed: int, heat: float, out: str
) -> None:
    generate = GenerateConfig(worlds=worlds, n=3, seed=seed, teacher="openai", model=out, temperature=heat)
    config = RunConfig(run=run, generate=generate, export=ExportConfig(formats=worlds, out=out))
    file = tmp_path_factory.mktemp("config") / "run.toml"
    file.write_text(dump(config), "utf-8", newline="")
    assert load(file) == config


GOOD = 'run = "a"\n[generate]\nworlds = ["x"]\nn = 5\n'
BAD = {
    "unknown setting": (GOOD + "sed = 3\n", r":5: There is no setting 'generate\.sed'\. Did you mean 'seed'\?"),
    "unknown table": (GOOD + "[exprt]\n", r":5: There is no setting 'exprt'\. Did you mean 'export'\?"),
    "wrong type": (GOOD.replace("5", '"z"'), r":4: generate\.n: .*integer.*'z'"),
    "zero tasks": (GOOD.replace("5", "0"), r":4: generate\.n: .*greater than or equal to 1"),
    "missing": (GOOD.replace("n = 5\n", ""), r":2: The setting 'generate\.n' is missing"),
    "no run": (GOOD.replace('run = "a"\n', ""), r"The setting 'run' is missing"),
    "not TOML": (GOOD.replace("]", "", 1), r":2: This is not TOML"),
    "level": (GOOD + "level = 7\n", r":5: generate\.level: .*mixed"),
    "world twice": (GOOD.replace('"x"', '"x", "x"'), r":3: generate\.worlds: a world is named twice"),
    "no model": (GOOD + 'teacher = "openai"\n', r":2: generate: teacher openai needs a model"),
    "scripted model": (GOOD + 'model = "m"\n', r":2: generate: the scripted teacher takes no model"),
    "url": (GOOD + 'teacher = "openai"\nmodel = "m"\nbase_url = "localhost"\n', r":7: generate\.base_url: .*http"),
    "version": ("version = 4\n" + GOOD, r"is of version 4"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_said_with_file_line_and_field(tmp_path: Path, case: str) -> None:
    content, said = BAD[case]
    file = tmp_path / "c.toml"
    file.write_text(content)
    with pytest.raises(TrajgymError, match=said) as caught:
        load(file)
    assert caught.value.exit_code == 2
    assert str(file) in str(caught.value)
    assert "\n" not in caught.value.message


def test_a_missing_or_unreadable_file(tmp_path: Path) -> None:
    with pytest.raises(TrajgymError, match="There is no configuration file"):
        load(tmp_path / "c.toml")
    with pytest.raises(TrajgymError, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "c.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(TrajgymError, match="UTF-8"):
        load(tmp_path / "c.toml")


@pytest.mark.parametrize("url", ["http://me:canary-secret@host/v1", "https://host/v1?key=canary-secret"])
def test_a_secret_in_an_address_is_refused_and_not_repeated(url: str) -> None:
    values = {"worlds": ["x"], "n": 1, "teacher": "openai", "model": "m", "base_url": url}
    with pytest.raises(TrajgymError) as caught:
        make(GenerateConfig, values)
    assert "canary" not in str(caught.value)
