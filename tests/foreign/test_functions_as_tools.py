"""Python functions as a world: schemas, recording, checks, proof; each check with a mistake that it must catch."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any, Literal

import pytest
from gymnasium.utils.env_checker import check_env

from trajgym.chat import Message, assistant
from trajgym.errors import TrajgymError
from trajgym.gym_envs.env import ToolEnv
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.foreign import BroughtWorld, Functions, read_rows, read_tasks
from trajgym.gym_envs.registry import bring
from trajgym.gym_envs.replay import replay
from trajgym.gym_envs.tasks import make_task
from trajgym.trajectory import Trajectory

SOLVED = {
    "id": "store",
    "user": "Put 5 under the key k and tell me what stands there then",
    "solution": [{"tool": "put", "args": {"key": "k", "value": 5}}, {"tool": "get", "args": {"key": "k"}}],
    "checks": [
        {"called": "put", "args": {"key": "k"}},
        {"not_called": "wipe"},
        {"read_back": "get", "args": {"key": "k"}, "equals": 5},
        {"said": 5},
    ],
}


def store() -> list[Callable[..., Any]]:
    """Tools that keep something: a store of their own for each episode."""
    kept: dict[str, int] = {}

    def put(key: str, value: int, mode: Literal["new", "any"] = "any") -> dict[str, bool]:
        """Put a value under a key.

        The rest is for programmers."""
        if mode == "new" and key in kept:
            raise ValueError(f"{key} is taken")
        kept[key] = value
        return {"ok": True}

    def get(key: str) -> int | None:
        """Read a key."""
        return kept.get(key)

    def wipe() -> int:
        """Forget everything."""
        count = len(kept)
        kept.clear()
        return count

    return [put, get, wipe]


def world(*rows: dict[str, Any], functions: Any = store, name: str = "store") -> BroughtWorld:
    made = BroughtWorld(Functions(functions, name), read_rows(rows))
    bring(made)
    return made


def play(made: BroughtWorld, *messages: Message) -> Trajectory:
    """The episode of the first task: the given messages, or the expert's."""
    episode = Episode(make_task(made, 0, 0))
    need = episode.start()
    sent = iter(messages)
    while not isinstance(need, Done):
        need = episode.send(next(sent, assistant("That is all.")) if messages else episode.oracle())
    return need.trajectory


def test_the_schema_of_a_function_is_its_signature() -> None:
    put = Functions(store).tools[0]
    assert (put.name, put.description) == ("put", "Put a value under a key.")
    assert put.parameters["required"] == ["key", "value"]
    assert put.parameters["properties"]["mode"]["enum"] == ["new", "any"]
    assert put.parameters["additionalProperties"] is False


def test_the_expert_plays_the_solution_and_every_check_holds() -> None:
    trajectory = play(world(SOLVED))
    assert trajectory.outcome.reward == 1, trajectory.outcome
    assert trajectory.mistakes == []
    assert trajectory.proof == "replayable"
    assert replay(trajectory) is None


PUT = assistant(None, [("put", {"key": "k", "value": 5})])
WIPE = assistant(None, [("wipe", {})])


@pytest.mark.parametrize(
    ("messages", "gate"),
    [
        ((assistant("It is 5."),), "goal"),  # nothing was done
        ((assistant(None, [("put", {"key": "q", "value": 5})]), assistant("It is 5.")), "goal"),  # another key
        ((assistant(None, [("put", {"key": "k", "value": 6})]), assistant("It is 5.")), "goal"),  # reads back 6
        ((WIPE, PUT, assistant("It is 5.")), "untouched"),
        ((PUT, *[assistant("All done.")] * 9), "communicated"),
    ],
)
def test_each_check_catches_its_mistake(messages: tuple[Message, ...], gate: str) -> None:
    outcome = play(world(SOLVED), *messages).outcome
    assert outcome.reward == 0
    assert gate in outcome.gates.failed()
    assert outcome.why
    assert outcome.blame == "agent"


def test_another_route_is_right_too() -> None:
    detour = assistant(None, [("get", {"key": "k"})])
    assert play(world(SOLVED), detour, PUT, assistant("There you are: 5.")).outcome.reward == 1


def test_without_checks_nobody_judges() -> None:
    outcome = play(world({"id": "free", "user": "Look around"}), PUT, assistant("I did.")).outcome
    assert outcome.ending.startswith("unjudged:")
    assert outcome.reward == 0


def test_bad_calls_are_answered_not_raised() -> None:
    row = {"id": "a", "user": "Do it"}
    bad = assistant(None, [("put", {"key": "k"}), ("fly", {}), ("put", {"key": "k", "value": 1, "mode": "new"})])
    again = assistant(None, [("put", {"key": "k", "value": 1, "mode": "new"})])
    trajectory = play(world(row), bad, again, assistant("So."))
    assert [v.code for v in trajectory.turns[0].verdicts] == ["M03", "M05"]
    said = [message["content"] for message in trajectory.turns[0].results + trajectory.turns[1].results]
    assert "invalid_arguments" in str(said[0])
    assert "unknown_tool" in str(said[1])
    assert "ValueError: k is taken" in str(said[3])
    assert replay(trajectory) is None


def test_a_failed_call_repeated_unchanged_is_m17() -> None:
    row = {"id": "a", "user": "Do it", "setup": [{"tool": "put", "args": {"key": "k", "value": 1}}]}
    again = assistant(None, [("put", {"key": "k", "value": 1, "mode": "new"})])
    trajectory = play(world(row), again, again, assistant("So."))
    assert trajectory.mistakes == ["M17"]


def test_functions_that_keep_something_are_only_recorded() -> None:
    """Given as they are, they carry state over: the replay finds out, and the row says so."""
    kept = store()
    row = {
        "id": "a",
        "user": "Count",
        "solution": [{"tool": "wipe"}, {"tool": "put", "args": {"key": "k", "value": 1}}],
    }
    made = world(row, functions=kept, name="kept")
    kept[0]("old", 1)
    kept[0]("older", 1)
    assert play(made).proof == "recorded"
    assert play(world(row, name="fresh")).proof == "replayable"


def test_the_user_knows_its_facts_and_no_others() -> None:
    row = {
        "id": "a",
        "user": "Store my number, please",
        "facts": {"number": {"value": "A-77", "label": "the number", "kind": "id", "keys": ["number"]}},
    }
    trajectory = play(world(row), assistant("What is your number?"), assistant("Thank you, noted."))
    assert any("A-77" in (m["content"] or "") for m in trajectory.turns[0].results)


def test_a_snapshot_goes_on_where_it_was_taken() -> None:
    task = make_task(world(SOLVED), 0, 0)
    episode = Episode(task)
    episode.start()
    episode.send(PUT)
    saved = episode.snapshot()
    episode.send(WIPE)
    episode.close()
    other = Episode.restore(saved)
    other.send(assistant(None, [("get", {"key": "k"})]))
    assert other.history[-1]["content"] == "5"
    other.close()


def test_a_trial_leaves_no_trace() -> None:
    episode = Episode(make_task(world(SOLVED), 0, 0))
    episode.start()
    episode.send(PUT)
    digest = episode.state.digest()
    assert episode.trial(WIPE) == ["1"]
    assert episode.state.digest() == digest
    episode.send(assistant(None, [("get", {"key": "k"})]))
    assert episode.history[-1]["content"] == "5"
    episode.close()


def test_gymnasium_finds_nothing_wrong_with_it() -> None:
    env = ToolEnv.from_functions(store, [SOLVED], name="checked", render_mode="ansi")
    check_env(env, skip_render_check=True)
    env.reset(seed=3)
    first, _ = env.reset()  # behind the last task the first comes again
    assert "Put 5" in first["messages"][1]["content"]
    env.close()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", ":1: This is not JSON"),
        ('{"id": "a"}', ":1: user: field required"),
        ('{"id": "a", "user": "x", "check": []}', "Did you mean 'checks'?"),
        ('{"id": "a", "user": "x", "checks": [{"said": 1, "called": "put"}]}', "just one of"),
        ('{"id": "a", "user": "x", "checks": [{"read_back": "get"}]}', "equals or contains"),
        ('{"id": "a", "user": "x", "checks": [{"said": 1, "args": {}}]}', "said takes no args"),
        ('{"id": "a", "user": "x", "files": {"../x": ""}}', "outside"),
        ('{"id": "a", "user": "x"}\n{"id": "a", "user": "y"}', ":2: id:"),
        ("\n", "no tasks"),
    ],
)
def test_a_wrong_task_file_is_told_in_a_sentence(tmp_path: Any, line: str, says: str) -> None:
    file = tmp_path / "tasks.jsonl"
    file.write_text(line)
    with pytest.raises(TrajgymError) as caught:
        read_tasks(file)
    assert says in str(caught.value)


def test_a_task_that_names_no_tool_of_the_source_is_refused() -> None:
    with pytest.raises(TrajgymError, match="Did you mean 'put'"):
        world({"id": "a", "user": "x", "solution": [{"tool": "putt"}]})


def test_what_cannot_be_a_tool_is_refused() -> None:
    def many(*values: int) -> None:
        """Takes them all."""

    async def later() -> None:
        """Comes later."""

    for function, says in ((many, "arguments have names"), (later, "coroutine"), (lambda: 1, "no name")):
        with pytest.raises(TrajgymError, match=says):
            Functions([function])
    with pytest.raises(TrajgymError, match="no function"):
        Functions([])


def test_what_needs_the_package_mcp_says_so_in_a_sentence(tmp_path: Any) -> None:
    """Where it is not installed everything else goes on, and a task of such a world names what is missing."""
    script = (
        "import sys; sys.modules['mcp'] = None\n"
        "from trajgym.cli import main\n"
        "sys.argv = ['trajgym', *sys.argv[1:]]\n"
        "main()\n"
    )

    def trajgym(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)

    listed = trajgym("worlds", "--json")
    assert listed.returncode == 0, listed.stderr
    assert "mcp_workbench" in listed.stdout
    asked = trajgym("generate", "--worlds", "mcp_workbench", "-n", "1", "--run", str(tmp_path / "run"))
    assert asked.returncode == 2
    assert "pip install 'trajgym[mcp]'" in asked.stderr
    assert "Traceback" not in asked.stderr
    other = trajgym("generate", "--worlds", "tool_picker", "-n", "1", "--run", str(tmp_path / "other"))
    assert other.returncode == 0, other.stderr
