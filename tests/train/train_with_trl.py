"""TRL trains on our files, and what counts in its loss is the assistant's text and nothing else.

Run by ``make test-train`` (the file's name keeps it out of the default run, which needs no torch). A tiny model and a tiny
tokenizer are built on the spot; the chat templates are those that the trl package brings along. Nothing is downloaded.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_HOME = tempfile.TemporaryDirectory(prefix="trajgym-train-")
os.environ |= {"HF_HOME": _HOME.name, "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}

import pytest
import torch
import trl
from datasets import Dataset, load_dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

from trajgym.writers import export

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]  # theirs: nothing of ours warns

TEMPLATES = Path(trl.__file__).parent / "chat_templates"
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
Row = dict[str, Any]


def makers() -> Any:
    """The hand-made trajectories of the writers' tests, in `tests/writers/conftest.py`."""
    spec = importlib.util.spec_from_file_location("writers_makers", Path(__file__).parents[1] / "writers/conftest.py")
    assert spec and spec.loader
    module = sys.modules["writers_makers"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = makers()
    kinds = (made.shop_trajectory, made.json_trajectory, made.handoff_trajectory)
    rows = [make(index) for index in range(4) for make in kinds]
    pairs = [(made.shop_pair(row, turn), row) for row in rows for turn in (0, 1)]
    out = tmp_path_factory.mktemp("export") / "data"
    export(made.Kept(rows, pairs), ["trl_sft", "trl_dpo"], out)
    return out


@pytest.fixture(scope="module", params=["qwen2_5", "qwen3"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def model(family: str, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a two-layer model and its tokenizer; TRL wants a path, for it loads the reference model again."""
    path = tmp_path_factory.mktemp(family) / "model"
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=700, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False
    )
    core.train([str(file) for file in sorted(folder.glob("*/train*.jsonl"))], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=core, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    tokenizer.chat_template = (TEMPLATES / f"{family}.jinja").read_text()
    tokenizer.save_pretrained(path)
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = Qwen2Config(vocab_size=len(tokenizer), num_key_value_heads=2, max_position_embeddings=8192, **shape)
    Qwen2ForCausalLM(config).save_pretrained(path)
    return str(path)


def settings(tmp_path: Path) -> dict[str, Any]:
    return {
        "output_dir": str(tmp_path / "out"),
        "max_steps": 2,
        "per_device_train_batch_size": 2,
        "max_length": None,
        "use_cpu": True,
        "bf16": False,
        "report_to": [],
        "save_strategy": "no",
        "logging_steps": 1,
        "disable_tqdm": True,
        "learning_rate": 1e-2,
    }


def said(message: Row, family: str) -> str:
    """The text of an assistant message with its calls and its end token, as the template's documentation has it."""
    text = str(message["content"])
    calls = []
    for call in message.get("tool_calls", []):
        name, arguments = call["function"]["name"], json.dumps(call["function"]["arguments"], ensure_ascii=False)
        calls.append(f'<tool_call>\n{{"name": "{name}", "arguments": {arguments}}}\n</tool_call>')
    thought = "<think>\n\n</think>\n\n" if family == "qwen3" else ""
    return thought + "\n".join([text, *calls] if text else calls) + "<|im_end|>"


def spans(ids: Iterable[int], counted: Iterable[bool], tokenizer: Any) -> list[str]:
    """The texts of the unbroken runs of tokens that count, without the line breaks that templates put around them."""
    runs: list[list[int]] = [[]]
    for token, counts in zip(ids, counted, strict=True):
        if counts:
            runs[-1].append(token)
        elif runs[-1]:
            runs.append([])
    return [tokenizer.decode(run).strip("\n") for run in runs if run]


def learned(trainer: SFTTrainer) -> Iterator[list[str]]:
    """For each row, the texts that count in the loss."""
    for row in trainer.train_dataset:
        batch = trainer.data_collator([row])
        yield spans(batch["input_ids"][0].tolist(), (batch["labels"][0] != -100).tolist(), trainer.processing_class)


def lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def train(trainer: Any) -> None:
    """Two steps: finite losses, and the weights move."""
    before = {name: value.clone() for name, value in trainer.model.named_parameters()}
    trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(losses) == 2 and all(0 < loss < 100 for loss in losses)
    assert any(not torch.equal(before[name], value) for name, value in trainer.model.named_parameters())


@pytest.mark.parametrize(
    ("config", "file", "count"), [("sft", "train.jsonl", 12), ("sft_masked", "train.masked.jsonl", 8)]
)
def test_sft_learns_exactly_what_the_assistant_said(
    config: str, file: str, count: int, family: str, folder: Path, model: str, tmp_path: Path
) -> None:
    rows: Dataset = load_dataset(str(folder), config, split="train")
    trainer = SFTTrainer(
        model=model, args=SFTConfig(**settings(tmp_path), assistant_only_loss=True), train_dataset=rows
    )
    written = lines(folder / "trl_sft" / file)
    expected = [
        [said(m, family) for m in row.get("messages") or row["completion"] if m["role"] == "assistant"]
        for row in written
    ]
    assert list(learned(trainer)) == expected
    assert len(written) == count and sum(map(len, expected)) > len(expected)
    train(trainer)


def test_the_check_sees_a_loss_on_other_words(family: str, folder: Path, model: str, tmp_path: Path) -> None:
    """Without `assistant_only_loss` the system prompt, the user and the tool results are learned too."""
    rows: Dataset = load_dataset(str(folder), "sft", split="train")
    trainer = SFTTrainer(model=model, args=SFTConfig(**settings(tmp_path)), train_dataset=rows)
    written = lines(folder / "trl_sft/train.jsonl")
    expected = [[said(m, family) for m in row["messages"] if m["role"] == "assistant"] for row in written]
    assert all(found != wanted for found, wanted in zip(learned(trainer), expected, strict=True))


def test_dpo_compares_one_assistant_message_with_another(family: str, folder: Path, model: str, tmp_path: Path) -> None:
    rows: Dataset = load_dataset(str(folder), "dpo", split="train")
    trainer = DPOTrainer(model=model, args=DPOConfig(**settings(tmp_path)), train_dataset=rows)
    written = lines(folder / "trl_dpo/train.jsonl")
    assert len(written) == 24 == len(trainer.train_dataset)
    for row, tokens in zip(written, trainer.train_dataset, strict=True):
        batch = trainer.data_collator([tokens])
        for side, message in enumerate((row["chosen"][0], row["rejected"][0])):
            ids, mask = batch["input_ids"][side].tolist(), batch["completion_mask"][side].bool().tolist()
            assert spans(ids, mask, trainer.processing_class) == [said(message, family)]
    train(trainer)
