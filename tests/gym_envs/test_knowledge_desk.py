"""knowledge_desk: its tools find, read and refuse; its plans follow the documents and grow with the level."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from trajgym.chat import assistant
from trajgym.errors import TrajgymError
from trajgym.gym_envs import operators
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.knowledge_desk import WORLD
from trajgym.gym_envs.knowledge_desk.data import KINDS
from trajgym.gym_envs.knowledge_desk.library import Thing, library
from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.oracle import shown
from trajgym.gym_envs.plan import Plan, Step
from trajgym.gym_envs.planning import make_plan
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import Call, Trace, atom, atoms_of, call_key
from trajgym.seeding import Rng
from trajgym.task import TASK_CLASSES, Task
from trajgym.trajectory import Trajectory


def task(level: int = 2, name: str = "act", index: int = 0, **profile: str) -> Task:
    view = {"view": 3, "mode": "native", "parallel": index % 2 == 0}
    if profile.get("feasibility") == "missing_tool":
        view["without"] = WORLD.removable[index % 2]
    return Task("knowledge_desk", 1, 5, index, level, name, index % 2, profile, view)


@pytest.fixture
def state() -> Any:
    backend = WORLD.build(task(4))
    yield backend
    backend.close()


def run(state: Backend, name: str, /, **args: Any) -> Any:
    tool = WORLD.tool_map[name]
    assert tool.complaint(args) == ""
    return tool.run(state, args)


def play(one: Task) -> Trajectory:
    episode = Episode(one)
    need: Any = episode.start()
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


# -- tools ---------------------------------------------------------------------------------------------------------


def test_every_thing_is_found_by_its_name_before_what_only_mentions_it(state: Backend) -> None:
    lib = library(state)
    for thing in (thing for things in lib.written.values() for thing in things):
        for found in (run(state, "search_documents", query=thing.name), run(state, "find_phrase", phrase=thing.name)):
            assert {row["id"] for row in found["documents"][: len(thing.docs)]} == set(thing.docs), thing
    for thing in lib.things.values():
        if not thing.docs:
            titles = [row["title"] for row in run(state, "find_phrase", phrase=thing.name)["documents"]]
            assert not any(title.startswith(thing.name) for title in titles), thing


def test_a_search_wants_all_words_or_falls_back_to_titles(state: Backend) -> None:
    one, other = library(state).written["product"][:2]
    found = run(state, "search_documents", query=f"{one.name} weight grams")
    assert found["match"] == "all words"
    assert found["documents"][0]["id"] in one.docs
    found = run(state, "search_documents", query=f"{one.token} unheardof")
    assert found["match"] == "some words, in the title"
    assert {row["id"] for row in found["documents"]} == {*one.docs, *other.docs}
    assert run(state, "search_documents", query="unheardof")["found"] == 0
    assert run(state, "find_phrase", phrase=f"{one.name.split()[1]} {one.token}")["found"] == 0
    for query in ('"', "AND OR (", "title:*", "NEAR(a b)", "--"):  # whatever stands in it, it is words
        try:
            run(state, "search_documents", query=query)
            run(state, "find_phrase", phrase=query)
        except ToolFailure as failure:
            assert failure.code == "invalid"


def test_what_is_opened_says_whether_it_is_confidential(state: Backend) -> None:
    secret = next(thing for thing in library(state).written["project"] if thing.confidential)
    person = library(state).written["person"][0]
    assert run(state, "open_document", document_id=secret.docs[0])["access"] == "confidential"
    opened = run(state, "open_document", document_id=person.docs[0])
    assert opened["access"] == "open"
    assert opened["private_telephone"] == person.phone
    assert "readers_note" not in opened
    with pytest.raises(ToolFailure, match="no document"):
        run(state, "open_document", document_id="D-0000")


def test_answers_go_to_open_tickets_with_documents_that_may_be_cited(state: Backend) -> None:
    lib = library(state)
    doc = lib.written["product"][0].docs[0]
    secret = next(thing for thing in lib.written["project"] if thing.confidential).docs[0]
    right: dict[str, Any] = {"ticket": lib.tickets[0], "audience": "customers", "answer": "24", "citations": [doc]}
    run(state, "submit_answer", **right)
    run(state, "submit_answer", **right | {"audience": "colleagues"})
    (change,) = state.changes().items()
    assert change[0] == ("answers", lib.tickets[0])
    assert change[1][1] == {"id": lib.tickets[0], "audience": "colleagues", "citations": doc, "answer": "24"}
    for wrong, code in (
        ({"ticket": "T-0000"}, "not_found"), ({"ticket": lib.closed[0]}, "not_allowed"),
        ({"citations": [doc, secret]}, "not_allowed"), ({"citations": ["D-0000"]}, "not_found"),
    ):  # fmt: skip
        with pytest.raises(ToolFailure) as failure:
            run(state, "submit_answer", **right | wrong)
        assert failure.value.code == code
    assert WORLD.tool_map["submit_answer"].complaint(right | {"citations": []})
    for tool in WORLD.distractors:
        run(state, tool.name, **dict.fromkeys(tool.parameters["properties"], "x"))
    assert len(state.changes()) == 1 + len(WORLD.distractors)


def test_a_sqlite_without_full_text_search_is_told_in_a_sentence() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    denied = sqlite3.SQLITE_CREATE_VTABLE
    connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action == denied else sqlite3.SQLITE_OK)
    with pytest.raises(TrajgymError, match="FTS5") as error:
        WORLD.fill(connection, Rng("x"), 0)
    assert error.value.hint


# -- documents and truth -------------------------------------------------------------------------------------------


def _said(state: Backend, thing: Thing, key: str) -> list[tuple[str, str]]:
    """(date, document) of the documents of `thing` that say something of `key`, by their sentences."""
    kind = KINDS[thing.kind]
    forms = {a.key: a.sentence for a in kind.attributes} | {link.key: link.sentence for link in kind.links}
    lead = forms[key].split("{v}")[0]
    rows = [state.get("documents", doc) for doc in thing.docs]
    return sorted((row["date"], row["id"]) for row in rows if row is not None and lead in row["body"])


def test_the_later_document_holds(state: Backend) -> None:
    contradicted = 0
    for things in library(state).written.values():
        for thing in things:
            for key, stated in thing.stated.items():
                said = _said(state, thing, key)
                assert said[-1][1] == stated.doc
                row = state.get("documents", stated.doc)
                assert row is not None
                assert f" {stated.value}" in row["body"]
                contradicted += len(said) == 2 and said[0][0] != said[1][0]
                assert (len(said) == 2) == (stated.old is not None)
    assert contradicted > 30


# -- plans ---------------------------------------------------------------------------------------------------------


def walk(state: Backend, plan: Plan) -> str:
    """Do `plan` with a user who tells and confirms whatever is asked: nothing comes from nowhere. What was read."""
    trace, read = Trace(), ""
    trace.goals.update(goal.name for goal in plan.goals)
    for _ in range(120):
        move = moves(plan, trace)[0]
        if move.kind == "close":
            return read
        if move.kind == "ask":
            for slot in move.slots:
                trace.told.add(slot)
                atoms_of(plan.facts[slot].value, trace.values)
                trace.values.add(atom(plan.facts[slot].spoken))
                trace.heard += f"\n{plan.facts[slot].spoken.lower()}"
        elif move.kind == "confirm":
            trace.confirmed.update(step.name for step in move.steps)
        else:
            assert move.step is not None
            read += _do(state, trace, move.step)
            if WORLD.tool_map[move.step.tool].kind == "terminal":
                return read
    raise AssertionError("the plan does not come to an end")


def _do(state: Backend, trace: Trace, step: Step) -> str:
    tool = WORLD.tool_map[step.tool]
    assert tool.complaint(step.args) == "", step
    for name, value in step.args.items():
        if tool.params[name] in ("reference", "value"):
            assert all(trace.knows(leaf) for leaf in (value if isinstance(value, list) else [value])), step
    if tool.kind == "read" and "document_id" not in step.args:  # what is looked for was told or read
        looked = next(iter(step.args.values())).lower()
        assert looked in trace.heard or any(looked in text for text in trace.found()), step
    result = tool.run(state, step.args)
    trace.learn(result)
    trace.calls.append(Call(step.tool, step.args, call_key(step.tool, step.args), 0, result=result))
    trace.done[step.name] = 0
    trace.groups |= {step.group} if step.group else set()
    return str(result)


def test_every_plan_can_be_done_and_tells_what_was_read() -> None:
    seen = set()
    for index in range(300):
        one = replace(make_task(WORLD, 17, index), backend=index % 2)
        state = WORLD.build(one)
        plan = make_plan(WORLD, state, one)
        plan.events.clear()
        read = walk(state, plan)
        for tell in plan.tells:
            if tell.since == 0 and tell.after and tell.name not in ("clause", "thing", "open_ticket"):
                assert shown(tell.value) in read, tell
        seen.add(one.task_class)
        state.close()
    assert seen == set(TASK_CLASSES)


def test_plans_grow_with_the_level_and_lead_over_more_documents() -> None:
    calls: dict[int, list[int]] = defaultdict(list)
    for level in range(5):
        for index in range(60):
            trajectory = play(task(level, index=index))
            assert trajectory.outcome.reward == 1, trajectory.outcome.why
            calls[level].append(sum(len(turn.message.get("tool_calls", ())) for turn in trajectory.turns))
    means = [sum(found) / len(found) for found in calls.values()]
    assert all(after > before + 0.5 for before, after in pairwise(means)), means


def test_another_way_to_look_and_another_order_are_as_right() -> None:
    """The phrase instead of the search, the last document first: no mistake, and the outcome is the same."""
    for index in range(40):
        episode = Episode(task(3, index=index))
        need: Any = episode.start()
        while not isinstance(need, Done):
            calls = [move.step for move in episode.moves() if move.kind == "call" and move.step and move.step.required]
            need = episode.send(
                assistant(None, [(calls[-1].tool, calls[-1].args)]) if calls else episode.oracle()
            )  # fmt: skip
        assert need.trajectory.outcome.reward == 1
        assert not need.trajectory.mistakes


def test_what_is_asked_for_is_refused_by_the_clause_that_says_so() -> None:
    clauses = Counter[str]()
    for index in range(40):
        one = task(index % 5, "refuse_policy", index, feasibility="policy_forbidden")
        state = WORLD.build(one)
        plan = make_plan(WORLD, state, one)
        docs = [tell.value for tell in plan.tells if tell.name.startswith("document")]
        opened = [run(state, "open_document", document_id=doc) for doc in docs]
        clause = plan.endings[0].clause
        assert all((clause == "P4") == (page["access"] == "confidential") for page in opened)
        read = "".join(page["text"] if clause == "P4" else page["private_telephone"] for page in opened)
        assert all(secret in read for secret in plan.secrets)
        clauses[clause] += 1
        state.close()
        assert play(one).outcome.reward == 1
    assert min(clauses["P4"], clauses["P5"]) > 5


def test_what_is_not_there_is_looked_for_twice_and_named() -> None:
    endings = Counter[str]()
    for index in range(40):
        profile = {"feasibility": "impossible_state"} | ({"pressure": "insists"} if index % 2 else {})
        one = task(index % 5, "infeasible", index, **profile)
        trajectory = play(one)
        assert trajectory.outcome.reward == 1, trajectory.outcome.why
        episode = Episode(one)
        episode.start()
        name = next((t.value for t in episode.plan.tells), None) or episode.plan.step("over").mentions[0]
        assert name not in {thing.name for thing in library(episode.state).things.values() if thing.docs}
        said = f"I'm sorry, the archive has nothing on {name}, so I can't answer that."
        need: Any = episode.send(assistant(said))
        while not isinstance(need, Done):
            need = episode.send(assistant(said))
        assert need.trajectory.outcome.reward == 0  # it has not been looked for
        endings[episode.plan.endings[0].kind] += 1
    assert set(endings) == {"infeasible", "handed_off"}


# -- mistakes ------------------------------------------------------------------------------------------------------


def _code(one: Task, kind: str, code: str) -> bool:
    """Whether mistake `code` is named at some point of the oracle's way where the best move is of `kind`."""
    episode = Episode(one)
    need: Any = episode.start()
    found = False
    while not isinstance(need, Done) and not found:
        if episode.moves()[0].kind == kind:
            found = operators.propose(episode, code, Rng(code)) is not None
        need = episode.send(episode.oracle())
    episode.close()
    return found


@pytest.mark.parametrize(
    ("code", "kind", "profile"),
    [
        ("M02", "call", {}), ("M06", "call", {}), ("M10", "call", {}), ("M14", "call", {}), ("M15", "call", {}),
        ("M07", "ask", {"ambiguity": "two_entities"}), ("M13", "confirm", {"confirmation": "asks_summary"}),
        ("M18", "call", {"pressure": "injected_content"}), ("M19", "close", {"mind_change": "arg_change_post_write"}),
        ("M20", "confirm", {"mind_change": "arg_change_pre"}), ("M21", "call", {"ending": "asks_for_human"}),
        ("M22", "close", {"feasibility": "policy_forbidden"}),
        ("M23", "close", {"correction": "corrects_agent_wrongly"}),
    ],
)  # fmt: skip
def test_the_clauses_are_guarded(code: str, kind: str, profile: dict[str, str]) -> None:
    assert sum(_code(task(2, index=index, **profile), kind, code) for index in range(12)) >= 2


def test_the_outdated_value_does_not_count() -> None:
    """An agent that tells what the earlier document says has not answered."""
    checked = 0
    for index in range(60):
        one = task(4, index=index)
        episode = Episode(one)
        need: Any = episode.start()
        value = next(tell for tell in episode.plan.tells if tell.name == "value")
        old = episode.plan.look_alikes["value"][0]
        while not isinstance(need, Done) and episode.moves()[0].kind != "close":
            need = episode.send(episode.oracle())
        if isinstance(need, Done) or "value" in episode.trace.tells:
            episode.close()
            continue
        text = str(episode.oracle()["content"]).replace(shown(value.value), shown(old))
        while not isinstance(need, Done):
            need = episode.send(assistant(text))
        assert need.trajectory.outcome.reward == 0
        checked += 1
    assert checked > 15
