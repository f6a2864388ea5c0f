"""Deeds: what the agent asks the user to do is understood, done, recorded, replayed and judged."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import orjson
import pytest

from trajgym.chat import assistant
from trajgym.gym_envs import operators
from trajgym.gym_envs.deeds import ACT, asked
from trajgym.gym_envs.dual_control_support import WORLD
from trajgym.gym_envs.dual_control_support.phone import catalogue
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.oracle import INSTRUCT
from trajgym.gym_envs.reading import read
from trajgym.gym_envs.replay import replay
from trajgym.gym_envs.tasks import make_task
from trajgym.seeding import Rng
from trajgym.task import Task
from trajgym.trajectory import Trajectory

DEEDS = catalogue("L-12345")


def task(index: int = 0, level: int = 2, **profile: str) -> Task:
    view = {"view": 1, "mode": "native", "parallel": False}
    return Task(
        "dual_control_support", 1, 3, index, level, "act", index % 3, {"user_actions": "must_act", **profile}, view
    )


def play(one: Task, until: str = "") -> tuple[Episode, Any]:
    """The oracle's way, up to the first move of a kind."""
    episode = Episode(one)
    need: Any = episode.start()
    while not isinstance(need, Done) and (not until or episode.moves()[0].kind != until):
        need = episode.send(episode.oracle())
    return episode, need


def finish(episode: Episode, need: Any) -> Trajectory:
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


def phrases(text: str) -> list[str]:
    return [deed.phrase for deed in asked(text.lower(), DEEDS)]


# -- reading ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Here's the plan:\n- add data and enable roaming on line L-12345\n\nShall I proceed?", []),
        ("Please confirm: enable roaming on line L-12345?", []),
        ("Could you confirm? Turn the VPN off on line L-12345.", []),
        ("Shall I go on? In the meantime, please turn the VPN off.", ["turn the VPN off"]),
        ("Let's go on. Turn the VPN off.", ["turn the VPN off"]),
    ],
)
def test_what_the_agent_wants_a_yes_for_is_no_order_to_the_user(text: str, what: list[str]) -> None:
    plan = play(task())[0].plan
    plan.deeds = DEEDS
    assert [deed.phrase for deed in read(text, plan).deeds] == what


@pytest.mark.parametrize("deed", DEEDS, ids=[deed.phrase for deed in DEEDS])
def test_the_experts_words_ask_for_just_that(deed: Any) -> None:
    for form in INSTRUCT:
        assert asked(form.replace("{what}", deed.phrase).lower(), DEEDS) == (deed,)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Could you swipe down and disable flight mode?", ["turn airplane mode off"]),
        ("Go to Settings > Connections, then switch Wi-Fi calling off.", ["turn Wi-Fi calling off"]),
        ("Open the airplane mode page. Now switch it off.", ["turn airplane mode off"]),
        ("Please turn off the airplane mode on your phone.", ["turn airplane mode off"]),
        ("What does your status bar show right now?", ["look at the status bar and tell me what it shows"]),
        ("Let's try something: please power cycle the phone.", ["restart your phone"]),
        ("Next, eject the SIM card, wipe it and put it back in.", ["take the SIM card out and put it back in"]),
        ("Turn your phone off and on again, please.", ["restart your phone"]),
        ("Please pick 5g as the preferred network type.", ["set the network mode to 5g"]),
        ("Grant the messaging app the storage permission.", ["allow the Messages app the storage permission"]),
        ("Please turn off data saver and mobile data.", ["turn data saver off", "turn mobile data off"]),
        ("Enable mobile data, then restart the phone.", ["turn mobile data on", "restart your phone"]),
        ("Once airplane mode is off, please run a speed test.", ["run a speed test"]),
        ("Please don't touch airplane mode. Restart your phone.", ["restart your phone"]),
    ],
)  # fmt: skip
def test_free_words_are_understood(text: str, wanted: list[str]) -> None:
    assert sorted(phrases(text)) == sorted(wanted)


@pytest.mark.parametrize(
    "text",
    [
        "Here is what I will do: enable roaming on line L-12345. Shall I go ahead?",
        "Before I do anything: you want me to charge bill B-1 and enable roaming on line L-12345. Is that right?",
        "Roaming has been enabled on line L-12345.",
        "I've turned airplane mode off for you.",
        "Thanks for turning airplane mode off!",
        "Could you give me your phone number, please?",
        "Your mobile data was off, which explains it.",
        "There's no need to restart your phone.",
    ],
)
def test_what_is_no_request_is_not_taken_for_one(text: str) -> None:
    assert phrases(text) == []


# -- doing, recording, replaying -----------------------------------------------------------------------------------------------


def test_what_is_asked_for_is_done_and_recorded() -> None:
    episode, need = play(task(), "instruct")
    step = episode.moves()[0].step
    assert step is not None
    trajectory = finish(episode, need)
    did = [act for act in trajectory.acts if act.startswith(ACT)]
    assert orjson.loads(did[0][len(ACT) :]) == {"tool": step.tool, "args": step.args}
    assert len(did) == sum(s.by_user for s in episode.plan.steps)
    assert trajectory.outcome.reward == 1 and "user_actions" in trajectory.reached
    assert replay(trajectory) is None
    heard = sum(m["role"] == "user" for turn in trajectory.turns for m in turn.results) + len(trajectory.opening)
    assert heard == len(trajectory.acts)  # one act for each message


def test_a_forged_deed_is_not_proved() -> None:
    trajectory = finish(*play(task()))
    number = next(n for n, act in enumerate(trajectory.acts) if act.startswith(ACT + '{"tool":"toggle"'))
    for forged in ("inform", ACT + "{", ACT + '{"tool":"add_data","args":{"line_id":"L-12345","gb":1}}',
                   trajectory.acts[number].replace('"on":true', '"on":!').replace('"on":false', '"on":true').replace("!", "false")):  # fmt: skip
        acts = [*trajectory.acts[:number], forged, *trajectory.acts[number + 1 :]]
        assert replay(replace(trajectory, acts=acts)) is not None, forged


def test_a_report_that_says_something_else_is_not_proved() -> None:
    trajectory = finish(*play(task()))
    turn = next(t for t in trajectory.turns for m in t.results if "VPN key" in (m["content"] or ""))
    turn.results[0]["content"] = "I see: everything is fine."
    assert "what the user did differs" in str(replay(trajectory))


def test_the_agent_cannot_call_what_only_the_user_can_do() -> None:
    episode, _ = play(task(), "instruct")
    step = episode.moves()[0].step
    assert step is not None
    assert [v.code for v in episode.check(assistant(None, [(step.tool, step.args)]))] == ["M05"]
    assert not {tool["function"]["name"] for tool in episode.frame.tools} & {tool.name for tool in WORLD.user_tools}


def test_a_wrong_deed_shows_at_the_end_and_is_named_at_once() -> None:
    """The user does what it is asked for, needed or not: that is the agent's mistake."""
    episode, need = play(task(), "instruct")
    need = episode.send(assistant("Please turn Wi-Fi calling on."))
    assert [v.code for v in episode.turns[-1].verdicts] == ["M19"]
    assert "Wi-Fi calling is on" in episode.turns[-1].results[0]["content"]
    trajectory = finish(episode, need)
    assert trajectory.outcome.reward == 0 and not trajectory.outcome.gates.goal
    assert replay(trajectory) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Please look at the status bar and open the network settings.", "M13"),
        ("Please open the network settings and read them to me.", "M14"),
        ("Please turn Wi-Fi on.", "M19"),
        ("I'm sorry, I can't help with that.", "M12"),
    ],
)
def test_mistakes_in_asking_are_named(text: str, code: str) -> None:
    episode, _ = play(task(level=3), "instruct")
    assert [v.code for v in episode.check(assistant(text))] == [code]


def test_claims_of_what_the_user_has_not_done_are_named() -> None:
    for index in range(6):
        episode, _ = play(task(index, level=3), "instruct")
        for step in episode.plan.steps:
            deed = next((d for d in DEEDS if (d.tool, d.args | step.args) == (step.tool, step.args)), None)
            if deed is not None and not deed.looks and step.tool != "reboot":
                claim = f"I've turned everything to how it should be: {step.done} and so is the {deed.about[0]}."
                assert [v.code for v in episode.check(assistant(claim))] == ["M11"], claim


def test_looking_again_when_nothing_has_changed_is_too_much() -> None:
    episode, _ = play(task(), "instruct")
    look = assistant("Please look at the status bar and tell me what it shows.")
    assert episode.check(look) == []
    episode.send(look)
    assert [v.code for v in episode.check(look)] == ["M08"]
    while episode.plan.step(next(reversed(episode.trace.done))).tool in ("check_status_bar", "check_settings"):
        episode.send(episode.oracle())
    assert episode.check(look) == []  # something was changed since


# -- users who act wrongly, or not at all ----------------------------------------------------------------------------------------


def test_a_wrong_act_is_put_right_and_who_overlooks_it_fails() -> None:
    for index in range(12):
        episode, need = play(task(index, user_actions="acts_wrong"))
        trajectory = finish(episode, need)
        assert trajectory.outcome.reward == 1 and replay(trajectory) is None
        undo = episode.plan.slip.undo if episode.plan.slip else None
        assert undo is not None
        blind = Episode(trajectory.task)
        blind.start()
        for turn in trajectory.turns:
            if undo.phrase not in (turn.message["content"] or ""):
                ended = blind.send(turn.message)
        while not isinstance(ended, Done):
            ended = blind.send(assistant("All done, goodbye!"))
        assert ended.trajectory.outcome.reward == 0


def test_who_refuses_does_it_when_asked_again_or_goes_to_a_human() -> None:
    endings: Counter[str] = Counter()
    for index in range(24):
        trajectory = finish(*play(task(index, user_actions="refuses_to_act")))
        assert trajectory.outcome.reward == 1 and trajectory.acts.count("wont") == 1
        assert replay(trajectory) is None
        final = "refuses_to_act" in trajectory.acts
        assert final == (trajectory.outcome.ending == "handed_off:hand_off")
        endings[trajectory.outcome.ending] += 1
    assert len(endings) == 2


def test_a_snapshot_remembers_who_balked() -> None:
    episode, need = play(task(3, user_actions="refuses_to_act"), "instruct")
    while episode.acts[-1] != "wont":
        need = episode.send(episode.oracle())
    other = Episode.restore(episode.snapshot())
    assert finish(episode, need).encode() == finish(other, other.send(other.oracle())).encode()


def test_operators_make_mistakes_of_asking() -> None:
    found: Counter[str] = Counter()
    for index in range(25):
        episode = Episode(make_task(WORLD, 8, index))
        need: Any = episode.start()
        while not isinstance(need, Done):
            if episode.moves()[0].kind == "instruct":
                for code in ("M08", "M11", "M12", "M13", "M14", "M15", "M19"):
                    proposal = operators.propose(episode, code, Rng(index, code, len(episode.turns)))
                    found[code] += proposal is not None and not proposal[0].get("tool_calls")
            need = episode.send(episode.oracle())
    assert all(found[code] for code in ("M08", "M11", "M12", "M13", "M14", "M15", "M19")), found
