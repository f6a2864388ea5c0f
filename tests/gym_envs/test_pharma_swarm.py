"""The pharmacy's swarm: its tools and their failures, its clauses, and the plans of its tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from trajgym.chat import assistant
from trajgym.gym_envs import registry
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.pharma_swarm.data import EFFECTS, SECTIONS, TODAY
from trajgym.gym_envs.pharma_swarm.tools import case_of
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import contains
from trajgym.task import Task

WORLD = registry.load("pharma_swarm")


def task(index: int = 0, level: int | None = None) -> Task:
    return make_task(WORLD, 7, index, level)


@pytest.fixture
def state() -> Iterator[Backend]:
    backend = WORLD.build(task(0, 2))
    yield backend
    backend.close()


def run(state: Backend, name: str, **args: Any) -> Any:
    tool = WORLD.tool_map[name]
    assert tool.complaint(args) == ""
    return tool.run(state, args)


def fails(state: Backend, code: str, name: str, **args: Any) -> None:
    with pytest.raises(ToolFailure) as failure:
        run(state, name, **args)
    assert failure.value.code == code


def product(state: Backend, rx: int = 0) -> dict[str, Any]:
    return state.rows("SELECT * FROM products WHERE rx = ? ORDER BY id", rx)[0]


def test_every_product_is_the_first_hit_for_its_name(state: Backend) -> None:
    for row in state.rows("SELECT * FROM products ORDER BY id"):
        found = run(state, "search_wiki", query=row["id"].upper())["pages"]
        assert found[0] == {"page_id": row["page"], "title": row["id"]}
        page = run(state, "read_page", page_id=row["page"], section="price")
        assert contains(page["text"], row["cents"])
        assert "editor_note" not in page


def test_search_reads_the_body_and_falls_back_to_titles(state: Backend) -> None:
    row = product(state)
    assert row["page"] in [
        hit["page_id"] for hit in run(state, "search_wiki", query=f"{row['id']} pack pieces")["pages"]
    ]
    assert run(state, "search_wiki", query=f"{row['id'].split()[0]} nonsenseword")["pages"][0]["title"].startswith(
        row["id"].split()[0]
    )
    fails(state, "not_found", "search_wiki", query="Nonsenseword 81")
    fails(state, "invalid", "search_wiki", query="?!")


def test_pages_and_interactions(state: Backend) -> None:
    a, b = (row["id"] for row in state.rows("SELECT id FROM products ORDER BY id LIMIT 2"))
    one, other = (
        run(state, "check_interaction", product_a=a, product_b=b),
        run(state, "check_interaction", product_a=b, product_b=a),
    )
    assert (one["level"], one["note_id"]) == (other["level"], other["note_id"])
    fails(state, "not_found", "check_interaction", product_a=a, product_b=a)
    fails(state, "not_found", "read_page", page_id="W-0000", section=SECTIONS[0])
    fails(state, "not_found", "send_leaflet", page_id="W-0000", email="ada@mail.example")


def test_a_leaflet_sent_again_replaces_the_address(state: Backend) -> None:
    page = product(state)["page"]
    for name in ("ada", "bruno"):
        run(state, "send_leaflet", page_id=page, email=f"{name}@mail.example")
    assert state.rows("SELECT email FROM mails ORDER BY id") == [{"email": "bruno@mail.example"}]


def test_a_reservation_replaces_the_number_and_respects_the_shelf(state: Backend) -> None:
    row = product(state)
    shops = run(state, "find_stock", product=row["id"].lower())["shops"]
    full, empty = (next(s["shop_id"] for s in shops if bool(s["in_stock"]) is wanted) for wanted in (True, False))
    for qty in (2, 4):
        run(state, "reserve", sku=row["sku"], qty=qty, shop_id=full, customer="Ada Abel")
    assert [r["qty"] for r in state.rows("SELECT qty FROM reservations ORDER BY id")] == [4]
    fails(state, "not_enough", "reserve", sku=row["sku"], qty=1, shop_id=empty, customer="Ada Abel")
    fails(state, "not_found", "reserve", sku="S-00000", qty=1, shop_id=full, customer="Ada Abel")
    fails(state, "not_found", "find_stock", product="Nothing 1")
    assert WORLD.tool_map["reserve"].complaint({"sku": row["sku"], "qty": 6, "shop_id": full, "customer": "Ada Abel"})


def test_what_needs_a_prescription_needs_a_valid_one_for_it(state: Backend) -> None:
    row = product(state, rx=1)
    shop = next(s["shop_id"] for s in run(state, "find_stock", product=row["id"])["shops"] if s["in_stock"])
    slips = state.rows("SELECT * FROM prescriptions WHERE product = ? ORDER BY valid_until", row["id"])
    foreign = state.rows(
        "SELECT id FROM prescriptions WHERE product != ? AND valid_until > ? ORDER BY id", row["id"], TODAY.isoformat()
    )[0]
    args = {"sku": row["sku"], "qty": 1, "shop_id": shop, "customer": "Ada Abel"}
    assert not run(state, "check_prescription", rx=slips[0]["id"])["valid"]
    for wrong in ({}, {"rx": slips[0]["id"]}, {"rx": foreign["id"]}):
        fails(state, "not_allowed", "reserve", **args, **wrong)
    assert run(state, "check_prescription", rx=slips[-1]["id"])["valid"]
    assert run(state, "reserve", **args, rx=slips[-1]["id"])["reserved"] == row["sku"]
    fails(state, "not_found", "check_prescription", rx="RX-000000")


def test_a_report_has_a_case_of_its_own(state: Backend) -> None:
    name = product(state)["id"]
    case = run(state, "log_adverse_event", product=name.lower(), description="rash", severity="mild")["case"]
    assert case == case_of(name, "mild") != case_of(name, "serious")
    fails(state, "not_found", "log_adverse_event", product="Nothing 1", description="rash", severity="mild")


def episodes(count: int, wanted: Callable[[Task], bool] = lambda task: True) -> Iterator[Episode]:
    for index in range(count):
        if wanted(task(index)):
            episode = Episode(task(index))
            episode.start()
            yield episode
            episode.close()


def test_plans_are_sound() -> None:
    """Arguments fit the schemas, every value is told, found or picked, and what is told stands in a tool's answer."""
    for episode in episodes(300):
        plan, need = episode.plan, None
        known = {str(fact.value) for fact in plan.facts.values()}
        for step in plan.steps:
            tool = WORLD.tool_map[step.tool]
            assert tool.complaint(step.args) == ""
            assert set(step.needs) <= {s.name for s in plan.steps} | {s.name for d in plan.spares for s in d.steps}
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        seen = " ".join(str(m["content"]) for turn in need.trajectory.turns for m in turn.results) + " ".join(known)
        for tell in plan.tells:
            if (
                tell.kind not in ("clause", "text")
                and need.trajectory.task.task_class != "answer_no_tool"
                and tell.name in episode.trace.tells
            ):
                assert str(tell.value) in seen, (tell.name, tell.value)


def test_nobody_is_visited_twice_and_in_one_order() -> None:
    order = ["triage", "pharmacist", "orders", "safety"]
    lengths = set()
    for episode in episodes(300):
        profile = episode.task.profile
        switches = profile.get("mind_change") == "goal_switch" or profile.get("ending") == "reopens"
        switches |= profile.get("goal_structure") == "multi_sequential"
        need = episode.send(episode.oracle())
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        agents = [turn.frame.agent for turn in need.trajectory.turns]
        path = [agent for n, agent in enumerate(agents) if n == 0 or agents[n - 1] != agent]
        lengths.add(len(path))
        if not switches:
            assert path == sorted(set(path), key=order.index)
    assert lengths >= {1, 2, 3, 4}


def test_the_work_grows_with_the_level() -> None:
    calls = defaultdict(list)
    for episode in episodes(1000, lambda task: task.task_class in ("act", "recover")):
        calls[episode.task.level].append(episode.plan.minimum_calls())
    means = [sum(calls[level]) / len(calls[level]) for level in range(5)]
    assert means == sorted(means) and means[4] > 1.7 * means[0]


def test_both_ways_to_check_an_interaction_are_right() -> None:
    """Product and other medicine in either order: two routes, one reward."""
    checked = 0
    for episode in episodes(200, lambda task: task.task_class == "act"):
        need, turned = None, 0
        while not isinstance(need, Done):
            move = next((m for m in episode.moves() if m.step and m.step.name.endswith(" turned")), None)
            turned += move is not None
            need = episode.send(episode.oracle([move] if move else None))
        if turned:
            checked += 1
            assert need.trajectory.outcome.reward == 1
            assert not need.trajectory.mistakes
    assert checked > 5


CLAUSES = {
    "P4": lambda plan: next(s.args for s in plan.steps if s.tool == "check_interaction"),
    "P5": lambda plan: next(s.args for s in plan.steps if s.tool == "check_prescription"),
    "P6": lambda plan: next(s.args for s in plan.steps if s.tool == "read_page"),
}  # fmt: skip


def test_each_refusal_rests_on_its_evidence() -> None:
    """P4, P5 and P6: refusing without having looked, or without naming what was found, is worth nothing."""
    seen = set()
    for episode in episodes(900, lambda task: task.task_class == "refuse_policy" and not task.faults):
        clause = episode.plan.endings[0].clause
        assert CLAUSES[clause](episode.plan)
        if clause in seen:
            continue
        seen.add(clause)
        facts = [str(t.value) for t in episode.plan.tells]
        need = None
        while not isinstance(need, Done):
            need = episode.send(assistant(f"I'm sorry, I can't do that: {clause}. {' '.join(facts)}"))
        assert need.trajectory.outcome.reward == 0
    assert seen == {"P4", "P5", "P6"}


def test_a_severe_interaction_rules_the_reservation_out() -> None:
    """And every reservation that is made, or fails for another reason, has none."""
    seen = {True: 0, False: 0}
    for episode in episodes(
        1500, lambda task: task.task_class in ("refuse_policy", "infeasible") or task.index % 5 == 0
    ):
        plan = episode.plan
        ruled_out = plan.endings[0].clause == "P4"
        assert (("reserve", "P4") in plan.forbidden) == ruled_out
        for step in plan.steps:
            if step.tool == "check_interaction":
                assert (run(episode.state, step.tool, **step.args)["level"] == "severe") == ruled_out
                seen[ruled_out] += 1
    assert min(seen.values()) > 50


def test_the_severity_is_the_pages_and_not_the_users() -> None:
    """P7: the severity that the page does not give is a mistake, and so is a report before the page was read."""
    found = 0
    for episode in episodes(
        1000, lambda t: t.task_class == "act" and not {"opening", "names"} & {*t.profile, *t.tool_view}
    ):
        log = next((s for s in episode.plan.steps if s.tool == "log_adverse_event" and s.name == "log"), None)
        if log is None or episode.plan.events:
            continue
        need = None
        while not isinstance(need, Done) and episode.moves()[0].step is not log:
            if episode.moves()[0].step is not None and episode.moves()[0].step.name == "read":  # type: ignore[union-attr]
                assert [v.code for v in episode.check(assistant(None, [(log.tool, log.args)]))] == ["M14"]
            need = episode.send(episode.oracle())
        others = [s for s in ("mild", "moderate", "serious") if s != log.args["severity"]]
        assert [v.code for v in episode.check(assistant(None, [(log.tool, {**log.args, "severity": others[0]})]))] == [
            "M02"
        ]
        found += 1
    assert found > 3


def test_vocabularies_make_many_tasks() -> None:
    """Effects are told apart word for word, and plans hardly repeat."""
    assert not [(a, b) for a in EFFECTS for b in EFFECTS if a != b and f" {a} (" in f" {b} ("]
    seen = {
        repr([(s.tool, s.args) for s in e.plan.steps]) for e in episodes(400, lambda task: task.task_class == "act")
    }
    assert len(seen) >= 0.99 * sum(task(i).task_class == "act" for i in range(400))


def test_planted_text_stands_in_a_page_that_has_to_be_read() -> None:
    for episode in episodes(400, lambda task: task.task_class == "inject"):
        ((table, id, column, text),) = episode.plan.planted
        (attack,) = episode.plan.attacks
        assert (table, column) == ("pages", "note")
        assert any(step.tool == "read_page" and step.args["page_id"] == id for step in episode.plan.steps)
        assert attack.text == text and WORLD.tool_map[attack.tool].complaint(attack.args) == ""
        need = None
        while not episode.trace.attacked:
            need = episode.send(episode.oracle())
        assert not isinstance(need, Done)
        assert attack.tool in episode.shown
        assert [v.code for v in episode.check(episode.worded(assistant(None, [(attack.tool, attack.args)])))] == ["M18"]


def test_a_recipe_gives_one_plan() -> None:
    one, other = (next(iter(episodes(1))) for _ in range(2))
    assert repr(one.plan) == repr(other.plan)
    assert replace(one.task) == other.task
