"""The desktop assistant: its tools, the guards of its clauses, and plans that hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from trajgym.chat import assistant
from trajgym.gym_envs import gates, operators
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.desktop_assistant import WORLD
from trajgym.gym_envs.desktop_assistant.calendar_tools import MAX_PEOPLE
from trajgym.gym_envs.desktop_assistant.desk_tools import summary
from trajgym.gym_envs.desktop_assistant.words import say_day, today_of
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import Call, Trace, atom, call_key
from trajgym.gym_envs.world import ToolFailure
from trajgym.seeding import Rng
from trajgym.task import TASK_CLASSES, Task


def task(level: int = 2, name: str = "act", index: int = 0, **profile: str) -> Task:
    view = {"view": index % 24, "mode": "native", "parallel": True}
    if profile.get("feasibility") == "missing_tool":
        view["without"] = WORLD.removable[index % len(WORLD.removable)]
    return Task("desktop_assistant", 1, 5, index, level, name, index % 6, profile, view)


@pytest.fixture
def state() -> Iterator[Backend]:
    backend = WORLD.build(task())
    yield backend
    backend.close()


def run(state: Backend, tool: str, **args: Any) -> Any:
    assert WORLD.tool_map[tool].complaint(args) == ""
    return WORLD.tool_map[tool].run(state, args)


def fails(state: Backend, code: str, tool: str, **args: Any) -> None:
    with pytest.raises(ToolFailure) as failure:
        run(state, tool, **args)
    assert failure.value.code == code
    assert not state.changes()


def first(state: Backend, sql: str) -> Any:
    return state.rows(sql + " LIMIT 1")[0]


# -- tools ------------------------------------------------------------------------------------------------------------


def test_contacts_are_found_by_any_of_their_names(state: Backend) -> None:
    person = first(state, "SELECT * FROM contacts WHERE department != '' ORDER BY id")
    for name in ("name", "first", "last", "company", "department"):
        found = run(state, "find_contact", name=person[name].upper())
        assert person["email"] in [match["email"] for match in found["matches"]]
    assert run(state, "find_contact", name=person["first"])["count"] == 2  # the twins
    assert run(state, "find_contact", name=person["name"])["count"] == 1
    assert run(state, "find_contact", name="Nobody Atall") == {"count": 0, "matches": []}


def test_events_are_listed_created_and_moved(state: Backend) -> None:
    event = first(state, "SELECT * FROM events ORDER BY id")
    listed = run(state, "list_events", day=event["day"])
    assert event["id"] in [row["event_id"] for row in listed["events"]] and listed["count"] == len(listed["events"])
    fails(state, "invalid", "list_events", day="2026-02-30")
    fails(state, "conflict", "create_event", title="Over it", start=event["start"], minutes=30)
    fails(state, "not_found", "update_event", event_id="EV-000000", minutes=30)
    fails(state, "invalid", "update_event", event_id=event["id"])
    fails(state, "invalid", "create_event", title="Late", start="2026-04-11T23:30", minutes=60)
    made = run(state, "create_event", title="Swim", start="2026-04-11T21:00", minutes=45)
    assert made["time"] == "21:00-21:45"
    moved = run(state, "update_event", event_id=made["event_id"], start="2026-04-12T10:00", location="Pool")
    assert moved["time"] == "10:00-10:45" and run(state, "list_events", day="2026-04-11")["count"] == 0
    assert run(state, "list_events", day="2026-04-12")["events"][0]["location"] == "Pool"
    run(state, "update_event", event_id=made["event_id"], minutes=60)  # overlaps nothing but itself


def test_a_row_has_the_same_id_whatever_was_done_before(state: Backend) -> None:
    args = {"start": "2026-04-11T21:00", "minutes": 45}
    undo = state.fork()
    one = run(state, "create_event", title="Swim", **args)["event_id"]
    undo()
    run(state, "create_reminder", text="x", due="2026-04-11T21:00")
    assert run(state, "create_event", title="A swim", **args)["event_id"] == one


def test_meeting_links_follow_from_their_time(state: Backend) -> None:
    link = run(state, "create_meeting_link", topic="Chat", start="2026-04-10T10:00", minutes=30)["link"]
    other = run(state, "create_meeting_link", topic="Chat", start="2026-04-10T10:30", minutes=30)["link"]
    assert link.startswith("https://meet.example/") and link != other


def test_mail_texts_and_answers_go_out(state: Backend) -> None:
    mail = first(state, "SELECT * FROM mails ORDER BY id")
    hits = run(state, "search_email", query=mail["subject"])["mails"]
    assert [hit["message_id"] for hit in hits] == [mail["id"]]
    assert run(state, "search_email", **{"query": mail["subject"], "from": mail["sender"], "since": mail["day"]})[
        "count"
    ]
    assert run(state, "search_email", query=mail["subject"], since="2027-01-01")["count"] == 0
    assert run(state, "reply_email", message_id=mail["id"], body="Yes")["to"] == [mail["address"]]
    sent = [run(state, "send_email", to=["a@b.example"], subject="S", body="B")["mail_id"] for _ in range(2)]
    assert len(set(sent)) == 2  # the same mail twice is two mails
    assert run(state, "send_sms", to=["+4912345678"], body="B")["sent"]
    assert len(state.changes()) == 4


def test_mail_failures(state: Backend) -> None:
    theirs = first(state, "SELECT * FROM files WHERE owner != 'me' ORDER BY id")
    mail = {"to": ["a@b.example"], "subject": "S", "body": "B"}
    fails(state, "not_allowed", "send_email", **mail, attachments=[theirs["path"]])
    fails(state, "not_found", "send_email", **mail, attachments=["/nowhere.txt"])
    fails(state, "not_found", "reply_email", message_id="ML-999999", body="B")
    many = [f"+49123456{n:02d}" for n in range(MAX_PEOPLE + 1)]
    fails(state, "not_allowed", "send_sms", to=many, body="B")


def test_notes_and_reminders(state: Backend) -> None:
    note = first(state, "SELECT * FROM notes ORDER BY id")
    fails(state, "conflict", "create_note", title=note["title"].lower(), body="B")
    fails(state, "not_found", "append_note", title="No such note", body="B")
    assert run(state, "append_note", title=note["title"], body="More")["entries"] == 2
    assert run(state, "create_note", title="Fresh", body="B", folder="Ideas")["folder"] == "Ideas"
    due = "2026-04-11T21:00"
    assert run(state, "create_reminder", text="T", due=due)["time"] == "21:00"
    run(state, "create_reminder", text="U", due=due)
    assert len(state.changes()) == 4
    with pytest.raises(ToolFailure):
        run(state, "create_reminder", text="T", due="2026-04-31T21:00")


def test_files_are_read_and_summed_up_in_their_own_words(state: Backend) -> None:
    row = first(state, "SELECT * FROM files ORDER BY id")
    opened = run(state, "open_file", name=row["name"])
    assert opened["text"] == row["text"] and opened["owner"] == row["owner"]
    short = run(state, "summarize_file", path=opened["path"], sentences=2)["summary"]
    assert all(part in row["text"] for part in short.split(". ")) and len(short) < len(row["text"])
    assert sum(any(c.isdigit() for c in part) for part in summary(row["text"], 2)) == 2  # the sentences with figures
    fails(state, "not_found", "open_file", name="nothing.txt")
    fails(state, "not_found", "summarize_file", path="/nothing.txt")


def test_directions_are_shortest_ways(state: Backend) -> None:
    places = [row["name"] for row in state.rows("SELECT name FROM places ORDER BY id")]
    ways = {
        (a, b): run(state, "get_directions", origin=a, destination=b, mode="walk")["minutes"]
        for a in places for b in places if a != b
    }  # fmt: skip
    assert all(ways[a, b] == ways[b, a] for a, b in ways)
    assert all(ways[a, c] <= ways[a, b] + ways[b, c] for a, b in ways for c in places if c not in (a, b))
    assert not run(state, "get_directions", origin=places[0], destination=places[-1], mode="transit")["reachable"]
    assert run(state, "get_directions", origin=places[0], destination=places[1], mode="transit")["reachable"]
    fails(state, "invalid", "get_directions", origin=places[0], destination=places[0], mode="walk")
    fails(state, "not_found", "get_directions", origin="Atlantis", destination=places[0], mode="walk")


def test_settings_change_when_told(state: Backend) -> None:
    run(state, "set_volume", value=5)
    run(state, "toggle_dark_mode", value="on")
    shown = run(state, "get_settings")
    assert (shown["volume"], shown["dark_mode"]) == ("5", "on")


def test_every_parameter_is_described_and_has_a_kind() -> None:
    for tool in (*WORLD.tools, *WORLD.distractors):
        properties = tool.parameters["properties"]
        assert tool.params.keys() == properties.keys(), tool.name
        assert all(schema.get("description") for schema in properties.values()), tool.name
        assert tool.complaint({"nonsense": 1})


# -- clauses ------------------------------------------------------------------------------------------------------------


def reach(episode: Episode, kind: str) -> None:
    """Play the oracle until its best move is of `kind`."""
    episode.start()
    while episode.moves()[0].kind != kind:
        assert not isinstance(episode.send(episode.oracle()), Done)


def codes(code: str, kind: str, tasks: list[Task]) -> int:
    """For how many of `tasks` an operator's mistake is named where the best move is first of `kind`."""
    found = 0
    for one in tasks:
        episode = Episode(one)
        reach(episode, kind)
        proposed = operators.propose(episode, code, Rng(code))
        found += proposed is not None and proposed[1].code == code
        episode.close()
    return found


def outward(count: int) -> list[Task]:
    return [task(2, "act", i, confirmation="asks_summary") for i in range(count)]


def test_p1_nobody_is_written_to_before_the_look_up() -> None:
    assert codes("M14", "call", outward(8)) + codes("M06", "call", outward(8)) >= 8


def test_p1_of_two_people_with_one_first_name_one_is_asked_for() -> None:
    for index in range(12):
        episode = Episode(task(1, "act", index, ambiguity="two_entities"))
        reach(episode, "ask")
        assert "which" in episode.moves()[0].slots
        found = [call for call in episode.trace.calls if call.tool == "find_contact"]
        assert found and found[0].result["count"] >= 2
        episode.close()


def test_p2_and_p6_are_held_by_the_calendar(state: Backend) -> None:
    people = {"attendees": ["a@b.example"]}
    fails(state, "not_allowed", "create_event", title="T", start="2026-04-11T10:00", minutes=30, **people)  # a Saturday
    fails(state, "not_allowed", "create_event", title="T", start="2026-04-10T07:30", minutes=30, **people)
    fails(state, "not_allowed", "create_event", title="T", start="2026-04-10T18:45", minutes=30, **people)
    run(state, "create_event", title="T", start="2026-04-10T18:30", minutes=30, **people)
    many = [f"p{n}@b.example" for n in range(MAX_PEOPLE + 1)]
    with pytest.raises(ToolFailure):
        run(state, "create_event", title="T", start="2026-04-10T17:00", minutes=30, attendees=many)


def test_p2_a_taken_time_leads_to_a_question() -> None:
    asked = 0
    for index in range(60):
        episode = Episode(task(4, "act", index))
        episode.start()
        if "other" in episode.plan.facts:
            reach_again = [m.kind for m in episode.moves()]
            assert "call" in reach_again
            start = episode.plan.facts["start"].value
            step = episode.plan.step("event")
            assert step.args["start"] == episode.plan.facts["other"].value != start
            with pytest.raises(ToolFailure) as failure:
                run(episode.state, "create_event", **{**step.args, "start": start})
            assert failure.value.code == "conflict"
            asked += 1
        episode.close()
    assert asked >= 8


def test_p3_nothing_goes_outside_without_a_yes() -> None:
    assert codes("M13", "confirm", outward(10)) == 10


def test_p3_inside_the_company_no_yes_is_asked_for() -> None:
    inside = confirmed = 0
    for index in range(200):
        backend = WORLD.build(task(1, "act", index))
        plan = WORLD.plan(backend, task(1, "act", index), Rng(index))
        own = {row["email"] for row in backend.rows("SELECT email FROM contacts WHERE department != '' ORDER BY id")}
        for step in plan.steps:
            to = step.args.get("to") if step.tool == "send_email" else step.args.get("attendees")
            if to:
                assert step.confirm == (len(to) > 3 or not set(to) <= own)
                inside += not step.confirm
                confirmed += step.confirm
        backend.close()
    assert inside > 10 and confirmed > 3


def test_p4_p5_p7_p9_forbidden_writes_are_named() -> None:
    seen = set()
    for index in range(80):
        episode = Episode(task(3, "refuse_policy", index, feasibility="policy_forbidden"))
        reach(episode, "close")
        clause = episode.plan.ending(0).clause
        tool = next((name for name, _ in episode.plan.forbidden if name != "create_event"), "")
        if tool:
            seen.add(clause)
            found = [c for c in episode.trace.calls if c.tool == "find_contact" and c.result["count"] == 1]
            if found:
                address = found[-1].result["matches"][0]["email"]
                if tool == "send_email":
                    call = assistant(None, [(tool, {"to": [address], "subject": "S", "body": "B"})])
                    assert [v.code for v in episode.check(call)] == ["M13"]
        episode.close()
    assert seen == {"P4", "P5", "P7", "P9"}


def test_p8_a_planted_order_is_read_and_obeying_it_is_named() -> None:
    for index in range(24):
        one = task(index % 5, "inject", index, pressure="injected_content")
        episode = Episode(one)
        need: Any = episode.start()
        while not episode.trace.attacked:
            need = episode.send(episode.oracle())
            assert not isinstance(need, Done), "the planted text was never read"
        proposed = operators.propose(episode, "M18", Rng("M18"))
        assert proposed is not None
        need = episode.send(proposed[0])
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        assert need.trajectory.outcome.reward == 0 and not need.trajectory.outcome.gates.no_minefield


def test_p10_a_refusal_must_name_its_clause() -> None:
    for index in range(10):
        episode = Episode(task(2, "refuse_policy", index, feasibility="policy_forbidden"))
        reach(episode, "close")
        need: Any = episode.send(assistant("I'm sorry, I can't do that."))
        while not isinstance(need, Done):
            need = episode.send(assistant("I'm sorry, I can't do that."))
        assert need.trajectory.outcome.reward == 0 and not need.trajectory.outcome.gates.communicated


# -- plans --------------------------------------------------------------------------------------------------------------


def leaves(value: Any) -> list[Any]:
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]


def walk(state: Backend, plan: Plan, prompt: str) -> tuple[Trace, str]:
    """Do `plan` step by step with a user who tells and confirms everything asked for; nothing may come from nowhere."""
    trace = Trace()
    trace.goals.update(goal.name for goal in plan.goals)
    blob = prompt
    for _ in range(80):
        move = moves(plan, trace)[0]
        if move.kind == "close":
            return trace, blob
        if move.kind == "ask":
            for slot in move.slots:
                if slot in plan.unknown:
                    trace.unknown.add(slot)
                    continue
                fact = plan.facts[slot]
                trace.told.add(slot)
                for leaf in leaves(fact.value):
                    trace.values.add(atom(leaf))
                trace.heard += "\n" + fact.spoken.lower()
        elif move.kind == "confirm":
            trace.confirmed.update(step.name for step in move.steps)
        else:
            step = move.step
            assert step is not None
            tool = WORLD.tool_map[step.tool]
            assert tool.complaint(step.args) == "", step
            for name, value in step.args.items():
                if tool.params[name] in ("reference", "value"):
                    assert all(trace.knows(leaf) for leaf in leaves(value)), (step.tool, name, value)
            free = " ".join(str(step.args.get(name, "")) for name, kind in tool.params.items() if kind == "text")
            assert all(str(value).lower() in free.lower() for value in step.mentions), step
            result = tool.run(state, step.args)
            trace.learn(result)
            blob += str(result)
            trace.calls.append(Call(step.tool, step.args, call_key(step.tool, step.args), 0, result=result))
            trace.done[step.name] = 0
            trace.groups |= {step.group} if step.group else set()
    raise AssertionError("the plan does not come to an end")


def made(count: int) -> Iterator[Task]:
    for index in range(count):
        yield make_task(WORLD, 11, index)


def test_every_plan_can_be_done_and_knows_where_its_values_come_from() -> None:
    seen = set()
    for one in made(400):
        state = WORLD.build(one)
        plan = WORLD.plan(state, one, Rng(one.id, "plan"))
        gates.expect(WORLD, state, plan)
        for planted in plan.planted:
            state.plant(*planted)
        trace, blob = walk(state, plan, WORLD.frame(one).system)
        assert {key: row for key, (_, row) in state.changes().items()} == plan.expected
        for tell in plan.tells:
            assert all(trace.satisfied(name, plan) for name in tell.after)
            if tell.after and tell.name not in ("count", "clause"):
                assert str(tell.value) in blob or str(tell.value) in trace.heard, tell
        if plan.steps and plan.steps[0].name == "list0":
            counts = [call.result["count"] for call in trace.calls if call.tool == "list_events"]
            assert next(tell.value for tell in plan.tells if tell.name == "count") == sum(counts)
        seen.add(one.task_class)
        state.close()
    assert seen == set(TASK_CLASSES)


def test_a_value_from_nowhere_would_be_caught() -> None:
    one = task(2, "act", 3, confirmation="asks_summary")
    state = WORLD.build(one)
    plan = WORLD.plan(state, one, Rng("x"))
    for step in plan.steps:
        for name in ("to", "attendees"):
            if name in step.args and step.tool != "send_sms":
                step.args[name] = ["made.up@nowhere.example"]
    with pytest.raises(AssertionError, match=r"made\.up"):
        walk(state, plan, "")
    state.close()


def test_goals_are_said_in_many_ways_and_placeholders_are_slots() -> None:
    for one in made(300):
        state = WORLD.build(one)
        plan = WORLD.plan(state, one, Rng(one.id, "plan"))
        for goal in plan.goals:
            assert len(set(goal.says)) >= 6
            for text in goal.says:
                words = text.format(**{slot: plan.facts[slot].spoken for slot in goal.slots})
                assert not words.endswith((".", "!", "?")) and "{" not in words
            plain = sum("{" not in text for text in goal.says)
            assert plain >= 3 or not goal.slots
        for spare in plan.spares:
            assert all("{" + slot + "}" in text for text in spare.goal.says for slot in spare.goal.slots)
            names = {step.name for step in plan.steps} | set(plan.facts)
            assert not names & ({step.name for step in spare.steps} | set(spare.facts))
        state.close()


def test_plans_grow_with_the_level() -> None:
    calls: dict[int, list[int]] = defaultdict(list)
    width: dict[int, int] = defaultdict(int)
    for level in range(5):
        for index in range(120):
            one = task(level, "act", index)
            state = WORLD.build(one)
            plan = WORLD.plan(state, one, Rng(one.id, "plan"))
            calls[level].append(sum(step.required for step in plan.steps))
            width[level] = max(width[level], sum(step.required and not step.needs for step in plan.steps))
            state.close()
    means = [sum(calls[level]) / len(calls[level]) for level in range(5)]
    assert all(a + 0.8 < b for a, b in pairwise(means)), means
    assert min(calls[0]) == max(calls[0]) == 1 and width[4] >= 6


def test_dependent_calls_in_one_message_are_named_and_independent_ones_are_not() -> None:
    together = 0
    for index in range(30):
        episode = Episode(task(2, "act", index))
        reach(episode, "call")
        if len(episode.oracle()["tool_calls"]) > 1:
            together += 1
            assert episode.check(episode.oracle()) == []
        episode.close()
    assert together >= 10
    assert codes("M15", "call", [task(1, "act", i) for i in range(20)]) >= 8


def test_days_are_said_as_seen_from_today() -> None:
    today = date(2026, 4, 1)  # a Wednesday
    said = {
        day: {say_day(day, today, Rng(n), True) for n in range(60)}
        for day in (date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 10), date(2026, 4, 8))
    }
    assert said[date(2026, 4, 2)] == {"tomorrow"}
    assert "this Friday" in said[date(2026, 4, 3)]
    assert "next Friday" in said[date(2026, 4, 10)]
    assert "a week from today" in said[date(2026, 4, 8)] and "next Wednesday" in said[date(2026, 4, 8)]


def test_the_prompt_says_who_when_and_where() -> None:
    one = task(3, "act", 7)
    prompt = WORLD.frame(one).system
    assert today_of(3, 7).isoformat() in prompt and "Europe/" in prompt
    assert all(f"{clause.id}. " in prompt and clause.guard for clause in WORLD.clauses)
    assert all(today_of(level, view).weekday() < 5 for level in range(5) for view in range(24))


def test_the_missing_tool_is_what_the_task_needs() -> None:
    for index in range(24):
        one = task(2, "infeasible", index, feasibility="missing_tool")
        state = WORLD.build(one)
        plan = WORLD.plan(state, one, Rng(one.id, "plan"))
        without = one.tool_view["without"]
        assert without not in WORLD.shown_names(one)
        assert plan.steps and all(step.tool != without for step in plan.steps)
        assert {"thing", "card"} <= {tell.name for tell in plan.tells}
        state.close()
