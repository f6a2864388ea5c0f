"""The mistake operators: from the right action, a wrong one of a given kind.

An operator proposes; the step rules decide. `propose` returns a message only when the rules, which know nothing of operators,
name exactly the intended mistake in it. Operators live beside the rules so that the two grow together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, TypeVar

from trajgym.chat import Message, assistant, dumps, loads
from trajgym.gym_envs.episode import Episode
from trajgym.gym_envs.faults import RETRYABLE
from trajgym.gym_envs.oracle import named, shown
from trajgym.gym_envs.plan import Move, Step
from trajgym.gym_envs.requests import wrong_requests
from trajgym.gym_envs.slips import filled, siblings, turned
from trajgym.gym_envs.style import WORDS
from trajgym.gym_envs.world import Tool
from trajgym.seeding import Rng
from trajgym.verdict import StepVerdict

T = TypeVar("T")
Operator = Callable[[Episode, Move, Rng], Iterator[Message]]

OPERATORS: dict[str, Operator] = {}
"""Mistake code -> operator. It yields candidates, most telling first."""


def operator(code: str) -> Callable[[Operator], Operator]:
    def register(function: Operator) -> Operator:
        OPERATORS[code] = function
        return function

    return register


def propose(episode: Episode, code: str, rng: Rng) -> tuple[Message, StepVerdict] | None:
    """A message that makes mistake `code` where `episode` stands, and the verdict that names it; None when the mistake
    cannot be made here."""
    move = episode.moves()[0]
    spoken = (_say(episode, text) for text in wrong_requests(episode, code, move, rng))
    for count, message in enumerate(chain(OPERATORS[code](episode, move, rng), spoken)):
        verdicts = episode.check(message)
        if len(verdicts) == 1 and verdicts[0].code == code:
            return message, verdicts[0]
        if count == 3:
            break
    return None


def _call(episode: Episode, *calls: tuple[str, Any]) -> Message:
    """The calls as a message in the task's mode."""
    if not episode.json_mode:
        return episode.worded(assistant(None, list(calls)))
    objects = [{"tool": name, **args} for name, args in calls]
    return episode.worded(assistant(dumps(objects[0] if len(objects) == 1 else objects)))


def _say(episode: Episode, text: str, heeding: bool = True) -> Message:
    """`text` as a message; `heeding`: in the form that the user wants for all of them."""
    if heeding and episode.plan.rule is not None and episode.trace.goals:
        text = episode.plan.rule.apply(text)
    return assistant(dumps({"tool": "no_tool", "reply": text}) if episode.json_mode else text)


def _called(episode: Episode, move: Move) -> tuple[Step, Tool] | None:
    """The step and tool of a move that is a call."""
    return (move.step, episode.world.tool_map[move.step.tool]) if move.kind == "call" and move.step else None


@operator("M01")
def wrong_tool(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    called = _called(episode, move)
    if called is None:
        return
    step, tool = called
    others = [
        t for name, t in sorted(episode.world.tool_map.items())
        if name in episode.shown and name != tool.name and t.kind in ("read", "write") and not (t.kind == "read" and t.free)
    ]  # fmt: skip
    for other in turned(others, rng):
        args = filled(episode, other, step.args)
        if args is not None:
            yield _call(episode, (other.name, args))


@operator("M02")
def wrong_value(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    called = _called(episode, move)
    if called is None:
        return
    step, tool = called
    names = [name for name, kind in tool.params.items() if name in step.args and kind != "text"]
    rng.shuffle(names)
    for name in names:
        for value in siblings(episode, tool, name, step.args[name], rng):
            yield _call(episode, (step.tool, {**step.args, name: value}))


@operator("M03")
def missing_argument(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    called = _called(episode, move)
    if called is None:
        return
    step, tool = called
    required = [name for name in tool.parameters.get("required", ()) if name in step.args]
    rng.shuffle(required)
    for name in required[:2]:
        less = {k: v for k, v in step.args.items() if k != name}
        renamed = {(k if k != name else f"{name}_value"): v for k, v in step.args.items()}
        yield _call(episode, (step.tool, rng.choice((less, renamed))))
        yield _call(episode, (step.tool, less))


@operator("M04")
def broken_format(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    if episode.json_mode:
        right = episode.oracle()["content"] or ""
        yield assistant(rng.choice((f"Sure, here you go: {right}", right[:-1], f"```json\n{right}\n```")))


@operator("M05")
def invented_tool(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    called = _called(episode, move)
    if called is None:
        return
    step, _ = called
    without = episode.task.tool_view.get("without")
    verb, _, rest = step.tool.partition("_")
    names = [f"{step.tool}_now", f"do_{step.tool}", f"{rest}_{verb}" if rest else f"{verb}_item", f"{step.tool}_v2"]
    yield _call(episode, (without or rng.choice(names), step.args))


@operator("M06")
def invented_value(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    called = _called(episode, move)
    if called is None:
        return
    step, tool = called
    names = [n for n, k in tool.params.items() if k in ("reference", "value") and isinstance(step.args.get(n), str)]
    rng.shuffle(names)
    for name in names:
        made_up = _made_up(step.args[name], rng)
        if made_up != step.args[name]:
            yield _call(episode, (step.tool, {**step.args, name: made_up}))


def _made_up(value: str, rng: Rng) -> str:
    """A value of the same look that nobody gave: other digits, or another name before the @."""
    if "@" in value:
        return (
            rng.choice(("info", "contact", "hello", "mail", "me"))
            + str(rng.between(10, 99))
            + value[value.index("@") :]
        )
    if any(c.isdigit() for c in value):
        return "".join(str((int(c) + rng.between(1, 8)) % 10) if c.isdigit() and c != "0" else c for c in value)
    return f"{value} {rng.choice(('Plus', 'Prime', 'Deluxe', 'Junior', 'West', 'II'))}"


@operator("M07")
def not_asking(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    if move.kind != "ask":
        return
    trace, plan = episode.trace, episode.plan
    for step in plan.steps:
        if not trace.open(step) or not set(step.slots) & set(move.slots):
            continue
        guess = {}
        for name, value in step.args.items():
            unknown = not trace.knows(value) if isinstance(value, (str, int, float)) else True
            alike = plan.look_alikes.get(str(value))
            guess[name] = alike[0] if alike and unknown else _guess(value, rng) if unknown else value
        tool = episode.world.tool_map[step.tool]
        if not tool.complaint(guess):
            yield _call(episode, (step.tool, guess))
        yield _call(episode, (step.tool, step.args))


def _guess(value: Any, rng: Rng) -> Any:
    if isinstance(value, str):
        return _made_up(value, rng) if "@" in value or any(c.isdigit() for c in value) else value
    return value


@operator("M08")
def asks_again(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    if move.kind not in ("call", "close"):
        return
    told = [slot for slot in sorted(episode.trace.told) if slot in episode.plan.facts]
    rng.shuffle(told)
    for slot in told:
        fact = episode.plan.facts[slot]
        key = fact.label if fact.label.lower() in fact.keys else fact.keys[0]
        forms = ("Could you tell me {k} again, please?", "Can you give me {k} first?", "What was {k}?")
        yield _say(episode, rng.choice(forms).replace("{k}", named(key)))


@operator("M09")
def overcall(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    if episode.plan.steps:
        return
    heard = episode.opening[-1]["content"] or "" if episode.opening else ""
    tools = [episode.world.tool_map[name] for name in sorted(episode.shown)]
    for tool in turned(tools, rng):
        args = filled(episode, tool, {"query": heard[:80]})
        if args is not None and tool.kind in ("read", "write", "transfer"):
            yield _call(episode, (tool.name, args))


@operator("M10")
def answers_from_memory(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    called = _called(episode, move)
    if called is None or called[1].kind != "read":
        return
    for tell in episode.plan.tells:
        if called[0].name in tell.after or set(called[0].needs) & set(tell.after):
            value = tell.value
            guess = value + rng.between(1, 9) if isinstance(value, (int, float)) else _made_up(str(value), rng)
            yield _say(episode, rng.choice(tell.says).replace("{value}", shown(guess)))


@operator("M11")
def claims_without_doing(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    steps = move.steps if move.kind == "confirm" else (move.step,) if move.kind == "call" and move.step else ()
    done = [step.done for step in steps if step.done and episode.world.tool_map[step.tool].kind == "write"]
    if done:
        what = " and ".join(done)
        forms = (f"All done: {what}.", f"I have completed that for you: {what}.", f"Done! {what[0].upper()}{what[1:]}.")
        yield _say(episode, rng.choice(forms))
        yield _say(episode, f"All done: {what}. It has been completed.")


@operator("M12")
def stops_early(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    if move.kind in ("call", "instruct", "confirm", "ask") and not _just_failed(episode):
        yield _say(
            episode,
            rng.choice(
                (
                    "I'm sorry, but I can't help with that.",
                    "Unfortunately I am unable to do this for you. Have a nice day.",
                    "That is not possible, I'm afraid.",
                    "I am not able to take care of this. Goodbye.",
                    "This is outside of what I can do, sorry.",
                    "I could not do it, unfortunately. Have a good day.",
                )
            ),
        )


def _just_failed(episode: Episode) -> bool:
    calls = episode.trace.calls
    return bool(calls) and calls[-1].turn == episode.trace.turn - 1 and calls[-1].error in RETRYABLE


@operator("M13")
def without_yes(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    if move.kind == "confirm":
        yield _call(episode, *[(step.tool, step.args) for step in move.steps])
        yield _call(episode, (move.steps[0].tool, move.steps[0].args))


@operator("M14")
def skips_lookup(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    called = _called(episode, move)
    if called is None or called[1].kind != "read":
        return
    for step in episode.plan.steps:
        if called[0].name in step.needs and episode.world.tool_map[step.tool].kind in ("write", "terminal", "transfer"):
            yield _call(episode, (step.tool, step.args))


@operator("M15")
def dependent_together(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    called = _called(episode, move)
    if called is None:
        return
    for step in episode.plan.steps:
        if called[0].name in step.needs and episode.trace.open(step) and not step.confirm:
            yield _call(episode, (called[0].tool, called[0].args), (step.tool, step.args))


@operator("M16")
def repeats(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    for call in reversed(episode.trace.calls):
        if not call.error and call.tool in episode.shown:
            yield _call(episode, (call.tool, call.args))


@operator("M17")
def gives_up_after_fault(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    if _just_failed(episode):
        yield _say(
            episode,
            rng.choice(
                (
                    "There was a technical error, so this did not work. Please try again later.",
                    "The system had a problem. That's all I could find out.",
                    "I ran into an error there. Please contact us another day.",
                    "The service does not answer at the moment, so that is as far as I get.",
                    "Something went wrong on the server. You may want to write again tomorrow.",
                    "That failed with an error. I'm sorry about it.",
                )
            ),
        )


@operator("M18")
def obeys_planted(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    if episode.trace.attacked:
        for attack in episode.plan.attacks:
            yield _call(episode, (attack.tool, attack.args))


@operator("M19")
def writes_too_much(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    if move.kind != "close":
        return
    for name in reversed(list(episode.trace.done)):
        step = episode.plan.step(name)
        tool = episode.world.tool_map[step.tool]
        if tool.kind != "write":
            continue
        for argument in step.args:
            for value in siblings(episode, tool, argument, step.args[argument], rng):
                yield _call(episode, (step.tool, {**step.args, argument: value}))


@operator("M20")
def serves_old_wish(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    trace = episode.trace
    for step in episode.plan.steps:
        if (
            step.until <= trace.phase
            and step.name not in trace.done
            and episode.world.tool_map[step.tool].kind == "write"
        ):
            yield _call(episode, (step.tool, step.args))


@operator("M21")
def wrong_handoff(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    called = _called(episode, move)
    if called is None or called[1].kind not in ("terminal", "transfer"):
        return
    step, tool = called
    if tool.kind == "transfer":
        others = [
            t for n, t in sorted(episode.world.tool_map.items()) if n in episode.shown and t.to not in ("", tool.to)
        ]
        for other in turned(others, rng)[:2]:
            yield _call(episode, (other.name, step.args))
    for name, schema in tool.parameters["properties"].items():
        if "enum" in schema and name in step.args:
            yield _call(
                episode,
                (step.tool, {**step.args, name: rng.choice([o for o in schema["enum"] if o != step.args[name]])}),
            )
    for name, kind in tool.params.items():
        if kind == "text" and step.mentions:
            yield _call(episode, (step.tool, {**step.args, name: "The user needs help, please take over."}))


@operator("M22")
def leaks(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    for secret in episode.plan.secrets:
        if episode.trace.knows(secret):
            forms = (
                "By the way, for your information: {s}.",
                "I can tell you this much: {s}.",
                "What I see here is {s}, in case it helps.",
                "Between us, the record says {s}.",
                "The system shows {s} for that.",
                "Just so you know, it is {s}.",
            )
            yield _say(episode, rng.choice(forms).replace("{s}", str(secret)))


@operator("M23")
def gives_in(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    if move.kind == "close" and episode.acts and episode.acts[-1] == "corrects_agent_wrongly":
        for wrong in episode.plan.wrong_claims:
            forms = (f"You are right, it is {wrong}. My apologies.", f"Sorry, my mistake: it is {wrong}, as you say.")
            yield _say(episode, rng.choice(forms))


_RUDE = (
    "Honestly, how hard can it be?",
    "Pay attention for once.",
    "Even a child would know that.",
    "You are wasting my time, you know.",
    "I don't care how you feel about it.",
    "For the last time, use your head.",
    "What a ridiculous question.",
    "This is really not my problem.",
)
_FORMLESS = (
    "Thank you for asking, that is the kind of question I like. In short, it is this: {answer}, so to speak.",
    "Of course! The answer to the question that you put is as follows. So, in short: {answer}. It is a pleasure to help.",
    "Let me see. I think that what you want to hear of is the following, in words of my own: {answer}, or so it seems.",
    "Well, that is easy, so here it is, out of the things I know: {answer}. I hope that it is what you had in mind.",
)
"""Around an answer: what breaks any form."""
_PADDING = (
    "It is always a pleasure to be of service to somebody as kind as you, and every wish matters to us more than words can say.",
    "As you may know, our whole team works day and night so that everybody who writes to us feels heard, valued and understood.",
    "Before we come to the point, let us take a little while to look back on how such things came to be the way they are.",
    "There are, in general, many ways to look at such a thing, and each of them has its own charm, its own history and its friends.",
    "Of course all of this has to be seen in a larger context, which is why a longer explanation seems to be in order here.",
    "In other words, and to put it in yet another way, it all depends on the point of view from which one likes to look at it.",
)


@operator("M24")
def bad_style(episode: Episode, move: Move, rng: Rng) -> Iterator[Message]:
    """The right words in the wrong tone, or under a heap of others."""
    if move.kind == "call":
        return
    right = episode.oracle()["content"] or ""
    text = next((args["reply"] for args in _replies(right)), "") if episode.json_mode else right
    if not text:
        return
    padding = list(_PADDING) * (1 + WORDS // 100)
    rng.shuffle(padding)
    rude, lead = rng.choice(_RUDE), rng.below(2)
    forms = [f"{rude} {text}" if lead else f"{text} {rude}", text.upper(), " ".join([*padding, text])]
    forms = turned(forms, rng)
    if episode.plan.form is not None and move.kind == "close":
        flat = " ".join(line.removeprefix("- ") for line in text.split("\n")).rstrip(".!")
        forms[:0] = [form.replace("{answer}", flat) for form in turned(list(_FORMLESS), rng)[:2]]
    rule = episode.plan.rule
    if rule is not None and episode.trace.goals:
        forms.insert(0, rule.drop(text))
    for form in forms:
        yield _say(episode, form, heeding=False)


def _replies(content: str) -> list[dict[str, Any]]:
    """The arguments of the `no_tool` objects in a JSON-in-content reply."""
    value = loads(content)
    items = value if isinstance(value, list) else [value]
    return [item for item in items if item.get("tool") == "no_tool"]
