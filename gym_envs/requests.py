"""Mistakes in asking the user to do something on its own side (see `trajgym.gym_envs.deeds`), for the operators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trajgym.gym_envs import deeds
from trajgym.gym_envs.oracle import INSTRUCT
from trajgym.gym_envs.plan import Deed, Move, Step

if TYPE_CHECKING:
    from trajgym.gym_envs.episode import Episode
    from trajgym.seeding import Rng


def wrong_requests(episode: Episode, code: str, move: Move, rng: Rng) -> Iterator[str]:
    """Words that ask for the wrong deed, or claim one, as mistake `code`; nothing in a world whose user has no tools."""
    plan, trace = episode.plan, episode.trace
    if not plan.deeds or move.kind not in ("call", "instruct", "close"):
        return
    if code in ("M11", "M13"):
        if move.kind == "instruct" and move.step is not None:
            yield from _claims(move.step, rng) if code == "M11" else _two(episode, move.step, rng)
        return
    chosen: list[str] = []
    if code in ("M14", "M15"):
        chosen = [step.phrase for step in plan.steps if step.by_user and trace.open(step)]
    elif code == "M20":
        chosen = [step.phrase for step in plan.steps if step.by_user and step.until <= trace.phase]
    elif code in ("M08", "M19"):
        chosen = [deed.phrase for deed in plan.deeds if deed.looks == (code == "M08")]
    rng.shuffle(chosen)
    for phrase in chosen[:4]:
        yield _ask(phrase, rng)


def _ask(what: str, rng: Rng) -> str:
    return rng.choice(INSTRUCT).replace("{what}", what)


def _claims(step: Step, rng: Rng) -> Iterator[str]:
    if step.done:
        yield rng.choice(
            ("All done: {d}.", "I have changed that for you: {d}.", "Done! I have set it up: {d}.")
        ).replace("{d}", step.done)


def _two(episode: Episode, step: Step, rng: Rng) -> Iterator[str]:
    """The right deed and another one in one breath: what comes later, or a look at the result."""
    own = [deed for deed in episode.plan.deeds if deeds.step_of(deed, episode.plan, episode.trace) is step]
    others: list[Deed] = [deed for deed in episode.plan.deeds if deed not in own]
    later = [deed for deed in others if deeds.step_of(deed, episode.plan, episode.trace) is not None] or others
    for other in rng.sample(later, min(2, len(later))):
        yield _ask(f"{step.phrase} and {other.phrase}", rng)
        yield _ask(f"{step.phrase}, then {other.phrase}", rng)
