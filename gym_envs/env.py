"""`ToolEnv`: an episode as a `gymnasium.Env`.

Action: one assistant message. Observation: ``{"messages": [...], "tools": [...]}``, the whole conversation and the tools
visible now. Reward: 0 until the end, then the outcome, 0 or 1. What is right (plan, oracle, hidden state) is never in an
observation or in info; `unwrapped.oracle()` is there for those who ask.
"""

from __future__ import annotations

from typing import Any, ClassVar

import gymnasium
import orjson
from gymnasium import spaces

from trajgym.chat import Message
from trajgym.errors import TrajgymError
from trajgym.gym_envs.episode import Done, Episode, NeedAction
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.spaces import AssistantMessage, JsonList
from trajgym.gym_envs.tasks import make_task
from trajgym.task import Task
from trajgym.trajectory import Trajectory

Observation = dict[str, list[Any]]


class ToolEnv(gymnasium.Env[Observation, Message]):
    """Tasks of one world. ``reset(seed=s)`` starts the world's stream of seed `s` at its first task, every further reset
    takes the next; ``options={"task": recipe}`` or ``{"index": i}`` pick one."""

    metadata: ClassVar[dict[str, Any]] = {"render_modes": ["ansi"], "render_fps": 1}

    def __init__(self, world: str, level: int | None = None, render_mode: str | None = None) -> None:
        self.world = load(world)
        self.level = level
        self.render_mode = render_mode
        names = [tool.name for tool in self.world.tools]
        self.observation_space = spaces.Dict({"messages": JsonList("messages"), "tools": JsonList("tools")})  # type: ignore[assignment]
        self.action_space = AssistantMessage(names)
        self._stream = 0
        self._index = 0
        self._episode: Episode | None = None
        self._need: NeedAction | Done | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        super().reset(seed=seed)
        if seed is not None:
            self._stream, self._index = seed, 0
        task = self._pick(options or {})
        self.close()
        self._episode = Episode(task)
        self._need = self._episode.start()
        return self._observation(), self._info()

    def _pick(self, options: dict[str, Any]) -> Task:
        if "task" in options:
            recipe = options["task"]
            task = recipe if isinstance(recipe, Task) else Task.from_recipe(recipe)
            if task.world != self.world.name:
                raise TrajgymError(f"The task is of world {task.world!r}, this environment plays {self.world.name!r}.")
            return task
        self._index = int(options.get("index", self._index))
        task = make_task(self.world, self._stream, self._index, self.level)
        self._index += 1
        return task

    def step(self, action: Message) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        if self._episode is None:
            raise TrajgymError("There is no episode yet.", "Call reset() first.")
        self._need = self._episode.send(action)
        if isinstance(self._need, Done):
            done = self._need
            reward = float(done.trajectory.outcome.reward)
            return self._observation(), reward, not done.truncated, done.truncated, self._info()
        return self._observation(), 0.0, False, False, self._info()

    def _observation(self) -> Observation:
        assert self._episode is not None
        episode = self._episode
        return orjson.loads(orjson.dumps({"messages": episode.history, "tools": episode.frame.tools}))  # type: ignore[no-any-return]

    def _info(self) -> dict[str, Any]:
        assert self._episode is not None
        turns = self._episode.turns
        info: dict[str, Any] = {
            "task_id": self._episode.task.id,
            "turn": len(turns),
            "active_agent": self._episode.frame.agent,
            "mistakes": [v.to_json() for v in turns[-1].verdicts] if turns else [],
        }
        if isinstance(self._need, Done):
            info["outcome"] = self._need.trajectory.outcome.to_json()
        return info

    def render(self) -> str | None:  # type: ignore[override]
        """The conversation as text, when made with ``render_mode="ansi"``."""
        if self.render_mode != "ansi" or self._episode is None:
            return None
        return "\n".join(_line(message) for message in self._episode.history[1:])

    def close(self) -> None:
        if self._episode is not None:
            self._episode.close()

    # -- beyond Gymnasium -----------------------------------------------------------------------------------------

    def oracle(self) -> Message:
        """What the expert would do now."""
        assert self._episode is not None
        return self._episode.oracle()

    def snapshot(self) -> bytes:
        """The running episode as bytes; `restore` goes on from there, here or in another process."""
        assert self._episode is not None
        return self._episode.snapshot()

    def restore(self, snapshot: bytes) -> Observation:
        self.close()
        self._episode = Episode.restore(snapshot)
        self._need = NeedAction(self._episode.history, self._episode.frame.tools, len(self._episode.turns))
        return self._observation()

    @property
    def trajectory(self) -> Trajectory | None:
        """The record of the episode, when it is over."""
        return self._need.trajectory if isinstance(self._need, Done) else None


def _line(message: Message) -> str:
    calls = "".join(
        f" -> {call['function']['name']}({call['function']['arguments']})" for call in message.get("tool_calls", [])
    )
    return f"{message['role']}: {message['content'] or ''}{calls}"
