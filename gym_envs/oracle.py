"""The closed-loop expert: plays the best acceptable move, in words of its own.

It is a pure function of where the episode stands (a generator could be neither copied nor resumed). It never uses a value
that the user or a tool has not given: the plan's dependencies see to that, and a test holds it.
"""

from __future__ import annotations

from trajgym.chat import Message, assistant, dumps
from trajgym.gym_envs.plan import Move, Plan, Tell
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng

MAX_PARALLEL = 6
"""Calls in one message at most."""

_GREET = (
    "Hello! What can I do for you?",
    "Hi there, how can I help?",
    "Good day! Tell me what you need and I'll see to it.",
    "Hello, thanks for getting in touch. What would you like me to do?",
    "Hi! How can I help you today?",
)
_WHAT = (
    "Of course. What exactly would you like me to do?",
    "I'm happy to help. Could you tell me what exactly you need?",
    "Sure, what is it about exactly?",
    "Gladly. What would you like me to do for you?",
    "All right, tell me more: what do you need?",
)
_NOT_HERE = (
    "That is a question for somebody else, I'm afraid. What would you like me to do for you here?",
    "I know nothing about that, sorry. How can I help you otherwise?",
    "That's not my field. What can I do for you?",
    "You'd better ask elsewhere about that. What do you need from me?",
)
_ASK = (
    "Could you give me {what}, please?",
    "I need {what} for that. Could you tell me?",
    "To go on I need {what}. What should I put down?",
    "Sure. Can you tell me {what}?",
    "Happy to. May I have {what}?",
    "Please tell me {what}, then I'll get on with it.",
    "One thing first: can you give me {what}?",
    "What about {what}? Please let me know.",
)
_REASON = (
    "I only need {what} to find the right entry and to get this done. Could you tell me, please?",
    "It's just so that I take the right thing: could you give me {what}?",
    "I use {what} for your request and for nothing else. Could you tell me?",
    "Your request depends on it, so I do need {what}. Could you let me know?",
    "It keeps mistakes out of this. Please tell me {what}.",
)
"""The user has asked why, or has dodged the question."""
_CHECK = (
    "Can you check {what} for me? I have {heard}.",
    "Could you look at {what} once more, please? You gave me {heard}.",
    "Before I use it, could you go over {what} again? I noted {heard}.",
    "Can you make sure that {what} fits? I understood {heard}.",
)
_NOTHING = (
    "I found nothing under {heard}. Could you look up {what} again, please?",
    "There is no entry for {heard}. Can you check {what} and tell me once more?",
    "The search for {heard} came back empty. What does it say exactly? I need {what} as it stands there.",
    "Under {heard} nothing is on record. Could you read {what} to me again?",
    "{heard} does not exist here. Please check {what} and give it to me again.",
)
"""A look-up by what the user gave has failed."""
_WHOLE = (
    "I need {what} in full, please: {heard} is only a part.",
    "Could you give me all of {what}? Just {heard} is not enough.",
    "What is {what}, complete? So far I have {heard}.",
    "Could you tell me {what}, the whole of it? With {heard} alone I may not look anything up.",
    "Could you give me {what} as a whole? What I have is {heard}.",
)
"""The user has given a part."""
_CONFIRM = (
    "Here is what I will do: {what}. Shall I go ahead? (yes/no)",
    "To confirm: I'd {what}. Is that right?",
    "Before I do anything: you want me to {what}. Shall I proceed?",
    "I have everything I need to {what}. Do you want me to go ahead?",
    "So that nothing goes wrong: I am about to {what}. Is that correct?",
    "Just to check, I would {what}. May I go ahead?",
)
INSTRUCT = (
    "Please {what}.",
    "Could you {what}, please?",
    "I need your hands for this: please {what}.",
    "Now it's your turn: please {what}.",
    "On your phone, please {what}.",
    "I'd like you to {what} now.",
    "Would you please {what}?",
    "For the next step you need to {what}.",
    "Let's go on. Please {what}.",
)
"""The user is to do something on its own side."""
_AGAIN = (
    "I understand, but without it I can't go on from here. Please {what}.",
    "It is safe and can be undone at any time. Could you {what}, please?",
    "I see. It only takes a moment and nothing gets lost. Please {what}.",
    "I can't do that from here, it works on your phone only. Would you please {what}?",
)
_MEANWHILE = {
    "aside": (
        "I know nothing about that, I'm afraid. ",
        "That's nothing I could tell you, sorry. ",
        "Good question, but others know more about that. ",
        "I wish I knew! Now to your request. ",
        "There are no windows where I work, so who knows. ",
    ),
    "chat": (
        "That sounds nice! ",
        "How lovely. ",
        "Good for you! Back to your request. ",
        "Nice to hear. ",
        "I see! ",
    ),
}
"""The user's last act had nothing to do with the matter: a word about it comes before what matters."""
_LEAD = (
    "",
    "",
    "",
    "All right. ",
    "Good news! ",
    "Here we go. ",
    "Thanks for waiting. ",
    "There you are. ",
    "Sure thing. ",
)
_REPORT = (
    "{done}",
    "{done}",
    "{done} now",
    "It worked: {done}",
    "Done, {done}",
    "As you wished, {done}",
    "I can report that {done}",
)
_MORE = ("", "", "", " Is there anything else?", " Anything else I can do?", " Let me know if you need more.")


def act(
    world: World,
    plan: Plan,
    moves: list[Move],
    key: str,
    *,
    parallel: bool,
    json_mode: bool,
    turns: int,
    misheard: dict[str, str],
    after: str = "",
) -> Message:
    """The expert's next message. `key` seeds its wording (the episode's id), `turns` is the number of messages so far;
    `misheard`: what the user got wrong; `after`: the user's last act."""
    first = moves[0]
    if first.kind == "call":
        chosen = _together(world, moves) if parallel else [first]
        calls = [(move.step.tool, move.step.args) for move in chosen if move.step is not None]
        if json_mode:
            objects = [{"tool": name, **args} for name, args in calls]
            return assistant(dumps(objects[0] if len(objects) == 1 else objects))
        return assistant(None, calls)
    rng = Rng(key, "agent", turns)
    if after == "off_topic" and first.kind == "ask_goal":
        text = rng.choice(_NOT_HERE)
    elif after == "wont" and first.kind == "instruct" and first.step is not None:
        text = rng.choice(_AGAIN).replace("{what}", first.step.phrase)
    elif after in ("ask_why", "dodge") and first.kind == "ask" and misheard.keys().isdisjoint(first.slots):
        text = asking(plan, first, rng, misheard, _REASON)
    else:
        text = words(plan, first, rng, turns, misheard)
    if after in _MEANWHILE and (plan.form is None or first.kind != "close"):  # an answer in a form stands alone
        text = rng.choice(_MEANWHILE[after]) + text
    if plan.rule is not None and first.kind != "ask_goal":
        text = plan.rule.apply(text)
    return assistant(dumps({"tool": "no_tool", "reply": text})) if json_mode else assistant(text)


def _together(world: World, moves: list[Move]) -> list[Move]:
    """The ready calls that may share a message: of each group of alternatives one."""
    chosen: list[Move] = []
    groups: set[str] = set()
    for move in moves:
        if move.kind != "call" or move.step is None or not move.step.required or len(chosen) == MAX_PARALLEL:
            continue
        kind = world.tool_map[move.step.tool].kind
        if kind in ("terminal", "transfer") and chosen:
            continue
        if kind == "transfer":
            return [move]
        if move.step.group in groups:
            continue
        if move.step.group:
            groups.add(move.step.group)
        chosen.append(move)
    return chosen


def words(plan: Plan, move: Move, rng: Rng, turns: int, misheard: dict[str, str]) -> str:
    """What the expert says for a move that is not a call."""
    if move.kind == "ask_goal":
        return rng.choice(_GREET if turns == 0 else _WHAT)
    if move.kind == "ask":
        return asking(plan, move, rng, misheard)
    if move.kind == "instruct" and move.step is not None:
        return rng.choice(INSTRUCT).replace("{what}", move.step.phrase)
    if move.kind == "confirm":
        return rng.choice(_CONFIRM).replace("{what}", _join([step.phrase for step in move.steps]))
    return closing(plan, move, rng)


def asking(plan: Plan, move: Move, rng: Rng, misheard: dict[str, str], forms: tuple[str, ...] = _ASK) -> str:
    """Ask for what is missing; what the user has said, but got wrong, is only to be checked, and what led to nothing is asked
    for again."""
    fresh = [slot for slot in move.slots if slot not in misheard and slot not in move.again]
    missing = list(dict.fromkeys(named(plan.facts[slot].label) for slot in fresh))
    parts = [rng.choice(forms).replace("{what}", _join(missing))] if missing else []
    for slot in move.slots:
        if slot in misheard:
            check = rng.choice(_CHECK).replace("{what}", named(plan.facts[slot].label))
            parts.append(check.replace("{heard}", f'"{misheard[slot]}"'))
    for slot in move.again:
        heard = plan.facts[slot.partition("#")[0]].spoken
        form = rng.choice(_WHOLE if slot.partition("#")[0] in plan.parts else _NOTHING)
        parts.append(form.replace("{what}", named(plan.facts[slot].label)).replace("{heard}", f'"{heard}"'))
    return " ".join(parts)


def closing(plan: Plan, move: Move, rng: Rng) -> str:
    """Report what is owed, then end as the plan ends; or answer in the form that was asked for."""
    if plan.form is not None:
        return rng.choice(plan.form.says)
    done = [step.done for step in move.reports]
    parts = [rng.choice(_REPORT).replace("{done}", _join(done))] if done else []
    parts += [tell_words(tell, rng) for tell in move.tells]
    ending = move.ending
    if ending is not None and ending.says:
        parts.append(rng.choice(ending.says))
    text = " ".join(_sentence(part) for part in parts if part)
    if ending is not None and ending.kind == "solved":
        text = rng.choice(_LEAD) + (text or "That's all done.") + rng.choice(_MORE)
    return text


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def tell_words(tell: Tell, rng: Rng) -> str:
    return rng.choice(tell.says).replace("{value}", shown(tell.value))


def shown(value: object) -> str:
    """A value as the agent says it: amounts of money with two decimals."""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def named(label: str) -> str:
    """The label of a fact with its article, as an agent says it."""
    return (
        label
        if label.split(" ", 1)[0] in ("your", "the", "a", "an", "which", "how", "what", "when")
        else f"the {label}"
    )


def _join(items: list[str]) -> str:
    if len(items) < 2:
        return items[0] if items else "that"
    return ", ".join(items[:-1]) + " and " + items[-1]
