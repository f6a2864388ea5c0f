"""Hugging Face `datasets` opens the folder by its card and gives every row back as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from trajgym.writers import export

READ = """
import json, sys
from datasets import load_dataset
for config in sys.argv[2].split(","):
    rows = load_dataset(sys.argv[1], config, split="train")
    print(json.dumps([config, list(rows)], ensure_ascii=True))
"""


@pytest.fixture(scope="module")
def folder(mixed: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("hub") / "data"
    export(mixed(4), ["trl_sft", "trl_dpo", "openai_sft", "openai_dpo"], out)
    return out


def load(folder: Path, home: Path, configs: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the configs, read in a process of its own, because `datasets` settles its cache at import."""
    env = {
        "HF_HOME": str(home),
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-c", READ, str(folder), ",".join(configs)],
        env=env,
        capture_output=True,
        cwd=home,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return dict(orjson.loads(line) for line in done.stdout.splitlines())


def test_every_config_opens_and_every_row_comes_back_equal(folder: Path, tmp_path: Path) -> None:
    files = {
        "sft": "trl_sft/train.jsonl",
        "sft_masked": "trl_sft/train.masked.jsonl",
        "dpo": "trl_dpo/train.jsonl",
        "openai_sft": "openai_sft/train.jsonl",
        "openai_sft_no_tools": "openai_sft/train.no_tools.jsonl",
        "openai_dpo": "openai_dpo/train.jsonl",
        "openai_dpo_no_tools": "openai_dpo/train.no_tools.jsonl",
    }
    loaded = load(folder, tmp_path, list(files))
    for config, file in files.items():
        written = [orjson.loads(line) for line in (folder / file).read_bytes().splitlines()]
        assert written and loaded[config] == written, config


def test_trl_rows_are_shaped_for_chat_templates(folder: Path) -> None:
    for file in ("trl_sft/train.jsonl", "trl_sft/train.masked.jsonl", "trl_dpo/train.jsonl"):
        for line in (folder / file).read_bytes().splitlines():
            row = orjson.loads(line)
            assert isinstance(row.pop("tools"), list)
            for message in (m for column in row.values() for m in column):
                assert isinstance(message["content"], str)
                assert all(isinstance(c["function"]["arguments"], dict) for c in message.get("tool_calls", []))
                assert message["role"] != "tool" or message.keys() == {"role", "name", "tool_call_id", "content"}


def test_masked_rows_learn_each_run_of_learned_turns_once(folder: Path) -> None:
    rows = [orjson.loads(line) for line in (folder / "trl_sft/train.masked.jsonl").read_bytes().splitlines()]
    meta = [orjson.loads(line) for line in (folder / "trl_sft/train.masked.meta.jsonl").read_bytes().splitlines()]
    assert [m["turns"] for m in meta[:2]] == [[2], [4, 5]]
    for row, about in zip(rows, meta, strict=True):
        assert row["completion"][0]["role"] == row["completion"][-1]["role"] == "assistant"
        assert sum(m["role"] == "assistant" for m in row["completion"]) == len(about["turns"])
        assert sum(m["role"] == "assistant" for m in row["prompt"]) == about["turns"][0]


def test_a_file_whose_first_ten_megabytes_are_all_alike_opens(made: Any, tmp_path: Path) -> None:
    """`datasets` guesses columns from the first 10 MB; the card's column types save the rows that come after."""
    plain = [made.in_json(index) for index in range(60)]
    for row in plain:
        row.turns[0].results[0]["content"] = "x" * 200_000
    rows = [*plain, made.shop(1), made.shop(2)]
    export(made.Kept(rows, [(made.pair(row), row) for row in rows]), ["trl_sft", "trl_dpo"], tmp_path / "o")
    written = [orjson.loads(line) for line in (tmp_path / "o/trl_sft/train.jsonl").read_bytes().splitlines()]
    assert (tmp_path / "o/trl_sft/train.jsonl").stat().st_size > 12_000_000
    assert load(tmp_path / "o", tmp_path, ["sft"])["sft"] == written
