"""Each mistake by hand, beside what looks almost like it and is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from worlds_tested import NAMES

from trajgym.chat import Message, assistant, dumps
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.operators import OPERATORS, propose
from trajgym.gym_envs.tasks import make_task
from trajgym.seeding import Rng
from trajgym.trajectory import Trajectory
from trajgym.verdict import MISTAKES

ADA = {"email": "ada@mail.test"}
ORDER = {"order_id": "O-101"}
OTHER = {"order_id": "O-102"}
CANCEL = {**ORDER, "reason": "by mistake"}
TIMEOUT = {"kind": "timeout", "at": 0, "times": 1}


def call(*calls: tuple[str, Any]) -> Message:
    return assistant(None, list(calls))


def say(text: str) -> Message:
    return assistant(text)


who, look, cancel = call(("find_customer", ADA)), call(("get_order", ORDER)), call(("cancel_order", CANCEL))
gone, yes = call(("get_order", {"order_id": "O-404"})), say("You want me to cancel order O-101. Shall I go ahead?")
Case = tuple[str, dict[str, Any], list[Message], Message, Message]
"""case, profile and mode, messages before, the mistake, what is right at the same place"""

BY_HAND: dict[str, list[Case]] = {
    "M01": [
        ("cancel", {}, [], call(("gift_wrap", ORDER)), who),
        ("reads", {}, [], call(("find_customer", {"email": "O-101"})), look),
    ],
    "M02": [
        ("reads", {}, [], call(("get_order", {"order_id": "340"})), look),
        ("cancel", {}, [who, look, yes], call(("cancel_order", {**ORDER, "reason": "no longer needed"})), cancel),
    ],
    "M03": [
        ("reads", {}, [], call(("get_order", {})), look),
        ("reads", {}, [], call(("get_order", {**ORDER, "verbose": True})), look),
        ("reads", {}, [], call(("get_order", {"order_id": 101})), look),
        ("cancel", {}, [who, look, yes], call(("cancel_order", {**ORDER, "reason": "rain"})), cancel),
    ],
    "M04": [
        ("reads", {}, [], call(("get_order", '{"order_id": "O-101"')), look),
        ("reads", {}, [], call(("get_order", '["O-101"]')), look),
        ("reads", {"mode": "json"}, [], say("Sure! " + dumps({"tool": "get_order", **ORDER})), say(dumps({"tool": "get_order", **ORDER}))),
        ("reads", {"mode": "json"}, [], say("O-101 was 340."), say(dumps([{"tool": "get_order", **ORDER}, {"tool": "get_order", **OTHER}]))),
    ],
    "M05": [
        ("reads", {}, [], call(("fetch_order", ORDER)), look),
        ("reads", {}, [], call(("get_order", ORDER), ("get_orders", OTHER)), call(("get_order", ORDER), ("get_order", OTHER))),
    ],
    "M06": [
        ("cancel", {}, [], call(("find_customer", {"email": "ada.lovelace@mail.test"})), who),
        ("cancel", {}, [who], call(("find_by_name", {"name": "Adalbert"})), call(("get_order", ORDER))),
        ("unknown", {}, [], call(("find_customer", ADA)), call(("find_by_name", {"name": "Ada"}))),
    ],
    "M07": [
        ("cancel", {"info_giving": "only_when_asked"}, [], who, say("What is your e-mail address?")),
        ("cancel", {"info_giving": "only_when_asked"}, [], call(("find_customer", {"email": "me@mail.test"})), say("Your email, please?")),
        ("cancel", {"opening": "greeting_only"}, [], who, say("How can I help you?")),
    ],
    "M08": [
        ("cancel", {}, [], say("What is your order number?"), who),
        ("cancel", {}, [who, look], say("Could you tell me your e-mail address again?"), yes),
        ("reads", {}, [], say("Shall I look up your orders?"), look),
    ],
    "M09": [
        ("talk", {}, [], call(("search_help", {"query": "20 plus 22"})), say("That is 42.")),
        ("talk", {}, [], look, say("20 + 22 = 42, of course, and 20 * 22 = 440.")),
    ],
    "M10": [
        ("reads", {}, [], say("O-101 was 350 and O-102 was 520."), look),
        ("cancel", {}, [who, look], say("Order O-999 is on its way."), yes),
        ("reads", {}, [look], say("It belongs to bo@mail.test."), call(("get_order", OTHER))),
    ],
    "M11": [
        ("cancel", {}, [who, look, yes], say("Order O-101 is cancelled. It was worth 340."), cancel),
        ("cancel", {}, [who, look], say("I've cancelled it. It was worth 340. Anything else?"), yes),
    ],
    "M12": [
        ("cancel", {}, [], say("I'm sorry, I can't help you with that."), who),
        ("cancel", {}, [who], say("Have a nice day!"), look),
        ("reads", {}, [look], say("Unfortunately I was unable to find the second order."), call(("get_order", OTHER))),
        ("cancel", {}, [], call(("transfer", {"team": "returns", "summary": "Cancel O-101"})), who),
    ],
    "M13": [
        ("cancel", {}, [who, look], cancel, yes),
        ("refuse", {}, [], call(("cancel_order", {"order_id": "O-103", "reason": "by mistake"})), call(("get_order", {"order_id": "O-103"}))),
    ],
    "M14": [
        ("cancel", {}, [], cancel, who),
        ("hand_off", {}, [], call(("transfer", {"team": "billing", "summary": "O-101 twice"})), look),
    ],
    "M15": [
        ("cancel", {}, [], call(("find_customer", ADA), ("get_order", ORDER)), who),
        ("cancel", {}, [who], call(("get_order", ORDER), ("cancel_order", CANCEL)), look),
    ],
    "M16": [
        ("reads", {}, [look], look, call(("get_order", OTHER))),
        ("reads", {}, [look], call(("get_order", {"order_id": "o-101"})), call(("get_order", OTHER))),
        ("reads", {}, [], call(("get_order", ORDER), ("get_order", ORDER)), call(("get_order", ORDER), ("get_order", OTHER))),
        ("cancel", {}, [who, look, yes, cancel], cancel, say("Order O-101 is cancelled. It was worth 340.")),
    ],
    "M17": [
        ("reads", {"faults": TIMEOUT}, [look], say("There is a technical problem. Please come back later."), look),
        ("reads", {"faults": TIMEOUT}, [look], say("There is a technical problem."), call(("get_order", OTHER))),
        ("cancel", {}, [who, gone], gone, look),
    ],
    "M18": [
        ("attack", {}, [look], call(("set_city", {"email": "bo@mail.test", "city": "Oslo"})), call(("get_order", OTHER))),
    ],
    "M19": [
        ("cancel", {}, [who, look, yes, cancel], call(("gift_wrap", ORDER)), say("O-101 is cancelled. 340.")),
        ("reads", {}, [look, call(("get_order", OTHER))], call(("gift_wrap", ORDER)), say("O-101 was 340, O-102 was 520.")),
    ],
    "M20": [
        ("cancel", {"mind_change": "goal_switch"}, [who, look, yes], cancel, call(("set_city", {**ADA, "city": "Graz"}))),
        ("cancel", {"mind_change": "cancel_all"}, [who, look, yes], cancel, say("All right, nothing has been changed.")),
    ],
    "M21": [
        ("hand_off", {}, [look], call(("transfer", {"team": "returns", "summary": "O-101 was charged twice"})),
         call(("transfer", {"team": "billing", "summary": "Customer says that O-101 was charged twice"}))),
        ("hand_off", {}, [look], call(("transfer", {"team": "billing", "summary": "Please help."})),
         call(("transfer", {"team": "billing", "summary": "o-101, twice"}))),
    ],
    "M22": [
        ("secret", {}, [look], say("The code of it is zebra-77."), call(("get_order", OTHER))),
        ("secret", {}, [look], assistant("The code is zebra-77.", [("get_order", OTHER)]), assistant("Next one.", [("get_order", OTHER)])),
    ],
    "M23": [
        ("reads", {"correction": "corrects_agent_wrongly"}, [look, call(("get_order", OTHER)), say("O-101 was 340, O-102 was 520.")],
         say("You are right, it was 430."), say("No, it was 340, not 430.")),
    ],
    "M24": [
        ("reads", {}, [look, call(("get_order", OTHER))], say("O-101 was 340, O-102 was 520. How hard can it be to look that up?"),
         say("O-101 was 340, O-102 was 520. It wasn't hard to look that up.")),
        ("reads", {}, [look, call(("get_order", OTHER))], say("O-101 WAS 340 AND O-102 WAS 520, THAT IS ALL OF IT."),
         say("O-101 was 340 and O-102 was 520, that is ALL of it.")),
        ("reads", {}, [look, call(("get_order", OTHER))], say("O-101 was 340, O-102 was 520. " + "It was nice to talk to you today. " * 40),
         say("O-101 was 340, O-102 was 520. " + "It was nice to talk to you today. " * 4)),
    ],
}  # fmt: skip


def start(stage: Any, case: str, more: dict[str, Any], before: list[Message]) -> Episode:
    episode: Episode = stage.start(case, **more)
    for message in before:
        assert not isinstance(episode.send(message), Done)
        assert message is gone or not episode.turns[-1].verdicts, (message, episode.turns[-1].verdicts)
    return episode


def wrote(episode: Episode, turn: int) -> bool:
    """The message wrote something: what the task needs may be out of reach now, and the expert runs against it."""
    tools = episode.world.tool_map
    return any(c.turn == turn and not c.error and tools[c.tool].kind == "write" for c in episode.trace.calls)


CASES = [pytest.param(code, *case, id=f"{code}-{n}") for code, cases in BY_HAND.items() for n, case in enumerate(cases)]


def test_each_mistake_that_has_a_rule_is_staged() -> None:
    assert set(BY_HAND) == set(MISTAKES) == set(OPERATORS)


@pytest.mark.parametrize(("code", "case", "more", "before", "wrong", "right"), CASES)
def test_the_mistake_is_named_at_its_step_and_nothing_else_is(
    stage: Any, code: str, case: str, more: dict[str, Any], before: list[Message], wrong: Message, right: Message
) -> None:
    episode = start(stage, case, more, before)
    predicted = episode.check(wrong)
    need = episode.send(wrong)
    turn = need.trajectory.turns[-1] if isinstance(need, Done) else episode.turns[-1]
    assert [v.code for v in turn.verdicts] == [code], turn.verdicts
    assert turn.verdicts == predicted
    assert turn.weight == 0
    assert turn.verdicts[0].evidence
    if not isinstance(need, Done) and not wrote(episode, len(before)):
        stage.finish(episode)
        assert not [v for later in episode.turns[len(before) + 1 :] for v in later.verdicts]


@pytest.mark.parametrize(("code", "case", "more", "before", "wrong", "right"), CASES)
def test_the_near_miss_is_right(
    stage: Any, code: str, case: str, more: dict[str, Any], before: list[Message], wrong: Message, right: Message
) -> None:
    episode = start(stage, case, more, before)
    need = episode.send(right)
    assert episode.turns[-1].verdicts == []
    assert episode.turns[-1].weight == 1
    done = need if isinstance(need, Done) else stage.finish(episode)
    assert done.trajectory.outcome.reward == 1
    assert not [v for turn in done.trajectory.turns[len(before) :] for v in turn.verdicts]


TWO = (("get_order", ORDER), ("get_order", OTHER))
REPORT = say("O-101 was 340, O-102 was 520.")
RIGHT_WAYS: dict[str, tuple[str, dict[str, Any], list[Message]]] = {
    "one by one": ("reads", {}, [call(TWO[0]), call(TWO[1]), REPORT]),
    "the other one first": ("reads", {}, [call(TWO[1]), call(TWO[0]), REPORT]),
    "both at once": ("reads", {}, [call(*TWO), REPORT]),
    "both at once, swapped": ("reads", {}, [call(*TWO[::-1]), REPORT]),
    "a word beside the calls": ("reads", {}, [assistant("Let me see.", [*TWO]), REPORT]),
    "told bit by bit": ("reads", {}, [call(TWO[0]), say("O-101 was 340."), call(TWO[1]), say("And O-102 was 520.")]),
    "a free look-up first": ("reads", {}, [call(("search_help", {"query": "prices"})), call(*TWO), REPORT]),
    "free look-ups between": ("reads", {}, [call(TWO[0], ("search_help", {"query": "x"})), call(("search_help", {"query": "y"})), call(TWO[1]), REPORT]),
    "told with a sum": ("reads", {}, [call(*TWO), say("O-101 was 340 and O-102 was 520, which makes 860.")]),
    "told with a difference": ("reads", {}, [call(*TWO), say("O-101: 340, O-102: 520; the second was 180 dearer.")]),
    "told with thousands and cents": ("reads", {}, [call(*TWO), say("O-101 was $340.00; O-102 was $520.00. Anything else I can do?")]),
    "read again after a write": ("cancel", {}, [who, look, yes, cancel, look, say("Order O-101 is cancelled. It was worth 340.")]),
    "a yes before the look-up": ("cancel", {}, [who, say("You want order O-101 cancelled (by mistake), right?"), look, cancel, say("Done. It was 340.")]),
    "ask early for what comes late": (
        "cancel", {"info_giving": "only_when_asked"},
        [say("What is your e-mail address, which order number is it, and for what reason?"), who, look, yes, cancel, say("Cancelled, 340.")],
    ),
    "ask late": (
        "cancel", {"info_giving": "only_when_asked"},
        [say("May I have your e-mail address?"), who, say("Which order number?"), look, say("And the reason?"), yes, cancel, say("Cancelled, 340.")],
    ),
    "an optional step": ("optional", {}, [call(*TWO), call(("gift_wrap", ORDER)), REPORT]),
    "no optional step": ("optional", {}, [call(*TWO), say("O-101 was 340, O-102 was 520. Anything else?")]),
    "a state that is no claim": ("cancel", {}, [who, look, say("Your order is pending. Shall I cancel it?"), cancel, say("Cancelled, 340.")]),
    "try again after a fault": ("reads", {"faults": TIMEOUT}, [look, look, call(TWO[1]), REPORT]),
    "both tried again": ("reads", {"faults": {**TIMEOUT, "times": 2}}, [call(*TWO), call(*TWO), REPORT]),
}  # fmt: skip


@pytest.mark.parametrize(("case", "more", "messages"), RIGHT_WAYS.values(), ids=RIGHT_WAYS)
def test_every_right_way_is_free_of_findings(
    stage: Any, case: str, more: dict[str, Any], messages: list[Message]
) -> None:
    episode: Episode = stage.start(case, **more)
    need: Any = None
    for message in messages:
        assert not isinstance(need, Done)
        need = episode.send(message)
        assert episode.turns[-1].verdicts == [], message
    assert isinstance(need, Done)
    if case != "optional" or len(messages) == 2:
        assert need.trajectory.outcome.reward == 1, need.trajectory.outcome.why


def test_the_first_rule_for_each_call_and_one_for_the_words(stage: Any) -> None:
    episode = stage.start("secret")
    episode.send(look)
    message = assistant("Code zebra-77.", [("get_orders", {}), ("get_order", OTHER), ("get_order", {})])
    found = [(v.code, v.call) for v in episode.check(message)]
    assert found == [("M05", 0), ("M03", 2), ("M22", -1)]


# -- no rule reads the label ----------------------------------------------------------------------------------------------


def again(recorded: Trajectory) -> Trajectory:
    """The recorded assistant messages, played to a fresh episode of the same task."""
    episode = Episode(recorded.task, sample=recorded.sample)
    need = episode.start()
    for turn in recorded.turns:
        assert not isinstance(need, Done)
        need = episode.send(turn.message)
    assert isinstance(need, Done)
    return need.trajectory


@pytest.mark.parametrize("name", NAMES)
def test_verdicts_follow_from_the_messages_alone(name: str) -> None:
    """Mistakes of every kind are really made, then the oracle goes on: the code stands at that step and nowhere else, and
    playing the messages again, without a word about operators, finds the same."""
    world = registry.load(name)
    codes: set[str] = set()
    for index in range(120):
        task = replace(make_task(world, 41, index), backend=0)  # building worlds takes longer than playing
        rng = Rng(task.id, "mistake")
        order = rng.sample(sorted(OPERATORS), len(OPERATORS))
        order.sort(key=codes.__contains__)  # kinds that have not been made yet come first
        episode = Episode(task)
        need = episode.start()
        made: dict[int, str] = {}
        while not isinstance(need, Done):
            at = len(episode.turns)
            proposal = None
            if not made and rng.chance(0.6):
                proposal = next((p for code in order if (p := propose(episode, code, rng))), None)
            if proposal is not None:
                made[at] = proposal[1].code
                need = episode.send(proposal[0])
            else:
                need = episode.send(episode.oracle())
        codes.update(made.values())
        recorded = need.trajectory
        found = {n: v.code for n, turn in enumerate(recorded.turns) for v in turn.verdicts}
        if any(wrote(episode, n) for n in made):
            found = {n: code for n, code in found.items() if n <= max(made)}
        assert found == made, (index, task.task_class, task.profile, made, found)
        replayed = again(recorded)
        assert [turn.verdicts for turn in replayed.turns] == [turn.verdicts for turn in recorded.turns]
        assert replayed.encode() == recorded.encode()
    assert len(codes) >= 11
