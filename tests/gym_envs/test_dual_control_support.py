"""dual_control_support: its tools do and refuse what they should, its phones break and mend, its plans grow with the level."""

from __future__ import annotations

from typing import Any

import pytest

from trajgym.chat import assistant
from trajgym.gym_envs import deeds
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.dual_control_support import WORLD
from trajgym.gym_envs.dual_control_support.faults import FAULTS, HOME, connection, faults_of
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.planning import make_plan
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import Trace, contains
from trajgym.task import Task


def task(level: int = 2, name: str = "act", index: int = 0, **profile: str) -> Task:
    view: dict[str, Any] = {"view": 3, "mode": "native", "parallel": False}
    if profile.get("feasibility") == "missing_tool":
        view["without"] = WORLD.removable[index % 2]
    return Task("dual_control_support", 1, 5, index, level, name, index % 3, profile, view)


@pytest.fixture
def state() -> Any:
    backend = WORLD.build(task(4))
    yield backend
    backend.close()


def run(state: Backend, name: str, /, **args: Any) -> Any:
    tool = WORLD.tool_map[name]
    assert tool.complaint(args) == ""
    return tool.run(state, args)


def line(state: Backend, where: str) -> dict[str, Any]:
    return state.rows(f"SELECT * FROM lines WHERE {where} ORDER BY id")[0]


# -- tools -----------------------------------------------------------------------------------------------------------------


def test_look_ups(state: Backend) -> None:
    one = line(state, "suspended_for = 'overdue bill'")
    account = run(state, "get_account", phone=one["phone"])
    assert one["id"] in [row["line_id"] for row in account["lines"]] and len(account["lines"]) == 5
    assert one["id"] in [bill["line_id"] for bill in account["overdue_bills"]]
    assert run(state, "get_line", line_id=one["id"])["suspended_for"] == "overdue bill"
    assert run(state, "run_line_test", line_id=one["id"])["reference"] == one["reference"]
    usage = run(state, "get_usage", line_id=one["id"])
    assert usage["left_gb"] == pytest.approx(max(usage["allowed_gb"] + usage["added_gb"] - usage["used_gb"], 0))
    assert state.changes() == {}


def test_a_suspended_line_comes_back_when_its_bill_is_paid(state: Backend) -> None:
    one = line(state, "suspended_for = 'overdue bill'")
    bill = run(state, "get_account", phone=one["phone"])["overdue_bills"]
    bill = next(row["bill_id"] for row in bill if row["line_id"] == one["id"])
    with pytest.raises(ToolFailure, match="overdue"):
        run(state, "resume_line", line_id=one["id"])
    assert run(state, "send_payment_request", bill_id=bill)["status"] == "paid"
    run(state, "resume_line", line_id=one["id"])
    with pytest.raises(ToolFailure, match="paid"):
        run(state, "send_payment_request", bill_id=bill)
    with pytest.raises(ToolFailure, match="active"):
        run(state, "resume_line", line_id=one["id"])


@pytest.mark.parametrize(
    ("where", "tool", "args", "code"),
    [
        ("suspended_for = 'fraud check'", "resume_line", {}, "not_allowed"),
        ("suspended_for = 'contract ended'", "resume_line", {}, "not_allowed"),
        ("suspended_for = 'fraud check'", "suspend_line", {"reason": "lost"}, "conflict"),
        ("extra = 2.0", "add_data", {"gb": 0.5}, "not_allowed"),
        ("roaming = 1", "enable_roaming", {}, "conflict"),
    ],
)
def test_what_the_tools_refuse(state: Backend, where: str, tool: str, args: dict[str, Any], code: str) -> None:
    with pytest.raises(ToolFailure) as failure:
        run(state, tool, line_id=line(state, where)["id"], **args)
    assert failure.value.code == code and state.changes() == {}


def test_what_is_not_there_and_what_does_not_fit(state: Backend) -> None:
    for name, args in (
        ("get_account", {"phone": "0000000000"}), ("get_line", {"line_id": "L-00000"}), ("send_payment_request", {"bill_id": "B-00000"}),
    ):  # fmt: skip
        with pytest.raises(ToolFailure) as failure:
            run(state, name, **args)
        assert failure.value.code == "not_found"
    assert WORLD.tool_map["add_data"].complaint({"line_id": "L-12345", "gb": 0.7})
    assert WORLD.tool_map["toggle"].complaint({"line": "L-12345", "setting": "torch", "on": True})


# -- the phone ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key in FAULTS if key not in ("used_up", "wifi_calling", "sms", "storage")])
def test_each_fault_breaks_the_connection_and_its_fix_mends_it(state: Backend, key: str) -> None:
    one = line(state, "symptom = '' AND status = 'active' AND outage = '' AND chip = 'ok' AND roaming = 0")["id"]
    fault = FAULTS[key]
    abroad = {"country": "Spain", "roaming": 1} if "roaming" in key else {}
    state.update("lines", one, symptom="internet", **abroad)
    state.update("devices", one, roaming=int(bool(abroad)))

    def now() -> tuple[str, list[str]]:
        row, device = state.get("lines", one), state.get("devices", one)
        assert row is not None and device is not None
        return connection(row, device), [fault.key for fault in faults_of(row, device)]

    assert now() == ("good", [])
    state.update("lines" if fault.side == "line" else "devices", one, **fault.init)
    found, keys = now()
    assert found != "good" and keys == [key]
    if fault.side == "line":
        run(state, "enable_roaming" if key == "roaming_line" else "resume_line", line_id=one)
    else:
        run(state, fault.tool, line=one, **fault.args)
    if fault.restart:
        assert now()[0] != "good"
        run(state, "reboot", line=one)
    assert now() == ("good", [])


def test_pictures_need_more_than_a_connection(state: Backend) -> None:
    one = line(state, "symptom = '' AND status = 'active' AND outage = '' AND chip = 'ok'")["id"]
    for key in ("wifi_calling", "sms", "storage"):
        assert run(state, "test_picture", line=one)["picture"] == "sent"
        state.update("devices", one, **FAULTS[key].init)
        assert run(state, "test_picture", line=one)["picture"] == "failed"
        run(state, FAULTS[key].tool, line=one, **FAULTS[key].args)


def test_phones_have_as_many_faults_as_their_level_says() -> None:
    averages = []
    for level in range(5):
        backend = WORLD.build(task(level))
        devices = {row["id"]: row for row in backend.rows("SELECT * FROM devices ORDER BY id")}
        broken = backend.rows("SELECT * FROM lines WHERE symptom != '' ORDER BY id")
        counts = [len(faults_of(row, devices[row["id"]])) for row in broken]
        assert min(counts) >= 1 and all(row["country"] == HOME or row["symptom"] == "internet" for row in broken)
        averages.append(sum(counts) / len(counts))
        backend.close()
    assert averages == sorted(averages) and averages[0] < 2 and 6 <= averages[4] <= 9


# -- plans -------------------------------------------------------------------------------------------------------------------


def test_the_oracle_knows_every_value_it_uses_and_tells_what_was_found() -> None:
    for index in range(250):
        one = make_task(WORLD, 31, index)
        backend = WORLD.build(one)
        plan = make_plan(WORLD, backend, one)
        trace = Trace(told=set(plan.facts), goals={goal.name for goal in plan.goals}, phase=0)
        trace.confirmed = {step.name for step in plan.steps}
        for fact in plan.facts.values():
            trace.learn(fact.value)
        heard = ""
        while plan.steps:
            move = moves(plan, trace)[0]
            if move.step is None:
                break
            tool = WORLD.tool_map[move.step.tool]
            assert tool.complaint(move.step.args) == ""
            for name, value in move.step.args.items():
                if tool.params[name] in ("reference", "value") and not move.step.by_user:
                    assert trace.knows(value), (index, move.step)
            if not move.step.fails:
                result = tool.run(backend, move.step.args)
                trace.learn(result)
                heard += f" {result}"
            trace.done[move.step.name] = 0
        for tell in plan.tells:
            if tell.kind != "clause" and set(tell.after) & set(trace.done):
                assert contains(heard.replace("'", " "), tell.value) or trace.knows(tell.value), (index, tell)
        backend.close()


def test_plans_grow_with_the_level() -> None:
    averages = []
    for level in range(5):
        lengths = []
        for index in range(120):
            one = make_task(WORLD, 7, index, level)
            backend = WORLD.build(one)
            lengths.append(make_plan(WORLD, backend, one).minimum_calls())
            backend.close()
        averages.append(sum(lengths) / len(lengths))
    assert averages == sorted(averages) and averages[4] > 1.4 * averages[0]


def test_the_order_of_fixes_is_free() -> None:
    """The last of the ready things first: another way, and as right."""
    others = 0
    for index in range(10):
        one = task(4, index=index, user_actions="must_act")
        ways = []
        for last in (False, True):
            episode = Episode(one)
            need: Any = episode.start()
            while not isinstance(need, Done):
                ready = [move for move in episode.moves() if move.step is not None and move.step.required]
                need = episode.send(episode.oracle(ready[::-1] if last and ready else None))
            assert need.trajectory.outcome.reward == 1 and not need.trajectory.mistakes
            ways.append([turn.message for turn in need.trajectory.turns])
        others += ways[0] != ways[1]
    assert others == 10


@pytest.mark.parametrize("index", range(12))
def test_a_phone_beyond_help_is_handed_over_after_all_else_was_tried(index: int) -> None:
    episode = Episode(task(4, "infeasible", index, feasibility="impossible_state"))
    need: Any = episode.start()
    early = episode.plan.ending(0)
    while not isinstance(need, Done):
        if early.step and episode.moves()[0].kind == "instruct":
            step = episode.plan.step(early.step)
            assert [v.code for v in episode.check(assistant(None, [(step.tool, step.args)]))] in (["M14"], ["M15"])
        need = episode.send(episode.oracle())
    assert need.trajectory.outcome.reward == 1


def test_user_tools_report_in_words_what_they_return(state: Backend) -> None:
    one = line(state, "symptom != ''")["id"]
    for tool in WORLD.user_tools:
        args = {
            name: schema.get("enum", [one if name == "line" else True])[0]
            for name, schema in tool.parameters["properties"].items()
        }
        found = deeds.run(WORLD, state, tool.name, args)
        assert found["seen"] and set(found) > {"seen"}
