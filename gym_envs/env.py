"""`ToolEnv`: an episode as a `gymnasium.Env`.

Action: one assistant message. Observation: ``{"messages": [...], "tools": [...]}``, the whole conversation and the tools
visible now. Reward: 0 until the end, then the outcome, 0 or 1. What is right (plan, oracle, hidden state) is never in an
observation or in info; `unwrapped.oracle()` is there for those who ask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import gymnasium
import orjson
from gymnasium import spaces

from trajgym.chat import Message
from trajgym.errors import TrajgymError
from trajgym.gym_envs.episode import Done, Episode, NeedAction
from trajgym.gym_envs.faults import FAULTS
from trajgym.gym_envs.foreign import BroughtWorld, Functions, Source, read_rows, read_tasks
from trajgym.gym_envs.registry import bring, load
from trajgym.gym_envs.spaces import AssistantMessage, JsonList
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.dims import check
from trajgym.gym_envs.world import World
from trajgym.task import Task
from trajgym.trajectory import Trajectory

Observation = dict[str, list[Any]]


class ToolEnv(gymnasium.Env[Observation, Message]):
    """Tasks of one world. ``reset(seed=s)`` starts the world's stream of seed `s` at its first task, every further reset
    takes the next; ``options={"task": recipe}`` or ``{"index": i}`` pick one (and the stream goes on after `i`)."""

    metadata: ClassVar[dict[str, Any]] = {"render_modes": ["ansi"], "render_fps": 1}  # type: ignore[misc]

    def __init__(self, world: str, level: int | None = None, render_mode: str | None = None) -> None:
        if render_mode not in (None, "ansi"):
            raise TrajgymError(f"There is no render mode {render_mode!r}.", 'It is "ansi" or None.')
        self.world = load(world)
        if level is not None:
            make_task(self.world, 0, 0, level)  # a wrong level is told now
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
        unknown = sorted(set(map(str, options)) - {"task", "index"})
        if unknown or len(options) > 1:
            wrong = f"an option {unknown[0]!r}" if unknown else "both a task and an index"
            raise TrajgymError(f"reset() was given {wrong}.", 'Give options={"task": recipe} or {"index": i}.')
        if "task" in options:
            return _given(options["task"], self.world)
        index = options.get("index", self._index)
        if not isinstance(index, int) or isinstance(index, bool) or index < 0:
            raise TrajgymError(f"The index of a task is a whole number from 0 on, not {index!r}.")
        self._index = index
        task = make_task(self.world, self._stream, self._index, self.level)
        self._index += 1
        return task

    def step(self, action: Message) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        self._need = self._running().send(action)
        if isinstance(self._need, Done):
            done = self._need
            reward = float(done.trajectory.outcome.reward)
            return self._observation(), reward, not done.truncated, done.truncated, self._info()
        return self._observation(), 0.0, False, False, self._info()

    def _running(self) -> Episode:
        if self._episode is None:
            raise TrajgymError("There is no episode.", "Call reset() first.")
        return self._episode

    def _observation(self) -> Observation:
        episode = self._running()
        return orjson.loads(orjson.dumps({"messages": episode.history, "tools": episode.frame.tools}))  # type: ignore[no-any-return]

    def _info(self) -> dict[str, Any]:
        episode = self._running()
        turns = episode.turns
        info: dict[str, Any] = {
            "task_id": episode.task.id,
            "turn": len(turns),
            "active_agent": episode.frame.agent,
            # the codes alone: what shows a mistake may quote what would have been right
            "mistakes": [{"code": v.code, "call": v.call} for v in turns[-1].verdicts] if turns else [],
        }
        if isinstance(self._need, Done):
            info["outcome"] = self._need.trajectory.outcome.to_json()
        return info

    def render(self) -> str | None:
        """The conversation as text, when made with ``render_mode="ansi"``."""
        if self.render_mode != "ansi" or self._episode is None:
            return None
        return "\n".join(_line(message) for message in self._episode.history[1:])

    def close(self) -> None:
        """Give up the running episode. Harmless twice; `reset` opens the next."""
        if self._episode is not None:
            self._episode.close()
            self._episode = None

    # -- beyond Gymnasium -----------------------------------------------------------------------------------------

    @classmethod
    def from_functions(
        cls,
        functions: Sequence[Callable[..., Any]] | Callable[[], Sequence[Callable[..., Any]]],
        tasks: str | Path | Sequence[dict[str, Any]],
        name: str = "functions",
        render_mode: str | None = None,
    ) -> ToolEnv:
        """An environment whose tools are Python functions, its tasks those of a task file or of rows as such a file has them.

        Give the functions when they keep nothing between calls, else a function that makes them: each episode gets its
        own. From now on `name` is a world of this process. Raises TrajgymError for what cannot be a tool or a task.
        """
        return cls._brought(Functions(functions, name), tasks, render_mode)

    @classmethod
    def from_mcp(
        cls,
        command: str,
        tasks: str | Path | Sequence[dict[str, Any]],
        name: str = "mcp",
        render_mode: str | None = None,
    ) -> ToolEnv:
        """An environment whose tools are those of the MCP server that `command` starts, anew for each episode."""
        from trajgym.gym_envs.foreign.mcp_server import McpServer

        return cls._brought(McpServer(command, name), tasks, render_mode)

    @classmethod
    def _brought(cls, source: Source, tasks: str | Path | Sequence[dict[str, Any]], render_mode: str | None) -> ToolEnv:
        rows = read_tasks(tasks) if isinstance(tasks, str | Path) else read_rows(tasks)
        bring(BroughtWorld(source, rows))
        return cls(source.name, render_mode=render_mode)

    def oracle(self) -> Message:
        """What the expert would do now."""
        return self._running().oracle()

    def snapshot(self) -> bytes:
        """The running episode as bytes; `restore` goes on from there, here or in another process. Raises TrajgymError when
        the episode is over."""
        return self._running().snapshot()

    def restore(self, snapshot: bytes) -> Observation:
        """Go on where `snapshot` (of this world; one's own, it is a pickle) was taken; what runs now is given up."""
        episode = Episode.restore(snapshot)
        if episode.world is not self.world:
            episode.close()
            raise TrajgymError(
                f"The snapshot is of world {episode.world.name!r}, this environment plays {self.world.name!r}."
            )
        self.close()
        self._episode = episode
        self._need = NeedAction(self._episode.history, self._episode.frame.tools, len(self._episode.turns))
        return self._observation()

    @property
    def trajectory(self) -> Trajectory | None:
        """The record of the episode, when it is over."""
        return self._need.trajectory if isinstance(self._need, Done) else None


def _given(recipe: Any, world: World) -> Task:
    """The task that a caller names, checked so far that its episode can begin."""
    if not isinstance(recipe, (Task, dict)):
        raise TrajgymError(f"That is not the recipe of a task: {recipe!r:.80}.", "Take one from Task.recipe().")
    try:
        task = recipe if isinstance(recipe, Task) else Task.from_recipe(recipe)
    except TypeError as error:
        raise TrajgymError(f"That is not the recipe of a task: {error}.", "Take one from Task.recipe().") from error
    if (task.world, task.version) != (world.name, world.version):
        raise TrajgymError(
            f"The task is of world {task.world!r} version {task.version!r}, this environment plays {world.name!r} version {world.version}."
        )
    if task.level not in world.levels or task.task_class not in world.classes:
        raise TrajgymError(f"World {world.name!r} has no tasks {task.task_class!r} of level {task.level!r}.")
    whole = (task.seed, task.index, task.level, task.backend)
    parts = (task.profile, task.tool_view, task.faults)
    fits = all(isinstance(n, int) for n in whole) and all(isinstance(part, dict) for part in parts)
    if not fits or (task.faults and not (task.faults.get("kind") in FAULTS and isinstance(task.faults.get("at"), int))):
        raise TrajgymError(
            "That is not the recipe of a task: a part has the wrong kind.", "Take one from Task.recipe()."
        )
    check(task.profile)
    return task


def _line(message: Message) -> str:
    calls = "".join(
        f" -> {call['function']['name']}({call['function']['arguments']})" for call in message.get("tool_calls", [])
    )
    return f"{message['role']}: {message['content'] or ''}{calls}"
