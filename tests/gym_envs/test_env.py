"""`ToolEnv` as a Gymnasium environment: checked, vectorised, fuzzed, reproducible."""

from __future__ import annotations

import hashlib
import math
import os
import random
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import orjson
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv

import trajgym
from trajgym.chat import assistant, user
from trajgym.errors import TrajgymError
from trajgym.gym_envs import registry, snapshots
from trajgym.gym_envs.env import ToolEnv
from trajgym.gym_envs.replay import replay

WORLDS = registry.names()
IDS = trajgym.register_envs()


def make(name: str) -> gymnasium.Env[Any, Any]:
    return gymnasium.make(f"trajgym:{name}")


def env_of(name: str = "tool_picker", **more: Any) -> ToolEnv:
    return ToolEnv(name, **more)


def play(env: ToolEnv, seed: int | None = None, options: dict[str, Any] | None = None) -> float:
    """The oracle plays one task."""
    env.reset(seed=seed, options=options)
    while True:
        _, reward, terminated, truncated, _ = env.step(env.oracle())
        if terminated or truncated:
            return reward


# -- Gymnasium's own checks ---------------------------------------------------------------------------------------------


def test_every_world_is_registered() -> None:
    assert [gymnasium.spec(name).kwargs["world"] for name in IDS] == WORLDS


@pytest.mark.parametrize("name", IDS)
def test_check_env_passes_without_a_warning(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(f"trajgym:{name}", render_mode="ansi").unwrapped
        check_env(env)
        env.close()


@pytest.mark.parametrize("name", IDS)
def test_the_wrappers_of_make_are_silent_over_whole_episodes(name: str) -> None:
    env = make(name)
    for seed in range(4):
        observation, _ = env.reset(seed=seed)
        assert env.observation_space.contains(observation)
        while True:
            action = env.unwrapped.oracle()  # type: ignore[attr-defined]
            assert env.action_space.contains(action)
            observation, reward, terminated, truncated, info = env.step(action)
            assert env.observation_space.contains(observation)
            if terminated or truncated:
                break
            assert reward == 0
        assert (reward, terminated, info["outcome"]["reward"]) == (1, True, 1)
    env.close()


# -- vectors --------------------------------------------------------------------------------------------------------------


def oracle_messages(name: str, seed: int) -> list[Any]:
    env = ToolEnv(name)
    play(env, seed)
    assert env.trajectory is not None
    return [turn.message for turn in env.trajectory.turns]


def play_vector(vector: Any, each: int) -> list[float]:
    """`each` environments of each world in one vector, in which the oracle's messages are played; the last rewards."""
    names = [name for name in WORLDS for _ in range(each)]
    seeds = [3 + n for n in range(len(names))]
    scripts = [oracle_messages(name, seed) for name, seed in zip(names, seeds, strict=True)]
    observations, _ = vector.reset(seed=seeds)
    assert len(observations["messages"]) == len(names)
    rewards = [math.nan] * len(names)
    over = np.zeros(len(names), dtype=bool)
    for turn in range(max(map(len, scripts))):
        actions = [script[min(turn, len(script) - 1)] for script in scripts]
        _, reward, terminated, truncated, _ = vector.step(actions)
        ended = terminated | truncated
        for n in np.flatnonzero(ended & ~over):
            rewards[n] = float(reward[n])
            assert turn + 1 == len(scripts[n])
        over |= ended
        if ended.any():
            observations, _ = vector.reset(seed=seeds, options={"reset_mask": ended})
            roles = {tuple(m["role"] for m in observations["messages"][n]) for n in np.flatnonzero(ended)}
            assert roles == {("system", "user")}
    vector.close()
    return rewards


def envs(each: int) -> list[Callable[[], gymnasium.Env[Any, Any]]]:
    return [lambda name=name: gymnasium.make(f"trajgym:{name}") for name in IDS for _ in range(each)]  # type: ignore[misc]


def test_worlds_play_side_by_side_in_a_sync_vector() -> None:
    assert play_vector(SyncVectorEnv(envs(2), autoreset_mode=AutoresetMode.DISABLED), 2) == [1.0] * 2 * len(WORLDS)


def test_worlds_play_side_by_side_in_an_async_vector() -> None:
    # spawn: nothing is inherited, and forking a process that has threads is warned of
    vector = AsyncVectorEnv(envs(1), shared_memory=False, context="spawn", autoreset_mode=AutoresetMode.DISABLED)
    assert play_vector(vector, 1) == [1.0] * len(WORLDS)


def test_make_vec_resets_by_itself() -> None:
    vector = gymnasium.make_vec("trajgym:trajgym/ToolPicker-v0", num_envs=3, vectorization_mode="sync")
    vector.reset(seed=5)
    vector.action_space.seed(5)
    ends = 0
    for _ in range(60):
        _, _, terminated, truncated, _ = vector.step(vector.action_space.sample())
        ends += int((terminated | truncated).sum())
    assert ends >= 3
    vector.close()


def test_shared_memory_is_refused_aloud() -> None:
    with pytest.raises(ValueError, match="shared_memory"):
        AsyncVectorEnv(envs(1)[:1], shared_memory=True, context="spawn")


# -- junk -------------------------------------------------------------------------------------------------------------------

DEEP = "[" * 300 + "]" * 300
LONE = "\ud800 half \udc00"
WORDS = (
    "", "hi", LONE, "\x00", "a" * 10_000, "1," * 4_000, "“" * 5_000, "😀" * 300, "\ud83d\ude00", "```json\n{}\n```", DEEP, "{", "null",
    '{"tool": "remember"}', '{"tool": 3}', '[{"tool":"x"},{"tool":"no_tool","reply":"y"}]', '{"tool":"no_tool","reply":["a"]}',
    '{"tool":"remember","key":"\\u0000","value":"' + "v" * 6_000 + '"}', "I've cancelled it. Can't. Shall I? Bye!", "' OR 1=1 --",
    "1" * 5_000, "٣ " * 50, '"\\ud800"', f'{{"tool":"no_tool","reply":{DEEP}}}', "[" * 2000,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 2**64 - 1, 10**30, 1.5, math.nan, math.inf, -math.inf, "", LONE, "\x00", "x" * 4_000, [], {}, [[[]]],
    {"a": {"b": [1, None]}}, "O-1 OR 1=1", b"bytes", object(), {3: 4}, {LONE: 1}, ("t",), {1, 2}, 10**400,
)  # fmt: skip
ROLES = ("assistant", "user", "tool", None, 3)


def deep_value(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value] if depth % 2 else {"k": value}
    return value


def as_json(value: Any) -> Any:
    """JSON text of `value`, with NaN and lone surrogates as some models write them; the value itself if it has none."""
    import json

    try:
        return json.dumps(value)
    except (TypeError, ValueError):
        return value


def junk_arguments(rng: random.Random, env: ToolEnv, name: str) -> Any:
    """From almost right to absurd."""
    tool = env.world.tool_map.get(name)
    names = list(tool.parameters["properties"]) if tool else ["a"]
    kind = rng.random()
    if kind < 0.15:
        return rng.choice(WORDS)
    if kind < 0.25:
        return rng.choice(VALUES)
    if kind < 0.3:
        return f'{{"{names[0] if names else "a"}":{"[" * rng.choice((90, 260, 900))}'.ljust(10) + "]" * 260 + "}"
    args = {key: rng.choice(VALUES) for key in names if rng.random() < 0.8}
    for key in names:  # some values that fit
        schema = tool.parameters["properties"][key] if tool else {}
        if rng.random() < 0.5:
            options = {"integer": 2**63 + 5, "number": 1e300, "boolean": True, "array": [LONE], "object": {}}
            args[key] = schema["enum"][0] if "enum" in schema else options.get(schema.get("type"), rng.choice(WORDS))
    if rng.random() < 0.1:
        args["extra"] = deep_value(rng.choice((5, 250, 600)))
    return args if rng.random() < 0.2 else as_json(args)


def junk_call(rng: random.Random, env: ToolEnv) -> Any:
    if rng.random() < 0.12:
        return rng.choice(
            (None, 3, "call", {}, {"function": None}, {"function": {"name": None}}, {"function": {"name": "a"}}, [])
        )
    name = rng.choice((*env.world.tool_map, "no_such_tool", LONE, "x" * 9_000, "\x00", "no_tool"))
    return {"id": rng.choice(VALUES), "function": {"name": name, "arguments": junk_arguments(rng, env, name)}}


def junk(rng: random.Random, env: ToolEnv) -> Any:
    kind = rng.random()
    if kind < 0.25:
        return env.action_space.sample()
    if kind < 0.3:
        return rng.choice((*VALUES, *WORDS))
    if kind < 0.4:
        return assistant(rng.choice(WORDS))
    if kind < 0.5 and env._running().json_mode:
        name = rng.choice(list(env.world.tool_map))
        args = junk_arguments(rng, env, name)
        return assistant(as_json({**args, "tool": name}) if isinstance(args, dict) else str(args))
    if kind < 0.6:
        return env.oracle()
    calls = [junk_call(rng, env) for _ in range(rng.choice((0, 1, 1, 2, 3, 20)))]
    message = {"role": rng.choice(ROLES), "content": rng.choice((*WORDS, *VALUES)), "tool_calls": calls}
    return {key: message[key] for key in message if rng.random() < 0.9}


@pytest.mark.parametrize("name", WORLDS)
def test_no_action_raises_and_all_that_is_seen_is_json(name: str) -> None:
    """10,000 actions over all worlds. What comes of them can be written, and is proved by replay."""
    env, rng = ToolEnv(name, level=3), random.Random(name)
    env.action_space.seed(7)
    count = ended = proved = 0
    observation, _ = env.reset(seed=7)
    while count < -(-10_000 // len(WORLDS)):
        observation, reward, terminated, truncated, info = env.step(junk(rng, env))
        count += 1
        assert set(map(type, (reward, terminated, truncated))) == {float, bool}
        orjson.dumps(info)
        if terminated or truncated:
            ended += 1
            assert env.observation_space.contains(observation)
            assert env.trajectory is not None
            env.trajectory.encode()
            reason = replay(env.trajectory)
            assert reason is None, (env.trajectory.id, reason)
            proved += 1
            env.reset()
    assert ended == proved > 250 // len(WORLDS)
    env.close()


def native() -> ToolEnv:
    """At the start of a task with native calls, all tools shown."""
    env = env_of(level=3)
    env.reset(seed=1)
    while env._running().json_mode or {"without", "names"} & env._running().task.tool_view.keys():
        env.reset()
    return env


def test_lone_surrogates_are_replaced() -> None:
    """They cannot be written as UTF-8, so no file could hold them; halves that fit together are one character."""
    env = native()
    observation, *_ = env.step(
        {
            "role": "assistant",
            "content": "a\ud800b \ud83d\ude00",
            "tool_calls": [{"function": {"name": "\udfff", "arguments": "\ud800"}}],
        }
    )
    message, answer = observation["messages"][2:4]
    assert message["content"] == "a\ufffdb 😀"
    assert message["tool_calls"][0]["function"] == {"name": "\ufffd", "arguments": "{}"}
    assert answer["role"] == "tool"
    assert "\ufffd" in answer["content"]


def test_what_stands_in_the_history_is_clean() -> None:
    """Only what a chat message has, ids of nine characters, arguments of an object; the answers follow in order."""
    env = native()
    calls = [
        {"id": "mine", "function": {"name": "recall", "arguments": {"key": "mascot"}}, "extra": 1},
        {"id": "mine", "type": "x", "function": {"name": "recall", "arguments": "[1]"}},
        {"function": {"name": "no_such_tool", "arguments": "{}"}},
    ]
    action = {"role": "assistant", "content": None, "tool_calls": calls, "reasoning_content": "secret thoughts"}
    observation, *_ = env.step(action)
    message, *answers = observation["messages"][2:6]
    assert set(message) == {"role", "content", "tool_calls"}
    assert [c["function"]["arguments"] for c in message["tool_calls"]] == ['{"key":"mascot"}', "{}", "{}"]
    ids = [c["id"] for c in message["tool_calls"]]
    assert [a["tool_call_id"] for a in answers] == ids
    assert all(len(i) == 9 and i.isalnum() for i in ids)
    assert len(set(ids)) == 3
    assert "invalid_json" in answers[1]["content"]
    assert "unknown_tool" in answers[2]["content"]
    assert calls[0]["id"] == "mine"  # the caller's message is not touched


def test_in_json_mode_native_calls_are_left_out() -> None:
    """Nothing would answer them."""
    env = env_of()
    index = next(i for i in range(50) if env._pick({"index": i}).tool_view["mode"] == "json")
    env.reset(seed=0, options={"index": index})
    two = '[{"tool":"recall","key":"mascot"},{"tool":"recall","key":"badge colour"}]'
    observation, *_ = env.step(assistant(two, [("recall", {"key": "mascot"})]))
    assert "tool_calls" not in observation["messages"][2]


# -- the same again ---------------------------------------------------------------------------------------------------------

TRANSCRIPTS = """
import hashlib
import gymnasium
import orjson
content = hashlib.sha256()
for name in {ids!r}:
    env = gymnasium.make("trajgym:" + name).unwrapped
    env.action_space.seed(4)
    for seed in range(2):
        observation, info = env.reset(seed=seed)
        over = False
        while not over:
            draw = env.np_random.random() < 0.2
            observation, reward, terminated, truncated, info = env.step(env.action_space.sample() if draw else env.oracle())
            over = terminated or truncated
            content.update(orjson.dumps([observation, reward, info]))
print(content.hexdigest())
"""


def test_same_seed_same_transcripts_in_other_processes() -> None:
    code = TRANSCRIPTS.format(ids=IDS)
    found = set()
    for hash_seed in ("0", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        out = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=environment)
        assert out.returncode == 0, out.stderr
        found.add(out.stdout.strip())
    assert len(found) == 1
    assert len(found.pop()) == len(hashlib.sha256().hexdigest())


def test_reset_walks_through_the_stream_of_a_seed() -> None:
    env = env_of()
    first = [env.reset(seed=5)[1]["task_id"], env.reset()[1]["task_id"], env.reset()[1]["task_id"]]
    assert len(set(first)) == 3
    assert [env.reset(seed=5)[1]["task_id"], env.reset()[1]["task_id"]] == first[:2]
    assert env.reset(options={"index": 1})[1]["task_id"] == first[1]
    assert env.reset()[1]["task_id"] == first[2]
    assert env.reset(seed=6)[1]["task_id"] not in first


def test_a_task_can_be_given_by_its_recipe() -> None:
    env = env_of()
    env.reset(seed=9, options={"index": 33})
    task = env._running().task
    for given in (task, task.recipe(), orjson.loads(orjson.dumps(task.recipe()))):
        other = env_of()
        observation, info = other.reset(options={"task": given})
        assert info["task_id"] == task.id
        assert observation == env._observation()


def test_a_level_can_be_fixed() -> None:
    env = env_of(level=3)
    levels = set()
    for _ in range(20):
        env.reset()
        levels.add(env._running().task.level)
    assert levels == {3}


@pytest.mark.parametrize(
    "options",
    [
        {"indx": 3},
        {"index": -1},
        {"index": "3"},
        {"index": None},
        {"index": True},
        {"index": 1.0},
        {"index": 1, "task": {}},
        {"task": {}},
        {"task": None},
        {"task": 3},
        {"task": "recipe"},
        {"task": {"world": "tool_picker"}},
    ],
)
def test_bad_options_are_told(options: dict[str, Any]) -> None:
    env = env_of()
    env.reset(seed=1)
    before = env._observation()
    with pytest.raises(TrajgymError):
        env.reset(options=options)
    assert env._observation() == before  # what was running goes on
    env.step(env.oracle())


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"world": "retail_desk"}, "retail_desk"),
        ({"version": 99}, "version"),
        ({"level": 9}, "level"),
        ({"task_class": "dance"}, "dance"),
        ({"profile": {"mood": "sunny"}}, "mood"),
        ({"profile": {"opening": "backwards"}}, "backwards"),
        ({"more": 1}, "more"),
        ({"profile": None}, "kind"),
        ({"tool_view": ["json"]}, "kind"),
        ({"faults": "timeout"}, "kind"),
        ({"faults": {"kind": "flood", "at": 0}}, "kind"),
        ({"faults": {"kind": "timeout"}}, "kind"),
        ({"backend": [0]}, "kind"),
        ({"seed": "7"}, "kind"),
    ],
)
def test_a_recipe_that_cannot_be_played_is_told(change: dict[str, Any], word: str) -> None:
    env = env_of()
    recipe = {**env._pick({"index": 0}).recipe(), **change}
    with pytest.raises(TrajgymError, match=word):
        env.reset(options={"task": recipe})


def test_bad_environments_are_told() -> None:
    with pytest.raises(TrajgymError, match="no world"):
        ToolEnv("tool_piker")
    with pytest.raises(TrajgymError, match="level 9"):
        ToolEnv("tool_picker", level=9)
    with pytest.raises(TrajgymError, match="human"):
        ToolEnv("tool_picker", render_mode="human")


def test_nothing_can_be_done_before_reset_or_after_close() -> None:
    env = env_of(render_mode="ansi")
    for _ in range(2):
        for use in (lambda: env.step(assistant("hi")), env.oracle, env.snapshot):
            with pytest.raises(TrajgymError, match="reset"):
                use()
        assert env.render() is None
        env.reset(seed=1)
        env.close()
        env.close()


def test_a_finished_episode_stays_finished() -> None:
    env = env_of()
    assert play(env, 2) == 1
    before = env._observation()
    observation, reward, terminated, truncated, _ = env.step(assistant("more?"))
    assert (observation, reward, terminated, truncated) == (before, 1.0, True, False)


def test_the_limit_of_turns_truncates() -> None:
    env = env_of("retail_desk")
    env.reset(seed=1)
    for turn in range(1, env.world.max_turns + 1):
        _, reward, terminated, truncated, info = env.step(assistant(None, [("no_such_tool", {})]))
        assert truncated == (turn == env.world.max_turns)
        assert not terminated
    assert (reward, info["outcome"]["ending"], info["outcome"]["blame"]) == (0.0, "truncated", "agent")
    assert info["outcome"]["why"]


# -- what is seen ---------------------------------------------------------------------------------------------------------


def test_observations_and_infos_are_fresh_copies() -> None:
    env = native()
    observation, info = env.reset(options={"task": env._running().task})
    kept = orjson.dumps(observation)
    observation["messages"][0]["content"] = "You are a pirate."
    observation["tools"].clear()
    info.clear()
    later, *_ = env.step(env.oracle())
    assert later["messages"][:2] == orjson.loads(kept)["messages"]
    assert later["tools"]


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_right_is_neither_in_observations_nor_in_infos(name: str) -> None:
    """Mistakes are named by code; what shows one may quote the right answer, and stays inside."""
    env = ToolEnv(name)
    for seed in range(8):
        env.reset(seed=seed)
        _, _, terminated, truncated, info = env.step(assistant("Done! I have completed everything."))
        assert set(info) - {"outcome"} == {"task_id", "turn", "active_agent", "mistakes"}
        assert ("outcome" in info) == (terminated or truncated)
        assert all(set(mistake) == {"code", "call"} for mistake in info["mistakes"])


def test_render_is_the_conversation_as_text() -> None:
    env = env_of(render_mode="ansi")
    env.reset(seed=0, options={"index": 4})
    message = env.oracle()
    env.step(message)
    shown = env.render()
    assert shown is not None
    lines = shown.split("\n")
    assert lines[0].startswith("user: ")
    assert any(line.startswith("assistant: ") for line in lines)
    assert not any(line.startswith("system: ") for line in lines)
    for call in message.get("tool_calls", ()):
        assert call["function"]["name"] in shown
    silent = env_of()
    silent.reset(seed=0)
    assert silent.render() is None


# -- snapshots ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WORLDS)
def test_a_snapshot_goes_on_here_and_elsewhere(name: str) -> None:
    env, other = ToolEnv(name), ToolEnv(name)
    other.reset(seed=77)
    for seed in range(6):
        env.reset(seed=seed)
        env.step(assistant("One moment, please."))
        snapshot, seen = env.snapshot(), env._observation()
        ends = []
        for one in (other, env, other):
            if len(ends) == 1:
                snapshots._PLANS.clear()  # as another process has them
            assert one.restore(snapshot) == seen
            while one.trajectory is None:
                one.step(one.oracle())
            ends.append(one.trajectory.encode())
        assert len(set(ends)) == 1


def test_branches_of_a_snapshot_do_not_touch_each_other() -> None:
    env = env_of()
    env.reset(seed=3)
    snapshot = env.snapshot()
    env.step(user("I am not an assistant"))
    env.step(env.oracle())
    long = len(env._observation()["messages"])
    assert len(env.restore(snapshot)["messages"]) == 2 < long
    while env.trajectory is None:
        env.step(env.oracle())
    assert env.trajectory.outcome.reward == 1


def test_snapshots_that_lead_nowhere_are_told() -> None:
    env = env_of()
    play(env, 1)
    with pytest.raises(TrajgymError, match="over"):
        env.snapshot()
    elsewhere = env_of("retail_desk")
    elsewhere.reset(seed=1)
    env.reset(seed=1)
    before = env._observation()
    with pytest.raises(TrajgymError, match="retail_desk"):
        env.restore(elsewhere.snapshot())
    assert env._observation() == before
    env.step(env.oracle())
