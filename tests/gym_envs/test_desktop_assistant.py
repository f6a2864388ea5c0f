"""The desktop assistant: its tools, the guards of its clauses, and plans that hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from trajgym.chat import assistant
from trajgym.gym_envs import operators
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.desktop_assistant import WORLD
from trajgym.gym_envs.desktop_assistant.calendar_tools import MAX_PEOPLE
from trajgym.gym_envs.desktop_assistant.desk_tools import summary
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.failure import ToolFailure
from trajgym.seeding import Rng
from trajgym.task import Task


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


# -- tools ---------------------------------------------------------------------------------------------------------


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


# -- clauses -------------------------------------------------------------------------------------------------------


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
