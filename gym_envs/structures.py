"""How a user's wishes hang together: a rule for every message, one thing after the other, a condition, a comparison.

What a world brings is the same for all of them: wishes that do not need each other, some of which tell a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from trajgym.gym_envs.plan import Ending, Fact, Goal, Plan, Tell
from trajgym.gym_envs.style import Form
from trajgym.gym_envs.trace import Trace, contains
from trajgym.seeding import Rng

if TYPE_CHECKING:
    from trajgym.gym_envs.wishes import Offer, Setting, Wish, WishWorld

# -- a rule for every message ----------------------------------------------------------------------------------------------

_BEGINNINGS = ("roger", "ahoy", "hear ye", "dear friend", "namaste", "hooray", "by the book", "good news")
_ENDS = ("over and out", "yours truly", "at your service", "so it goes", "your humble servant", "cheerio", "onwards")
_TITLES = ("Captain", "Professor", "Chief", "Maestro", "Your Highness", "Commander", "Boss", "Sunshine")


def _begins(rng: Rng) -> Form:
    words = rng.choice(_BEGINNINGS)
    return Form(f'start each of your messages with "{words}"', (), begins=words)


def _ends(rng: Rng) -> Form:
    words = rng.choice(_ENDS)
    return Form(f'end each of your messages with "{words}"', (), ends=words)


def _calls(rng: Rng) -> Form:
    title = rng.choice(_TITLES)
    return Form(f'call me "{title}" in each of your messages', (), holds=title)


def _lower(rng: Rng) -> Form:
    return Form("write each of your messages in lower case, without any capital letter", (), lower=True)


def _calm(rng: Rng) -> Form:
    return Form("never use an exclamation mark, in any of your messages", (), unmarked="!")


def _unlisted(rng: Rng) -> Form:
    return Form("never use lists or bullet points, in any of your messages", (), unlisted=True)


_RULES: tuple[Callable[[Rng], Form], ...] = (_begins, _begins, _ends, _ends, _calls, _calls, _lower, _calm, _unlisted)


def set_rule(plan: Plan, rng: Rng) -> None:
    """Let the user of `plan` want all messages in one form."""
    plan.rule = rng.choice(_RULES)(rng)


def breach(plan: Plan, trace: Trace, text: str) -> str:
    """How `text` breaks the rule that the user has set with its first wish; nothing when it does not, or there is none yet."""
    return plan.rule.breach(text) if plan.rule is not None and trace.goals else ""


# -- one thing after the other -----------------------------------------------------------------------------------------------

NEXT = (
    "Next: {w}", "Now the next thing: {w}", "On to the next one: {w}", "Then, as I said, there's more: {w}",
    "Good, now this: {w}", "The next thing on my list: {w}",
)  # fmt: skip
"""How the user names the next thing."""
_BETWEEN = (
    "I'm ready for the next one", "That's one thing off the list", "On to the next one, whenever you like", "The next one can come",
    "So much for that one",
)  # fmt: skip


def between(plan: Plan) -> Ending:
    """How the agent ends a part of the work when it knows that more is to come; the words at the very end are put aside."""
    last = plan.endings[0]
    plan.endings[0] = Ending("solved", _BETWEEN)
    return last


# -- several wishes in one plan ----------------------------------------------------------------------------------------------


def join(plan: Plan, wish: Wish) -> None:
    """Put `wish` beside what the plan has."""
    share(plan, wish)
    draft = wish.draft
    plan.goals.append(draft.goal)
    plan.facts.update(draft.facts)
    plan.steps += draft.steps
    plan.tells += draft.tells
    plan.look_alikes.update(wish.alike)
    plan.secrets += wish.secrets


def share(plan: Plan, wish: Wish) -> None:
    """What `wish` would look up and the plan looks up already, whatever the user says, is looked up once."""
    before = [*plan.steps, *(step for draft in plan.sequel for step in draft.steps)]
    there = {(step.tool, repr(step.args)): step.name for step in before if not step.slots}
    same = {
        step.name: there[step.tool, repr(step.args)] for step in wish.steps if (step.tool, repr(step.args)) in there
    }
    if not same:
        return
    wish.steps = [step for step in wish.steps if step.name not in same]
    for step in wish.steps:
        step.needs = tuple(dict.fromkeys(same.get(name, name) for name in step.needs))
    for tell in wish.tells:
        tell.after = tuple(dict.fromkeys(same.get(name, name) for name in tell.after))


# -- what hangs together by a number -----------------------------------------------------------------------------------------

MEASURING = {"conditional": "measure", "aggregate_compare": "compare"}
"""What a wish has to carry for each level that hangs together by a number."""

_TRIES = 60
_OTHERWISE = (0.2, 0.35, 0.5, 0.65, 0.8)
"""The chance that something else is wanted where a condition does not hold, by level."""


def beside(s: Setting, p: str) -> Setting:
    """What the maker of a further wish looks at."""
    return replace(s, p=p, ambiguity="none", wanted=set())


def measuring(world: type[WishWorld], s: Setting, can: set[str]) -> bool:
    """Can the wish that carries all of `can` be the measure as well? Then it has to. (Not where its number may change: then
    the condition would change too.)"""
    needed = MEASURING.get(s.task.profile.get("goal_structure", ""), "")
    if not needed or "alternative" in can or not world.can(can | {needed}):
        return False
    s.wanted.add(needed)
    can.add(needed)
    return True


def hang_together(world: WishWorld, s: Setting, plan: Plan, measure: tuple[Offer, Wish] | None) -> None:
    """Put what hangs together by a number into `plan`. `measure`, or another wish, is the one that tells it."""
    level, apart = s.task.profile["goal_structure"], measure is None
    if measure is None:
        made = s.rng.choice(world.fitting(s, {"again", MEASURING[level]}))
        measure = made, made.make(beside(s, "m_"))
        join(plan, measure[1])
    if level == "aggregate_compare":
        second = _alike(s, *measure)
        join(plan, second)
        compare(plan, measure[1], second, s.rng)
        if apart:
            _in_one_breath(plan, (measure[1], second), plan.goals[-1])
        return
    then = world.another(s, "c_", "confirm")
    other = world.another(s, "e_", "confirm") if s.rng.chance(_OTHERWISE[s.level]) else None
    # the same words on both sides would leave open which facts are for which
    distinct = other is not None and other.topic != then.topic
    condition(plan, measure[1], then, other if distinct else None, s.rng)
    if apart:
        _in_one_breath(plan, (measure[1],), plan.goals[-1])


def _in_one_breath(plan: Plan, wishes: tuple[Wish, ...], goal: Goal) -> None:
    """Let `wishes` be said with `goal`, which is about them: beside another wish it would not be clear what it is about."""
    names = {wish.p + "g0" for wish in wishes}
    parts = [*(wish.says for wish in wishes), goal.says]
    bare = [next(text for text in part if not text.replace("{if_limit}", "").count("{")) for part in parts]
    count = max(map(len, parts))
    goal.says = (*(", and ".join(part[n % len(part)] for part in parts) for n in range(count)), ", and ".join(bare))
    goal.slots = (*(slot for wish in wishes for slot in wish.facts), *goal.slots)
    plan.goals = [each for each in plan.goals if each.name not in names]
    for step in plan.steps:
        step.goal = goal.name if step.goal in names else step.goal
    for tell in plan.tells:
        tell.goal = goal.name if tell.goal in names else tell.goal


def _alike(s: Setting, made: Offer, first: Wish) -> Wish:
    """A wish that tells the same of something else: another number, and, if it can be, such a one that the comparison comes to
    neither of the two."""
    a, best = first.measure.value, None
    for _ in range(_TRIES):
        trial = replace(beside(s, "b_"), taken=set(s.taken))
        second = made.make(trial)
        b = second.measure.value
        if second.noun == first.noun and a != b:
            best = second, trial.taken
            if {a, b}.isdisjoint((a + b, abs(a - b))):
                break
        if not a and best:
            break
    assert best is not None, f"{s.task.world}: nothing else tells {first.noun}"
    s.taken |= best[1]
    return best[0]


_IF = ("if {noun} is {than} {if_limit}, {then}, {else}", "in case {noun} is {than} {if_limit}, {then}, {else}",
       "should {noun} be {than} {if_limit}, {then}, {else}")  # fmt: skip
_LEAVE = ("otherwise leave it at that", "otherwise do nothing more", "and if not, leave it")
_SO = (
    "{true}, so the rest stays as it is",
    "{true}, and so there was nothing more to do",
    "{true}; I left the rest as you said",
)


def condition(plan: Plan, measure: Wish, then: Wish, other: Wish | None, rng: Rng) -> None:
    """Let what else is wanted depend on what `measure` tells: `then` above or below a limit, and else `other`, or nothing."""
    more, holds = rng.chance(0.5), rng.chance(0.5)
    value = measure.measure.value
    gap = rng.between(1, max(2, int(abs(value)) // 3))
    limit = int(value // 1) - gap if more == holds else int(-(-value // 1)) + gap
    if limit < 0:  # nobody counts from below nothing
        limit, holds = int(-(-value // 1)) + gap, not more
    fact = Fact(
        "if_limit", limit, "number", "the limit", ("the limit", "threshold", "more than what", "less than what")
    )
    wishes = [then] if other is None else [then, other]
    for wish in wishes:
        share(plan, wish)
    chosen = then if holds else other
    goal = Goal(
        "c_g0", tuple(_conditions(measure.noun, "more than" if more else "less than", then, other)),
        (fact.slot, *(slot for wish in wishes for slot in wish.facts)), then.topic, structure="conditional",
    )  # fmt: skip
    plan.goals.append(goal)
    plan.facts[fact.slot] = fact
    for wish in wishes:
        plan.facts.update(wish.facts)
        plan.secrets += wish.secrets
        if wish is chosen:
            plan.look_alikes.update(wish.alike)
            _owe(plan, wish, measure.measure.after, (fact.slot,), goal.name)
        else:
            plan.left += wish.steps
    if chosen is None:
        measure.measure.says = tuple(
            form.replace("{true}", text.rstrip(".!? ")) for text in measure.measure.says for form in _SO
        )


def _conditions(noun: str, than: str, then: Wish, other: Wish | None) -> Iterator[str]:
    for n, text in enumerate(then.says):
        form = _IF[n % len(_IF)].replace("{noun}", noun).replace("{than}", than).replace("{then}", text)
        rest = _LEAVE[n % len(_LEAVE)] if other is None else f"otherwise {other.says[n % len(other.says)]}"
        yield form.replace("{else}", rest)


def _owe(plan: Plan, wish: Wish, after: tuple[str, ...], slots: tuple[str, ...], goal: str) -> None:
    """The steps and tells of `wish` come when `after` is done and `slots` are told."""
    for step in wish.steps:
        step.goal = goal
        if step.slots:  # what is looked up whatever the user says does no harm before
            step.needs = tuple(dict.fromkeys((*step.needs, *after)))
            step.slots = (*step.slots, *slots)
    for tell in wish.tells:
        tell.after = tuple(dict.fromkeys((*tell.after, *after)))
        tell.goal = goal
    plan.steps += wish.steps
    plan.tells += wish.tells


_TOGETHER = ("tell me what {noun} comes to for the two together", "add that up: I want {noun} for both together",
             "say what {noun} is for the two taken together")  # fmt: skip
_APART = ("tell me by how much {noun} differs between the two", "work out the difference between the two: {noun} of one less that of the other",
          "say how far apart the two are: {noun}, I mean")  # fmt: skip
_WHICH = ("tell me for which of the two {noun} is higher, and by how much", "compare the two: where is {noun} higher, and by how much",
          "say which of the two is ahead, the first or the second, and by how much: {noun}")  # fmt: skip


def compare(plan: Plan, first: Wish, second: Wish, rng: Rng) -> None:
    """Let the user want to know how the numbers of two wishes compare."""
    a, b = first.measure, second.measure
    style = rng.below(3) if first.adds else 1 + rng.below(2)
    total, apart = round(a.value + b.value, 2), round(abs(a.value - b.value), 2)
    ahead = "first" if a.value > b.value else "second"
    asks, value, says = (
        (_TOGETHER, total, ("together that makes {value}", "the two come to {value}", "{value} for both together")),
        (_APART, apart, ("the difference is {value}", "they differ by {value}", "{value} lie between the two")),
        (_WHICH, apart, (f"the {ahead} one is ahead by {{value}}", f"it is higher for the {ahead} one, by {{value}}",
                         f"the {ahead} of the two has {{value}} more")),
    )[style]  # fmt: skip
    words = tuple(text.replace("{noun}", first.noun) for text in asks)
    plan.goals.append(Goal("k_g0", words, (), f"{first.noun} of two things", structure="aggregate_compare"))
    plan.result = Tell("k_result", value, "number", says, tuple(dict.fromkeys((*a.after, *b.after))), "k_g0")
    plan.tells.append(plan.result)
    plan.look_alikes["k_result"] = [wrong for wrong in (total, apart) if wrong not in (value, a.value, b.value)]


def miscounted(plan: Plan, trace: Trace, text: str) -> str:
    """What `text` says as the outcome of a comparison and is none; nothing when it says the right one, or no other."""
    tell = plan.result
    if tell is None or tell.name in trace.tells or not all(trace.satisfied(name, plan) for name in tell.after):
        return ""
    if contains(text, tell.value):
        return ""
    others = (wrong for wrong in plan.look_alikes[tell.name] if contains(text, wrong))
    return next((str(wrong) for wrong in others if not trace.knows(wrong)), "")  # it may be said of something else
