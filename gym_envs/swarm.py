"""Agents that hand the dialogue over to each other: what the one at work may do, and the way to the next.

The right answer names every transfer as a step of its own, so on the right path this only leaves out what others have to
do. After a wrong turn (the wrong agent was called, or too early) it finds the way to the agent that can go on.
"""

from __future__ import annotations

from collections import deque

from trajgym.gym_envs.plan import Move, Step
from trajgym.gym_envs.world import World


def own_moves(world: World, agent: str, shown: frozenset[str], found: list[Move]) -> list[Move]:
    """Those of the acceptable moves `found` that `agent`, who is shown the tools `shown`, can make; when somebody else has
    to go on, first of all the transfer that leads there."""
    own = [move for move in found if move.step is None or move.step.tool in shown]
    if len(own) == len(found) or any(move.step is None or move.step.required for move in own):
        return own
    for move in found:
        if move.step is not None and move.step.required:
            way = _way(world, agent, shown, move.step)
            if way is not None:
                return [Move("call", way), *own]
    return found


def _way(world: World, agent: str, shown: frozenset[str], wanted: Step) -> Step | None:
    """The first transfer of the shortest way from `agent` to one that has the tool of `wanted`; None when there is none."""
    seen = {agent}
    ahead = deque((name, world.tool_map[name].to) for name in world.agents[agent] if name in shown)
    while ahead:
        first, at = ahead.popleft()
        if not at or at in seen:
            continue
        seen.add(at)
        if wanted.tool in world.agents[at]:
            tool = world.tool_map[first]
            note = f"Please {wanted.phrase or 'go on with what the user wants'}."
            return Step(f"way to {at}", first, {name: note for name, kind in tool.params.items() if kind == "text"})
        ahead.extend((first, world.tool_map[name].to) for name in world.agents[at])
    return None
