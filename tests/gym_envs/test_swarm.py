"""Agents that hand over to each other: frames, rules, the way back, snapshots, proof, and what is written of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import gymnasium
import orjson
import pytest

from trajgym.chat import Message, assistant
from trajgym.gym_envs import registry
from trajgym.gym_envs.env import ToolEnv
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.replay import replay
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.world import World
from trajgym.task import Task
from trajgym.trajectory import Trajectory
from trajgym.writers import all_formats, preflight, stretches

WORLD = registry.load("pharma_swarm")
SWARMS = [world for world in map(registry.load, registry.names()) if world.agents]


def reservation(**profile: str) -> Task:
    """Three agents at work: triage, pharmacist, orders."""
    for index in range(400):
        task = replace(
            make_task(WORLD, 5, index, 2), profile=profile, tool_view={"mode": "native", "parallel": False}, faults={}
        )
        if task.task_class == "act" and tools_of(task)[-1] == "reserve" and len(tools_of(task)) == 5:
            return task
    raise AssertionError


def tools_of(task: Task) -> list[str]:
    """The calls of the oracle, in order; of ways that are as good the first."""
    return [c["function"]["name"] for turn in oracle(task).turns for c in turn.message.get("tool_calls", ())]


def oracle(task: Task) -> Trajectory:
    return finish(begun(task))


def begun(task: Task) -> Episode:
    episode = Episode(task)
    episode.start()
    return episode


def finish(episode: Episode) -> Trajectory:
    need = episode.send(episode.oracle())
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


def until(episode: Episode, tool: str) -> Episode:
    """Played by the oracle up to where it would call `tool`."""
    while episode.moves()[0].step is None or episode.moves()[0].step.tool != tool:  # type: ignore[union-attr]
        episode.send(episode.oracle())
    return episode


def hand(agent: str, note: str) -> Message:
    return assistant(None, [(f"transfer_to_{agent}", {"note": note})])


def product(episode: Episode) -> str:
    return str(episode.plan.facts["product"].value)


@pytest.mark.parametrize("world", SWARMS, ids=lambda world: world.name)
def test_every_agent_can_reach_every_other(world: World) -> None:
    for names in world.agents.values():
        assert {world.tool_map[name].to for name in names} - {""} <= set(world.agents)
        seen = {world.tool_map[name].to for name in names} - {""}
        for _ in world.agents:
            seen |= {world.tool_map[n].to for agent in seen for n in world.agents[agent]} - {""}
        assert seen == set(world.agents)
    assert {name for names in world.agents.values() for name in names} == {tool.name for tool in world.tools}


def test_each_agent_has_its_own_prompt_and_tools() -> None:
    task = replace(reservation(), level=0)
    frames = {agent: WORLD.frame(task, agent) for agent in WORLD.agents}
    assert WORLD.frame(task) is frames["triage"]
    assert len({frame.system for frame in frames.values()}) == len({frame.key for frame in frames.values()}) == 4
    for agent, frame in frames.items():
        assert (
            {tool["function"]["name"] for tool in frame.tools}
            == set(WORLD.agents[agent])
            == WORLD.shown_names(task, agent)
        )
        assert frame.agent == agent
    assert registry.load("craft_world").frame(make_task(registry.load("craft_world"), 1, 1)).agent == "agent"


def test_a_transfer_seats_the_next_agent() -> None:
    episode = until(begun(reservation()), "transfer_to_pharmacist")
    before = len(episode.turns)
    assert episode.frame.agent == "triage"
    episode.send(episode.oracle())
    assert episode.frame.agent == "pharmacist"
    assert episode.history[0] == {"role": "system", "content": episode.frame.system}
    assert [turn.frame.agent for turn in episode.turns] == ["triage"] * (before + 1)
    assert [turn.frame.agent for turn in finish(episode).turns][before + 1] == "pharmacist"


def test_a_transfer_that_fails_seats_nobody() -> None:
    episode = until(begun(reservation()), "transfer_to_pharmacist")
    episode.send(assistant(None, [("transfer_to_pharmacist", {})]))
    assert episode.frame.agent == "triage"
    assert [v.code for v in episode.turns[-1].verdicts] == ["M03"]
    assert finish(episode).outcome.reward == 1


def test_the_environment_names_the_active_agent() -> None:
    env = ToolEnv("pharma_swarm")
    seen, tools = [], []
    observation, info = env.reset(options={"task": reservation()})
    while "outcome" not in info:
        seen.append(info["active_agent"])
        tools.append({tool["function"]["name"] for tool in observation["tools"]})
        assert observation["messages"][0]["content"] == WORLD.frame(reservation(), seen[-1]).system
        observation, reward, *_, info = env.step(env.oracle())
    assert list(dict.fromkeys(seen)) == ["triage", "pharmacist", "orders"]
    assert "reserve" not in tools[0] and "reserve" in tools[-1]
    assert reward == 1
    assert isinstance(env, gymnasium.Env)


Wrong = Callable[[Episode], Message]

MISTAKES: dict[str, tuple[str, str, Wrong]] = {
    "wrong agent": ("M21", "transfer_to_pharmacist", lambda e: hand("safety", f"It is about {product(e)}.")),
    "lost note": ("M21", "transfer_to_orders", lambda e: hand("orders", "Please go on with this customer.")),
    "nobody's work": ("M21", "reserve", lambda e: hand("safety", f"It is about {product(e)}.")),
    "backwards": ("M21", "reserve", lambda e: hand("triage", f"It is about {product(e)}.")),
    "too early": ("M14", "check_interaction", lambda e: hand("orders", f"It is about {product(e)}.")),
    "in company": (
        "M15", "transfer_to_pharmacist",
        lambda e: assistant(None, [*[("transfer_to_pharmacist", {"note": f"{product(e)} {n}"}) for n in (1, 2)][:1], ("track_parcel", {})]),
    ),
    "somebody else's tool": ("M05", "transfer_to_orders", lambda e: assistant(None, [("find_stock", {"product": product(e)})])),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_hand_over_is_named_and_the_oracle_finds_back(name: str) -> None:
    code, place, wrong = MISTAKES[name]
    episode = until(begun(reservation()), place)
    assert not episode.check(episode.oracle())
    message = wrong(episode)
    assert code in [v.code for v in episode.check(message)]
    episode.send(message)
    done = finish(episode)
    assert done.outcome.reward == 1, done.outcome.why
    assert set(done.mistakes) == {code} | ({"M05"} if name == "in company" else set())
    assert replay(done) is None


def test_two_transfers_in_one_message_are_both_wrong() -> None:
    episode = until(begun(reservation()), "transfer_to_pharmacist")
    note = {"note": f"It is about {product(episode)}."}
    message = assistant(None, [("transfer_to_pharmacist", note), ("transfer_to_safety", note)])
    assert [v.code for v in episode.check(message)] == ["M15", "M15"]
    episode.send(message)
    assert episode.frame.agent == "safety"
    assert replay(finish(episode)) is None


def test_handing_over_before_the_product_is_known_is_not_asking() -> None:
    episode = begun(reservation(opening="underspecified", info_giving="only_when_asked"))
    assert episode.moves()[0].kind == "ask"
    assert [v.code for v in episode.check(hand("pharmacist", f"It is about {product(episode)}."))] == ["M07"]


def test_small_talk_needs_no_transfer() -> None:
    task = next(t for i in range(99) if (t := make_task(WORLD, 5, i)).task_class == "answer_no_tool")
    assert [v.code for v in begun(task).check(hand("pharmacist", "Small talk."))] == ["M09"]


def test_a_missing_transfer_costs_the_reward() -> None:
    """Whoever stays with triage and tells the right words has done nothing."""
    task = reservation()
    last = next(t.message for t in reversed(oracle(task).turns) if t.message["content"])
    episode = begun(task)
    need = episode.send(last)
    while not isinstance(need, Done):
        need = episode.send(last)
    assert need.trajectory.outcome.reward == 0


def test_a_snapshot_keeps_the_agent() -> None:
    episode = until(begun(reservation()), "check_interaction")
    other = Episode.restore(episode.snapshot())
    assert (other.frame, other.shown) == (episode.frame, episode.shown)
    assert [turn.frame for turn in other.turns] == [turn.frame for turn in episode.turns]
    assert finish(other).encode() == finish(episode).encode()


def test_the_proof_derives_who_is_at_work() -> None:
    trajectory = oracle(reservation())
    assert replay(trajectory) is None
    frames = [turn.frame for turn in trajectory.turns]
    swap = next(n for n, frame in enumerate(frames) if frame.agent != "triage")
    for turns, wrong in (
        (range(swap, swap + 1), frames[0]),
        (range(swap, len(frames)), frames[0]),
        (range(swap), frames[swap]),
    ):
        planted = replace(
            trajectory, turns=[replace(t, frame=wrong) if n in turns else t for n, t in enumerate(trajectory.turns)]
        )
        assert replay(planted) == f"turn {turns[0]}: the system prompt or the tools differ"


def test_the_proof_sees_another_target() -> None:
    trajectory = oracle(reservation())
    call = next(turn.message["tool_calls"][0] for turn in trajectory.turns if turn.message.get("tool_calls"))
    assert call["function"]["name"] == "transfer_to_pharmacist"
    call["function"]["name"] = "transfer_to_safety"
    assert replay(trajectory) is not None


def test_one_agents_own_view() -> None:
    trajectory = oracle(reservation())
    assert trajectory.view("safety") == []
    for agent in ("triage", "pharmacist", "orders"):
        ((messages, tools),) = trajectory.view(agent)
        frame = WORLD.frame(trajectory.task, agent)
        assert messages[0] == {"role": "system", "content": frame.system}
        assert tools == frame.tools
        last = [turn.message for turn in trajectory.turns if turn.frame is frame][-1]
        assert messages[-1] == last
    assert len(trajectory.view("pharmacist")[0][0]) < len(trajectory.view("orders")[0][0])


def test_who_comes_twice_has_two_views() -> None:
    episode = until(begun(reservation()), "transfer_to_pharmacist")
    episode.send(hand("safety", f"It is about {product(episode)}."))
    trajectory = finish(episode)
    assert [len(trajectory.view(agent)) for agent in ("triage", "safety", "pharmacist", "orders")] == [1, 1, 1, 1]
    episode = until(begun(reservation()), "transfer_to_orders")
    episode.send(hand("triage", f"It is about {product(episode)}."))
    assert len(finish(episode).view("triage")) == 2


@pytest.mark.parametrize("name", [name for name, form in all_formats().items() if form.kind == "sft"])
def test_what_is_written_of_a_swarm_is_what_trainers_take(name: str, tmp_path: Path) -> None:
    """One row for each agent's part; what the others did is context in it, and nobody's lesson."""
    form = all_formats()[name]
    trajectory = oracle(reservation())
    files: dict[str, list[bytes]] = {}
    examples = list(stretches(trajectory))
    assert [e.frame.agent for e in examples] == ["triage", "pharmacist", "orders"]
    for example in examples:
        own = {n for n, turn in enumerate(trajectory.turns) if turn.frame is example.frame}
        assert set(example.learned) == own
        for written in form.write(example):
            files.setdefault(written.part, []).append(orjson.dumps(written.row))
    for part, lines in files.items():
        path = tmp_path / f"{part or 'main'}.jsonl"
        path.write_bytes(b"\n".join(lines) + b"\n")
        assert preflight(path, form) == []
