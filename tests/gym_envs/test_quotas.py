"""Quotas for cells of behaviour: planned within the stream, without a loss for anything else, and refused where they cannot be met."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from trajgym.errors import TrajgymError
from trajgym.gym_envs import registry
from trajgym.gym_envs.behaviour import Behaviour
from trajgym.gym_envs.coverage import Tuples
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.filling import FIRST, TRIES, Gap, fill
from trajgym.gym_envs.tasks import check_room, make_task
from trajgym.gym_envs.user.dims import task_class
from trajgym.gym_envs.user.quotas import cell_of, check_quotas
from trajgym.gym_envs.user.space import row_of, valid
from trajgym.gym_envs.user.targets import read_target, split_target, target_of
from trajgym.task import Task

WORLDS = [registry.load(name) for name in ("retail_desk", "tool_picker", "desktop_assistant")]
ANGRY: dict[str, Any] = {"levels": {"tone": "angry", "channel": "sms"}, "worlds": ["retail_desk"], "at_least": 25}
REFUSED: dict[str, Any] = {"levels": {"feasibility": "policy_forbidden", "pressure": "insists"}, "at_least": 12}
QUOTAS = [ANGRY, REFUSED]
N = 600


def stream(quotas: list[dict[str, Any]], n: int = N, seed: int = 4) -> list[Task]:
    target = target_of("mixed", [cell_of(quota, WORLDS) for quota in quotas])
    return [make_task(WORLDS[number % 3], seed, number // 3, None, target) for number in range(n)]


def within(quota: dict[str, Any], tasks: list[Task]) -> list[Task]:
    worlds = quota.get("worlds") or [world.name for world in WORLDS]
    return [t for t in tasks if t.world in worlds and quota["levels"].items() <= t.profile.items()]


def test_so_many_tasks_at_least_are_in_the_cell() -> None:
    made, plain = stream(QUOTAS), stream([])
    for quota in QUOTAS:
        assert len(within(quota, made)) >= quota["at_least"] > len(within(quota, plain)), quota
    assert {task.world for task in within(REFUSED, made)} == {world.name for world in WORLDS}
    for task in made:
        world = next(world for world in WORLDS if world.name == task.world)
        assert valid(task.profile, world)
        assert task_class(task.profile, task.faults) == task.task_class
    assert len({task.id for task in made}) == N


def test_nothing_else_is_lost() -> None:
    """Classes and levels stand where they stood, and what a quota displaces comes behind it, in its order."""
    made, plain = stream(QUOTAS), stream([])
    assert [(t.task_class, t.level, t.index) for t in made] == [(t.task_class, t.level, t.index) for t in plain]
    assert [t for t in made if t.world == "tool_picker" and t.task_class == "act"] == [
        t for t in plain if t.world == "tool_picker" and t.task_class == "act"
    ]
    acts = [[t.profile for t in tasks if (t.world, t.task_class) == ("retail_desk", "act")] for tasks in (made, plain)]
    others = [profile for profile in acts[0] if profile in acts[1]]
    assert others == acts[1][: len(others)]
    assert len(acts[1]) > len(others) >= len(acts[1]) - ANGRY["at_least"]


def test_a_task_does_not_depend_on_how_many_are_made() -> None:
    assert stream(QUOTAS, 150) == stream(QUOTAS)[:150]
    assert stream(QUOTAS) == stream(QUOTAS)
    assert stream(QUOTAS, seed=5) != stream(QUOTAS)


def test_tasks_of_a_quota_are_like_any_other() -> None:
    heard = 0
    for task in within(ANGRY, stream(QUOTAS))[:12]:
        episode = Episode(task)
        need = episode.start()
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        assert need.trajectory.outcome.reward == 1
        heard += {"tone", "channel"} <= set(need.trajectory.reached)
    assert heard >= 8
    others = Counter(tuple(sorted(t.profile.items())) for t in within(ANGRY, stream(QUOTAS)))
    assert len(others) >= 24  # the other dimensions are drawn


# -- fills ----------------------------------------------------------------------------------------------------------------


def gaps(kept: list[Task]) -> list[Gap]:
    found = [Gap(cell_of(quota, WORLDS), quota["at_least"]) for quota in QUOTAS]
    for task in kept:
        for gap in found:
            gap.count(task.world, row_of(task.profile))
    return found


def full() -> Tuples:
    """No triple is missing."""
    held = Tuples()
    held.triples = [-1] * len(held.triples)
    return held


def test_a_fill_adds_what_was_not_kept_and_no_more() -> None:
    made = stream(QUOTAS)
    lost = within(ANGRY, made)[:7]
    kept = [task for task in made if task not in lost]
    missing = [quota["at_least"] - len(within(quota, kept)) for quota in QUOTAS]
    assert missing[0] > 0 >= missing[1]
    added = fill(WORLDS, full(), [], 4, None, gaps(kept))
    assert len(added) == missing[0] == len(within(ANGRY, added))
    assert all(valid(task.profile, WORLDS[0]) and task.index >= FIRST for task in added)
    assert fill(WORLDS, full(), added, 4, None, gaps([*kept, *added])) == []


def test_a_quota_that_is_never_kept_is_given_up() -> None:
    extra: list[Task] = []
    rounds = 0
    while added := fill(WORLDS, full(), extra, 4, None, gaps([])):
        extra += added
        rounds += 1
    assert rounds == TRIES
    assert len(within(ANGRY, extra)) == TRIES * ANGRY["at_least"]


def test_the_report_counts_them() -> None:
    counted = Behaviour(WORLDS, QUOTAS)
    made = stream(QUOTAS)
    for number, task in enumerate(made):
        counted.plan(task.world, task.task_class, task.profile)
        counted.add(task.world, task.task_class, task.profile, list(task.profile), number % 2 == 0, ())
    found = counted.report()["quotas"]
    assert [{key: quota[key] for key in ("levels", "at_least")} for quota in found] == [
        {key: quota[key] for key in ("levels", "at_least")} for quota in QUOTAS
    ]
    for quota, counts in zip(QUOTAS, found, strict=True):
        assert counts["planned"] == counts["reached"] == len(within(quota, made))
        assert counts["kept"] == len(within(quota, made[::2]))


# -- what is no quota, or an impossible one ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quotas", "message", "hint"),
    [
        ({}, "quotas: It is no list", "at_least"),
        ([3], "quotas[0]: It is no quota", "at_least"),
        ([{"at_least": 3}], "quotas[0].levels: It names no level", ""),
        ([{**ANGRY, "atleast": 3}], "quotas[0]: There is no 'atleast' in a quota", "Did you mean 'at_least'?"),
        ([ANGRY, {**ANGRY, "levels": {"tonne": "angry"}}], "quotas[1].levels: There is no user dimension 'tonne'", "Did you mean 'tone'?"),
        ([{**ANGRY, "levels": {"tone": "angy"}}], "quotas[0].levels: tone has no level 'angy'", "Did you mean 'angry'?"),
        ([{**ANGRY, "levels": {"tone": 3}}], "quotas[0].levels: tone has no level 3", "angry"),
        ([{**ANGRY, "at_least": 0}], "quotas[0].at_least: 0 is no number of tasks", "1 on"),
        ([{**ANGRY, "at_least": "many"}], "quotas[0].at_least: 'many' is no number of tasks", ""),
        ([{**ANGRY, "worlds": "retail_desk"}], "quotas[0].worlds: It is no list of worlds", ""),
    ],
)  # fmt: skip
def test_no_quota(quotas: Any, message: str, hint: str) -> None:
    with pytest.raises(TrajgymError) as error:
        check_quotas(quotas)
    assert message in error.value.message and hint in error.value.hint
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    ("levels", "worlds", "at_least", "message"),
    [
        ({"channel": "sms", "verbosity": "rambling"}, [], 3,
         "channel=sms never goes with verbosity=rambling (160 characters are too few)"),
        ({"channel": "sms"}, ["desktop_assistant"], 3, "desktop_assistant does not have channel=sms"),
        ({"user_actions": "must_act"}, [], 3, "no world of the run has user_actions=must_act"),
        ({"channel": "sms", "info_giving": "dont_know"}, ["tool_picker", "desktop_assistant"], 3, "no world of the run has"),
        ({"tone": "angry"}, [], 700, "it wants 700 tasks, and the run has 600"),
        ({"feasibility": "policy_forbidden"}, [], 100, "have a class and a world for it, and it wants 100"),
        ({"tone": "angry"}, ["retail_dek"], 3, "retail_dek is no world of the run"),
    ],
)  # fmt: skip
def test_an_impossible_quota_says_why(levels: dict[str, str], worlds: list[str], at_least: int, message: str) -> None:
    quota = {"levels": levels, "worlds": worlds, "at_least": at_least}
    check_quotas([quota])
    check_room([ANGRY], WORLDS, N, 4)
    with pytest.raises(TrajgymError) as error:
        check_room([ANGRY, quota], WORLDS, N, 4)
    assert message in error.value.message and error.value.message.startswith("The quota for ")
    assert "\n" not in error.value.message and error.value.hint


def test_room_for_a_quota_is_room_within_the_tasks() -> None:
    """What `check_room` lets pass is met, and one task more would not be."""
    most = max(least for least in range(1, 60) if _fits({**REFUSED, "at_least": least}))
    quota = {**REFUSED, "at_least": most}
    assert len(within(quota, stream([quota]))) >= most
    refused = sum(task.task_class == "refuse_policy" for task in stream([]))
    assert 0.7 * refused < most <= refused


def _fits(quota: dict[str, Any]) -> bool:
    try:
        check_room([quota], WORLDS, N, 4)
    except TrajgymError:
        return False
    return True


def test_a_file_may_hold_shares_and_quotas(tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps({"ending": {"reopens": 1}, "quotas": [ANGRY]}))
    assert read_target(str(file)) == {"target": {"ending": {"reopens": 1.0}}, "quotas": [ANGRY]}
    assert split_target({"quotas": [ANGRY]}) == {"target": "mixed", "quotas": [ANGRY]}
    with pytest.raises(TrajgymError, match=r"t.json: quotas\[0\].levels: It names no level"):
        file.write_text('{"quotas": [{}]}')
        read_target(str(file))
