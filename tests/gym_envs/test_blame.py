"""Whose fault a lost episode is: each of the five, planted."""

from __future__ import annotations

from typing import Any

import pytest

from trajgym.chat import Message, assistant
from trajgym.gym_envs import gates
from trajgym.gym_envs.episode import Done
from trajgym.gym_envs.trace import Say
from trajgym.gym_envs.user.machine import User
from trajgym.trajectory import Trajectory
from trajgym.verdict import Outcome

HM = assistant("Hm.")


def play(episode: Any, message: Message) -> Trajectory:
    """`message` again and again, until the episode is over."""
    need: Any = None
    while not isinstance(need, Done):
        need = episode.send(message)
    return need.trajectory


def lost(trajectory: Trajectory) -> tuple[str, str]:
    """Whose fault, and the last of the reasons."""
    assert trajectory.outcome.reward == 0
    return trajectory.outcome.blame, trajectory.outcome.why[-1]


def test_nobody_is_to_blame_for_success(stage: Any) -> None:
    outcome = stage.finish(stage.start("cancel")).trajectory.outcome
    assert (outcome.reward, outcome.blame, outcome.why) == (1, "", [])


def test_a_broken_rule_is_the_agents(stage: Any) -> None:
    trajectory = play(stage.start("cancel", oracle=2), assistant("Order O-101 is cancelled. It was worth 340."))
    assert trajectory.mistakes
    blame, why = lost(trajectory)
    assert blame == "agent"
    assert why.startswith(f"agent: broke rule {trajectory.mistakes[-1]} ")


def test_what_it_could_have_done_is_the_agents(stage: Any) -> None:
    trajectory = play(stage.start("cancel"), HM)
    assert trajectory.mistakes == []
    assert (trajectory.outcome.ending, *lost(trajectory)) == ("hung_up", "agent", "agent: left undone: find_customer")


def test_a_question_that_was_not_due_is_the_agents(stage: Any) -> None:
    trajectory = play(stage.start("cancel", oracle=2), assistant("Could you tell me more?"))
    assert lost(trajectory)[0] == "agent"


@pytest.mark.parametrize("message", ["Shall I cancel order O-101 (by mistake)?"])
def test_a_yes_that_never_comes_is_the_users(stage: Any, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = stage.start("cancel", oracle=2)
    monkeypatch.setattr(User, "hear", lambda *_: Say("hang_up", "Bye.", ends=True))
    trajectory = play(episode, assistant(message))
    assert trajectory.mistakes == []
    blame, why = lost(trajectory)
    assert (blame, "without saying what was due: a yes to: cancel order O-101" in why) == ("user", True)


def test_a_fact_that_is_not_told_is_the_users(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = stage.start("cancel", opening="vague")
    monkeypatch.setattr(User, "hear", lambda *_: Say("hang_up", "Bye.", ends=True))
    trajectory = play(episode, assistant("What exactly would you like me to do?"))
    assert lost(trajectory) == ("user", "user: went without saying what was due: what is wanted")


def test_a_fault_that_takes_the_last_turn_is_the_tools(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(stage.world), "max_turns", 1)
    timeout = {"kind": "timeout", "at": 0, "times": 2}
    trajectory = play(stage.start("reads", faults=timeout), stage.call(("get_order", {"order_id": "O-101"})))
    assert lost(trajectory) == ("tool", "tool: the last turn went to a fault: get_order, timeout")


def test_turns_that_run_out_on_a_right_agent_are_the_limits(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(stage.world), "max_turns", 2)
    done = stage.finish(stage.start("cancel"))
    assert done.truncated
    assert lost(done.trajectory) == ("limit", "limit: the turns ran out on an agent that broke no rule")


def test_a_gate_that_fails_a_right_agent_is_the_environments(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    true = gates.judge

    def wrong(*given: Any) -> Outcome:
        outcome = true(*given)
        outcome.gates.goal = False
        outcome.reward = outcome.gates.reward
        return outcome

    monkeypatch.setattr(gates, "judge", wrong)
    trajectory = stage.finish(stage.start("cancel")).trajectory
    assert lost(trajectory)[0] == "environment"
