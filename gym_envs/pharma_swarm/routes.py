"""Who does what: the transfers that a plan needs, put in once all wishes are worked out.

Every wish names its work only. The agents are visited in one order, pharmacist, orders, safety; the wishes are sorted so that
nobody has to be visited twice.
"""

from __future__ import annotations

from trajgym.gym_envs.plan import Draft, Fact, Goal, Plan, Step
from trajgym.seeding import Rng

SIDE_EFFECT = "a side effect"
"""Topic of the wishes that safety takes up from the start."""
CHAIN = ("pharmacist", "orders", "safety")
_NOTES = (
    "The customer's wish: {topic}. Products: {products}.", "It is about {topic}: {products}.", "Customer wants {topic} ({products}), please go on.",
    "Please take over, this is about {topic}. What it concerns: {products}.", "{products}: the customer came for {topic}.",
)  # fmt: skip
_ORDERS = frozenset({"find_stock", "check_prescription", "reserve"})


def _agent(step: Step, topic: str) -> str:
    if topic == SIDE_EFFECT:
        return "safety"
    return "orders" if step.tool in _ORDERS else "pharmacist"


def _by_agent(goal: Goal, steps: list[Step]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for step in steps:
        found.setdefault(_agent(step, goal.topic), []).append(step)
    return {agent: found[agent] for agent in CHAIN if agent in found}


def _transfer(name: str, agent: str, goal: Goal, facts: dict[str, Fact], needs: tuple[str, ...], rng: Rng) -> Step:
    """The note says what it is about, with the products of the wish."""
    slots = tuple(slot for slot in goal.slots if slot.rpartition("_")[2].startswith("product"))
    products = tuple(facts[slot].value for slot in slots)
    note = rng.choice(_NOTES).replace("{topic}", goal.topic).replace("{products}", ", ".join(products))
    return Step(
        name,
        f"transfer_to_{agent}",
        {"note": note},
        needs,
        slots,
        goal.name,
        mentions=products,
        phrase=f"hand over to {agent}",
    )


def route(plan: Plan, switches: bool, rng: Rng) -> None:
    """Put the transfers into `plan`. `switches`: the user drops it for a spare goal when asked for the first yes (otherwise
    a spare goal comes at the very end)."""
    work = {goal.name: _by_agent(goal, [s for s in plan.steps if s.goal == goal.name]) for goal in plan.goals}
    plan.goals.sort(
        key=lambda goal: [
            CHAIN.index(end) for end in (max(work[goal.name], key=CHAIN.index), next(iter(work[goal.name])))
        ]
    )
    changed = {
        old: new
        for alternative in plan.alternatives
        for old, new in (*alternative.steps.items(), *alternative.after_write.items())
    }
    behind: list[str] = []
    here, way = "triage", ""  # the agent at work, the transfer to it, and what it has to do
    at_yes = ""
    for goal in plan.goals:
        for agent, steps in work[goal.name].items():
            if agent != here:
                needs = (*((way,) if way else ()), *behind)
                plan.steps.append(_transfer(f"to {agent}", agent, goal, plan.facts, needs, rng))
                here, way, behind = agent, f"to {agent}", []
            for step in steps:
                step.needs = (way, *step.needs)
                if step.name in changed:
                    changed[step.name].needs = (way, *changed[step.name].needs)
                at_yes = at_yes or (here if step.confirm else "")
            behind += [
                step.name for step in steps if step.required and not (step.group and step.name.endswith("turned"))
            ]
    for draft in plan.spares:
        _route_spare(draft, (at_yes if switches else "") or here, rng)


def _route_spare(draft: Draft, here: str, rng: Rng) -> None:
    goal = draft.goal
    for agent, steps in _by_agent(goal, draft.steps).items():
        way = f"to {here}"
        if agent != here:
            transfer = _transfer(f"x_to {agent}", agent, goal, draft.facts, (way,), rng)
            draft.steps.append(transfer)
            way, here = transfer.name, agent
        for step in steps:
            step.needs = (way, *step.needs)
