"""Deeds: what the user does on its own side because the agent asks for it in words.

The agent never sees the tools that do them (`World.user_tools`); it has to say what it wants done. Here its words are read for
the deeds they ask for, the deed is run on the episode's backend, and the rules about asking for one are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trajgym.chat import dumps, loads
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.plan import Deed, Plan, Step
from trajgym.gym_envs.world import World

if TYPE_CHECKING:
    from trajgym.gym_envs.reading import Reading
    from trajgym.gym_envs.trace import Trace
    from trajgym.gym_envs.view import View

ACT = "did "
"""Begins the act of a user message that reports a deed; the tool and its arguments follow as JSON."""

_MOVE = r"\b(?:turn|switch|toggle|flip|put|set|slide|bring|get|keep)\b(?:(?!\b(?:on|off)\b).)*"
ON = rf"{_MOVE}\bon\b|\b(?:re-?)?(?:enable|activate)\b"
OFF = rf"{_MOVE}\boff\b|\b(?:disable|deactivate)\b"

_SENTENCE = re.compile(r"[^.!?\n]+(?:[.](?=\S)[^.!?\n]+)*[.!?]*")
_CLAUSE = re.compile(r"[,;:]|\band then\b|\band\b|\bthen\b|\bor\b")
_VERBS = (
    "turn|switch|toggle|flip|put|set|slide|check|open|restart|reboot|power|run|do|take|remove|pull|re-?seat|re-?insert|insert|"
    "enable|activate|disable|deactivate|look|reset|restore|grant|allow|give|swipe|tap|go|pick|choose|select|start|read|tell|"
    "have|make|change|clear|try"
)
_VERB = re.compile(rf"\b(?:{_VERBS})\b")
_REQUEST = re.compile(
    r"\b(?:please|kindly|(?:could|can|would|will) you|(?:need|like|want|ask|have) you to|you (?:can|should|need to|have to|"
    r"could|might|may|must)|try|let's|make sure|(?:do|would) you mind)\b"
)
_IMPERATIVE = re.compile(
    r"^\W*(?:\d+\W+)?(?:(?:first|now|next|then|ok|okay|great|good|thanks|thank you|all right|alright|also|finally|so|and|just|"
    rf"perfect|sure|on your phone|once more|again|step \d+)\W+)*(?:{_VERBS})\b"
)
_WANTS_A_YES = re.compile(
    r"\b(?:please|kindly|(?:could|can|would|will) you)(?: please)? (?:confirm|approve|agree|say yes)\b"
)
_LOOKING = re.compile(r"\b(?:what|which|how|is|are|does|do|can|any)\b.*\?")
_ASIDE = re.compile(
    r"\b(?:once|when|after|before|as soon as|until|so that|in case|because|since|without|while|if you|if that|if this|instead of)\b"
    r"[^,;:.!?]*"
)
_OTHERS = re.compile(
    r"\b(?:i'll|i will|i can|i could|i am|i'm|i've|i have|i shall|i would|i'd|shall i|should i|may i|can i|we'll|we will|"
    r"let me|(?:want|like) me to)\b(?!.{0,30}\byou to\b)|\b(?:don't|do not|no need|never|not)\b"
)
"""Somebody else does it, or nobody is to."""
_IT = re.compile(r"\b(?:it|that|this)\b")


def asked(text: str, deeds: Sequence[Deed], proposing: bool = False) -> tuple[Deed, ...]:
    """The deeds that `text` (in lower case) asks for, in its order, each once. `proposing`: it wants a yes, so that what stands there
    like an order ("- enable roaming on the line") is what the agent would do itself."""
    names, bearers = _names(tuple([deed.about for deed in deeds]))
    text = text.replace("off and on", "off_and_on")  # two clauses are parted by "and"
    if not names.search(text):
        return ()
    found: list[Deed] = []
    before = ""  # the last words that named something
    for sentence in _SENTENCE.findall(text):
        plain = _ASIDE.sub(" ", sentence)
        clauses = _CLAUSE.split(plain)
        request = _REQUEST.search(_WANTS_A_YES.sub(" ", plain) if proposing else plain) is not None
        request = request or (not proposing and any(_IMPERATIVE.match(clause) for clause in clauses))
        question = _LOOKING.search(sentence) is not None
        last, theirs = "", False
        for clause in clauses:
            named = set(names.findall(clause))
            words = clause
            if not named and _IT.search(clause):
                words = f"{before} {clause}"
                named = set(names.findall(words))
            elif named and not _VERB.search(clause):
                words = f"{last} {clause}"  # "turn off A and B"
            if _OTHERS.search(clause):
                theirs = True
            elif _REQUEST.search(clause):
                theirs = False
            if theirs:
                named = set()
            for number in sorted({number for name in named for number in bearers[name]}):
                deed = deeds[number]
                if (request or (question and deed.looks)) and deed not in found and re.search(deed.how, words):
                    found.append(deed)
            if named:
                before = clause
            if _VERB.search(clause):
                last = names.sub(" ", clause)
    return tuple(found)


@lru_cache(maxsize=64)
def _names(abouts: tuple[tuple[str, ...], ...]) -> tuple[re.Pattern[str], dict[str, list[int]]]:
    """Any name of what a deed is done to, the longer ones first; and the numbers of the deeds that bear it."""
    bearers: dict[str, list[int]] = {}
    for number, about in enumerate(abouts):
        for name in about:
            bearers.setdefault(name.replace("off and on", "off_and_on"), []).append(number)
    names = sorted(bearers, key=lambda name: (-len(name), name))
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(name) for name in names) + r")(?![\w-])")
    return pattern, bearers


# -- doing it ------------------------------------------------------------------------------------------------------------


def run(world: World, state: Backend, tool: str, args: dict[str, Any]) -> dict[str, Any]:
    """Let the user do it. The result has what the user sees, in words, under ``seen``."""
    try:
        result: dict[str, Any] = world.tool_map[tool].run(state, args)
    except ToolFailure as failure:
        return {"seen": failure.message}
    return result


def act_of(deed: Deed) -> str:
    """How the act of a user message records the deed that it reports."""
    return ACT + dumps({"tool": deed.tool, "args": deed.args})


def again(world: World, state: Backend, act: str) -> str | None:
    """Do what a recorded act says once more; what the user saw. None when the act is no deed of this world."""
    try:
        deed = loads(act.removeprefix(ACT))
        tool = next(tool for tool in world.user_tools if tool.name == deed["tool"])
        if tool.complaint(deed["args"]):
            return None
    except (ValueError, TypeError, KeyError, StopIteration):
        return None
    return str(run(world, state, tool.name, deed["args"])["seen"])


def step_of(deed: Deed, plan: Plan, trace: Trace) -> Step | None:
    """The plan's step that `deed` does: an open one first."""
    closed: Step | None = None
    for step in plan.steps:
        if step.by_user and step.tool == deed.tool and step.args == deed.args:
            if trace.open(step):
                return step
            closed = closed or step
    return closed


def timely(deed: Deed, plan: Plan, trace: Trace) -> Step | None:
    """The step that `deed` does if it is done now."""
    step = step_of(deed, plan, trace)
    if step is None or not trace.open(step) or any(slot not in trace.told for slot in step.slots):
        return None
    return step if all(trace.satisfied(name, plan) for name in step.needs) else None


def names_of(step: Step, view: View) -> list[str]:
    """By what names a claim would tell that the user has done `step`; those that done deeds share with it are left out."""
    if not step.by_user:
        return []
    named: dict[str, list[str]] = {"own": [], "done": []}
    for deed in view.plan.deeds:
        if deed.tool == step.tool and deed.args == step.args:
            named["own"] += deed.about
        elif any(call.tool == deed.tool and call.args == deed.args for call in view.trace.calls):
            named["done"] += deed.about
    return [name for name in named["own"] if name not in named["done"]]


# -- the rules -------------------------------------------------------------------------------------------------------------


def judge(view: View, reading: Reading) -> Iterator[tuple[str, str]]:
    """What is wrong with the deeds that a message asks for."""
    if len(reading.deeds) > 1:
        phrases = " and to ".join(deed.phrase for deed in reading.deeds[:2])
        yield "M13", f"asks the user for two things at once: to {phrases}"
    trace, plan = view.trace, view.plan
    for deed in reading.deeds[:1]:
        step = step_of(deed, plan, trace)
        if step is not None and trace.open(step):
            yield from _too_early(view, step)
        elif step is not None and step.until <= trace.phase and step.name not in trace.done:
            yield "M20", f"asks to {deed.phrase}, which serves a wish the user has withdrawn or refused"
        elif not deed.looks:
            code = "M08" if step is not None and step.name in trace.done else "M19"
            yield code, f"asks to {deed.phrase}, which is {'done' if code == 'M08' else 'not needed'}"
        elif not _fresh_look(view, deed):
            yield "M08", f"asks to {deed.phrase}, which shows nothing new or nothing needed"


def _too_early(view: View, step: Step) -> Iterator[tuple[str, str]]:
    trace, plan = view.trace, view.plan
    unmet = next((name for name in step.needs if not trace.satisfied(name, plan)), None)
    if unmet is not None:
        first = plan.step(unmet)
        reads = view.world.tool_map[first.tool].kind == "read"
        yield "M14" if reads else "M15", f"asks to {step.phrase} before {first.tool}"
    elif any(slot not in trace.told for slot in step.slots):
        yield "M07", f"asks to {step.phrase} before it is known what for"


def _fresh_look(view: View, deed: Deed) -> bool:
    """A look may be taken again when something was changed since the last one, or when that one is to be done."""
    calls, last = view.trace.calls, -1
    for number, call in enumerate(calls):
        if call.tool == deed.tool and call.args == deed.args:
            last = number
    return view.world.tool_map[deed.tool].free and (last < 0 or view.trace.last_write > last)
