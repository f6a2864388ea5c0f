"""The proof: whatever is changed in a record, it says where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as other
from typing import Any

import orjson
import pytest
from worlds_tested import NAMES

from trajgym.chat import assistant, dumps, tool_call_id
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.replay import replay
from trajgym.gym_envs.tasks import make_task
from trajgym.task import Task
from trajgym.trajectory import Frame, Trajectory, Turn

ORDER = {"order_id": "O-101"}
Change = Callable[[Trajectory], None]


def copied(trajectory: Trajectory) -> Trajectory:
    return Trajectory.decode(trajectory.encode(), trajectory.frames().__getitem__)


def changed(trajectory: Trajectory, change: Change) -> str | None:
    record = copied(trajectory)
    assert replay(record) is None
    change(record)
    return replay(record)


@pytest.fixture
def record(stage: Any) -> Trajectory:
    """Turns: find_customer, get_order, a request to confirm, cancel_order, closing words."""
    trajectory: Trajectory = stage.finish(stage.start("cancel")).trajectory
    assert len(trajectory.turns) == 5
    return trajectory


@pytest.fixture
def handed_off(stage: Any) -> Trajectory:
    trajectory: Trajectory = stage.finish(stage.start("hand_off")).trajectory
    return trajectory


def content(turn: int, old: str, new: str) -> Change:
    def change(record: Trajectory) -> None:
        message = record.turns[turn].results[0]
        assert old in (message["content"] or "")
        message["content"] = (message["content"] or "").replace(old, new)

    return change


def arguments(turn: int, old: str, new: str) -> Change:
    def change(record: Trajectory) -> None:
        function = record.turns[turn].message["tool_calls"][0]["function"]
        assert old in function["arguments"]
        function["arguments"] = function["arguments"].replace(old, new)

    return change


def call_id(turn: int, where: str) -> Change:
    def change(record: Trajectory) -> None:
        if where == "call":
            record.turns[turn].message["tool_calls"][0]["id"] = "abcdefghi"
        else:
            record.turns[turn].results[0]["tool_call_id"] = "abcdefghi"

    return change


def both_ids(record: Trajectory) -> None:
    call_id(1, "call")(record)
    call_id(1, "result")(record)


def tool_name(record: Trajectory) -> None:
    record.turns[1].results[0]["name"] = "get_orders"


def renamed(record: Trajectory) -> None:
    record.turns[1].message["tool_calls"][0]["function"]["name"] = "get_orders"


def another_frame(record: Trajectory) -> None:
    frame = record.turns[3].frame
    record.turns[3].frame = Frame(frame.agent, frame.system + " ", frame.tools)


def fewer_tools(record: Trajectory) -> None:
    frame = record.turns[3].frame
    record.turns[3].frame = Frame(frame.agent, frame.system, frame.tools[1:])


def drop(turn: int) -> Change:
    return lambda record: record.turns.pop(turn) and None


def double(record: Trajectory) -> None:
    record.turns.insert(2, record.turns[1])


def swap(record: Trajectory) -> None:
    record.turns[0], record.turns[1] = record.turns[1], record.turns[0]


def drop_result(record: Trajectory) -> None:
    record.turns[1].results.clear()


def more_results(record: Trajectory) -> None:
    record.turns[1].results.append(dict(record.turns[1].results[0]))  # type: ignore[arg-type]


def more_user_words(record: Trajectory) -> None:
    record.turns[2].results.append({"role": "user", "content": "And be quick."})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (content(0, "Bonn", "Bonm"), "turn 0: tool message 0 differs"),
        (content(1, "340", "341"), "turn 1: tool message 0 differs"),
        (content(1, "{", " {"), "turn 1: tool message 0 differs"),
        (content(3, "true", "True"), "turn 3: tool message 0 differs"),
        (arguments(1, "O-101", "O-102"), "turn 1: tool message 0 differs"),
        (arguments(1, "O-101", "O-999"), "turn 1: tool message 0 differs"),
        (arguments(3, "O-101", "O-102"), "the final digest differs"),
        (call_id(1, "call"), "turn 1: the ids of the calls differ"),
        (call_id(1, "result"), "turn 1: tool message 0 differs"),
        (both_ids, "turn 1: the ids of the calls differ"),
        (tool_name, "turn 1: tool message 0 differs"),
        (renamed, "turn 1: tool message 0 differs"),
        (another_frame, "turn 3: the system prompt or the tools differ"),
        (fewer_tools, "turn 3: the system prompt or the tools differ"),
        (drop(0), "turn 0: the ids of the calls differ"),
        (drop(2), "turn 2: the ids of the calls differ"),
        (drop(3), "the final digest differs"),
        (drop(4), "turn 3: the user acted 3 times and has 2 messages"),
        (double, "turn 2: the ids of the calls differ"),
        (swap, "turn 0: the ids of the calls differ"),
        (drop_result, "turn 1: 1 calls have 0 tool messages"),
        (more_results, "turn 1: 1 calls have 2 tool messages"),
        (more_user_words, "turn 4: the user acted 3 times and has 4 messages"),
        (lambda r: setattr(r, "digest", "0" + r.digest[1:]) or setattr(r, "digest", r.digest[::-1]), "the final digest differs"),
        (lambda r: setattr(r, "id", "x" + r.id[1:]), "the id is not the task's"),
        (lambda r: setattr(r, "sample", 1), "the id is not the task's"),
        (lambda r: setattr(r.outcome, "ending", "truncated"), "turn 4: the limit of turns is not reached"),
        (lambda r: setattr(r.outcome, "ending", "handed_off:transfer"), "turn 4: the hand-off is missing"),
    ],
)  # fmt: skip
def test_a_change_is_found_where_it_is(record: Trajectory, change: Change, reason: str) -> None:
    assert changed(record, change) == reason


def test_a_hand_off_that_was_cut_away_is_missed(handed_off: Trajectory) -> None:
    assert changed(handed_off, drop(1)) == "turn 0: the hand-off is missing"


def test_words_are_not_for_the_proof_to_check(record: Trajectory) -> None:
    """A model may have written them; they cannot be made again. (What the agent said is judged by other filters.)"""

    def words(record: Trajectory) -> None:
        record.opening[0]["content"] = "I wish to cancel O-101."
        record.turns[2].message["content"] = "Shall I?"
        record.turns[2].results[0]["content"] = "Yes!"

    assert changed(record, words) is None


def test_another_recipe_is_not_the_same_episode(record: Trajectory) -> None:
    forged = copied(record)
    forged.task = other(record.task, index=record.task.index + 1)
    assert replay(forged) == "the id is not the task's"
    forged.id = f"{forged.task.id}-0"
    assert replay(forged) == "turn 0: the ids of the calls differ"
    forged.task = other(record.task, version=2)
    assert replay(forged) == "world version 2, this is 1"


def test_every_byte_of_a_tool_message_counts(stage: Any) -> None:
    """Also of several in one turn, of errors, and of a world with a planted text."""
    episode = stage.start("attack")
    episode.send(
        stage.call(("get_order", ORDER), ("get_order", {}), ("fetch", {}), ("get_order", {"order_id": "O-102"}))
    )
    trajectory = stage.finish(episode).trajectory
    assert replay(trajectory) is None
    for position, message in enumerate(trajectory.turns[0].results):
        text = message["content"] or ""
        for at in range(0, len(text), 7):
            message["content"] = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
            assert replay(trajectory) == f"turn 0: tool message {position} differs"
        message["content"] = text
    assert replay(trajectory) is None


def broken(stage: Any, raw: str) -> Trajectory:
    episode = stage.start("reads")
    episode.send(stage.call(("get_order", raw), ("get_order", ORDER)))
    trajectory: Trajectory = stage.finish(episode).trajectory
    assert trajectory.turns[0].message["tool_calls"][0]["function"]["arguments"] == "{}"
    return trajectory


@pytest.mark.parametrize(
    "raw", ["", '{"order_id": "O-101"', "[1]", "'", '"', "\\", "x" * 500, "\n\t\x00", "ü😀", "null"]
)
def test_arguments_that_did_not_parse_are_proved_by_their_error(stage: Any, raw: str) -> None:
    assert replay(broken(stage, raw)) is None


@pytest.mark.parametrize(
    ("raw", "code", "message"),
    [
        ("{", "invalid_json", "The arguments are not a JSON object: '{}'."),
        ("{", "invalid_json", 'The arguments are not a JSON object: "{".'),
        ("{", "invalid_json", "The arguments are no JSON object: '{'."),
        ("{", "invalid_json", "The arguments are not a JSON object: open('/etc/passwd')."),
        ("{", "not_found", "No order."),
    ],
)
def test_a_forged_parse_error_is_found(stage: Any, raw: str, code: str, message: str) -> None:
    trajectory = broken(stage, raw)
    trajectory.turns[0].results[0]["content"] = dumps({"error": {"code": code, "message": message}})
    assert replay(trajectory) == "turn 0: tool message 0 differs"


def test_a_parse_error_cannot_stand_for_a_call_that_was_fine(record: Trajectory) -> None:
    forged = {"error": {"code": "invalid_json", "message": "The arguments are not a JSON object: '{'."}}

    def change(record: Trajectory) -> None:
        record.turns[1].results[0]["content"] = dumps(forged)

    assert changed(record, change) == "turn 1: tool message 0 differs"


def test_calls_beyond_the_limit_are_proved_too(stage: Any) -> None:
    episode = stage.start("reads")
    episode.send(stage.call(*[("search_help", {"query": str(n)}) for n in range(18)]))
    trajectory = stage.finish(episode).trajectory
    assert replay(trajectory) is None
    last = trajectory.turns[0].results[17]
    assert "too_many" in (last["content"] or "")
    last["content"] = (last["content"] or "").replace("16", "17")
    assert replay(trajectory) == "turn 0: tool message 17 differs"


def test_json_mode_is_proved_by_what_the_program_answered(stage: Any) -> None:
    episode = stage.start("reads", mode="json")
    episode.send(assistant(dumps([{"tool": "get_order"}, {"tool": "fetch"}])))
    trajectory = stage.finish(episode).trajectory
    assert replay(trajectory) is None
    answer = trajectory.turns[0].results[0]
    assert answer["role"] == "user"
    answer["content"] = (answer["content"] or "").replace("get_order", "got_order").replace("required", "requires")
    assert replay(trajectory) == "turn 0: the program's answer differs"
    trajectory.turns[0].results.clear()
    assert replay(trajectory) == "turn 0: the program's answer differs"


def test_a_truncated_episode_is_proved(stage: Any) -> None:
    episode = stage.start("cancel")
    need: Any = None
    while not isinstance(need, Done):
        need = episode.send(stage.call(("search_help", {"query": "x"})))
    assert need.truncated
    assert replay(need.trajectory) is None
    need.trajectory.turns.pop()
    assert replay(need.trajectory) == f"turn {len(need.trajectory.turns) - 1}: the limit of turns is not reached"


def played(task: Task, sample: int) -> Trajectory:
    episode = Episode(task, sample=sample, teacher="m", kind="model")
    need = episode.start()
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


@pytest.mark.parametrize("name", NAMES)
def test_a_flip_in_any_world_is_found(name: str) -> None:
    """One letter of one tool message, in every task that has one."""
    world = registry.load(name)
    flipped = 0
    for index in range(40):
        record = Trajectory.decode(*_coded(played(other(make_task(world, 3, index), backend=1), 2)))
        assert replay(record) is None
        tools = [(n, m) for n, turn in enumerate(record.turns) for m in turn.results if m["role"] == "tool"]
        if tools:
            turn, message = tools[index % len(tools)]
            text = message["content"] or ""
            message["content"] = text[:-3] + ("x" if text[-3] != "x" else "y") + text[-2:]
            reason = replay(record)
            assert reason is not None
            assert reason.startswith(f"turn {turn}: tool message")
            flipped += 1
    assert flipped >= 15


def _coded(trajectory: Trajectory) -> tuple[bytes, Callable[[str], Frame]]:
    """As it stands in a journal: frames by key, each once."""
    frames = {key: Frame.from_body(frame.body) for key, frame in trajectory.frames().items()}
    assert orjson.loads(trajectory.encode())["turns"][0]["frame"] in frames
    return trajectory.encode(), frames.__getitem__


def test_ids_depend_on_where_a_call_stands_and_on_nothing_else() -> None:
    ids = {tool_call_id(e, t, p) for e in ("a-0", "a-1") for t in range(20) for p in range(16)}
    assert len(ids) == 640
    assert tool_call_id("a-0", 1, 1) == tool_call_id("a-0", 1, 1)
    assert all(len(i) == 9 and i.isascii() and i.isalnum() for i in ids)


def test_a_turn_of_another_sample_does_not_fit(stage: Any, record: Trajectory) -> None:
    sibling = Episode(record.task, sample=1)
    sibling.start()
    sibling.send(sibling.oracle())
    turn: Turn = sibling.turns[0]
    sibling.close()
    record.turns[0] = turn
    assert replay(record) == "turn 0: the ids of the calls differ"
