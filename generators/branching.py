"""Preference pairs: two assistant messages after the same prefix.

The chosen side is right and its episode reaches reward 1; the rejected side, run on a fork of the world at that very step,
breaks a rule that is named. A model's own mistake is taken where there is one, a mistake operator otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trajgym.chat import Message, tool_call_id
from trajgym.gym_envs.episode import Done, Episode, Need, NeedWords
from trajgym.gym_envs.operators import OPERATORS, propose
from trajgym.gym_envs.user.who import Persona
from trajgym.seeding import Rng
from trajgym.trajectory import Pair, Trajectory, context
from trajgym.verdict import StepVerdict

_CODES = tuple(Rng("order of operators").sample(sorted(OPERATORS), len(OPERATORS)))
_RARE = tuple(code for code in _CODES if code >= "M10" and code not in ("M11", "M12", "M16", "M24"))
_PLENTIFUL = ("M12", "M24")
"""Nearly every step allows these."""
_COMMON = tuple(code for code in _CODES if code not in _RARE and code not in _PLENTIFUL)


@dataclass(slots=True)
class Branch:
    """A rejected message for the step that is about to be taken."""

    turn: int
    rejected: Message
    verdict: StepVerdict


class Brancher:
    """Looks for `wanted` places in one episode where a mistake can be made, while the episode is played.

    The steps are drawn by seed over the length such episodes have; from each drawn step on, the first that offers a mistake
    is taken.
    """

    def __init__(self, episode: Episode, wanted: int) -> None:
        self._rng = Rng(episode.id, "branch")
        length = expected_turns(episode)
        self._targets = sorted(self._rng.below(length) for _ in range(wanted))
        self._codes: set[str] = set()
        self.found: list[Branch] = []

    def look(self, episode: Episode) -> None:
        """Call it before every assistant message."""
        number = len(self.found)
        if number < len(self._targets) and len(episode.turns) >= self._targets[number]:
            branch = find_branch(episode, self._rng, self._codes)
            if branch is not None:
                self.found.append(branch)
                self._codes.add(branch.verdict.code)


def expected_turns(episode: Episode) -> int:
    """About how many assistant messages the expert needs."""
    plan = episode.plan
    return (
        1
        + sum(step.required for step in plan.steps)
        + len(plan.script)
        + len(plan.events)
        + any(step.confirm for step in plan.steps)
    )


def find_branch(episode: Episode, rng: Rng, used: set[str]) -> Branch | None:
    """A rejected message for where `episode` stands, of a kind drawn by `rng` and not yet `used`; None when no operator
    fits. The rules name its mistake, and it has been run on a fork of the world. Mistakes that few steps allow are tried
    first more often than not, so that they are not drowned by those that every step allows."""
    if rng.chance(0.6):
        codes = _turned(_RARE, rng) + _turned(_COMMON, rng) + _turned(_PLENTIFUL, rng)
    else:
        codes = _turned(_CODES, rng)
    for code in codes:
        if code in used:
            continue
        proposal = propose(episode, code, rng)
        if proposal is not None:
            message, verdict = proposal
            episode.trial(message)
            return Branch(len(episode.turns), message, verdict)
    return None


def _turned(codes: tuple[str, ...], rng: Rng) -> tuple[str, ...]:
    """`codes` from a drawn place on: one draw, where shuffling takes one for each code."""
    start = rng.below(len(codes))
    return codes[start:] + codes[:start]


def make_pairs(trajectory: Trajectory, branches: list[Branch], chosen_from: str) -> list[Pair]:
    """Pairs out of an episode that reached reward 1: the message it took, and the branch it did not take."""
    if trajectory.outcome.reward != 1:
        return []
    pairs = []
    for number, branch in enumerate(branches):
        turn = trajectory.turns[branch.turn]
        if not turn.weight or _same(turn.message, branch.rejected):
            continue
        pairs.append(
            _pair(
                trajectory, number, branch.turn, turn.message, branch.rejected, branch.verdict, chosen_from, "operator"
            )
        )
    return pairs


def usable_mistakes(trajectory: Trajectory) -> list[int]:
    """Turns in which the teacher really made a mistake that can be the rejected side of a pair.

    Not those with a broken call (what was wrong with it does not stand in the history), nor those after a call of a tool
    that is not there (it would stand in the prefix, which a consumer refuses).
    """
    found = []
    for number, turn in enumerate(trajectory.turns):
        codes = {verdict.code for verdict in turn.verdicts}
        if codes and not ("M04" in codes and turn.message.get("tool_calls")):
            found.append(number)
        if "M05" in codes:
            break
    return found


def pair_from_mistake(
    trajectory: Trajectory, sent: list[Message], turn: int, number: int, said: Sequence[str] = ()
) -> Pair | None:
    """A pair out of a mistake that the teacher really made at `turn`: rejected is its message, chosen the oracle's, whose
    episode is played to the end and must reach reward 1. The place is reached again by playing what the teacher `sent`, with
    what was `said` where a model worded the user (behind the place the grammar does)."""
    user = trajectory.user
    who = Persona(**user["persona"]) if "persona" in user else None
    episode = Episode(trajectory.task, sample=trajectory.sample, user=user.get("name", ""), persona=who)
    words = iter(said)
    try:
        _worded(episode, episode.start(), words)
        for message in sent[:turn]:
            _worded(episode, episode.send(message), words)
        if episode.history != context(trajectory, turn)[0]:
            return None  # both sides answer to the same words, or there is no pair
        taken = trajectory.turns[turn]
        need = _worded(episode, episode.send(episode.oracle()), iter(()))
        chosen = episode.turns[turn]
        if chosen.verdicts or _same(chosen.message, taken.message):
            return None
        while not isinstance(need, Done):
            need = _worded(episode, episode.send(episode.oracle()), iter(()))
        if need.trajectory.outcome.reward != 1:
            return None
        return _pair(trajectory, number, turn, chosen.message, taken.message, taken.verdicts[0], "oracle", "teacher")
    finally:
        episode.close()


def _worded(episode: Episode, need: Need | Done, words: Iterator[str]) -> Need | Done:
    """Where words are wanted, the next of `words`, or the draft when there are none left."""
    while isinstance(need, NeedWords):
        need = episode.words(next(words, need.draft), "")
    return need


def _pair(
    trajectory: Trajectory,
    number: int,
    turn: int,
    chosen: Message,
    rejected: Message,
    verdict: StepVerdict,
    chosen_from: str,
    rejected_from: str,
) -> Pair:
    if "tool_calls" in rejected:  # a copy: the message may be the trajectory's own
        calls = rejected["tool_calls"]
        ids = [tool_call_id(f"{trajectory.id}/rejected", turn, position) for position in range(len(calls))]
        rejected = {**rejected, "tool_calls": [{**call, "id": id} for call, id in zip(calls, ids, strict=True)]}
    return Pair(
        f"{trajectory.id}-p{number}", trajectory.id, turn, chosen, rejected, verdict.code, verdict.evidence, chosen_from,
        rejected_from,
    )  # fmt: skip


def _same(a: Message, b: Message) -> bool:
    """True when two messages say and call the same, whatever their ids."""
    return _bare(a) == _bare(b)


def _bare(message: Message) -> tuple[str, list[tuple[str, str]]]:
    calls = [(c["function"]["name"], c["function"]["arguments"]) for c in message.get("tool_calls", ())]
    return message["content"] or "", calls
