"""Each check of the row and pair filters against a row with that one mistake planted."""

from __future__ import annotations

import pytest

from trajgym.chat import assistant, tool_result, user
from trajgym.filters import PairRow
from trajgym.filters.messages import Checker
from trajgym.filters.rules.format import Format
from trajgym.filters.rules.outcome import OutcomeFilter
from trajgym.filters.rules.pair import PairFilter
from trajgym.filters.rules.process import Process
from trajgym.filters.rules.proof import Proof
from trajgym.trajectory import Frame
from trajgym.verdict import StepVerdict


def _call(t):
    return t.turns[0].message["tool_calls"][0]


def _arguments(text):
    return lambda t: _call(t)["function"].update(arguments=text)


def _results(t, *messages):
    t.turns[0].results[:] = messages


def _twice_the_id(t):
    other = {"id": _call(t)["id"], "type": "function", "function": dict(_call(t)["function"])}
    t.turns[2].message = {"role": "assistant", "content": None, "tool_calls": [other]}


BROKEN = {
    "no opening": (lambda t: t.opening.clear(), "opening"),
    "empty opening": (lambda t: t.opening[0].update(content=""), "opening"),
    "assistant opens": (lambda t: t.opening.insert(0, assistant("Hello")), "opening"),
    "no turns": (lambda t: t.turns.clear(), "opening"),
    "user in the assistant's place": (lambda t: t.turns[1].message.update(role="user"), "role"),
    "content a list": (lambda t: t.turns[1].message.update(content=["x"]), "content"),
    "says and calls nothing": (lambda t: t.turns[1].message.update(content=None), "empty"),
    "no calls in the list of calls": (lambda t: t.turns[0].message.update(tool_calls=[]), "empty"),
    "ten characters": (lambda t: _call(t).update(id="abcdefghij"), "call_id"),
    "a dash in the id": (lambda t: _call(t).update(id="abcd-fghi"), "call_id"),
    "an id twice": (_twice_the_id, "call_id"),
    "not a function": (lambda t: _call(t).update(type="custom"), "call"),
    "arguments a dict": (lambda t: _call(t)["function"].update(arguments={}), "call"),
    "arguments broken": (_arguments('{"order_id": "W-1"'), "arguments"),
    "arguments a list": (_arguments("[]"), "arguments"),
    "no such tool": (lambda t: _call(t)["function"].update(name="find_user"), "undeclared_tool"),
    "required argument missing": (_arguments("{}"), "schema"),
    "wrong type": (_arguments('{"order_id":1}'), "schema"),
    "out of range": (_arguments('{"order_id":"W-1","limit":0}'), "schema"),
    "argument too many": (_arguments('{"order_id":"W-1","x":1}'), "schema"),
    "call unanswered": (lambda t: _results(t), "order"),
    "user answers a call": (lambda t: _results(t, user("hm")), "order"),
    "words unanswered": (lambda t: t.turns[1].results.clear(), "order"),
    "tool answers words": (lambda t: t.turns[1].results.insert(0, tool_result("abcdefghi", "x", "{}")), "order"),
    "empty words of the user": (lambda t: t.turns[1].results[0].update(content=""), "order"),
    "two results for a call": (lambda t: t.turns[0].results.append(t.turns[0].results[0]), "order"),
    "result of another call": (lambda t: t.turns[0].results[0].update(tool_call_id="abcdefghi"), "results"),
    "result without text": (lambda t: t.turns[0].results[0].update(content=None), "content"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_format_names_what_is_broken(what, trajectory, judge):
    broken = trajectory(1)
    spoil, reason = BROKEN[what]
    spoil(broken)
    assert judge(Format(), trajectory(0), broken) == [(True, ""), (False, f"format:{reason}")]


def test_format_takes_arguments_that_do_not_fit_where_nothing_is_learnt(trajectory, judge):
    row = trajectory()
    _arguments("{}")(row)
    row.turns[0].weight = 0
    assert judge(Format(), row) == [(True, "")]


def test_format_takes_an_episode_that_ends_with_a_call(trajectory, judge):
    row = trajectory()
    del row.turns[1:]
    assert judge(Format(), row) == [(True, "")]


def test_same_named_tools_of_two_frames_are_not_mixed_up(trajectory):
    """The compiled schemas are cached by what they say, not by the tool's name."""
    row = trajectory()
    loose = Frame("clerk", "other", [{"type": "function", "function": {"name": "find_order"}}])
    checker, message = Checker(), row.turns[0].message
    _arguments('{"anything":1}')(row)
    assert checker.fault(message, loose) == ""
    assert checker.fault(message, row.turns[0].frame) == "schema"


@pytest.mark.parametrize("gate", ["goal", "untouched", "communicated", "no_minefield", "right_ending"])
def test_outcome_names_the_gate(gate, trajectory, judge):
    row, claims_success = trajectory(0), trajectory(1)
    for failed in (row, claims_success):
        setattr(failed.outcome.gates, gate, False)
    row.outcome.reward = 0
    assert judge(OutcomeFilter(), row, claims_success, trajectory(2)) == [(False, f"outcome:{gate}")] * 2 + [(True, "")]


def test_outcome_wants_the_reward(trajectory, judge):
    row = trajectory()
    row.outcome.reward = 0
    assert judge(OutcomeFilter(), row) == [(False, "outcome:reward")]


def test_process_names_the_first_code_that_would_be_learnt(trajectory, judge):
    row, masked = trajectory(0), trajectory(1)
    row.turns[1].verdicts = [StepVerdict("M06", "W-9"), StepVerdict("M24", "long")]
    masked.turns[1].verdicts = [StepVerdict("M06", "W-9")]
    masked.turns[1].weight = 0
    assert judge(Process(), row, masked) == [(False, "process:M06"), (True, "")]


def test_recorded_rows_are_kept_only_when_asked_for(trajectory, judge):
    assert judge(Proof(), trajectory()) == [(False, "proof:recorded")]
    assert judge(Proof(recorded=True), trajectory()) == [(True, "")]


PAIRS = {
    "of another trajectory": ({"trajectory": "other"}, "place"),
    "after the end": ({"turn": 3}, "place"),
    "before the start": ({"turn": -1}, "place"),
    "code unknown": ({"code": "M99"}, "code"),
    "no code": ({"code": ""}, "code"),
    "chosen empty": ({"chosen": assistant("")}, "chosen_empty"),
    "chosen does not fit": ({"chosen": assistant(None, [("find_order", {})])}, "chosen_schema"),
    "chosen calls what is not there": ({"chosen": assistant(None, [("find", {})])}, "chosen_undeclared_tool"),
    "rejected broken JSON": ({"rejected": assistant(None, [("find_order", "{")])}, "rejected_arguments"),
    "rejected empty": ({"rejected": assistant(None)}, "rejected_empty"),
    "rejected a user": ({"rejected": user("hi")}, "rejected_role"),
    "the same call": ({"rejected": assistant(None, [("find_order", '{ "order_id": "W-0" }')])}, "identical"),
}


@pytest.mark.parametrize("what", PAIRS)
def test_pair_names_what_is_unfair(what, trajectory, pair, judge):
    changes, reason = PAIRS[what]
    row = trajectory()
    planted = pair(row, **changes)
    for side in (planted.chosen, planted.rejected):
        for call in side.get("tool_calls", ()):
            call["id"] = call["id"] or "abcdefghi"
    rows = [PairRow(0, pair(row), row), PairRow(1, planted, row)]
    assert judge(PairFilter(), *rows) == [(True, ""), (False, f"pair:{reason}")]


def test_pair_lets_the_rejected_side_call_wrongly(trajectory, pair, judge):
    row = trajectory()
    for calls in ([("no_such_tool", {})], [("find_order", {"limit": "many"})]):
        wrong = assistant(None, calls)
        wrong["tool_calls"][0]["id"] = "abcdefghi"
        assert judge(PairFilter(), PairRow(0, pair(row, rejected=wrong), row)) == [(True, "")]
