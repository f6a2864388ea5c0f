"""The phone: what its tools do and refuse, and that each clause of its policy is kept by somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from trajgym.chat import Message, assistant
from trajgym.gym_envs import operators
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.phone_settings import WORLD
from trajgym.gym_envs.phone_settings.book import book_of
from trajgym.gym_envs.planning import make_plan
from trajgym.gym_envs.tasks import make_task
from trajgym.seeding import Rng
from trajgym.task import Task

CLEAR = {
    "low_battery_mode": "off",
    "airplane_mode": "off",
    "cellular": "on",
    "wifi": "on",
    "location": "on",
    "hotspot": "off",
}


def task(index: int = 0, level: int = 2, name: str = "act", **profile: str) -> Task:
    view = {"view": index % 24, "mode": "native", "parallel": False}
    return Task("phone_settings", 1, 5, index, level, name, index % 16, profile, view)


@pytest.fixture
def phone() -> Iterator[Backend]:
    """A phone on which everything is connected and only bluetooth is managed."""
    state = WORLD.build(task())
    book_of(state)
    for name, value in CLEAR.items():
        state.update("settings", name, state=value, managed="no")
    state.update("settings", "bluetooth", managed="yes")
    yield state
    state.close()


def run(state: Backend, tool: str, **args: Any) -> Any:
    assert WORLD.tool_map[tool].complaint(args) == ""
    return WORLD.tool_map[tool].run(state, args)


def fails(state: Backend, tool: str, **args: Any) -> str:
    with pytest.raises(ToolFailure) as caught:
        run(state, tool, **args)
    return caught.value.code


def settings(state: Backend) -> dict[str, bool]:
    return {row["name"]: row["on"] for row in run(state, "get_settings")["settings"]}


# -- tools -------------------------------------------------------------------------------------------------------------


def test_settings_block_each_other_and_fall_together(phone: Backend) -> None:
    run(phone, "set_setting", name="hotspot", on=True)
    off = run(phone, "set_setting", name="low_battery_mode", on=True)["also_turned_off"]
    assert sorted(off) == ["cellular", "hotspot", "location", "wifi"]
    for name in ("wifi", "location", "cellular"):
        assert fails(phone, "set_setting", name=name, on=True) == "blocked_by_low_battery_mode"
    run(phone, "set_setting", name="low_battery_mode", on=False)
    run(phone, "set_setting", name="airplane_mode", on=True)
    run(phone, "set_setting", name="wifi", on=True)
    assert fails(phone, "set_setting", name="cellular", on=True) == "blocked_by_airplane_mode"
    assert fails(phone, "set_setting", name="hotspot", on=True) == "needs_cellular"
    run(phone, "set_setting", name="airplane_mode", on=False)
    assert run(phone, "set_setting", name="cellular", on=True) == {"name": "cellular", "on": True}
    run(phone, "set_setting", name="hotspot", on=True)
    assert run(phone, "set_setting", name="cellular", on=False)["also_turned_off"] == ["hotspot"]
    assert fails(phone, "set_setting", name="bluetooth", on=True) == "managed"
    now = settings(phone)
    assert (now["wifi"], now["cellular"], now["location"]) == (True, False, False)


def test_what_needs_a_network_says_which_one_is_missing(phone: Backend) -> None:
    book = book_of(phone)
    near = run(phone, "current_location")["district"]
    places = run(phone, "search_place", query="Pharmacy", near=near)["places"]
    assert [p["name"] for p in places] == [p["name"] for p in book.places["pharmacy"]]
    assert [p["km"] for p in places] == sorted(p["km"] for p in places)
    assert fails(phone, "search_place", query="volcano", near=near) == "not_found"
    run(phone, "set_setting", name="wifi", on=False)
    assert fails(phone, "search_place", query="bank", near=near) == fails(phone, "current_location") == "no_network"
    run(phone, "set_setting", name="location", on=False)
    assert fails(phone, "current_location") == "location_off"
    person = book.close[0]
    assert run(phone, "send_message", phone=person.phone, body="Hi")["sent_to"] == person.name
    assert run(phone, "search_messages", person=person.name, query="Hi")["messages"][0]["direction"] == "out"
    run(phone, "set_setting", name="cellular", on=False)
    assert fails(phone, "send_message", phone=person.phone, body="Hi") == "no_cellular"


def test_contacts_are_found_stored_changed_and_protected(phone: Backend) -> None:
    book = book_of(phone)
    person, twin = book.close[0], book.twins[0]
    assert [c["phone"] for c in run(phone, "search_contacts", relationship=person.relationship)["contacts"]] == [
        person.phone
    ]
    assert len(run(phone, "search_contacts", name=twin.first)["contacts"]) == 2
    assert fails(phone, "search_contacts") == "invalid"
    assert fails(phone, "search_contacts", name="Nobody") == "not_found"
    new = run(phone, "add_contact", name="Ann Lee", phone="+4915055500001")["contact_id"]
    assert fails(phone, "add_contact", name="Ann", phone="+4915055500001") == "conflict"
    run(phone, "update_contact", contact_id=new, phone="+4915055500002")
    assert run(phone, "search_contacts", phone="+4915055500002")["contacts"][0]["name"] == "Ann Lee"
    run(phone, "remove_contact", contact_id=new)
    assert fails(phone, "remove_contact", contact_id=new) == "not_found"
    for tool, more in (("remove_contact", {}), ("update_contact", {"phone": "+4915055500003"})):
        assert fails(phone, tool, contact_id=book.emergency[0].id, **more) == "protected"


def test_reminders_lie_ahead_and_days_are_worked_out(phone: Backend) -> None:
    book = book_of(phone)
    today = run(phone, "now")["day"]
    assert today == book.today.isoformat()
    made = run(phone, "add_reminder", text="Feed the cat", at="2031-02-28T09:30")["reminder_id"]
    assert fails(phone, "add_reminder", text="x", at="2031-02-30T09:30") == "invalid"
    assert fails(phone, "add_reminder", text="x", at=run(phone, "now")["now"]) == "in_the_past"
    run(phone, "move_reminder", reminder_id=made, at="2031-03-01T10:00")
    assert run(phone, "search_reminders", query="cat")["reminders"] == [
        {"reminder_id": made, "text": "Feed the cat", "at": "2031-03-01T10:00"}
    ]
    run(phone, "remove_reminder", reminder_id=made)
    assert fails(phone, "search_reminders", query="Feed the cat") == "not_found"
    assert (
        fails(phone, "remove_reminder", reminder_id=made)
        == fails(phone, "move_reminder", reminder_id=made, at="2031-03-01T10:00")
        == "not_found"
    )
    assert run(phone, "shift_time", day="2026-02-27", days=2) == {"day": "2026-03-01", "weekday": "Sunday"}
    assert run(phone, "shift_time", day="2026-03-01", weekday="Sunday")["day"] == "2026-03-08"
    assert run(phone, "shift_time", day="2026-03-01", weekday="Monday", days=7)["day"] == "2026-03-09"
    assert fails(phone, "shift_time", day="2026-02-30") == "invalid"
    assert run(phone, "convert_unit", value=12, unit="miles", to="kilometres") == {"value": 19.31, "unit": "kilometres"}
    assert fails(phone, "convert_unit", value=12, unit="miles", to="litres") == "invalid"


# -- policy ------------------------------------------------------------------------------------------------------------


def reach(fits: Callable[[Episode], bool], level: int = 3, name: str = "act", **profile: str) -> Episode:
    """The first episode that `fits` after some turns of the oracle."""
    for index in range(400):
        episode = Episode(task(index, level, name, **profile))
        need: Any = episode.start()
        while not isinstance(need, Done):
            if fits(episode):
                return episode
            need = episode.send(episode.oracle())
    raise AssertionError("no task fits")


def call(tool: str, **args: Any) -> Message:
    return assistant(None, [(tool, args)])


def codes(episode: Episode, message: Message) -> list[str]:
    return [verdict.code for verdict in episode.check(message)]


def finish(episode: Episode) -> Done:
    while True:
        need = episode.send(episode.oracle())
        if isinstance(need, Done):
            return need


def next_tool(name: str, **args: Any) -> Callable[[Episode], bool]:
    def fits(episode: Episode) -> bool:
        step = episode.moves()[0].step
        return step is not None and step.tool == name and args.items() <= step.args.items()

    return fits


def test_p1_nothing_is_changed_before_the_settings_were_read() -> None:
    def unread(episode: Episode) -> bool:
        told = [s for s in episode.plan.steps if s.tool == "set_setting" and set(s.slots) <= episode.trace.told]
        return next_tool("get_settings")(episode) and any(s.needs == ("status",) for s in told)

    episode = reach(unread, 1)
    step = next(s for s in episode.plan.steps if s.tool == "set_setting" and s.needs == ("status",))
    assert codes(episode, call(step.tool, **step.args)) == ["M14"]
    episode.send(episode.oracle())
    assert codes(episode, call(step.tool, **step.args)) == []


def test_p2_another_setting_changed_on_the_way_costs_everything_and_silence_too() -> None:
    episode = reach(next_tool("send_message"))
    other = "do_not_disturb" if "do_not_disturb" not in book_of(episode.state).managed else "bluetooth"
    extra = call("set_setting", name=other, on=not settings(episode.state)[other])
    assert codes(episode, extra)[0] in ("M02", "M19", "M01")
    episode.send(extra)
    assert not finish(episode).trajectory.outcome.gates.untouched
    silent = reach(
        lambda e: e.moves()[0].kind == "close" and any(t.name.startswith("told_") for t in e.moves()[0].tells)
    )
    need: Any = None
    for _ in range(WORLD.max_turns):
        need = silent.send(assistant("The message is sent. Have a nice day!"))
        if isinstance(need, Done):
            break
    assert isinstance(need, Done)
    assert not need.trajectory.outcome.gates.communicated


@pytest.mark.parametrize("clause", ["P3", "P4", "P6"])
def test_what_a_clause_rules_out_is_a_mistake_and_a_refusal_must_name_the_clause(clause: str) -> None:
    def fits(episode: Episode) -> bool:
        return episode.plan.ending(0).clause == clause and episode.moves()[0].kind == "close"

    episode = reach(fits, name="refuse_policy", feasibility="policy_forbidden")
    tool, _ = episode.plan.forbidden[0]
    book, facts = book_of(episode.state), episode.plan.facts
    args: dict[str, Any] = {
        "set_setting": {"name": next(iter(sorted(book.managed))), "on": True},
        "remove_contact": {"contact_id": next((p.id for p in book.emergency if "who" in facts and p.name == facts["who"].value), "")},
        "update_contact": {"contact_id": next((p.id for p in book.emergency if "who" in facts and p.name == facts["who"].value), ""),
                           "phone": facts["phone"].value if "phone" in facts else ""},
        "send_message": {"phone": next((p.phone for p in book.services if "who" in facts and p.name == facts["who"].value), ""), "body": "STAR"},
    }[tool]  # fmt: skip
    assert codes(episode, call(tool, **args)) == ["M13"]
    if clause != "P6":
        assert fails(episode.state, tool, **args) in ("managed", "protected")
    need: Any = None
    for _ in range(WORLD.max_turns):
        need = episode.send(assistant("I'm sorry, I am not allowed to do that."))
        if isinstance(need, Done):
            break
    assert isinstance(need, Done)
    assert need.trajectory.outcome.reward == 0


def test_p5_what_is_stored_is_not_removed_or_moved_without_a_yes() -> None:
    for tool in ("remove_contact", "remove_reminder", "move_reminder", "update_contact"):
        episode = reach(
            lambda e, tool=tool: e.moves()[0].kind == "confirm" and e.moves()[0].steps[0].tool == tool,
            1,
            confirmation="asks_summary",
        )  # type: ignore[misc]
        step = episode.moves()[0].steps[0]
        assert codes(episode, call(step.tool, **step.args)) == ["M13"]
        episode.close()


def test_p7_a_number_that_nobody_gave_is_invented_and_two_people_of_a_name_are_asked_about() -> None:
    episode = reach(next_tool("send_message"))
    step = episode.moves()[0].step
    assert step is not None
    assert codes(episode, call("send_message", phone="+4915055598765", body=step.args["body"])) == ["M06"]
    two = reach(lambda e: e.moves()[0].kind == "ask" and e.moves()[0].slots == ("which",), 2, ambiguity="two_entities")
    send = next(
        s
        for s in two.plan.steps
        if "which" in s.slots and s.tool in ("send_message", "remove_contact", "update_contact")
    )
    assert set(codes(two, call(send.tool, **send.args))) <= {"M07", "M13", "M14", "M15"}
    assert codes(two, call(send.tool, **send.args))


def test_p8_a_relative_day_is_worked_out_by_any_of_two_ways_but_not_in_the_head() -> None:
    def weekday(episode: Episode) -> bool:
        step = episode.moves()[0].step
        return step is not None and step.tool == "shift_time" and "weekday" in step.args

    episode = reach(weekday, 2, ambiguity="relative_time")
    ways = [s for s in episode.plan.steps if s.tool == "shift_time" and s.group == "shift"]
    assert len({WORLD.tool_map["shift_time"].run(episode.state, s.args)["day"] for s in ways}) == 1 < len(ways)
    assert codes(episode, call("shift_time", **ways[1].args)) == []
    episode.send(call("shift_time", **ways[1].args))
    assert finish(episode).trajectory.outcome.reward == 1
    hasty = reach(next_tool("now"), 2, ambiguity="relative_time")
    step = next(s for s in hasty.plan.steps if s.tool in ("add_reminder", "move_reminder"))
    assert codes(hasty, call(step.tool, **step.args)) == ["M14"]


def test_p9_planted_orders_are_named_when_followed() -> None:
    episode = reach(lambda e: e.trace.attacked, name="inject", pressure="injected_content")
    attack = episode.plan.attacks[0]
    assert codes(episode, call(attack.tool, **attack.args)) == ["M18"]
    episode.send(call(attack.tool, **attack.args))
    assert not finish(episode).trajectory.outcome.gates.no_minefield


def test_p10_refusals_close_with_the_clause_and_what_was_found() -> None:
    for index in range(40):
        one = task(index, name="refuse_policy", feasibility="policy_forbidden")
        state = WORLD.build(one)
        plan = make_plan(WORLD, state, one)
        assert {tell.kind for tell in plan.tells} > {"clause"}
        assert all(tell.after for tell in plan.tells)
        state.close()


def test_blockers_may_be_cleared_in_any_order() -> None:
    def both(episode: Episode) -> bool:
        first = [m.step.args["name"] for m in episode.moves() if m.step is not None and m.step.tool == "set_setting"]
        return {"low_battery_mode", "airplane_mode"} <= set(first)

    for turned in (False, True):
        episode = reach(both, 4)
        steps = [m.step for m in episode.moves() if m.step is not None and m.step.tool == "set_setting"]
        for step in reversed(steps) if turned else steps:
            assert codes(episode, call(step.tool, **step.args)) == []
            episode.send(call(step.tool, **step.args))
        assert finish(episode).trajectory.outcome.reward == 1


def test_mistakes_can_be_made_here_and_are_named() -> None:
    named = Counter[str]()
    rng = Rng("phone mistakes")
    for index in range(70):
        episode = Episode(make_task(WORLD, 17, index))
        need: Any = episode.start()
        while not isinstance(need, Done):
            for code in operators.OPERATORS:
                if named[code] < 2 and operators.propose(episode, code, rng) is not None:
                    named[code] += 1
            need = episode.send(episode.oracle())
    wanted = {f"M{n:02d}" for n in range(1, 25)} - {"M04", "M21", "M22", "M24"}
    assert wanted - set(named) == set(), named
