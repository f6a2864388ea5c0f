"""A task never changes its split, and what is held out is never trained on."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajgym.errors import TrajgymError
from trajgym.splits import HOLD_OUTS, SPLITS, HoldOut, Splitting, parse_hold_outs, split_of
from trajgym.task import Task

FOREVER = ["train", "test", "train", "train", "dev", "train", "train", "test", "train", "train", "test", "train"]

KNOWN = {
    "world": ["bank_ops", "tool_picker"],
    "view": [str(view) for view in range(12)],
    "policy": ["2.7", "2.8"],
    "profile": ["surface:typos", "patience:low_hangup", "tone:angry"],
}

places = st.tuples(st.sampled_from(["bank_ops", "tool_picker"]), st.integers(0, 2**40), st.integers(0, 10**6))
shares = st.tuples(st.integers(0, 90), st.integers(0, 20), st.integers(0, 20)).filter(any)


def task(world: str = "bank_ops", seed: int = 7, index: int = 0, level: int = 2, **more: object) -> Task:
    recipe = {"world": world, "version": 1, "seed": seed, "index": index, "level": level, "task_class": "act"}
    return Task.from_recipe({**recipe, **more})


@given(places, shares)
def test_a_task_is_in_one_split_however_it_is_played(
    place: tuple[str, int, int], given_shares: tuple[int, ...]
) -> None:
    one = task(*place)
    split = split_of(one, given_shares)
    assert split in SPLITS and given_shares[SPLITS.index(split)] > 0
    others = [
        replace(one, version=2),
        replace(one, level=4),
        replace(one, tool_view={"view": 3, "isolation": "namespaces"}),
        replace(one, profile={"tone": "angry"}, faults={"kind": "timeout", "at": 0}),
    ]
    assert {split_of(other, given_shares) for other in others} == {split}


@given(places, st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_greater_shares_take_from_train_only(
    place: tuple[str, int, int], dev: int, test: int, more_dev: int, more_test: int
) -> None:
    """With the same total, what was in dev or test stays there."""
    before = split_of(task(*place), (100 - dev - test, dev, test))
    after = split_of(task(*place), (100 - dev - test - more_dev - more_test, dev + more_dev, test + more_test))
    assert before in ("train", after)


def test_the_shares_are_what_was_asked_for() -> None:
    found = Counter(split_of(task(index=index)) for index in range(20_000))
    assert abs(found["dev"] - 1000) < 150 and abs(found["test"] - 1000) < 150
    assert sum(found.values()) == 20_000
    other = [split_of(task(seed=8, index=index)) for index in range(2000)]
    assert other != [split_of(task(index=index)) for index in range(2000)], "another seed, other tasks"


def test_the_split_of_a_task_is_known_for_good() -> None:
    """In any process, by any version: whoever trained on a task must never be tested on it."""
    assert [split_of(task(index=index), (50, 25, 25)) for index in range(12)] == FOREVER
    code = (
        "from trajgym import Task, split_of\n"
        "print([split_of(Task('bank_ops', 1, 7, i, 2, 'act'), (50, 25, 25)) for i in range(12)])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "5", "PYTHONPATH": ":".join(sys.path)})  # fmt: skip
    assert out.stdout.strip() == str(FOREVER)


@pytest.mark.parametrize(
    ("word", "covered", "free"),
    [
        ("world=bank_ops", task(), task("tool_picker")),
        ("view=3", task(tool_view={"view": 3}), task(tool_view={"view": 4})),
        ("policy=2.7", task(tool_view={"view": 7}), task(level=3, tool_view={"view": 7})),
        ("profile=tone:angry", task(profile={"tone": "angry", "surface": "typos"}), task(profile={"tone": "warm"})),
        (
            "profile=surface:typos+patience:low_hangup",
            task(profile={"surface": "typos", "patience": "low_hangup"}),
            task(profile={"surface": "typos"}),
        ),
    ],
)
def test_a_hold_out_covers_its_own(word: str, covered: Task, free: Task) -> None:
    (hold_out,) = parse_hold_outs([word, word], KNOWN)
    assert str(hold_out) == word
    splitting = Splitting((100, 0, 0), (hold_out,))
    assert splitting.wanted == ("train", "test") and splitting.splits
    assert splitting.place(covered) == ("test", [word])
    assert splitting.place(free) == ("train", [])


def test_without_shares_and_hold_outs_all_is_train() -> None:
    assert not Splitting().splits
    assert Splitting().place(task()) == ("train", [])
    assert Splitting((90, 5, 5)).wanted == SPLITS


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("wrld=bank_ops", r"no 'wrld'\. Did you mean 'world'\?"),
        ("world=bank_op", r"no world 'bank_op'\. Did you mean 'bank_ops'\?"),
        ("view=12", r"no view '12'"),
        ("view=", r"names nothing to hold out\. Write view=NUMBER"),
        ("profile", r"names nothing to hold out\. Write profile=DIMENSION:LEVEL"),
        ("policy=2", r"no policy '2'"),
        ("profile=tone:angri", r"Did you mean 'tone:angry'\?"),
        ("profile=tone:angry+surface:typo", r"no profile 'surface:typo'\. Did you mean 'surface:typos'\?"),
    ],
)
def test_a_hold_out_that_is_none(word: str, said: str) -> None:
    with pytest.raises(TrajgymError, match=said):
        parse_hold_outs([word], KNOWN)


def test_every_kind_of_hold_out_is_one_that_covers() -> None:
    assert HOLD_OUTS.keys() == KNOWN.keys()
    everything = task(tool_view={"view": 7}, profile={"tone": "angry"})
    for what, value in (("world", "bank_ops"), ("view", "7"), ("policy", "2.7"), ("profile", "tone:angry")):
        assert HoldOut(what, value).covers(everything)
