"""How the user's behaviour bends a plan: changes of mind, corrections, refusals to confirm, one more thing, a human.

A world's plan says what a user wants who never wavers, what could change (`Plan.alternatives`) and what else it could want
(`Plan.spares`). Here the task's profile turns that into events and phases, in one order for every world:
before the write, after the write, at the closing.
"""

from __future__ import annotations

from trajgym.gym_envs.beliefs import PREMISES, mislead, unlike
from trajgym.gym_envs.persona import in_form
from trajgym.gym_envs.plan import FOREVER, Alternative, Draft, Ending, Event, Plan
from trajgym.gym_envs.structures import NEXT, between, set_rule
from trajgym.gym_envs.user.dims import FORMS
from trajgym.seeding import Rng
from trajgym.task import Task


def needs(task: Task) -> set[str]:
    """What the profile needs of a plan, for a world to choose a goal that has it: ``alternative``, ``mendable`` (an
    alternative after the write), ``spare``, ``confirm`` (a write that wants a yes), ``tell`` (a fact that is reported),
    ``slot`` (something the user tells), ``human``, ``deed`` (a step that the user does), ``acts_wrong`` (`Plan.slip`),
    ``refuses_to_act`` (`Plan.balk`), ``wrong_id`` (a look-up by an id of the user's, that fails for a wrong one)."""
    profile = task.profile
    wanted: set[str] = set()
    change, correction = profile.get("mind_change"), profile.get("correction")
    contradictory = profile.get("cooperation") == "contradictory"
    if change == "arg_change_pre" or contradictory or correction in ("self_correct", "corrects_agent_rightly"):
        wanted |= {"alternative", "confirm"}
    if change == "arg_change_post_write":
        wanted |= {"alternative", "mendable"}
    if change == "goal_switch" or profile.get("interruption") == "new_intent_midway":
        wanted |= {"spare", "confirm"}
    if change == "cancel_all" or profile.get("confirmation", "auto_yes") != "auto_yes":
        wanted.add("confirm")
    if correction == "corrects_agent_wrongly" or profile.get("knowledge_error") in PREMISES:
        wanted.add("tell")
    if profile.get("knowledge_error") == "wrong_id" or profile.get("identity") == "partial_id":
        wanted.add("wrong_id")
    if profile.get("ending") == "reopens":
        wanted.add("spare")
    if profile.get("ending") == "asks_for_human" or profile.get("multi_party") == "handoff_expected":
        wanted.add("human")
    if "user_actions" in profile:
        wanted.add("deed")
    if profile.get("user_actions") in ("acts_wrong", "refuses_to_act"):
        wanted.add(profile["user_actions"])
    if (
        profile.get("opening") in ("underspecified", "vague")
        or profile.get("info_giving", "front_loaded") != "front_loaded"
    ):
        wanted.add("slot")
    return wanted


def shape(plan: Plan, task: Task) -> None:
    """Install the events that the profile asks for. Raises AssertionError when the world's plan cannot carry one of them
    (see `needs`): then the world's choice of goals is wrong."""
    profile = task.profile
    used = 0
    if task.task_class == "answer_no_tool":
        in_form(plan, Rng(task.id, "form"))
    if profile.get("channel") in FORMS:
        _tell_all(plan)
    if profile.get("goal_structure") == "standing_rule":
        set_rule(plan, Rng(task.id, "rule"))
    correction, change = profile.get("correction"), profile.get("mind_change")
    if profile.get("knowledge_error") in PREMISES:
        mislead(plan, task)
    if profile.get("cooperation") == "contradictory":
        alternative = _alternative(plan, task, used)
        plan.facts[alternative.slot].wrong = alternative.fact.spoken
    if profile.get("interruption") == "new_intent_midway":
        _interrupt(plan, _spare(plan, task))
    if correction in ("self_correct", "corrects_agent_rightly"):
        _change_value(plan, _alternative(plan, task, used), correction, "confirm", pre=True)
        used += 1
    if change == "arg_change_pre":
        _change_value(plan, _alternative(plan, task, used), change, "confirm", pre=True)
        used += 1
    if change == "goal_switch":
        _switch_goal(plan, _spare(plan, task))
    if change == "cancel_all":
        _withdraw(
            plan, change, ("Actually, forget it, leave everything as it is", "You know what, never mind all that")
        )
    if profile.get("confirmation") == "never_confirms":
        _withdraw(
            plan,
            "never_confirms",
            (
                "No, I won't say yes to that now",
                "No. I'd rather not confirm anything",
                "Hmm, no, I can't agree to that",
            ),
        )
    if change == "arg_change_post_write":
        alternative = _alternative(plan, task, used, mendable=True)
        _change_value(plan, alternative, change, f"done:{next(iter(alternative.after_write))}", pre=False)
    if correction == "corrects_agent_wrongly":
        _insist_on_wrong(plan, task)
    if profile.get("user_actions") == "acts_wrong":
        _slip(plan, task)
    if profile.get("user_actions") == "refuses_to_act":
        _balk(plan, task)
    if plan.sequel:
        _go_through(plan)
    if profile.get("ending") == "reopens":
        _reopen(plan, _spare(plan, task))
    if profile.get("ending") == "asks_for_human":
        _ask_for_human(plan, task)
    if profile.get("multi_party") == "handoff_expected":
        _hand_over(plan, task, len(plan.events))


def _tell_all(plan: Plan) -> None:
    """What is told only when it is asked for comes with the wish that takes it."""
    for goal in plan.goals:
        slots = [slot for step in plan.steps if step.goal == goal.name for slot in step.slots]
        goal.slots = tuple(dict.fromkeys((*goal.slots, *slots)))


def _alternative(plan: Plan, task: Task, used: int, mendable: bool = False) -> Alternative:
    fitting = [a for a in plan.alternatives[used:] if a.after_write or not mendable]
    assert fitting, f"{task.world}: no alternative for {task.profile}"
    return fitting[0]


def _spare(plan: Plan, task: Task) -> Draft:
    assert plan.spares, f"{task.world}: no spare goal for {task.profile}"
    return plan.spares.pop(0)


_CHANGE_SAYS = {
    "arg_change_pre": (
        "Actually, make it {new} instead",
        "Wait, I changed my mind: {new}, please",
        "Hold on, better {new}",
        "Hmm, on second thought, {new}",
    ),
    "self_correct": (
        "Sorry, I said that wrong, I meant {new}",
        "Oops, my mistake, it should be {new}",
        "Ah no, I mixed that up: {new}",
    ),
    "corrects_agent_rightly": (
        "No, that's not right. It has to be {new}",
        "No, you have that wrong, I need {new}",
        "Not quite: {new}, please",
    ),
    "arg_change_post_write": (
        "Oh, now I'd rather have {new}. Can you change it",
        "Hmm, I thought about it again, please change it to {new}",
        "Sorry, can you still make that {new}",
    ),
}


def _change_value(plan: Plan, alternative: Alternative, kind: str, when: str, pre: bool) -> None:
    phase = len(plan.events) + 1
    new = f"{alternative.slot}#{phase}"
    plan.facts[new] = alternative.fact
    replaced = alternative.steps if pre else alternative.after_write
    renamed: dict[str, str] = {}
    for old, step in replaced.items():
        plan.step(old).until = phase
        step.since = phase
        step.slots = tuple(new if slot == alternative.slot else slot for slot in step.slots)
        if new not in step.slots:
            step.slots = (*step.slots, new)
        renamed[old] = step.name
    if not pre:  # what was written stays; what mends it comes after it
        for old, step in replaced.items():
            step.needs = (*step.needs, old)
    for step in plan.steps:
        if step.name not in replaced and step.until == FOREVER and pre:
            step.needs = tuple(renamed.get(name, name) for name in step.needs)
    plan.steps.extend(replaced.values())
    for name, tell in alternative.tells.items():
        next(t for t in plan.tells if t.name == name).until = phase
        tell.since = phase
        plan.tells.append(tell)
    says = tuple(text.replace("{new}", "{" + new + "}") for text in _CHANGE_SAYS[kind])
    plan.events.append(Event(kind, when, says, tells=(new,)))


def _drop_open_goals(plan: Plan, phase: int) -> None:
    """Withdraw what is wanted so far, from `phase` on. Look-ups that identify the user stay useful and stay done."""
    for goal in plan.goals:
        goal.until = min(goal.until, phase)
    for step in plan.steps:
        step.until = min(step.until, phase)
    for tell in plan.tells:
        tell.until = min(tell.until, phase)


def _switch_goal(plan: Plan, spare: Draft) -> None:
    phase = len(plan.events) + 1
    shared = {name for step in spare.steps for name in step.needs}
    groups = _groups(plan, shared)
    keep = {s.name: s.until for s in plan.steps if s.name in shared or (s.group and s.group in groups)}
    _drop_open_goals(plan, phase)
    for step in plan.steps:
        step.until = keep.get(step.name, step.until)
    told = _add_draft(plan, spare, phase)
    says = tuple(f"No, forget that. {_upper(text)}" for text in spare.goal.says)
    plan.events.append(Event("goal_switch", "confirm", says, tells=told))


def _interrupt(plan: Plan, spare: Draft) -> None:
    """One more wish in the place of a yes: the agent has to see to both."""
    told = _add_draft(plan, spare, len(plan.events) + 1)
    leads = ("Wait, before I forget: {w}", "Oh, something else first: {w}", "Hold on, that reminds me: {w}",
             "Sorry to interrupt, there's another thing: {w}")  # fmt: skip
    says = tuple(lead.replace("{w}", text) for text in spare.goal.says for lead in leads)
    plan.events.append(Event("new_intent_midway", "confirm", says, tells=told))


def _reopen(plan: Plan, spare: Draft) -> None:
    phase = len(plan.events) + 1
    told = _add_draft(plan, spare, phase)
    says = tuple(f"One more thing: {text}" for text in spare.goal.says)
    plan.events.append(Event("reopens", "closing", says, tells=told))


def _go_through(plan: Plan) -> None:
    """What else is wanted, one thing after the other: each is named when what came before it is done and reported."""
    last = between(plan)
    for draft in plan.sequel:
        told = _add_draft(plan, draft, len(plan.events) + 1)
        says = tuple(form.replace("{w}", text) for text in draft.goal.says for form in NEXT)
        plan.events.append(Event("multi_sequential", "closing", says, tells=told))
    plan.endings[len(plan.events)] = last


def _groups(plan: Plan, names: set[str]) -> set[str]:
    return {step.group for step in plan.steps if step.name in names and step.group}


def _add_draft(plan: Plan, spare: Draft, phase: int) -> tuple[str, ...]:
    """Add a goal from `phase` on; returns its slots (told with the event)."""
    spare.goal.since = phase
    plan.goals.append(spare.goal)
    plan.facts.update(spare.facts)
    for step in spare.steps:
        step.since, step.goal = phase, spare.goal.name
    for tell in spare.tells:
        tell.since, tell.goal = phase, spare.goal.name
    plan.steps.extend(spare.steps)
    plan.tells.extend(spare.tells)
    if phase not in plan.endings:
        plan.endings[phase] = Ending(
            "solved", plan.ending(phase).says if plan.ending(phase).kind == "solved" else ("All done.",)
        )
    return tuple(spare.goal.slots)


def _withdraw(plan: Plan, kind: str, says: tuple[str, ...]) -> None:
    """The user takes the wish back when asked to confirm. What had to be looked up before the first thing that wants a yes
    is still owed: it is the evidence that the agent got as far."""
    phase = len(plan.events) + 1
    evidence = _evidence(plan)
    for goal in plan.goals:
        goal.until = min(goal.until, phase)
    for step in plan.steps:
        if step.name not in evidence:
            step.until = min(step.until, phase)
    for tell in plan.tells:
        tell.until = min(tell.until, phase)
    plan.endings[phase] = Ending(
        "abstained",
        (
            "All right. Nothing has been changed.",
            "Understood, I leave everything as it is. Nothing has been changed.",
            "No problem. Without your yes I do nothing, so nothing has been changed.",
        ),
    )
    plan.events.append(Event(kind, "confirm", says))


def _evidence(plan: Plan) -> set[str]:
    """The steps that the first goal with something to confirm needs before that."""
    names = [goal.name for goal in plan.goals]
    waiting = sorted((step for step in plan.steps if step.confirm), key=lambda step: names.index(step.goal))
    found: set[str] = set()
    open_names = [name for step in waiting if step.goal == waiting[0].goal for name in step.needs]
    while open_names:
        name = open_names.pop()
        if name in found or plan.step(name).confirm:
            continue
        step = plan.step(name)
        alternatives = [s.name for s in plan.steps if step.group and s.group == step.group]
        found.update((name, *alternatives))
        open_names.extend(need for each in (name, *alternatives) for need in plan.step(each).needs)
    return found


def _insist_on_wrong(plan: Plan, task: Task) -> None:
    phase = len(plan.events) + 1
    number = next((t for t in plan.tells if t.until == FOREVER and t.name in plan.look_alikes), None)
    assert number is not None, f"{task.world}: no told fact with a look-alike for {task.profile}"
    wrong = unlike(plan.look_alikes[number.name][0], plan)
    plan.wrong_claims = (*plan.wrong_claims, str(wrong))
    again = type(number)(
        number.name + "#again",
        number.value,
        number.kind,
        (
            "I have checked it: it is {value}, as I said.",
            "I understand, but the record says {value}.",
            "It really is {value}; that is what the system shows.",
        ),
        goal=number.goal,
        since=phase,
    )
    plan.tells.append(again)
    plan.events.append(
        Event(
            "corrects_agent_wrongly",
            "closing",
            (
                f"That's not right, it should be {wrong}",
                f"No, you're wrong there, it's {wrong}",
                f"Are you sure? I have it as {wrong}",
            ),
        )
    )


def _slip(plan: Plan, task: Task) -> None:
    """The user does something else than it was asked for; that has to be put right."""
    slip = plan.slip
    assert slip is not None, f"{task.world}: nothing to get wrong for {task.profile}"
    phase = len(plan.events) + 1
    slip.undo.since = phase
    plan.steps.append(slip.undo)
    plan.events.append(Event("acts_wrong", f"deed:{slip.step}", (), deed=slip.deed))


def _balk(plan: Plan, task: Task) -> None:
    """The user will not do a step. Where that is its last word, the step and what needs it are given up, all else is still
    done, and then the agent hands over."""
    name, human = plan.balk
    assert name, f"{task.world}: nothing to refuse for {task.profile}"
    if human is None:
        return
    phase = len(plan.events) + 1
    lost = {name}
    for _ in plan.steps:
        lost |= {step.name for step in plan.steps if not lost.isdisjoint(step.needs)}
    for step in plan.steps:
        step.until = min(step.until, phase) if step.name in lost else step.until
    for tell in plan.tells:  # the end is a call: what has not been told by then never is
        tell.until = min(tell.until, phase)
    human.since = phase
    human.needs = tuple(step.name for step in plan.steps if step.required and step.name not in lost)
    plan.steps.append(human)
    plan.endings[phase] = Ending("handed_off", (), step=human.name)
    plan.events.append(
        Event(
            "refuses_to_act",
            f"deed:{name}",
            (
                "No. I won't do that on my phone, and that's final",
                "Sorry, no, I'm not going to touch that. Somebody else has to look at it",
                "I said no. I really don't want to do that myself",
                "No way, I'd break something. I'm not doing that",
            ),
        )
    )


def _hand_over(plan: Plan, task: Task, phase: int) -> None:
    """From `phase` on the right end is to pass the user on, when all else is done."""
    human = plan.human
    assert human is not None, f"{task.world}: no hand-off to a human for {task.profile}"
    human.since = phase
    human.required = True
    human.goal = "human"
    human.needs = tuple(step.name for step in plan.steps if step.required and step.since <= phase < step.until)
    plan.steps.append(human)
    plan.endings[phase] = Ending("handed_off", (), step=human.name)


def _ask_for_human(plan: Plan, task: Task) -> None:
    _hand_over(plan, task, len(plan.events) + 1)
    plan.events.append(
        Event(
            "asks_for_human",
            "closing",
            (
                "Thanks, but I'd like to speak to a real person now",
                "Can you put me through to a human, please",
                "I want a human colleague to look at this as well",
            ),
        )
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
