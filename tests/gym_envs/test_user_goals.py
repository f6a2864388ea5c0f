"""How wishes hang together: each level of `goal_structure` shows its sign, changes what is right, and is judged by it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from trajgym.chat import assistant
from trajgym.errors import TrajgymError
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.operators import propose
from trajgym.gym_envs.plan import Plan, Step
from trajgym.gym_envs.structures import MEASURING, NEXT
from trajgym.gym_envs.style import Form
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user import replies
from trajgym.gym_envs.user.dims import DIMENSIONS, check
from trajgym.gym_envs.user.space import valid
from trajgym.gym_envs.wishes import WishWorld
from trajgym.seeding import Rng
from trajgym.task import Task
from trajgym.trajectory import Trajectory

LEVELS = DIMENSIONS["goal_structure"].levels


def tasks(name: str, level: str, seed: int = 5, **more: str) -> Iterator[Task]:
    """Tasks of a world's stream, with that level put into their profile where it may stand."""
    world = registry.load(name)
    for index in range(5000):
        task = make_task(world, seed, index)
        profile = {**task.profile, **more, "goal_structure": level}
        profile = {
            key: profile[key] for key in DIMENSIONS if key in profile and profile[key] != DIMENSIONS[key].neutral
        }
        if valid(profile, world) and "feasibility" not in profile:
            yield replace(task, profile=profile)


def plain(name: str, level: str, count: int, **more: str) -> list[Task]:
    """Tasks of users about whom nothing else is said: the sign of a level is not covered by anything."""
    world = registry.load(name)
    profile = {"goal_structure": level, **more} if level != "single" else dict(more)
    found = (make_task(world, 7, index) for index in itertools.count())
    whole = (task for task in found if "without" not in task.tool_view)  # a task that lacks a tool is another one
    return [replace(task, profile=profile, task_class="act", faults={}) for task in itertools.islice(whole, count)]


def until(episode: Episode, arrived: Callable[[str], bool]) -> None:
    """The expert's way up to the first move of a kind."""
    while not arrived(episode.moves()[0].kind):
        assert not isinstance(episode.send(episode.oracle()), Done)


def play(task: Task) -> Trajectory:
    episode = Episode(task)
    need: Any = episode.start()
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


def users(trajectory: Trajectory) -> list[str]:
    heard = [*trajectory.opening, *(message for turn in trajectory.turns for message in turn.results)]
    return [message["content"] or "" for message in heard if message["role"] == "user"]


def agents(trajectory: Trajectory) -> list[str]:
    return [str(turn.message["content"]) for turn in trajectory.turns if turn.message["content"]]


def _holds(text: str, act: str) -> bool:
    return any(form.split("{")[0].rstrip(" :,.") in text for form in replies.CORES[act])


def _goes_through(trajectory: Trajectory) -> bool:
    """More is announced in front, and named when what came before has been reported."""
    texts = users(trajectory)
    named = [n for n, text in enumerate(texts) if any(form.split("{")[0] in text for form in NEXT)]
    return _holds(texts[0], "announce") and bool(named) and trajectory.acts[named[0]] == "multi_sequential"


_COMPARED = re.compile(
    "for the two together|for both together|two taken together|between the two|far apart|of the two|compare the two"
)

SIGNS: dict[str, Callable[[Trajectory], bool]] = {
    "multi_sequential": _goes_through,
    "conditional": lambda t: bool(
        re.search(r"\b(?:[Ii]f|[Ii]n case|[Ss]hould) the .* (?:more|less) than \d", " ".join(users(t)))
    ),
    "aggregate_compare": lambda t: bool(_COMPARED.search(" ".join(users(t)))),
    "standing_rule": lambda t: _holds(users(t)[0], "rule"),
}


@pytest.mark.parametrize("name", ["home_automation", "shell_fs", "travel_planner"])
def test_every_level_shows_its_sign_and_no_other_does(name: str) -> None:
    for level in ("single", *SIGNS):
        for task in plain(name, level, 10):
            trajectory = play(task)
            shown = [other for other, sign in SIGNS.items() if sign(trajectory)]
            assert shown == ([] if level == "single" else [level]), users(trajectory)
            assert ("goal_structure" in trajectory.reached) == (level != "single")
            assert trajectory.outcome.reward == 1 and not trajectory.mistakes


CARRIED = {
    "multi_sequential": ("code_translator", "dual_control_support", "pharma_swarm"),
    "conditional": ("home_automation", "shell_fs", "travel_planner"),
    "aggregate_compare": ("http_api", "sql_analyst", "craft_world"),
    "standing_rule": ("graph_editor", "retail_desk", "sql_analyst"),
}


@pytest.mark.parametrize(("level", "name"), [(level, name) for level, names in CARRIED.items() for name in names])
def test_the_expert_can_do_all_of_it(level: str, name: str) -> None:
    for task, _ in zip(tasks(name, level), range(60), strict=False):
        trajectory = play(task)
        assert trajectory.outcome.reward == 1, (task.index, trajectory.outcome.why)
        assert not trajectory.mistakes and "goal_structure" in trajectory.reached, task.index


def test_which_worlds_have_which_levels() -> None:
    measuring = dict.fromkeys(MEASURING, 0)
    for name in registry.names():
        world = registry.load(name)
        for level, needed in MEASURING.items():
            has = isinstance(world, WishWorld) and world.can({"again", needed})
            assert valid({"goal_structure": level}, world) == has, name
            measuring[level] += has
        assert valid({"goal_structure": "standing_rule"}, world), name
        assert valid({"goal_structure": "multi_sequential"}, world) == isinstance(world, WishWorld), name
    assert measuring == {"conditional": 10, "aggregate_compare": 9}


def test_what_does_not_go_together_says_why() -> None:
    with pytest.raises(TrajgymError, match="hangs together"):
        check({"goal_structure": "multi_sequential", "mind_change": "goal_switch"})
    with pytest.raises(TrajgymError, match="160 characters"):
        check({"goal_structure": "standing_rule", "channel": "sms"})


# -- a rule for every message --------------------------------------------------------------------------------------------


def ruled(stage: Any, sample: int = 0, **profile: str) -> Episode:
    episode = Episode(stage.task("cancel", goal_structure="standing_rule", **profile), sample=sample)
    episode.start()
    assert episode.plan.rule is not None
    return episode


def test_each_message_of_the_expert_keeps_the_rule(stage: Any) -> None:
    wishes = set()
    for index in range(40):
        task = replace(stage.task("cancel", goal_structure="standing_rule", info_giving="only_when_asked"), index=index)
        episode = Episode(task)
        episode.start()
        rule = episode.plan.rule
        assert rule is not None and rule.wish in users_words(episode)
        done = stage.finish(episode)
        assert done.trajectory.outcome.reward == 1 and not done.trajectory.mistakes
        said = agents(done.trajectory)
        assert len(said) > 2 and not any(rule.breach(text) for text in said)
        wishes.add(rule.wish.partition('"')[0])
    assert len(wishes) == 6


def users_words(episode: Episode) -> str:
    return " ".join(str(message["content"]) for message in episode.history if message["role"] == "user")


def forgotten(episode: Episode) -> str:
    rule = episode.plan.rule
    assert rule is not None
    return rule.drop(str(episode.oracle()["content"]))


def test_who_forgets_the_rule_once_is_reminded_and_may_go_on(stage: Any) -> None:
    for index in range(30):
        task = replace(stage.task("cancel", goal_structure="standing_rule"), index=index)
        episode = Episode(task)
        episode.start()
        until(episode, lambda kind: kind != "call")
        assert episode.moves()[0].kind == "confirm"
        episode.send(assistant(forgotten(episode)))
        assert [verdict.code for verdict in episode.turns[-1].verdicts] == ["M24"]
        assert (
            episode.acts[-1] == "form" and not episode.trace.confirmed
        )  # what is said in another form is not answered
        trajectory = stage.finish(episode).trajectory
        assert trajectory.outcome.reward == 1
        assert trajectory.mistakes == ["M24"]


def test_who_never_keeps_the_rule_is_left_alone(stage: Any) -> None:
    episode = ruled(stage)
    need: Any = None
    while not isinstance(need, Done):
        call = episode.moves()[0].kind == "call"
        need = episode.send(episode.oracle() if call else assistant(forgotten(episode)))
    assert need.trajectory.outcome.reward == 0 and need.trajectory.acts[-1] == "hang_up"


def test_the_rule_holds_from_when_it_is_set(stage: Any) -> None:
    episode = ruled(stage, opening="greeting_only")
    episode.send(assistant("HELLO there!\n- What can I do for you"))
    assert not episode.turns[-1].verdicts
    episode.send(assistant("HELLO there!\n- What can I do for you"))
    assert [verdict.code for verdict in episode.turns[-1].verdicts] == ["M24"]


def test_words_beside_a_call_keep_the_rule_too(stage: Any) -> None:
    for text, codes in (("Let me see!\n- looking", ["M24"]), ("", [])):
        episode = ruled(stage)
        message = episode.oracle()
        message["content"] = text or None
        episode.send(message)
        assert [verdict.code for verdict in episode.turns[-1].verdicts] == codes


def test_an_operator_forgets_the_rule(stage: Any) -> None:
    codes = set()
    for index in range(12):
        episode = Episode(replace(stage.task("cancel", goal_structure="standing_rule"), index=index))
        episode.start()
        until(episode, lambda kind: kind != "call")
        found = propose(episode, "M24", Rng("forget", index))
        assert found is not None
        codes.add(found[1].evidence.split(" ", 2)[0])
    assert len(codes) > 2


@pytest.mark.parametrize("form", [
    Form("", (), begins="ahoy"), Form("", (), ends="over and out"), Form("", (), holds="Chief"), Form("", (), lower=True),
    Form("", (), unmarked="!"), Form("", (), unlisted=True),
])  # fmt: skip
def test_a_form_is_put_on_and_taken_off(form: Form) -> None:
    for text in ("Done! It costs 12.50 euros.", "Shall I go ahead?", "- one\n- Two", "All right"):
        kept = form.apply(text)
        assert not form.breach(kept)
        assert form.apply(kept) == kept
        assert form.breach(form.drop(kept))


# -- one thing after the other -------------------------------------------------------------------------------------------


def in_order(name: str, count: int) -> list[Episode]:
    episodes = []
    for task in plain(name, "multi_sequential", count):
        episode = Episode(task)
        episode.start()
        assert episode.plan.sequel
        episodes.append(episode)
    return episodes


def test_the_second_thing_is_named_after_the_first_is_reported() -> None:
    for episode in in_order("home_automation", 8):
        first = [step.name for step in episode.plan.steps if step.since == 0 and step.required]
        while episode.acts[-1] != "multi_sequential":
            assert not any(episode.trace.done.keys() - set(first))
            assert episode.send(episode.oracle()) is not None
        assert set(first) <= set(episode.trace.done)
        assert set(first) <= episode.trace.reported


def test_the_second_thing_before_the_first_is_a_mistake() -> None:
    """Nobody has named it: its values are invented."""
    for episode in in_order("graph_editor", 8):
        step = next(step for step in episode.plan.steps if step.since == 1 and step.slots)
        episode.send(episode.worded(assistant(None, [(step.tool, step.args)])))
        assert {verdict.code for verdict in episode.turns[-1].verdicts} & {
            "M02",
            "M06",
            "M07",
            "M13",
            "M14",
            "M19",
            "M01",
        }
        episode.close()


def test_who_ends_before_the_last_thing_gets_nothing() -> None:
    for episode in in_order("travel_planner", 6):
        while episode.acts[-1] != "multi_sequential":
            episode.send(episode.oracle())
        need: Any = None
        while not isinstance(need, Done):
            need = episode.send(assistant("That was everything. Goodbye!"))
        assert need.trajectory.outcome.reward == 0
        assert "M12" in need.trajectory.mistakes


# -- a condition ---------------------------------------------------------------------------------------------------------


def staged(name: str, level: str, count: int, **more: str) -> Iterator[Episode]:
    for task in plain(name, level, count, **more):
        episode = Episode(task)
        episode.start()
        yield episode


def finish(episode: Episode) -> Trajectory:
    need: Any = None
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


def do(episode: Episode, step: Step) -> set[str]:
    """Make the call of `step`; the mistakes in it."""
    episode.send(episode.worded(assistant(None, [(step.tool, step.args)])))
    return {verdict.code for verdict in episode.turns[-1].verdicts}


def of_branch(plan: Plan) -> list[Step]:
    """What the condition asks for."""
    return [step for step in plan.steps if step.goal == "c_g0"]


def writes(episode: Episode, steps: list[Step]) -> list[Step]:
    return [step for step in steps if episode.world.tool_map[step.tool].kind == "write"]


def test_the_limit_stands_beside_the_wish_and_decides() -> None:
    """Each way about as often; what is owed is what the number says."""
    ways = []
    for name in ("travel_planner", "home_automation", "sql_analyst"):
        for episode in staged(name, "conditional", 30, info_giving="only_when_asked"):
            plan = episode.plan
            goal = next(goal for goal in plan.goals if goal.structure)
            limit = plan.facts["if_limit"]
            assert "if_limit" in episode.trace.told and limit.spoken in users_words(episode)
            value = next(tell.value for tell in plan.tells if tell.kind == "number" and tell.goal != goal.name)
            holds = value > limit.value if "more than {if_limit}" in goal.says[0] else value < limit.value
            then = {step.name.startswith("c_") for step in of_branch(plan) if step.slots}
            assert then == {True} if holds else then <= {False}
            assert bool(writes(episode, of_branch(plan))) == (
                holds or (any(s.name.startswith("c_") for s in plan.left) and bool(then))
            )
            ways.append(holds)
            episode.close()
    assert 0.35 < sum(ways) / len(ways) < 0.65


def test_the_branch_that_does_not_hold_must_not_be_done() -> None:
    played = 0
    for episode in staged("travel_planner", "conditional", 24):
        left = next(iter(writes(episode, episode.plan.left)), None)
        if left is None:
            episode.close()
            continue
        until(episode, lambda kind: kind == "close")
        assert "M19" in do(episode, left)
        trajectory = finish(episode)
        assert trajectory.outcome.reward == 0 and not trajectory.outcome.gates.untouched
        played += 1
    assert played > 8


def test_what_depends_on_a_number_waits_for_it() -> None:
    played = 0
    for episode in staged("home_automation", "conditional", 24):
        plan = episode.plan
        early = [step for step in writes(episode, of_branch(plan)) if waits(episode, step)]
        if early:
            assert do(episode, early[0]) & {"M13", "M14", "M06", "M07"}
            played += 1
        episode.close()
    assert played > 5


def waits(episode: Episode, step: Step) -> bool:
    return not all(episode.trace.satisfied(name, episode.plan) for name in step.needs)


def test_who_leaves_out_what_the_condition_asks_for_gets_nothing() -> None:
    played = 0
    for episode in staged("shell_fs", "conditional", 16):
        branch = {step.name for step in of_branch(episode.plan)}
        if not writes(episode, of_branch(episode.plan)):
            episode.close()
            continue
        need: Any = None
        while not isinstance(need, Done):
            moves = [move for move in episode.moves() if move.step is not None and move.step.name not in branch]
            asks = [
                move
                for move in episode.moves()
                if move.kind == "confirm" and not {s.name for s in move.steps} <= branch
            ]
            if moves or asks:
                need = episode.send(episode.oracle(moves or asks))
            else:
                need = episode.send(assistant("That's all done. Goodbye!"))
        assert need.trajectory.outcome.reward == 0
        played += 1
    assert played > 5


# -- a comparison --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sql_analyst", "http_api", "mcp_workbench"])
def test_a_wrong_comparison_is_none(name: str) -> None:
    codes = 0
    for episode in staged(name, "aggregate_compare", 12):
        result = episode.plan.result
        assert result is not None
        until(episode, lambda kind: kind == "close")
        tells = [tell for tell in episode.moves()[0].tells if tell is not result]
        if result.value in [tell.value for tell in tells]:
            continue  # one of the two is nothing
        wrong = next(iter(episode.plan.look_alikes[result.name]), result.value + 1)
        said = " ".join(tell.says[0].replace("{value}", str(tell.value)) + "." for tell in tells)
        need: Any = episode.send(
            assistant(f"All of it is settled. {said} The answer to your last question is {wrong}.")
        )
        assert not isinstance(need, Done), "the user wants to know it still"
        codes += "M10" in {verdict.code for verdict in episode.turns[-1].verdicts}
        while not isinstance(need, Done):
            need = episode.send(assistant(f"It is {wrong}."))
        assert need.trajectory.outcome.reward == 0
        assert not need.trajectory.outcome.gates.communicated
    assert codes > 6


def test_both_numbers_come_from_looking_them_up() -> None:
    for episode in staged("sql_analyst", "aggregate_compare", 6):
        result = episode.plan.result
        assert result is not None and len({episode.plan.step(name).args["sql"] for name in result.after}) == 2
        episode.send(assistant(f"The answer is {result.value}."))
        assert result.name not in episode.trace.tells
        episode.close()
