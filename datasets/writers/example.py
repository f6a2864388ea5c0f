"""What formats write and read back: one example, in the shape of our history.

A kept trajectory gives one SFT example for each stretch of turns that show the same system prompt and tools; a pair gives
one DPO example.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from trajgym.chat import Message
from trajgym.errors import TrajgymError
from trajgym.trajectory import Frame, Pair, Trajectory, context


class CannotWrite(TrajgymError):
    """A trajectory, a pair or a row that no format can hold."""

    kind = "cannot_write"


@dataclass(slots=True)
class Example:
    """Messages with what the agent was given beside them.

    SFT: `messages` ends with an assistant message that is learned. DPO: `messages` is what both sides answer to, `chosen`
    and `rejected` are one assistant message each. `weights` holds, for each assistant message of `messages` in order,
    1 when it is learned and 0 when it is context; since a row carries the conversation from its beginning, assistant
    message number k is turn k. `parallel`: may the agent combine calls. `places`: where each message stood in the row it
    was read from, empty otherwise.
    """

    messages: list[Message]
    frame: Frame
    weights: list[int]
    parallel: bool = True
    chosen: Message | None = None
    rejected: Message | None = None
    places: list[str] = field(default_factory=list)

    @property
    def learned(self) -> tuple[int, ...]:
        """The numbers of the turns that are learned."""
        if 0 not in self.weights:
            return tuple(range(len(self.weights)))
        return tuple([turn for turn, weight in enumerate(self.weights) if weight])


def stretches(trajectory: Trajectory) -> Iterator[Example]:
    """One SFT example for each run of turns with the same frame, in order.

    Earlier turns of other agents come along as context (weight 0), as far as that agent saw them. Whatever follows the
    last learned message is cut: the user's closing words, tool results nobody answers, turns of weight 0. A stretch in
    which nothing is learned gives no example.
    """
    turns = trajectory.turns
    parallel = bool(trajectory.task.tool_view.get("parallel", True))
    start = 0
    while start < len(turns):
        frame = turns[start].frame
        end = start + 1
        while end < len(turns) and (turns[end].frame is frame or turns[end].frame.key == frame.key):
            end += 1
        last = end
        while last > start and not turns[last - 1].weight:
            last -= 1
        if last > start:
            messages, _ = context(trajectory, last - 1)
            messages.append(turns[last - 1].message)
            weights = [0] * start + [turn.weight for turn in turns[start:last]]
            yield Example(messages, frame, weights, parallel)
        start = end


def branch(pair: Pair, trajectory: Trajectory) -> Example:
    """The DPO example of `pair`, which branches off `trajectory`."""
    if pair.trajectory != trajectory.id or not 0 <= pair.turn <= len(trajectory.turns):
        raise CannotWrite(f"Pair {pair.id} does not branch off trajectory {trajectory.id} at turn {pair.turn}.")
    if pair.chosen == pair.rejected:
        raise CannotWrite(f"Pair {pair.id} has two equal sides.", "A preference needs two different messages.")
    messages, _ = context(trajectory, pair.turn)
    frame = trajectory.turns[min(pair.turn, len(trajectory.turns) - 1)].frame
    parallel = bool(trajectory.task.tool_view.get("parallel", True))
    return Example(messages, frame, [0] * pair.turn, parallel, pair.chosen, pair.rejected)
