"""The mistake operators: what they propose is the mistake they are named after, in every world that it fits."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import orjson
import pytest
from worlds_tested import NAMES

from trajgym.chat import Message, parse_arguments
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.operators import OPERATORS, propose
from trajgym.gym_envs.tasks import make_task
from trajgym.seeding import Rng
from trajgym.verdict import MISTAKES

COMMON = "M01 M02 M03 M05 M06 M07 M08 M09 M10 M11 M12 M16 M17 M18 M19 M24"
CODES = {
    "shell_fs": f"{COMMON.replace(' M06', '')} M13 M14 M15 M20 M23",
    "sql_analyst": f"{COMMON} M13 M14 M15 M20 M23",
    "tool_picker": f"{COMMON} M04",
    "travel_planner": f"{COMMON} M13 M14 M15 M20 M22 M23",
    "retail_desk": f"{COMMON} M13 M14 M15 M20 M21 M22 M23",
    "code_translator": f"{COMMON} M13 M14 M15 M20 M23",
    "desktop_assistant": f"{COMMON} M13 M14 M15 M20 M23",
    "mcp_workbench": f"{COMMON} M13 M14 M15 M20 M23",
    "bank_ops": f"{COMMON} M13 M14 M15 M20 M21 M22 M23",
    "craft_world": f"{COMMON} M13 M14 M15 M20 M23",
    "dual_control_support": f"{COMMON} M13 M14 M15 M20 M21 M22 M23",
    "extract_api": f"{COMMON} M04 M14 M15",
    "graph_editor": f"{COMMON} M13 M14 M15 M20 M23",
    "home_automation": f"{COMMON} M13 M14 M15 M20 M23",
    "http_api": f"{COMMON} M13 M14 M15 M20 M22 M23",
    "knowledge_desk": f"{COMMON} M13 M14 M15 M20 M21 M22 M23",
    "pharma_swarm": f"{COMMON} M13 M14 M15 M20 M21 M23",
    "phone_settings": f"{COMMON} M13 M14 M15 M20 M23",
}
"""World -> mistakes that pairs can be made of there. A mistake lost here is a mistake no model learns to avoid."""

TASKS = 200
ENOUGH = 25
"""Proposals of one mistake in one world, at most two of them in one episode; more are not made."""


class Proposed:
    """One proposal, with where it was made."""

    def __init__(self, episode: Episode, message: Message, code: str) -> None:
        self.task, self.turn, self.message, self.code = episode.task, len(episode.turns), message, code
        self.found = [v.code for v in episode.check(message)]
        lens = episode.lens
        looks = {name if lens is None else lens.outward(name, None)[0] for name in episode.shown}
        self.json_mode, self.shown = episode.json_mode, looks
        self.kind = episode.moves()[0].kind


@pytest.fixture(scope="module", params=NAMES)
def proposals(request: pytest.FixtureRequest) -> tuple[str, list[Proposed]]:
    """Everything that the operators propose along the oracle's way."""
    world, made = registry.load(request.param), []
    counts: Counter[str] = Counter()
    more = (i for i in range(TASKS, 4 * TASKS) if make_task(world, 61, i).task_class == "refuse_policy")
    for index in (*range(TASKS), *more):  # what may not be done has the rarest mistakes
        episode = Episode(replace(make_task(world, 61, index), backend=0))  # building worlds takes longer than playing
        need = episode.start()
        here: Counter[str] = Counter()
        while not isinstance(need, Done):
            rng = Rng(episode.id, len(episode.turns))
            for code in OPERATORS:
                here_too = Rng(episode.id, code, len(episode.turns)).chance(0.7)  # not always at the first steps
                wanted = counts[code] < ENOUGH and here[code] < 2 and here_too
                proposal = propose(episode, code, rng) if wanted else None
                if proposal is not None:
                    counts[code] += 1
                    here[code] += 1
                    made.append(Proposed(episode, proposal[0], code))
            need = episode.send(episode.oracle())
            assert not episode.turns[-1].verdicts
    return world.name, made


def called(proposed: Proposed) -> list[tuple[str, Any]]:
    if proposed.json_mode:
        try:
            value = orjson.loads(proposed.message["content"] or "")
        except orjson.JSONDecodeError:
            return []
        items = value if isinstance(value, list) else [value]
        return [(i["tool"], {k: v for k, v in i.items() if k != "tool"}) for i in items if i.get("tool") != "no_tool"]
    calls = proposed.message.get("tool_calls", ())
    return [(c["function"]["name"], parse_arguments(c["function"]["arguments"])) for c in calls]


def test_the_codes_of_each_world_are_all_proposed(proposals: tuple[str, list[Proposed]]) -> None:
    name, made = proposals
    counts = Counter(p.code for p in made)
    assert set(CODES[name].split()) <= set(counts), sorted(set(CODES[name].split()) - set(counts))
    assert set(counts) <= set(CODES[name].split()), f"new here, add it to CODES: {counts}"


def test_there_is_a_table_row_for_every_world_and_14_codes_at_least() -> None:
    assert set(CODES) == set(registry.names())
    everywhere = {code for codes in CODES.values() for code in codes.split()}
    assert len(everywhere) >= 14
    assert set(OPERATORS) == set(MISTAKES)
    assert everywhere == set(OPERATORS)


def test_the_rules_name_exactly_the_mistake(proposals: tuple[str, list[Proposed]]) -> None:
    for proposed in proposals[1]:
        assert proposed.found == [proposed.code], proposed.task.index


def test_broken_json_only_in_json_mode(proposals: tuple[str, list[Proposed]]) -> None:
    for proposed in proposals[1]:
        if proposed.code == "M04":
            assert proposed.json_mode
        elif proposed.json_mode:
            orjson.loads(proposed.message["content"] or "")
        else:
            assert all(args is not None for _, args in called(proposed))


def test_undeclared_tools_only_as_that_mistake(proposals: tuple[str, list[Proposed]]) -> None:
    for proposed in proposals[1]:
        unknown = [name for name, _ in called(proposed) if name not in proposed.shown]
        assert bool(unknown) == (proposed.code == "M05"), (proposed.code, proposed.task.index)


def test_messages_are_in_the_mode_of_the_task(proposals: tuple[str, list[Proposed]]) -> None:
    for proposed in proposals[1]:
        message = proposed.message
        assert message["role"] == "assistant"
        if proposed.json_mode:
            assert "tool_calls" not in message
        else:
            assert bool(message["content"]) != bool(message.get("tool_calls"))


def test_proposals_vary(proposals: tuple[str, list[Proposed]]) -> None:
    """No mistake is one sentence said again and again."""
    said: dict[str, Counter[str]] = {}
    for proposed in proposals[1]:
        said.setdefault(proposed.code, Counter())[str(called(proposed)) + str(proposed.message["content"])] += 1
    for code, texts in said.items():
        assert len(texts) >= min(3, sum(texts.values()) // 2), (code, texts.most_common(2))


@pytest.mark.parametrize("name", NAMES)
def test_proposing_changes_nothing(name: str) -> None:
    """Asked at every step or never: the episode goes the same way; asked twice, the same is proposed."""
    world = registry.load(name)
    for index in range(12):
        bodies = []
        for ask in (True, False):
            episode = Episode(make_task(world, 67, index))
            need = episode.start()
            while not isinstance(need, Done):
                if ask:
                    for code in OPERATORS:
                        first = propose(episode, code, Rng(index, code))
                        assert first == propose(episode, code, Rng(index, code))
                        if first is not None:
                            episode.trial(first[0])
                need = episode.send(episode.oracle())
            bodies.append(need.trajectory.encode())
        assert bodies[0] == bodies[1]
