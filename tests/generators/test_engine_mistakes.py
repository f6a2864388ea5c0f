"""What a model does wrong: named at the step, made into pairs, never learned from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from trajgym.api import Run
from trajgym.chat import loads
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.replay import replay
from trajgym.journal import Journal
from trajgym.testing.expert import Expert
from trajgym.testing.faults import Ask, Fault
from trajgym.testing.loopback import Loopback
from trajgym.trajectory import Pair, Trajectory, context

Answer = dict[str, Any]


@pytest.fixture(scope="module")
def generate(engine: Any, tasks_of: Any) -> Callable[..., Any]:
    """Rolls a model through tasks; `spoil` changes what the expert, its inside, answers."""

    def steps(
        path: Path,
        *names: str,
        n: int = 24,
        world: str = "tool_picker",
        rate: float = 0.0,
        spoil: Callable[[Answer, str], Answer] | None = None,
        faults: Any = None,
        **more: Any,
    ) -> Any:
        expert = Expert(tasks_of(n, world), rate)

        def model(request: dict[str, Any], key: str) -> Answer:
            answer = expert(request, key)
            return spoil(answer, key) if spoil else answer

        with Loopback(model, faults=faults) as server:
            asked = {"worlds": [world], "n": n, "teacher": "openai", "model": "m", "base_url": server.base_url}
            result = engine(path, *names, **asked, **more)
        assert result.code == 0, result.said
        return result

    return steps


def rows(path: Path) -> list[tuple[Trajectory, list[Pair]]]:
    """The trajectories of a run with all their pairs."""
    with Journal.open(path / "journal.sqlite", create=False, readonly=True) as journal:
        pairs: dict[str, list[Pair]] = {}
        for _, body in journal.pair_rows():
            pair = Pair.decode(body)
            pairs.setdefault(pair.trajectory, []).append(pair)
        return [(t, pairs.get(t.id, [])) for t in journal.trajectories()]


def said(message: Any) -> Any:
    """A message without the ids of its calls."""
    return message["content"], [call["function"] for call in message.get("tool_calls", ())]


def at(trajectory: Trajectory, turn: int) -> Episode:
    """The episode of `trajectory`, played as far as assistant message `turn`."""
    episode = Episode(trajectory.task, sample=trajectory.sample)
    episode.start()
    for past in trajectory.turns[:turn]:
        assert not isinstance(episode.send(past.message), Done)
    return episode


def played_out(episode: Episode, message: Any) -> int:
    """The reward of `episode` when `message` comes next and the expert after it."""
    need = episode.send(message)
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory.outcome.reward


# ---- a model that errs


@pytest.fixture(scope="module", params=["tool_picker", "retail_desk"])
def erring(request: pytest.FixtureRequest, generate: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("erring") / "run"
    n, rate = (30, 0.3) if request.param == "tool_picker" else (10, 0.12)  # episodes there take a dozen messages
    generate(path, n=n, world=request.param, rate=rate, pairs_per_task=2)
    return path


def test_each_mistake_is_named_where_it_was_made(erring: Path) -> None:
    mistakes = 0
    for trajectory, _ in rows(erring):
        episode = at(trajectory, 0)
        for turn in trajectory.turns:
            assert episode.check(turn.message) == turn.verdicts
            assert turn.weight == (not turn.verdicts)
            mistakes += bool(turn.verdicts)
            episode.send(turn.message)
        assert replay(trajectory) is None
    assert mistakes > 20


def test_real_mistakes_become_pairs(erring: Path) -> None:
    found = [(t, pair) for t, pairs in rows(erring) for pair in pairs if pair.rejected_from == "teacher"]
    assert len(found) > 6
    for trajectory, pair in found:
        assert pair.chosen_from == "oracle"
        taken = trajectory.turns[pair.turn]
        assert said(pair.rejected) == said(taken.message)
        assert (pair.code, pair.evidence) == (taken.verdicts[0].code, taken.verdicts[0].evidence)
        episode = at(trajectory, pair.turn)
        assert context(trajectory, pair.turn) == (episode.history, episode.frame.tools)  # message for message
        assert episode.check(pair.rejected)[0].code == pair.code
        assert episode.check(pair.chosen) == []
        assert said(episode.oracle()) == said(pair.chosen)
        assert played_out(episode, pair.chosen) == 1
    assert any(t.outcome.reward == 0 for t, _ in found) and any(t.outcome.reward == 1 for t, _ in found)


def test_right_messages_become_the_chosen_sides(erring: Path) -> None:
    found = [(t, pair) for t, pairs in rows(erring) for pair in pairs if pair.rejected_from == "operator"]
    assert len(found) > 2
    for trajectory, pair in found:
        assert pair.chosen_from == "teacher" and trajectory.outcome.reward == 1
        taken = trajectory.turns[pair.turn]
        assert taken.weight == 1 and pair.chosen == taken.message
        episode = at(trajectory, pair.turn)
        assert [v.code for v in episode.check(pair.rejected)] == [pair.code]
    clean = [pairs for t, pairs in rows(erring) if not t.mistakes]
    assert {(p.chosen_from, p.rejected_from) for pairs in clean for p in pairs} <= {("teacher", "operator")}


def test_no_trajectory_is_touched_by_the_pairs_made_of_it(erring: Path) -> None:
    for trajectory, pairs in rows(erring):
        for turn in trajectory.turns:
            answered = [m["tool_call_id"] for m in turn.results if m["role"] == "tool"]
            assert [call["id"] for call in turn.message.get("tool_calls", ())] == answered
        ids = {call["id"] for turn in trajectory.turns for call in turn.message.get("tool_calls", ())}
        assert not ids & {call["id"] for pair in pairs for call in pair.rejected.get("tool_calls", ())}


def test_pairs_of_lost_episodes_are_exported(erring: Path) -> None:
    run = Run(erring)
    kept = {t.id for t in run.trajectories(kept=True)}
    lost = [pair for pair, t in run.pairs() if t.id not in kept]
    assert lost and all((p.chosen_from, p.rejected_from) == ("oracle", "teacher") for p in lost)
    stats = run.stats()
    for funnel in (stats.trajectories, stats.pairs):
        assert funnel.generated == funnel.kept + sum(funnel.dropped.values())
    assert not any(reason.startswith("proof") for reason in stats.trajectories.dropped)
    written = (erring / "export/trl_dpo/train.meta.jsonl").read_bytes().splitlines()
    assert {p.id for p in lost} <= {orjson.loads(line)["pair"] for line in written}


# ---- a model that does not


def test_without_errors_it_plays_as_the_scripted_teacher_does(generate: Any, engine: Any, tmp_path: Path) -> None:
    generate(tmp_path / "openai", "generate", n=24)
    engine(tmp_path / "scripted", "generate", n=24)
    model, scripted = rows(tmp_path / "openai"), rows(tmp_path / "scripted")
    assert len(model) == len(scripted) == 24
    for (played, pairs), (wanted, others) in zip(model, scripted, strict=True):
        assert context(played, len(played.turns)) == context(wanted, len(wanted.turns))
        assert (played.outcome, played.digest, played.acts) == (wanted.outcome, wanted.digest, wanted.acts)
        assert (played.teacher, wanted.teacher) == (
            {"name": "m", "kind": "model"},
            {"name": "scripted", "kind": "scripted"},
        )
        assert played.usage.calls == len(played.turns) and wanted.usage.calls == 0
        assert [(p.id, p.chosen, p.rejected, p.code) for p in pairs] == [
            (p.id, p.chosen, p.rejected, p.code) for p in others
        ]
        assert {p.chosen_from for p in pairs} <= {"teacher"} and {p.chosen_from for p in others} <= {"oracle"}


# ---- replies that are hardly any


def first_turns(change: Callable[[Answer], Answer]) -> Callable[[Answer, str], Answer]:
    """Changes the answers of the first four turns."""
    return lambda answer, key: change(answer) if int(key.split("/")[3]) < 4 else answer


def test_arguments_that_are_no_json(generate: Any, tmp_path: Path) -> None:
    def spoil(answer: Answer) -> Answer:
        for call in answer.get("tool_calls", ()):
            call["function"]["arguments"] = call["function"]["arguments"][:-1] + ", 'half"
        return answer

    path = tmp_path / "run"
    generate(path, spoil=first_turns(spoil), rate=0.3, pairs_per_task=3)
    broken, after = 0, 0
    with Journal.open(path / "journal.sqlite", create=False, readonly=True) as journal:
        replies = dict(journal.query("SELECT key, reply FROM calls ORDER BY key"))
    for trajectory, pairs in rows(path):
        for number, turn in enumerate(trajectory.turns):
            errors = [m for m in turn.results if m["role"] == "tool" and "not a JSON object" in (m["content"] or "")]
            broken += bool(errors)
            if not errors:
                continue
            assert {call["function"]["arguments"] for call in turn.message["tool_calls"]} == {"{}"}
            assert (turn.weight, turn.verdicts[0].code) == (0, "M04")
            raw = orjson.loads(replies[f"{trajectory.task.id}/0/main/{number}/teacher/0"])
            sent = raw["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
            assert (
                sent.endswith(", 'half") and repr(sent[:200])[1:-1] in loads(errors[0]["content"])["error"]["message"]
            )
        assert not any(pair.code == "M04" and "tool_calls" in pair.rejected for pair in pairs)
        assert replay(trajectory) is None
        for pair in pairs:  # the chosen side was played after what was really sent, not after ``{}``
            behind = [turn for turn in trajectory.turns[: pair.turn] if "tool_calls" in turn.message]
            after += pair.rejected_from == "teacher" and any(v.code == "M04" for t in behind for v in t.verdicts)
            episode = Episode(trajectory.task)
            episode.start()
            for turn_number, past in enumerate(trajectory.turns[: pair.turn]):
                raw = orjson.loads(replies[f"{trajectory.task.id}/0/main/{turn_number}/teacher/0"])
                episode.send(raw["choices"][0]["message"])
                assert episode.turns[-1].results == past.results
            assert episode.check(pair.chosen) == []
            assert pair.chosen_from == "teacher" or played_out(episode, pair.chosen) == 1
    assert broken > 8 and after > 2


def test_replies_cut_at_the_limit_are_not_learned(generate: Any, tmp_path: Path) -> None:
    def cut(ask: Ask) -> Fault | None:
        return Fault("length") if int(ask.key.split("/")[3]) == 1 else None

    path = tmp_path / "run"
    generate(path, faults=cut, pairs_per_task=4)
    found = rows(path)
    whole = [t.turns[1] for t, _ in found if len(t.turns) > 1 and not t.turns[1].verdicts]
    assert len(whole) > 3  # the rules find nothing wrong, and yet they are not whole
    assert {turn.weight for turn in whole} == {0}
    assert all(pair.turn != 1 or pair.chosen_from == "oracle" for _, pairs in found for pair in pairs)
    assert any(turn.weight for t, _ in found for turn in t.turns)


def test_a_reply_without_words_or_calls(generate: Any, tmp_path: Path) -> None:
    path = tmp_path / "run"
    result = generate(
        path,
        n=16,
        spoil=lambda answer, key: {"role": "assistant", "content": ""} if "/0/main/0" in key and key < "8" else answer,
    )
    silent = [t for t, _ in rows(path) if said(t.turns[0].message) == ("", [])]
    assert len(silent) > 2
    assert all(t.turns[0].message == {"role": "assistant", "content": ""} for t in silent)
    assert result.done["filter"]["dropped"].get("format:empty", 0) > 0
    kept = list(Run(path).trajectories(kept=True))
    assert kept and all(said(turn.message) != ("", []) for t in kept for turn in t.turns)


def test_a_model_that_goes_round_in_circles(generate: Any, tasks_of: Any, tmp_path: Path) -> None:
    call = {"id": "a", "type": "function", "function": {"name": "recall", "arguments": '{"key":"x"}'}}
    again = {"role": "assistant", "content": None, "tool_calls": [call]}
    stuck = {task.id for task in tasks_of(20) if task.task_class == "act" and task.tool_view["mode"] == "native"}
    path = tmp_path / "run"
    generate(path, n=20, spoil=lambda answer, key: again if key.split("/")[0] in stuck else answer)
    lost = [(t, pairs) for t, pairs in rows(path) if t.task.id in stuck]
    assert len(lost) > 2
    kept = {t.task.id for t in Run(path).trajectories(kept=True)}
    assert len(kept) > 2 and not kept & stuck
    for trajectory, pairs in lost:
        outcome = trajectory.outcome
        assert (outcome.reward, outcome.ending, outcome.blame) == (0, "truncated", "agent")
        assert len(trajectory.turns) == load(trajectory.task.world).max_turns
        assert len(trajectory.mistakes) > 10 and replay(trajectory) is None
        assert all(pair.chosen_from == "oracle" for pair in pairs)
