"""Mixtures of behaviour: what they draw, what they leave alone, and what is no mixture."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from trajgym.config import GenerateConfig, RunConfig, dump, load
from trajgym.errors import TrajgymError
from trajgym.gym_envs import registry
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.design import REAL_LIKE, covering_array
from trajgym.gym_envs.user.dims import NEUTRAL
from trajgym.gym_envs.user.space import valid
from trajgym.gym_envs.user.targets import MIXED, read_target, target_of

WORLD = registry.load("retail_desk")
HUMAN: dict[str, dict[str, float]] = {
    "ending": {"asks_for_human": 75, "explicit_thanks": 25},
    "surface": {"typos": 100},
}
N = 2500


def drawn(asked: Any) -> list[Any]:
    """The tasks of class act behind the covering array."""
    made = [make_task(WORLD, 1, i, None, target_of(asked)) for i in range(N)]
    return [task for task in made if task.task_class == "act"][len(covering_array(WORLD, "act", 1)) :]


def shares(tasks: list[Any], dimension: str) -> dict[str, float]:
    counts = Counter(task.profile.get(dimension, NEUTRAL[dimension]) for task in tasks)
    return {level: count / len(tasks) for level, count in counts.items()}


def test_named_targets() -> None:
    real, even, mixed = (shares(drawn(name), "surface") for name in ("real-like", "uniform", "mixed"))
    total = sum(REAL_LIKE["surface"][level] for level in even)  # of the levels that can occur
    for level in even:
        share = REAL_LIKE["surface"][level] / total
        assert real[level] == pytest.approx(share, abs=0.06)
        assert even[level] == pytest.approx(1 / len(even), abs=0.06)
        assert mixed[level] == pytest.approx((share + 1 / len(even)) / 2, abs=0.06)


def test_a_target_of_ones_own() -> None:
    tasks = drawn(HUMAN)
    assert shares(tasks, "surface") == {"typos": 1}
    endings = shares(tasks, "ending")
    assert set(endings) <= {"asks_for_human", "explicit_thanks"}
    assert endings["asks_for_human"] > 0.5
    # dimensions that are not named are as in real life
    assert shares(tasks, "verbosity")["normal"] == pytest.approx(
        shares(drawn("real-like"), "verbosity")["normal"], abs=0.06
    )
    assert all(valid(task.profile, WORLD) for task in tasks)


def test_a_level_that_is_not_wanted_comes_where_nothing_else_can() -> None:
    """Nobody is to be doable, and in class act there is nothing else."""
    tasks = drawn({"feasibility": {"out_of_scope": 1}})
    assert len(tasks) > 1000
    assert shares(tasks, "feasibility") == {"doable": 1}


@pytest.mark.parametrize("asked", ["uniform", "real-like", HUMAN])
def test_classes_keep_their_shares_and_covering_arrays_come_first(asked: Any) -> None:
    usual = [make_task(WORLD, 3, i) for i in range(600)]
    others = [make_task(WORLD, 3, i, None, target_of(asked)) for i in range(600)]
    assert [t.task_class for t in others] == [t.task_class for t in usual]
    assert others[:90] == usual[:90]
    assert others != usual
    differing = [i for i, (a, b) in enumerate(zip(others, usual, strict=True)) if a != b]
    assert all(others[i].profile != usual[i].profile for i in differing)


def test_a_task_hangs_on_its_place_and_target_alone() -> None:
    target = target_of(HUMAN)
    assert make_task(WORLD, 3, 1234, 2, target) == make_task(
        WORLD, 3, 1234, 2, target_of(dict(reversed(HUMAN.items())))
    )
    assert target_of("mixed") is MIXED
    assert make_task(WORLD, 3, 1234) == make_task(WORLD, 3, 1234, None, MIXED)


def test_a_target_is_part_of_the_configuration(tmp_path: Path) -> None:
    for target in ("uniform", HUMAN):
        config = RunConfig(run="a", generate=GenerateConfig(worlds=["tool_picker"], n=3, target=target))
        (tmp_path / "run.toml").write_text(dump(config))
        assert load(tmp_path / "run.toml") == config
        assert load(tmp_path / "run.toml").generate.target == target


def test_a_file(tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps(HUMAN))
    assert read_target(str(file)) == {"target": HUMAN, "quotas": []}
    assert read_target("real-like") == {"target": "real-like"}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("{\n}}", "t.json:2: This is not JSON", "explicit_thanks"),
        ("[1]", "t.json: This is no target distribution", "explicit_thanks"),
        ('{"endings": {}}', "There is no user dimension 'endings'", "Did you mean 'ending'?"),
        ('{"tonee": {}}', "There is no user dimension 'tonee'", ""),
        ('{"ending": 3}', "ending: It has no levels", "explicit_thanks"),
        ('{"ending": {"silent": 3}}', "ending has no level 'silent'", "silent_stop"),
        ('{"ending": {"silent_stop": -1}}', "ending.silent_stop: -1 is no share", "0 or more"),
        ('{"ending": {"silent_stop": "much"}}', "'much' is no share", ""),
        ('{"ending": {"silent_stop": NaN}}', "nan is no share", ""),
        ('{"ending": {"silent_stop": 0}}', "ending: No level of it is wanted", "Leave it out"),
    ],
)
def test_no_mixture(text: str, message: str, hint: str, tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(TrajgymError) as error:
        read_target(str(tmp_path / "t.json"))
    assert message in error.value.message
    assert hint in error.value.hint


def test_no_such_target() -> None:
    with pytest.raises(TrajgymError) as error:
        read_target("unifrom")
    assert error.value.message == "There is no target 'unifrom', and no file of that name."
    assert error.value.hint == "Did you mean 'uniform'?"
