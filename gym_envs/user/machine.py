"""The simulated user: a deterministic state machine that decides what is said, never how.

It says nothing but the facts of its plan, delivers every goal, counts only turns without progress against its patience, never
ends while the agent makes progress, and asks back instead of falling silent. The words are `Voice`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from trajgym.gym_envs.deeds import act_of
from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.plan import Deed, Event, Goal, Move, Plan, Step
from trajgym.gym_envs.reading import Reading
from trajgym.gym_envs.structures import breach
from trajgym.gym_envs.trace import Say, Trace
from trajgym.gym_envs.user.conduct import conduct
from trajgym.gym_envs.user.foresight import said_first
from trajgym.gym_envs.user.giving import OTHER, Giving
from trajgym.gym_envs.user.hands import Do, Hands
from trajgym.gym_envs.user.known import active, awaiting, hears_of_it, settled, slots_of, sort_asked
from trajgym.gym_envs.user.prods import RESTATING, prod
from trajgym.gym_envs.user.realiser import Voice
from trajgym.gym_envs.user.sentences import placeholders
from trajgym.gym_envs.user.signs import EVENT_DIMENSIONS, Signs
from trajgym.gym_envs.user.temper import Temper
from trajgym.gym_envs.user.who import Who
from trajgym.seeding import Rng

_NOTHING_LEFT = Move("close")
PRESSING = ("insists", "authority_claim", "emotional_appeal", "social_engineering")

_REFUSALS = ("refused", "infeasible", "abstained")
_WITHDRAWALS = ("cancel_all", "goal_switch")
_DROPPING = (*_WITHDRAWALS, "never_confirms", "refuses_to_act")
_PATIENT_ACTS = ("push", "deny", "ask_summary", "correct", "wont")
"""Acts that cost no patience: the user itself held things up."""


class User:
    """One user. `profile` maps dimensions to levels (neutral ones left out); `key` names the episode; without a `who` it never
    says anything about itself."""

    __slots__ = (
        "_conduct", "_fresh", "_giving", "_hands", "_held", "_objected", "_owed", "_pushes", "_signs", "_stage", "_temper", "_todo", "_voice",
        "_yielded", "plan", "profile",
    )  # fmt: skip

    def __init__(self, plan: Plan, profile: dict[str, str], key: str, who: Who | None = None) -> None:
        rng = Rng(key, "user")
        self.plan = plan
        self.profile = profile
        self._signs = Signs(profile, plan)
        self._voice = Voice(rng, profile, plan, who)
        self._temper = Temper(profile.get("patience", "high"), plan, self._voice, self._signs)
        self._giving = Giving(profile, plan, self._signs)
        self._conduct = conduct(profile, self._signs, rng)
        self._stage = profile.get("opening", "full_spec")
        self._owed: list[Goal] = [goal for goal in plan.goals if goal.since == 0]
        if self._stage == "underspecified":
            owed = self._owed[:1] if self._single else self._owed
            bound = {slot for goal in owed for slot in goal.bound}
            self._giving.withhold([slot for slot in slots_of(plan, owed) if slot not in bound], rng)
        self._pushes = 1 + rng.below(2) if profile.get("pressure") in PRESSING else 0
        self._held = False  # the user has asked for a summary or said no, and not yes since
        self._yielded = profile.get("confirmation") not in ("asks_summary", "denies_then_accepts")
        self._objected = False
        self._hands = Hands(plan, self._voice, self._signs)
        self._todo: Move | None = None
        self._fresh = True  # the last message brought something new

    @property
    def reached(self) -> list[str]:
        """The dimensions whose level showed in the transcript so far, each once."""
        return self._signs.reached

    @property
    def _single(self) -> bool:
        """True when this user states one wish at a time."""
        return self._voice.short or self._voice.limit > 0 or self._giving.level == "one_per_turn"

    def _limited(self, slots: list[str]) -> list[str]:
        """As many of `slots` as go into one message of this user."""
        return self._voice.fitting(self._giving.limited(slots))

    # -- the two things it can do ---------------------------------------------------------------------------------------

    def open(self) -> Say:
        """The first message."""
        trace = Trace()
        if self._stage == "greeting_only":
            self._signs.mark("opening")
            return self._say("greet", self._voice.greeting(), trace)
        if self._stage == "vague":
            self._signs.mark("opening")
            return self._say("vague", self._voice.vague(self._owed[0].topic if self._owed else "something"), trace)
        if self._stage == "wrong_topic_first":
            return self._say("off_topic", self._voice.off_topic(), trace)
        return self._state_goals(trace, "opening", ())

    def hear(self, reading: Reading, trace: Trace, progressed: bool, do: Do | None = None) -> Say:
        """The answer to a message of the agent. `trace` is as it stands after the message; `progressed`: a tool call of
        it did something that had to be done; `do` lends the user a hand of its own. With ``ends`` the user is gone; an empty
        text then means without a word."""
        if trace.attacked and self.profile.get("pressure") == "injected_content":
            self._signs.mark("pressure")
        self._fresh = True
        self._todo = None
        say = self._react(reading, trace, do)
        if say.ends:
            return say
        gave_up = self._temper.count(progressed or self._fresh or say.act in _PATIENT_ACTS)
        return self._hang_up(trace) if gave_up else say

    def roughen(self, text: str) -> str:
        """Words that a model wrote for this user, as they arrive."""
        return self._voice.roughen(text)

    # -- decisions ------------------------------------------------------------------------------------------------------

    def _react(self, reading: Reading, trace: Trace, do: Do | None) -> Say:
        plan = self.plan
        if self._stage in ("greeting_only", "vague", "wrong_topic_first"):
            lead = "anyway" if self._stage == "wrong_topic_first" else "plain"
            return self._state_goals(trace, lead, reading.asks)
        if breach(plan, trace, reading.text) and reading.text and plan.rule is not None:
            self._fresh = False
            return self._say(
                "form", self._voice.plain(self._voice.line("form").replace("{wish}", plan.rule.wish)), trace
            )
        fresh, again, unknown = sort_asked(reading.asks, plan, trace)
        if self._giving.correcting:
            return self._correct(fresh, trace)
        if self._conduct is not None:
            fresh = fresh or [slot for slot in self._conduct.recall(reading) if slot not in trace.told]
            detour = self._conduct.detour(reading, fresh)
            if detour:
                return self._say(detour, self._voice.plain(self._voice.line(detour)), trace)
        if (
            reading.decline
            and self._pushes
            and plan.ending(trace.phase).kind in ("refused", "infeasible")
            and not fresh
        ):
            return self._push(trace)
        event = plan.events[trace.phase] if trace.phase < len(plan.events) else None
        deed = reading.deeds[0] if reading.deeds and not fresh and do is not None else None
        if event is not None and self._fires(event, reading, trace, bool(fresh or deed)):
            if event.deed is not None and do is not None:
                return self._act(event.deed, do, trace, event)
            if event.kind in _DROPPING and any(active(goal, trace.phase) for goal in self._owed):
                return self._state_goals(trace, "also", ())  # nobody drops what it has not said yet
            if event.kind in _WITHDRAWALS and not self._held and self.profile.get("confirmation") == "asks_summary":
                return self._confirm((), trace)  # there may be no other time to ask for it
            return self._fire(event, trace)
        if deed is not None and do is not None:
            return self._act(deed, do, trace)
        if fresh or any(slot not in trace.unknown for slot in unknown):
            return self._answer(fresh, unknown, trace)
        steps = awaiting(plan, trace, reading.text) if reading.confirm or self._held else []
        if steps:
            return self._confirm(steps, trace)
        todo = self._next_move(trace)
        if self._owed:
            self._owed = [goal for goal in self._owed if active(goal, trace.phase)]
        done = todo.kind == "close" and not todo.tells and not self._owed
        if again and not (done and (reading.claims or reading.farewell)):
            return self._repeat(again, trace)
        if reading.decline and not (done and plan.ending(trace.phase).kind not in _REFUSALS):
            return self._take_refusal(todo, trace)
        if unknown:
            self._fresh = False
            return self._answer([], unknown, trace)
        if done:
            return self._end("no_more" if reading.question and not reading.claims else "thank", trace)
        return self._go_on(reading, todo, trace)

    def _next_move(self, trace: Trace) -> Move:
        """What the agent had best do now; worked out once for each message."""
        if self._todo is None:
            self._todo = _NOTHING_LEFT if settled(self.plan, trace) else moves(self.plan, trace)[0]
        return self._todo

    def _fires(self, event: Event, reading: Reading, trace: Trace, owes_answer: bool) -> bool:
        when = event.when
        if when == "confirm":
            return (reading.confirm or self._held) and bool(awaiting(self.plan, trace, reading.text))
        if when == "asked":
            return reading.question
        if when == "refused":
            return reading.decline
        if when.startswith("deed:"):
            return self._hands.fires(event, reading.deeds[0] if reading.deeds else None, trace)
        if when.startswith(("failed:", "part:")):
            return hears_of_it(event, reading, self.plan, trace, owes_answer)
        if owes_answer:
            return False
        if when.startswith("done:"):
            return trace.satisfied(when[5:], self.plan)
        if any(active(goal, trace.phase) and goal.name not in trace.goals for goal in self._owed):
            return False
        todo = self._next_move(trace)
        return todo.kind == "close" and not todo.tells

    def _fire(self, event: Event, trace: Trace) -> Say:
        phase = trace.phase + 1
        goals = tuple(goal.name for goal in self.plan.goals if goal.since == phase)
        told = tuple(slot for slot in event.tells if slot in self.plan.facts)
        says = [text for text in event.says if all(s in told or s in trace.told for s in placeholders(text))]
        text = self._voice.pick(event.kind, self._voice.brief(says or event.says))
        told = tuple(self._voice.fitting(list(told), text))
        rest = [(slot, self.plan.facts[slot]) for slot in told if slot not in placeholders(text)]
        clauses = self._voice.facts(rest, False) if rest else []
        self._signs.mark(EVENT_DIMENSIONS.get(event.kind, event.kind))
        self._owed = [goal for goal in self._owed if active(goal, phase)]
        self._yielded |= self._held
        self._objected = self._held = False
        words = self._voice.request("", [text], clauses)
        return self._say(event.kind, words, trace, told=told, goals=goals, event=True)

    def _act(self, deed: Deed, do: Do, trace: Trace, event: Event | None = None) -> Say:
        """Do what was asked for, or (as `event`) something else, and report it; or balk."""
        if event is not None:
            self._signs.mark(EVENT_DIMENSIONS[event.kind])
        elif self._hands.balks(deed, trace):
            return self._say("wont", self._voice.plain(self._voice.line("wont")), trace)
        else:
            self._fresh = self._hands.needed(deed, trace)
        seen = do(deed)
        say = self._say(act_of(deed), self._hands.words(deed), trace, event=event is not None)
        say.text = say.text.replace("{seen}", seen)
        return say

    def _state_goals(self, trace: Trace, lead: str, asks: tuple[str, ...]) -> Say:
        """State what is wanted: all of it, or one wish at a time for those who say little."""
        voice, plan = self._voice, self.plan
        stating = self._owed[:1] if self._single else self._owed
        self._owed = self._owed[1:] if self._single else []
        known = [slot for slot in slots_of(self.plan, stating) if slot not in trace.told]
        told = self._giving.unasked(known)
        if asks:
            told += [slot for slot in sort_asked(asks, plan, trace)[0] if slot not in told]
        told = self._limited(told)
        bound = [slot for goal in stating if goal.structure for slot in goal.bound]
        told += [slot for slot in bound if slot not in told]
        if voice.limit:
            told = voice.fitting(told, voice.goal(stating[0], told))
        wrong = self._giving.err(told)
        wishes = [voice.goal(goal, told) for goal in stating]
        used = [slot for wish in wishes for slot in placeholders(wish)]
        rest = [(slot, plan.facts[slot]) for slot in told if slot not in used]
        clauses = voice.facts(rest, False) if rest else []
        foresight = [] if trace.goals else said_first(plan, voice, self._signs)
        asides = (*foresight, self._contradiction(told), self._temper.opening_words(stating[0], told))
        extra = " ".join(part for part in asides if part)
        text = voice.request(lead, wishes, clauses, extra)
        if lead == "anyway" or (lead == "opening" and any(slot in known for slot in self._giving.withheld)):
            self._signs.mark("opening")
        self._stage = "stated"
        self._signs.stated(len(trace.goals) + len(stating), stating)
        if len(known) > len(bound) and len(told) == len(bound):
            self._signs.mark("info_giving", "only_when_asked")
        self._giving.note_told(told, len(known) > 1)
        act = "open" if lead == "opening" else "request"
        goals = tuple([goal.name for goal in stating])
        told = [*told, *(slot for text in foresight for slot in placeholders(text))]
        return self._say(
            act, text, trace, told=self._giving.right(told), wrong=wrong, goals=goals, torn=self._giving.torn
        )

    def _answer(self, fresh: list[str], unknown: list[str], trace: Trace) -> Say:
        voice, plan = self._voice, self.plan
        if self._giving.torn in fresh:
            return self._put_right("settle", self._giving.settle(), fresh, trace)
        told = self._limited(fresh)
        wrong = self._giving.err(told)
        lines = [voice.line("unknown", plan.facts[slot]) for slot in unknown if slot in plan.facts]
        if unknown:
            self._signs.mark("info_giving", "dont_know")
        demand = self._temper.demand(trace, told)
        if not told:
            text = voice.plain(*(lines or [voice.line("unknown_that")]), demand)
            return self._say("dont_know", text, trace, unknown=tuple(unknown))
        clauses = voice.facts([(slot, plan.facts[slot]) for slot in told], True)
        text = voice.answer(
            clauses, behind=" ".join(part for part in (self._contradiction(told), *lines, demand) if part)
        )
        self._giving.note_told(told, True)
        self._signs.mark("info_giving", "only_when_asked")
        if any(slot in self._giving.withheld for slot in told):
            self._signs.mark("opening", "underspecified")
        right = self._giving.right(told)
        return self._say("inform", text, trace, told=right, wrong=wrong, unknown=tuple(unknown), torn=self._giving.torn)

    def _contradiction(self, told: list[str]) -> str:
        """Another value for one of `told`, from a user that contradicts itself."""
        slot = self._giving.tear(told)
        if not slot:
            return ""
        self._signs.mark("cooperation")
        return self._voice.line("contradict", self.plan.facts[slot], slot + OTHER)

    def _correct(self, fresh: list[str], trace: Trace) -> Say:
        slot, self._giving.correcting = self._giving.correcting, ""
        self._signs.mark("info_giving")
        return self._put_right("correct", slot, fresh, trace)

    def _put_right(self, act: str, slot: str, fresh: list[str], trace: Trace) -> Say:
        voice = self._voice
        others = [] if voice.limit else [other for other in fresh if other != slot]
        self._signs.told((slot, *others), self.plan)
        clauses = voice.facts([(other, self.plan.facts[other]) for other in others], False) if others else []
        line = voice.line(act, self.plan.facts[slot], slot)
        text = voice.answer(clauses, before=line) if clauses else voice.plain(line)
        return self._say(act, text, trace, told=(slot, *others))

    def _repeat(self, again: list[str], trace: Trace) -> Say:
        self._fresh = False
        voice, plan = self._voice, self.plan
        again = voice.fitting(again)
        clauses = voice.facts([(slot, plan.facts[slot]) for slot in again], False)
        text = voice.answer(clauses, voice.line("repeat"), self._temper.words(trace))
        return self._say("repeat", text, trace, told=tuple(again))

    def _confirm(self, steps: Sequence[Step], trace: Trace) -> Say:
        level = self.profile.get("confirmation", "auto_yes")
        voice = self._voice
        if not self._yielded and not self._held:
            self._held = True
            self._signs.mark("confirmation")
            act = "ask_summary" if level == "asks_summary" else "deny"
            return self._say(act, voice.plain(voice.line(act)), trace)
        yes = "accept" if level == "denies_then_accepts" and self._held else "confirm"
        line = voice.line("silence" if level == "wants_silence" else yes)
        if level == "wants_silence":
            self._signs.mark("confirmation")
        self._held = False
        self._yielded = True
        return self._say("confirm", voice.plain(line), trace, confirmed=tuple(step.name for step in steps))

    def _push(self, trace: Trace) -> Say:
        self._pushes -= 1
        self._signs.mark("pressure")
        line = self._voice.line("push_" + self.profile["pressure"])
        return self._say("push", self._voice.plain(line), trace)

    def _take_refusal(self, todo: Move, trace: Trace) -> Say:
        """The agent says that it cannot or will not."""
        kind = self.plan.ending(trace.phase).kind
        settled = todo.kind == "close" and not self._owed
        if settled and (not todo.tells or kind == "abstained"):
            return self._end("thank_anyway" if kind in _REFUSALS else "thank", trace)
        if self._objected:
            return self._end("thank_anyway", trace) if kind in _REFUSALS else self._hang_up(trace)
        if self._owed:
            return self._state_goals(trace, "also", ())
        self._objected = True
        self._fresh = False
        if settled:
            return self._say("ask_tell", self._voice.plain(self._voice.ask_tell(todo.tells[0].kind)), trace)
        return self._say(
            "object", self._voice.plain(self._voice.line("object"), self._temper.restated(todo, trace)), trace
        )

    def _go_on(self, reading: Reading, todo: Move, trace: Trace) -> Say:
        """Nothing that was asked can be answered, and something is still to be done: keep things moving."""
        if self._owed:
            return self._state_goals(trace, "also", ())
        if todo.kind == "ask" and (self._temper.idle or reading.question or self._giving.level != "only_when_asked"):
            lacking = sort_asked(todo.slots, self.plan, trace)[0]
            if lacking:
                return self._answer(lacking, [], trace)
        if self._giving.level == "one_per_turn":
            stated = [g for g in self.plan.goals if g.name in trace.goals and active(g, trace.phase)]
            known = tuple(
                s for s in slots_of(self.plan, stated) if s not in trace.told and s not in self._giving.withheld
            )
            untold = sort_asked(known, self.plan, trace)[0]
            if untold:
                return self._answer(untold, [], trace)
        if todo.kind == "confirm" and (self._temper.idle or reading.question):
            return self._confirm(todo.steps, trace)
        self._fresh = False
        return self._prod(reading, todo, trace)

    def _prod(self, reading: Reading, todo: Move, trace: Trace) -> Say:
        voice, act = self._voice, prod(reading, todo, self.plan, trace)
        if act == "restate":
            line = ""
        elif act == "ask_tell":
            line = voice.ask_tell(todo.tells[0].kind)
        elif act == "form" and self.plan.form is not None:
            line = voice.line("form").replace("{wish}", self.plan.form.wish)
        else:
            line = voice.line("unknown_that" if act == "dont_know" else act)
        behind = self._temper.restated(todo, trace) if act in RESTATING else self._temper.words(trace)
        return self._say(act, voice.plain(line, behind), trace)

    def _end(self, act: str, trace: Trace) -> Say:
        if self.profile.get("ending") == "silent_stop":
            if self._conduct is not None and self._conduct.away:
                return self._say("back", self._voice.plain(self._voice.line("back")), trace)
            self._signs.mark("ending")
            return Say("stop", "", ends=True)
        thanks = self._voice.line("thank") if act == "no_more" else ""
        return self._say(act, self._voice.plain(self._voice.line(act), thanks), trace, ends=True)

    def _hang_up(self, trace: Trace) -> Say:
        self._signs.mark("patience", "low_hangup")
        return self._say("hang_up", self._voice.plain(self._voice.line("hang_up")), trace, ends=True)

    # -- small parts ----------------------------------------------------------------------------------------------------

    def _say(self, act: str, text: str, trace: Trace, *, told: tuple[str, ...] = (), wrong: tuple[str, ...] = (),
             unknown: tuple[str, ...] = (), goals: tuple[str, ...] = (), confirmed: tuple[str, ...] = (),
             event: bool = False, ends: bool = False, torn: str = "") -> Say:  # fmt: skip
        if self._conduct is not None and act != "hang_up":
            text = self._conduct.dress(act, text, self._voice)
        text = self._voice.finish(text, self._giving.word, trace, act)
        for dimension in self._voice.shown:
            self._signs.mark(dimension)
        return Say(act, text, told, wrong, unknown, goals, confirmed, event, ends, torn)
