"""Preference pairs: several hundred of them over the worlds, each looked at from the outside."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import orjson
import pytest

from trajgym.chat import assistant, parse_arguments
from trajgym.generators.branching import Branch, make_pairs, pair_from_mistake, usable_mistakes
from trajgym.generators.rollout import rollout
from trajgym.generators.scripted import ScriptedTeacher
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.replay import replay
from trajgym.trajectory import Pair, Trajectory, context
from trajgym.verdict import MISTAKES, StepVerdict

SIZES = {"tool_picker": 60, "retail_desk": 24, "desktop_assistant": 24}
Made = list[tuple[Trajectory, list[Pair]]]


def roll(tasks: Any, wanted: int = 3, sample: int = 0) -> Made:
    async def all_of_them() -> Made:
        return [await rollout(task, sample, ScriptedTeacher(), wanted) for task in tasks]

    return asyncio.run(all_of_them())


@pytest.fixture(scope="module")
def made(tasks_of: Any) -> dict[str, Made]:
    return {world: roll(tasks_of(n, world, 11)) for world, n in SIZES.items()}


@pytest.fixture(scope="module")
def all_made(made: dict[str, Made]) -> Made:
    return [row for rows in made.values() for row in rows]


def unfair(trajectory: Trajectory, pairs: list[Pair]) -> str:
    """Why one of the pairs is no fair comparison, empty when all are; found by playing the episode again."""
    episode = Episode(trajectory.task, sample=trajectory.sample)
    episode.start()
    found = [why for turn in range(len(trajectory.turns)) if (why := _unfair_at(episode, trajectory, pairs, turn))]
    played = sum(0 <= pair.turn < len(trajectory.turns) for pair in pairs)
    return next(iter(found), "") or ("" if played == len(pairs) else "place")


def _unfair_at(episode: Episode, trajectory: Trajectory, pairs: list[Pair], turn: int) -> str:
    why = ""
    for pair in pairs:
        if pair.turn == turn:
            why = why or _why_unfair(episode, trajectory, pair)
    episode.send(trajectory.turns[turn].message)
    return why


def _why_unfair(episode: Episode, trajectory: Trajectory, pair: Pair) -> str:
    if context(trajectory, pair.turn) != (episode.history, episode.frame.tools):
        return "prefix"
    if pair.chosen != trajectory.turns[pair.turn].message or trajectory.outcome.reward != 1:
        return "chosen side is not the one that reached reward 1"
    if episode.check(pair.chosen):
        return "chosen side breaks a rule"
    if [(v.code, v.evidence) for v in episode.check(pair.rejected)] != [(pair.code, pair.evidence)]:
        return "rejected side does not break the rule that is named"
    return ""


def test_the_sides_differ_in_one_message_and_one_rule(all_made: Made) -> None:
    assert sum(len(pairs) for _, pairs in all_made) > 300
    assert [why for trajectory, pairs in all_made if (why := unfair(trajectory, pairs))] == []


PLANTED = {
    "sides swapped": lambda p, t: replace(p, chosen=p.rejected, rejected=p.chosen),
    "both sides right": lambda p, t: replace(p, rejected=p.chosen),
    "both sides wrong": lambda p, t: replace(p, chosen=p.rejected),
    "another code": lambda p, t: replace(p, code="M12" if p.code != "M12" else "M01"),
    "another place": lambda p, t: replace(
        p, turn=next((n for n, turn in enumerate(t.turns) if turn.message != p.chosen), len(t.turns))
    ),
    "a place that is not there": lambda p, t: replace(p, turn=len(t.turns)),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_unfairness_is_seen(what: str, all_made: Made) -> None:
    seen = [unfair(t, [PLANTED[what](pairs[0], t)]) for t, pairs in all_made[::5] if pairs]
    assert len(seen) > 20 and all(seen)


def test_a_word_changed_in_the_prefix_is_seen(made: dict[str, Made]) -> None:
    trajectory, pairs = next((t, p) for t, p in roll_again(made) if p and p[0].turn > 0)
    trajectory.opening[0]["content"] += " "
    assert unfair(trajectory, pairs) == "prefix"


def roll_again(made: dict[str, Made]) -> Made:
    """Rows of one's own, to be spoilt."""
    return roll([trajectory.task for trajectory, _ in made["tool_picker"][:12]])


def test_at_least_fourteen_mistakes_occur(made: dict[str, Made]) -> None:
    codes = {world: Counter(pair.code for _, pairs in rows for pair in pairs) for world, rows in made.items()}
    together = set().union(*codes.values())
    assert together <= set(MISTAKES) and len(together) >= 14, codes
    for world, counted in codes.items():
        assert len(counted) >= 10, (world, counted)
        assert max(counted.values()) < 0.4 * counted.total(), (world, counted)


def test_several_pairs_of_a_task_are_different(all_made: Made) -> None:
    several = [pairs for _, pairs in all_made if len(pairs) > 1]
    assert len(several) > 60
    for pairs in several:
        assert len({pair.code for pair in pairs}) == len({pair.turn for pair in pairs}) == len(pairs) <= 3
    for trajectory, pairs in all_made:
        assert [pair.id for pair in pairs] == [f"{trajectory.id}-p{k}" for k in range(len(pairs))]
        assert {pair.trajectory for pair in pairs} <= {trajectory.id}


def test_most_tasks_give_the_pair_that_is_asked_for(made: dict[str, Made]) -> None:
    for rows in made.values():
        assert sum(bool(pairs) for _, pairs in rows) > 0.85 * len(rows)


def test_they_are_labelled(all_made: Made) -> None:
    labels = {(pair.chosen_from, pair.rejected_from) for _, pairs in all_made for pair in pairs}
    assert labels == {("oracle", "operator")}


def names(message: Any) -> list[str]:
    return [call["function"]["name"] for call in message.get("tool_calls", ())]


def test_a_tool_that_is_not_shown_stands_on_the_rejected_side_only(all_made: Made) -> None:
    strange = 0
    for trajectory, pairs in all_made:
        if trajectory.task.tool_view["mode"] == "json":
            continue
        shown = {tool["function"]["name"] for tool in trajectory.turns[0].frame.tools}
        for pair in pairs:
            assert shown.issuperset(names(pair.chosen))
            assert shown.issuperset(names(pair.rejected)) == (pair.code != "M05")
            strange += pair.code == "M05"
    assert strange > 2


def test_broken_json_only_where_the_reply_is_json(all_made: Made) -> None:
    broken = 0
    for trajectory, pairs in all_made:
        json_mode = trajectory.task.tool_view["mode"] == "json"
        for pair in pairs:
            assert json_mode or pair.code != "M04"
            for message in (pair.chosen, pair.rejected):
                calls = [call["function"]["arguments"] for call in message.get("tool_calls", ())]
                assert not any(parse_arguments(arguments) is None for arguments in calls)
                assert not json_mode or not calls
            if json_mode:
                orjson.loads(pair.chosen["content"] or "")
                broken += pair.code == "M04" and not _is_json(pair.rejected["content"] or "")
    assert broken > 5


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except ValueError:
        return False
    return True


def test_ids_of_calls_are_ours_and_belong_to_one_side(all_made: Made) -> None:
    for trajectory, pairs in all_made:
        own = {call["id"] for turn in trajectory.turns for call in turn.message.get("tool_calls", ())}
        for pair in pairs:
            ids = [call["id"] for call in pair.rejected.get("tool_calls", ())]
            assert len(set(ids)) == len(ids) and not own & set(ids)
            assert all(re.fullmatch("[a-zA-Z0-9]{9}", name) for name in ids)


def test_the_rejected_side_is_run_and_leaves_no_trace(all_made: Made) -> None:
    answers = 0
    for trajectory, pairs in all_made[::4]:
        assert replay(trajectory) is None  # it was run while the episode was played
        for pair in pairs:
            episode = Episode(trajectory.task)
            episode.start()
            for turn in trajectory.turns[: pair.turn]:
                episode.send(turn.message)
            before = episode.state.digest(), episode.state.clock
            answers += len(episode.trial(pair.rejected))
            assert (episode.state.digest(), episode.state.clock) == before
            episode.close()
    assert answers > 20


def test_asking_for_pairs_changes_nothing_else(tasks_of: Any) -> None:
    tasks = tasks_of(20, "tool_picker", 11)
    without, one, three = (roll(tasks, wanted) for wanted in (0, 1, 3))
    assert [t.encode() for t, _ in without] == [t.encode() for t, _ in one] == [t.encode() for t, _ in three]
    assert not any(pairs for _, pairs in without)
    assert {1} <= {len(pairs) for _, pairs in one} <= {0, 1}


def test_equal_tasks_give_equal_pairs_and_other_samples_others(made: dict[str, Made], tasks_of: Any) -> None:
    tasks = tasks_of(12, "tool_picker", 11)
    first = [[pair.encode() for pair in pairs] for _, pairs in made["tool_picker"][:12]]
    assert [[pair.encode() for pair in pairs] for _, pairs in roll(tasks)] == first
    other = [[(pair.code, pair.turn) for pair in pairs] for _, pairs in roll(tasks, sample=1)]
    assert other != [[(pair.code, pair.turn) for pair in pairs] for _, pairs in made["tool_picker"][:12]]


# ---- what gives no pair


def test_no_pair_out_of_an_episode_that_missed_its_goal(made: dict[str, Made]) -> None:
    (trajectory, pairs) = next((t, p) for t, p in roll_again(made) if p)
    branch = Branch(pairs[0].turn, pairs[0].rejected, StepVerdict(pairs[0].code, ""))
    assert len(make_pairs(trajectory, [branch], "teacher")) == 1
    trajectory.outcome.reward = 0
    assert make_pairs(trajectory, [branch], "teacher") == []


def test_no_pair_whose_chosen_side_nobody_shall_learn_or_that_is_the_same(made: dict[str, Made]) -> None:
    (trajectory, pairs) = next((t, p) for t, p in roll_again(made) if p)
    verdict, turn = StepVerdict(pairs[0].code, ""), pairs[0].turn
    same = Branch(turn, trajectory.turns[turn].message, verdict)
    assert make_pairs(trajectory, [same], "teacher") == []
    trajectory.turns[turn].weight = 0
    assert make_pairs(trajectory, [Branch(turn, pairs[0].rejected, verdict)], "teacher") == []


SORRY = "I'm sorry, but I can't help with that."


def blundered(task: Any) -> tuple[Trajectory, list[Any]] | None:
    """An episode whose teacher gives up at the first call that it should make and then goes on; what it sent."""
    episode, sent, blunder = Episode(task), [], False
    need: Any = episode.start()
    while not isinstance(need, Done):
        give_up = not blunder and episode.moves()[0].kind == "call" and not episode.json_mode
        sent.append(assistant(SORRY) if give_up else episode.oracle())
        blunder |= give_up
        need = episode.send(sent[-1])
    return (need.trajectory, sent) if need.trajectory.mistakes else None


@pytest.fixture
def blunders(tasks_of: Any) -> list[tuple[Trajectory, list[Any]]]:
    return [found for task in tasks_of(40, "tool_picker", 11) if (found := blundered(task))][:8]


def test_a_real_mistake_and_what_the_expert_says_instead(blunders: Any) -> None:
    for trajectory, sent in blunders:
        (turn,) = usable_mistakes(trajectory)
        pair = pair_from_mistake(trajectory, sent, turn, 2)
        assert pair is not None
        assert (pair.id, pair.code, pair.rejected["content"]) == (f"{trajectory.id}-p2", "M12", SORRY)
        assert pair.chosen["tool_calls"] and (pair.chosen_from, pair.rejected_from) == ("oracle", "teacher")


def test_no_pair_when_the_way_there_is_another(blunders: Any) -> None:
    trajectory, sent = next((t, s) for t, s in blunders if usable_mistakes(t)[0] > 0)
    (turn,) = usable_mistakes(trajectory)
    assert pair_from_mistake(trajectory, [assistant("Hm."), *sent[1:]], turn, 0) is None


def test_no_pair_when_the_expert_would_have_said_the_same(blunders: Any) -> None:
    trajectory, sent = blunders[0]
    (turn,) = usable_mistakes(trajectory)
    pair = pair_from_mistake(trajectory, sent, turn, 0)
    assert pair is not None
    trajectory.turns[turn].message = pair.chosen
    assert pair_from_mistake(trajectory, sent, turn, 0) is None


def test_mistakes_that_no_pair_can_show(blunders: Any) -> None:
    trajectory, _ = blunders[0]
    for turn in trajectory.turns:
        turn.verdicts = []
    call = assistant(None, [("find", "{}")])

    def usable(*mistakes: tuple[Any, str]) -> list[int]:
        for turn, (message, code) in zip(trajectory.turns, mistakes, strict=False):
            turn.message, turn.verdicts = message, [StepVerdict(code, "")] if code else []
        return usable_mistakes(trajectory)

    assert len(trajectory.turns) >= 3
    assert usable((call, "M01"), (call, ""), (assistant("x"), "M12")) == [0, 2]
    assert usable((call, "M04"), (call, "M01"), (assistant("x"), "M04")) == [1, 2]
    assert usable((call, "M01"), (call, "M05"), (assistant("x"), "M12")) == [0, 1]
