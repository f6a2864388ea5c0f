"""Views of the tools: other names and words, and the same world behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import orjson
import pytest
from worlds_tested import NAMES

from trajgym.chat import Message, assistant
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.lens import STYLES, Lens
from trajgym.gym_envs.operators import OPERATORS, propose
from trajgym.gym_envs.replay import replay
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng
from trajgym.task import Task
from trajgym.trajectory import Trajectory


@pytest.fixture(params=NAMES)
def world(request: pytest.FixtureRequest) -> World:
    return registry.load(request.param)


def styled(world: World, style: str, count: int) -> Iterator[Task]:
    for index in range(count):
        task = make_task(world, 5, index, 2)
        yield replace(task, tool_view={**task.tool_view, "names": style})


def play(task: Task) -> Trajectory:
    episode = Episode(task)
    need = episode.start()
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


@pytest.mark.parametrize("style", STYLES)
def test_there_and_back_is_where_it_began(world: World, style: str) -> None:
    lens = Lens(world.tool_map.values(), style)
    looks = set()
    for tool in world.tool_map.values():
        args = dict.fromkeys(tool.parameters.get("properties", {}), 1)
        name, shown = lens.outward(tool.name, args)
        assert lens.inward(name, shown) == (tool.name, args)
        seen = lens.tool(tool)
        assert seen.name == name
        assert set(seen.parameters.get("properties", {})) == set(shown)
        assert set(seen.parameters.get("required", ())) <= set(shown)
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name)
        looks.add(name)
    assert len(looks) == len(world.tool_map)


def test_what_is_scrambled_says_nothing_of_the_true_names(world: World) -> None:
    task = next(styled(world, "scrambled", 1))
    frame = world.frame(task)
    names = {tool.name for tool in world.shown_tools(task)}
    args = {name for tool in world.shown_tools(task) for name in tool.parameters.get("properties", {})}
    telling = {name for name in names | args if "_" in name}
    text = frame.system + orjson.dumps(frame.tools).decode()
    assert {name for name in telling if re.search(rf"\b{name}\b", text)} == set()
    plain = world.frame(replace(task, tool_view={**task.tool_view, "names": None}))
    assert plain.system + orjson.dumps(plain.tools).decode() != text


@pytest.mark.parametrize("style", STYLES)
def test_the_expert_is_right_and_proved_in_every_view(world: World, style: str) -> None:
    for task in styled(world, style, 12):
        trajectory = play(task)
        assert trajectory.outcome.reward == 1, (task, trajectory.outcome)
        assert trajectory.mistakes == []
        assert replay(trajectory) is None


def test_a_true_name_that_was_not_shown_is_no_tool() -> None:
    world = registry.load("retail_desk")
    task = next(styled(world, "scrambled", 1))
    episode = Episode(task)
    episode.start()
    message: Message = assistant(None, [("find_customer_by_email", {"email": "a@b.example"}), ("fly", {})])
    assert [verdict.code for verdict in episode.check(message)] == ["M05", "M05"]
    episode.send(message)
    said = [answer["content"] or "" for answer in episode.history[-2:]]
    assert "There is no tool named 'find_customer_by_email'" in said[0]
    assert "There is no tool named 'fly'" in said[1]
    episode.close()


def test_errors_speak_of_what_the_agent_sees() -> None:
    world = registry.load("retail_desk")
    task = next(styled(world, "scrambled", 1))
    episode = Episode(task)
    episode.start()
    assert episode.lens is not None
    name, _ = episode.lens.outward("get_order", None)
    episode.send(assistant(None, [(name, {"order_id": "O-1"})]))
    content = episode.history[-1]["content"] or ""
    shown = next(iter(episode.lens.outward("get_order", {"order_id": 1})[1]))
    assert "order_id" in content  # what it made up
    assert "?" not in content
    episode.send(assistant(None, [(name, {})]))
    assert shown in (episode.history[-1]["content"] or "")
    episode.close()


@pytest.mark.parametrize("style", STYLES)
def test_mistakes_are_named_behind_every_lens(style: str) -> None:
    world = registry.load("bank_ops")
    found: set[str] = set()
    for task in styled(world, style, 25):
        episode = Episode(task)
        need = episode.start()
        while not isinstance(need, Done):
            for code in sorted(OPERATORS):
                proposal = propose(episode, code, Rng(task.id, code, len(episode.turns)))
                if proposal is not None:
                    found.add(code)
                    assert proposal[1].code == code
            need = episode.send(episode.oracle())
    assert {"M01", "M02", "M03", "M05", "M06", "M13", "M16"} <= found


def test_the_stream_has_every_style() -> None:
    world = registry.load("tool_picker")
    tasks = [make_task(world, 1, index) for index in range(400)]
    styles = {task.tool_view.get("names") for task in tasks}
    assert styles == {None, *STYLES}
    assert 0.08 < sum("names" in task.tool_view for task in tasks) / len(tasks) < 0.18
    assert {task.tool_view["view"] for task in tasks if "names" in task.tool_view} == {9, 10, 11}
