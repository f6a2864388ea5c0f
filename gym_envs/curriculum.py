"""A curriculum: tasks that are neither too easy nor too hard for the agent that plays them.

Tasks that are always solved teach nothing, and neither do tasks that never are. A `Curriculum` holds each knob of
`trajgym.gym_envs.difficulty` at a position, gives tasks that are no harder, and turns a knob when the share of solved tasks
leaves its target.
"""

from __future__ import annotations

from collections import deque

from trajgym.config import did_you_mean
from trajgym.errors import TrajgymError
from trajgym.gym_envs.difficulty import KNOBS, reach
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.world import World
from trajgym.splits import SPLITS, split_of
from trajgym.task import Task

TARGET = (0.3, 0.7)
_SEARCHED = 50_000
"""Tasks looked at for one that fits, at most."""


class Curriculum:
    """Tasks of `world` at the positions of its knobs.

    ``level`` is the level of every task; the other knobs are ceilings: no task lies above them. All start at their lowest.
    After every `window` results the pass rate is compared with `target`: above it the next knob in turn goes up, below it the
    last one that went up comes down. `split` keeps to one of train, dev and test. Equal results give equal tasks.
    """

    def __init__(
        self,
        world: str | World,
        seed: int = 0,
        *,
        target: tuple[float, float] = TARGET,
        window: int = 20,
        split: str | None = None,
    ) -> None:
        if not 0 <= target[0] < target[1] <= 1:
            raise TrajgymError(f"{target} is no target.", "Give a lower and an upper pass rate between 0 and 1.")
        if window < 1:
            raise TrajgymError(f"A window of {window} results is too small.", "Give 1 or more.")
        if split is not None and split not in SPLITS:
            raise TrajgymError(f"There is no split {split!r}.", did_you_mean(split, SPLITS))
        self.world = load(world) if isinstance(world, str) else world
        self.seed = seed
        self.target = target
        self.split = split
        self.attributes = dict.fromkeys(KNOBS, 0)
        self.attributes["level"] = min(self.world.levels)
        self._reach = reach(self.world)
        self._results: deque[bool] = deque(maxlen=window)
        self._raised: list[str] = []
        self._turn = 0
        self._index = 0

    @property
    def level(self) -> int:
        return self.attributes["level"]

    @property
    def pass_rate(self) -> float | None:
        """The share of solved tasks since a knob was turned last; None before the first result."""
        return sum(self._results) / len(self._results) if self._results else None

    def increment(self, attribute: str) -> bool:
        """Turn a knob up by one position. False when the world has no harder one."""
        return self._turned(attribute, 1)

    def decrement(self, attribute: str) -> bool:
        """Turn a knob down by one position. False when it is at its lowest."""
        return self._turned(attribute, -1)

    def _turned(self, attribute: str, by: int) -> bool:
        if attribute not in KNOBS:
            raise TrajgymError(f"There is no attribute {attribute!r}.", did_you_mean(attribute, KNOBS))
        there = self.world.levels if attribute == "level" else range(self._reach[attribute] + 1)
        found = self.attributes[attribute] + by
        if found not in there:
            return False
        self.attributes[attribute] = found
        self._results.clear()
        return True

    def task(self) -> Task:
        """The next task of the world's stream that fits."""
        for _ in range(_SEARCHED):
            task = make_task(self.world, self.seed, self._index, self.level)
            self._index += 1
            if self.split in (None, split_of(task)) and self._fits(task):
                return task
        raise TrajgymError(
            f"World {self.world.name} has no task that is so easy: {self.attributes}.", "Increment an attribute."
        )

    def _fits(self, task: Task) -> bool:
        return all(name == "level" or knob.of(task) <= self.attributes[name] for name, knob in KNOBS.items())

    def record(self, solved: bool | float) -> str:
        """Take in how a task went (its reward will do). Says which knob was turned, as ``+level`` or ``-faults``, if any."""
        self._results.append(bool(solved))
        rate = self.pass_rate
        if rate is None or len(self._results) < (self._results.maxlen or 0):
            return ""
        if rate > self.target[1]:
            return self._harder()
        return self._easier() if rate < self.target[0] else ""

    def _harder(self) -> str:
        names = list(KNOBS)
        for _ in names:
            name = names[self._turn % len(names)]
            self._turn += 1
            if self.increment(name):
                self._raised.append(name)
                return f"+{name}"
        return ""

    def _easier(self) -> str:
        while self._raised:
            if self.decrement(name := self._raised.pop()):
                return f"-{name}"
        return ""
