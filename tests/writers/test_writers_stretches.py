"""One example for each stretch of an episode, cut and weighted as it should be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from trajgym.chat import assistant
from trajgym.trajectory import Frame
from trajgym.writers import CannotWrite, branch, stretches


def roles(example: Any) -> list[str]:
    return [message["role"] for message in example.messages]


def test_closing_words_of_the_user_are_cut(made: Any) -> None:
    row = made.shop(3)
    (example,) = stretches(row)
    assert row.turns[-1].results[-1]["role"] == "user"
    assert roles(example)[0] == "system" and roles(example)[-1] == "assistant"
    assert example.messages[-1] == row.turns[-1].message
    assert example.weights == [1, 1, 1, 1] and example.learned == (0, 1, 2, 3)


def test_each_frame_gives_a_stretch_with_the_talk_so_far_as_context(made: Any) -> None:
    row = made.handoff(3)
    desk, billing = stretches(row)
    assert (desk.frame.agent, desk.learned) == ("desk", (0, 1))
    assert (billing.frame.agent, billing.weights) == ("billing", [0, 0, 1, 0, 1, 1])
    assert billing.messages[0]["content"] == made.BILLING.system
    assert [m for m in billing.messages if m["content"] == made.DESK.system] == []
    assert billing.messages[1] == row.opening[0]
    assert billing.messages[2] == row.turns[0].message
    assert billing.messages[-1] == row.turns[5].message, "a last turn of weight 0 teaches nothing and is cut"


def test_equal_frames_are_one_stretch_and_a_return_is_a_new_one(made: Any) -> None:
    row = made.shop(3)
    desk = made.DESK
    row.turns[1].frame = Frame(desk.agent, desk.system, desk.tools)
    assert len(list(stretches(row))) == 1
    row.turns[1].frame = made.BILLING
    assert [e.learned for e in stretches(row)] == [(0,), (1,), (2, 3)]


def test_nothing_learned_gives_nothing(made: Any) -> None:
    row = made.shop(3)
    for turn in row.turns:
        turn.weight = 0
    assert list(stretches(row)) == []


def test_a_branch_holds_what_both_sides_answer_to(made: Any) -> None:
    row = made.shop(3)
    pair = made.pair(row, 2)
    example = branch(pair, row)
    assert example.messages[-1] == row.turns[1].results[-1]
    assert (example.chosen, example.rejected) == (pair.chosen, pair.rejected)
    assert example.frame is row.turns[2].frame


def test_a_branch_refuses_what_is_no_pair(made: Any) -> None:
    row = made.shop(3)
    pair = made.pair(row)
    with pytest.raises(CannotWrite, match="equal sides"):
        branch(replace(pair, rejected=pair.chosen), row)
    with pytest.raises(CannotWrite, match="does not branch off"):
        branch(pair, made.shop(5))
    with pytest.raises(CannotWrite, match="does not branch off"):
        branch(replace(pair, turn=9, rejected=assistant("x")), row)
