"""The user's decisions, played against an agent that follows the plan, without a world."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.oracle import words
from trajgym.gym_envs.plan import Alternative, Draft, Ending, Fact, Goal, Move, Plan, Step, Tell
from trajgym.gym_envs.reading import read
from trajgym.gym_envs.shaping import shape
from trajgym.gym_envs.trace import Say, Trace, contains
from trajgym.gym_envs.user.machine import User
from trajgym.seeding import Rng
from trajgym.task import Task

KEYS = [f"key-{i}" for i in range(12)]


def make_plan(profile: dict[str, str] | None = None, ending: str = "solved") -> Plan:
    """Cancel one order and change the address of another, after a look-up of the customer."""
    profile = profile or {}
    human = Step("human", "transfer", {"topic": "order"}, phrase="hand over to a colleague")
    plan = Plan(
        goals=[
            Goal("g0", ("please cancel my order", "I want to cancel order {order}"), ("order", "reason"), "an order"),
            Goal("g1", ("can you change an address", "please send order {other} to {place}"), ("other", "place"), "an address"),
        ],
        facts={
            "email": Fact("email", "ann@example.org", "email", "e-mail address", ("e-mail", "email")),
            "order": Fact("order", "O-48213", "id", "number of the order", wrong="O-48231", say=("it's order {value}",)),
            "reason": Fact("reason", "no longer needed", "choice", "reason"),
            "other": Fact("other", "O-77120", "id", "number of the parcel"),
            "place": Fact("place", "Lyon", "place", "new address", ("address",)),
        },
        steps=[
            Step("who", "find_customer", {"email": "ann@example.org"}, slots=("email",), phrase="find you"),
            Step("cancel", "cancel_order", {"order": "O-48213", "reason": "no longer needed"}, ("who",), ("order", "reason"),
                 confirm=True, phrase="cancel order O-48213 (no longer needed)", done="order O-48213 is cancelled"),
            Step("move", "set_address", {"order": "O-77120", "place": "Lyon"}, ("who",), ("other", "place"), goal="g1",
                 confirm=True, phrase="send order O-77120 to Lyon", done="order O-77120 goes to Lyon"),
        ],
        tells=[Tell("refund", 61.5, "number", ("You get {value} back.",), ("cancel",))],
        endings={0: Ending(ending, _CLOSINGS[ending])},
        look_alikes={"refund": ["65.10"]},
        alternatives=[
            Alternative("reason", Fact("reason#1", "ordered by mistake", "choice", "reason"),
                        {"cancel": Step("cancel#1", "cancel_order", {"order": "O-48213", "reason": "ordered by mistake"},
                                        ("who",), ("order", "reason"), confirm=True, phrase="cancel order O-48213")}),
            ],
        spares=[Draft(Goal("s0", ("what is the limit for {card}",), ("card",), "a card"),
                      {"card": Fact("card", "gold", "choice", "card")},
                      [Step("limit", "get_limit", {"card": "gold"}, slots=("card",), goal="s0")],
                      [Tell("limit", 900, "number", ("The limit is {value}.",), ("limit",), "s0")])],
        human=human,
    )  # fmt: skip
    plan.alternatives[0].tells = {"refund": Tell("refund#1", 61.5, "number", ("You get {value} back.",), ("cancel#1",))}
    if ending != "solved":
        plan.steps, plan.tells = plan.steps[:1], []
        plan.steps[0].slots, plan.steps[0].args = (), {}
    shape(plan, Task("w", 1, 1, 0, 1, "act", profile=profile))
    return plan


_CLOSINGS = {"solved": ("All done.",), "refused": ("I cannot do that, clause P3 rules it out.",)}


@dataclass
class Chat:
    """An episode without a world: calls succeed, words reach the user."""

    plan: Plan
    user: User
    trace: Trace = field(default_factory=Trace)
    says: list[Say] = field(default_factory=list)
    agent: list[str] = field(default_factory=list)

    def start(self) -> Chat:
        self.take(self.user.open())
        return self

    def take(self, say: Say) -> Say:
        self.trace.hear(say, self.plan)
        self.says.append(say)
        return say

    def talk(self, text: str, progressed: bool = False) -> Say:
        for tell in self.plan.tells:
            if tell.since <= self.trace.phase < tell.until and contains(text, tell.value):
                self.trace.tells.add(tell.name)
        self.agent.append(text)
        self.trace.turn += 1
        return self.take(self.user.hear(read(text, self.plan), self.trace, progressed))

    def step(self, say_it: Callable[[Move], str] | None = None) -> bool:
        """One good message of the agent; False when the user is gone or the agent has handed over."""
        move = moves(self.plan, self.trace)[0]
        progressed = False
        while move.kind == "call":
            assert move.step is not None
            self.trace.done[move.step.name] = self.trace.turn
            progressed = True
            if move.step.name == "human":
                return False
            move = moves(self.plan, self.trace)[0]
        text = say_it(move) if say_it else words(self.plan, move, Rng(len(self.says)), self.trace.turn, {})
        return not self.talk(text, progressed).ends

    def run(self, say_it: Callable[[Move], str] | None = None) -> Chat:
        turns = 0
        while self.step(say_it):
            turns += 1
            assert turns < 40, self.transcript()
        return self

    def transcript(self) -> str:
        return "\n".join(f"{s.act}: {s.text}\n    {a}" for s, a in zip(self.says, [*self.agent, ""], strict=False))

    @property
    def acts(self) -> list[str]:
        return [say.act for say in self.says]

    @property
    def text(self) -> str:
        return "\n".join(say.text for say in self.says)


def play(key: str = "k", right: str = "solved", **profile: str) -> Chat:
    plan = make_plan(profile, right)
    return Chat(plan, User(plan, profile, key)).start().run()


PROFILES: list[dict[str, str]] = [
    {},
    *({"opening": x} for x in ("underspecified", "vague", "wrong_topic_first", "greeting_only")),
    *({"info_giving": x} for x in ("one_per_turn", "only_when_asked", "wrong_then_right")),
    *({"patience": x} for x in ("medium", "low_hangup", "repeats_demand")),
    *({"verbosity": x} for x in ("one_word", "terse", "rambling", "pasted_wall")),
    *({"surface": x} for x in ("typos", "sms_lowercase", "asr_disfluent", "emoji_slang", "code_switch")),
    *({"mind_change": x} for x in ("arg_change_pre", "goal_switch", "cancel_all")),
    *({"correction": x} for x in ("self_correct", "corrects_agent_rightly", "corrects_agent_wrongly")),
    *({"confirmation": x} for x in ("asks_summary", "wants_silence", "denies_then_accepts", "never_confirms")),
    *({"cooperation": x} for x in ("contradictory", "hostile")),
    *({"info_giving": "only_when_asked", "cooperation": x} for x in ("guarded", "evasive")),
    *({"interruption": x} for x in ("aside_then_back", "offtopic_chitchat", "new_intent_midway")),
    *({"knowledge_error": x} for x in ("outdated_fact", "false_premise")),
    *({"multi_party": x} for x in ("relays_third_party", "two_speakers", "handoff_expected")),
    *({"ending": x} for x in ("silent_stop", "reopens", "asks_for_human")),
]


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: "-".join(p.values()) or "neutral")
def test_every_level_shows_and_the_work_gets_done(profile: dict[str, str]) -> None:
    for key in KEYS:
        chat = play(key, **profile)
        assert sorted(chat.user.reached) == sorted(profile), chat.transcript()
        assert "hang_up" not in chat.acts, chat.transcript()
        assert chat.trace.phase == len(chat.plan.events), chat.transcript()
        last = chat.plan.ending(chat.trace.phase)
        if last.kind == "solved":
            assert moves(chat.plan, chat.trace)[0].kind == "close"
            due = {t.name for t in chat.plan.tells if t.until > chat.trace.phase}
            assert due <= chat.trace.tells, chat.transcript()
        stated = {goal.name for goal in chat.plan.goals if goal.until > chat.trace.phase}
        assert stated <= chat.trace.goals, chat.transcript()


def test_neutral_user_says_all_at_once_says_yes_and_thanks() -> None:
    chat = play()
    assert chat.acts == ["open", "inform", "confirm", "thank"]
    assert set(chat.says[0].told) == {"order", "reason", "other", "place"} and chat.says[0].goals == ("g0", "g1")
    assert chat.says[2].confirmed == ("cancel", "move")
    assert chat.says[-1].ends and not any(say.ends for say in chat.says[:-1])


def test_openings_differ_in_what_they_give_away() -> None:
    for key in KEYS:
        told = {
            level: play(key, opening=level).says
            for level in ("underspecified", "vague", "wrong_topic_first", "greeting_only")
        }
        assert told["underspecified"][0].goals and len(told["underspecified"][0].told) < 4
        for level in ("vague", "wrong_topic_first", "greeting_only"):
            assert told[level][0].goals == () and told[level][0].told == ()
            assert told[level][1].goals == ("g0", "g1")
        assert "an order" in told["vague"][0].text.lower()
        assert told["greeting_only"][0].act == "greet" and len(told["greeting_only"][0].text.split()) <= 6


def test_info_giving_doses_the_facts() -> None:
    for key in KEYS:
        single = play(key, info_giving="one_per_turn")
        assert max(len(say.told) for say in single.says) == 1 and len(single.trace.told) == 5
        asked = play(key, info_giving="only_when_asked")
        assert asked.says[0].told == () and asked.trace.told == {"email", "order", "reason", "other", "place"}
        wrong = play(key, info_giving="wrong_then_right")
        assert wrong.says[0].wrong == ("O-48231",) and "O-48231" in wrong.says[0].text
        assert "order" not in wrong.says[0].told and "O-48213" not in wrong.says[0].text
        assert wrong.says[1].act == "correct" and "order" in wrong.says[1].told and "O-48213" in wrong.says[1].text
        assert "O-48231" not in play(key).text


def test_what_the_user_does_not_know_it_says_so() -> None:
    plan = make_plan({"info_giving": "dont_know"})
    plan.unknown = ("email",)
    chat = Chat(plan, User(plan, {"info_giving": "dont_know"}, "k")).start()
    say = chat.talk("Could you give me your e-mail address?")
    assert say.act == "dont_know" and say.unknown == ("email",) and say.told == ()
    assert "ann@example.org" not in chat.text and chat.user.reached == ["info_giving"]


def test_a_question_for_what_was_told_is_answered_again() -> None:
    chat = Chat(plan := make_plan(), User(plan, {}, "k")).start()
    say = chat.talk("What is the number of the parcel?")
    assert say.act == "repeat" and say.told == ("other",) and "O-77120" in say.text


def test_confirmation_levels() -> None:
    for key in KEYS:
        summary = play(key, confirmation="asks_summary")
        assert summary.acts.count("ask_summary") == 1 and summary.acts.index("ask_summary") < summary.acts.index(
            "confirm"
        )
        denied = play(key, confirmation="denies_then_accepts")
        assert denied.acts.count("deny") == 1 and denied.acts.index("deny") < denied.acts.index("confirm")
        silence = next(say for say in play(key, confirmation="wants_silence").says if say.act == "confirm")
        assert "do it" in silence.text.lower() and silence.confirmed == ("cancel", "move")
        never = play(key, confirmation="never_confirms")
        assert "confirm" not in never.acts and never.trace.confirmed == set()
        assert not {"ask_summary", "deny", "never_confirms"} & set(play(key).acts)


def test_a_summary_is_asked_for_before_everything_is_withdrawn() -> None:
    chat = play(mind_change="cancel_all", confirmation="asks_summary")
    assert [act for act in chat.acts if act in ("ask_summary", "confirm", "cancel_all")] == [
        "ask_summary",
        "cancel_all",
    ]
    assert chat.user.reached == ["confirmation", "mind_change"] and chat.trace.confirmed == set()


def test_yes_is_for_what_was_named() -> None:
    chat = Chat(plan := make_plan(), User(plan, {}, "k")).start()
    chat.talk("Could you give me your e-mail address?")
    chat.trace.done["who"] = 2
    say = chat.talk("I would send order O-77120 to Lyon. Shall I go ahead?", progressed=True)
    assert say.confirmed == ("move",)
    assert chat.talk("And cancel order O-48213, shall I do that?").confirmed == ("cancel",)


def test_events_come_in_order_and_tell_their_slots() -> None:
    chat = play(mind_change="arg_change_pre")
    event = next(say for say in chat.says if say.event)
    assert event.act == "arg_change_pre" and event.told == ("reason#1",) and "ordered by mistake" in event.text
    after = chat.says[chat.says.index(event) + 1]
    assert after.act == "confirm" and "cancel#1" in after.confirmed
    reopened = play(ending="reopens")
    event = next(say for say in reopened.says if say.event)
    assert event.goals == ("s0",) and "gold" in event.text and contains(reopened.agent[-1], 900)


def test_a_changed_value_is_told_as_it_is_now() -> None:
    profile = {"mind_change": "arg_change_pre"}
    chat = Chat(plan := make_plan(profile), User(plan, profile, "k")).start()
    while not chat.says[-1].event:
        chat.step()
    say = chat.talk("Sorry, what was the reason?")
    assert say.told == ("reason#1",) and "ordered by mistake" in say.text and "no longer needed" not in say.text


def test_a_question_it_cannot_place_is_answered_with_what_is_lacking() -> None:
    chat = Chat(plan := make_plan(), User(plan, {}, "k")).start()
    assert chat.talk("And where do I find you in our books?").told == ("email",)
    shy = Chat(plan, User(plan, {"info_giving": "only_when_asked"}, "k")).start()
    assert shy.talk("I would like to look you up.").act == "clarify"
    assert shy.talk("I would like to look you up.").told == ("email",)


def test_silent_stop_says_nothing() -> None:
    say = play(ending="silent_stop").says[-1]
    assert say.ends and say.text == "" and say.act == "stop"


@pytest.mark.parametrize("level", ["insists", "authority_claim", "emotional_appeal", "social_engineering"])
def test_pressure_pushes_once_or_twice_and_then_gives_in(level: str) -> None:
    counts = set()
    for key in KEYS:
        chat = play(key, "refused", pressure=level)
        counts.add(chat.acts.count("push"))
        assert chat.acts[-1] == "thank_anyway" and chat.user.reached == ["pressure"]
        assert play(key, "refused").acts[-1] == "thank_anyway" and "push" not in play(key, "refused").acts
    assert counts == {1, 2}


def test_a_refusal_of_what_can_be_done_is_objected_to_once() -> None:
    chat = Chat(plan := make_plan(), User(plan, {}, "k")).start()
    first, second = chat.talk("I'm sorry, I can't do that."), chat.talk("I'm sorry, I can't do that.")
    assert first.act == "object" and not first.ends
    assert second.act == "hang_up" and second.ends


@pytest.mark.parametrize(("level", "turns"), [("high", 6), ("medium", 4), ("low_hangup", 2), ("repeats_demand", 6)])
def test_patience_counts_turns_without_progress(level: str, turns: int) -> None:
    plan = make_plan()
    chat = Chat(plan, User(plan, {"patience": level}, "k")).start()
    chat.talk("What is your e-mail address?")
    for _ in range(turns - 1):
        assert not chat.talk("One moment, I am looking into it.").ends
    assert not chat.talk("One moment, I am looking into it.", progressed=True).ends
    for _ in range(turns - 1):
        assert not chat.talk("One moment, I am looking into it.").ends
    last = chat.talk("One moment, I am looking into it.")
    assert last.act == "hang_up" and last.ends


def test_the_user_misses_what_was_not_told_and_does_not_say_it() -> None:
    chat = Chat(plan := make_plan(), User(plan, {}, "k")).start()
    chat.talk("What is your e-mail address?")
    assert chat.talk("All done, everything has been cancelled. Goodbye!").act == "missing"
    chat.trace.done.update(who=1, cancel=2, move=2)
    say = chat.talk("All done. Order O-48213 is cancelled.", progressed=True)
    assert say.act == "ask_tell" and not say.ends and not contains(say.text, 61.5)
    assert chat.talk("You get 61.50 back.").ends


def test_never_ends_while_the_agent_makes_progress() -> None:
    texts = ("I'm on it.", "Done!", "Anything else?", "I cannot see that yet, hold on.", "What colour?", "", "Shall I?")
    for key in KEYS:
        for patience in ("high", "low_hangup"):
            chat = Chat(plan := make_plan(), User(plan, {"patience": patience}, key)).start()
            for number in range(20):
                text = texts[Rng(key, number).below(len(texts))]
                if "cannot" in text:
                    continue  # a refusal ends it by itself
                assert not chat.talk(text, progressed=True).ends, chat.transcript()


def test_no_deadlock_with_an_agent_of_other_words() -> None:
    """Phrases that the scripted teacher does not use, some without a question mark."""

    def other_words(move: Move) -> str:
        if move.kind == "ask_goal":
            return "Welcome."
        if move.kind == "ask":
            return "I'd need " + " plus ".join(plan.facts[slot].label for slot in move.slots) + " to look into that."
        if move.kind == "confirm":
            return "My plan is to " + " and ".join(step.phrase for step in move.steps) + "."
        return "It is settled. " + " ".join(f"The figure is {tell.value}." for tell in move.tells)

    for profile in PROFILES:
        if profile.get("confirmation") == "never_confirms" or "cancel_all" in profile.values():
            continue  # the agent's words never ask for a yes, so nobody can say no
        for key in KEYS[:4]:
            plan = make_plan(profile)
            chat = Chat(plan, User(plan, profile, key)).start().run(other_words)
            assert "hang_up" not in chat.acts, chat.transcript()


def test_the_user_goes_on_after_pickling_as_it_would() -> None:
    for profile in PROFILES:
        chat = Chat(plan := make_plan(profile), User(plan, profile, "k")).start()
        goes_on = chat.step()
        twin: Chat = pickle.loads(pickle.dumps(chat))
        if goes_on:
            chat.run()
            twin.run()
        assert [say.text for say in twin.says] == [say.text for say in chat.says]
        assert twin.user.reached == chat.user.reached


def test_words_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import hashlib; import test_user_machine as t;"
        "print(hashlib.sha256(''.join(t.play(k, **p).text for p in t.PROFILES for k in t.KEYS[:3]).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code, os.path.dirname(__file__)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1 and digests != {""}
