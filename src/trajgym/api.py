"""The Python interface: a `Run`, and its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from trajgym.config import (
    MCP,
    ExportConfig,
    FilterConfig,
    GenerateConfig,
    RunConfig,
    did_you_mean,
    load,
    make,
)
from trajgym.errors import TrajgymError
from trajgym.progress import Progress, Silent
from trajgym.run_folder import CONFIG, RunFolder
from trajgym.splits import Splitting, parse_hold_outs
from trajgym.stats import Stats, measure
from trajgym.task import LEVELS
from trajgym.trajectory import Pair, Trajectory

if TYPE_CHECKING:
    from trajgym.filters import FilterReport
    from trajgym.generators import GenerateReport
    from trajgym.generators.estimate import Estimate
    from trajgym.measures.survey import Survey
    from trajgym.writers import ExportReport


T = TypeVar("T")


class Run:
    """A run in the folder `path`, made by the first `generate`.

    Each step goes on where it was stopped and does nothing when nothing is left to do. While a step works, the run is
    locked; reading is possible at any time. All methods raise `trajgym.TrajgymError` for what a person can mend.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @property
    def config(self) -> RunConfig:
        """What the run was asked to do."""
        return load(self.path / CONFIG)

    def generate(
        self,
        worlds: Iterable[str] | None = None,
        n: int | None = None,
        *,
        fill: bool = False,
        progress: Progress | None = None,
        expecting: Callable[[Estimate], None] | None = None,
        **settings: Any,
    ) -> GenerateReport:
        """Roll out `n` tasks of `worlds`; the other `settings` are those of `trajgym.config.GenerateConfig`, and ``target`` may
        also name a file.

        On an existing run, what is left out stays as it was, and only `n` may change, by growing, and what the run may cost.
        With `fill`, tasks are added for combinations of behaviour that its filters have not kept yet. `expecting` is told
        what a run with a model will need (see `estimate`) before anything is spent.
        """
        from trajgym.generators import generate
        from trajgym.generators.estimate import estimate

        config = self._settings({"worlds": worlds, "n": n, **settings})
        with RunFolder.create(self.path, config) as folder:

            def ready() -> None:
                if expecting and config.paid and (needed := estimate(config, folder.journal)):
                    expecting(needed)

            return _outside_a_loop(lambda heard: generate(folder, config, heard, fill, ready), progress or Silent())

    def estimate(self, worlds: Iterable[str] | None = None, n: int | None = None, **settings: Any) -> Estimate:
        """What `generate`, asked alike, would need: calls, tokens, money. Nothing is made and nothing is spent.

        Raises TrajgymError, besides, for tasks that no expert can play.
        """
        from trajgym.generators.estimate import estimate

        config = self._settings({"worlds": worlds, "n": n, **settings})
        if (self.path / CONFIG).is_file():
            with RunFolder.open(self.path, readonly=True) as folder:
                needed = estimate(config, folder.journal)
        else:
            needed = estimate(config, None)
        if needed is None:
            raise TrajgymError("Nobody can say what these tasks will cost: no expert knows how to play them.", "")
        return needed

    def _settings(self, given: dict[str, Any]) -> GenerateConfig:
        from trajgym.gym_envs import registry
        from trajgym.gym_envs.tasks import check_room
        from trajgym.gym_envs.user.crowd import read_people
        from trajgym.gym_envs.user.quotas import check_quotas
        from trajgym.gym_envs.user.targets import check_shares, read_target, split_target

        given = {name: value for name, value in given.items() if value is not None}
        if "worlds" in given:
            given["worlds"] = list(given["worlds"])
        saved = self.config.generate.model_dump() if (self.path / CONFIG).is_file() else {}
        if isinstance(given.get("target"), str):
            given |= read_target(given["target"])
        elif "quotas" in given.get("target", ()):
            given |= split_target(given["target"], "target: ")
        values = saved | given
        if values.get("mcp") and values.get("tasks"):
            values |= _tasks_of(values)
        if values.get("personas"):
            read_people(values["personas"])
            values |= {"personas_sha256": _hash_of(values["personas"])}
        config = make(GenerateConfig, values)
        if config.mcp:
            if config.quotas:
                raise TrajgymError("The tasks of an MCP server are those of its file, so it can have no quotas.", "")
            _bring(config, read=True)
            return config
        known = registry.names()
        for world in config.worlds:
            if world not in known:
                raise TrajgymError(f"There is no world {world!r}.", did_you_mean(world, known))
        if not isinstance(config.target, str):
            check_shares(config.target, "target: ")
        if config.quotas:
            quotas = [quota.model_dump() for quota in config.quotas]
            check_quotas(quotas)
            check_room(quotas, [registry.load(world) for world in config.worlds], config.n, config.seed)
        return config

    def filter(
        self,
        names: Iterable[str] | None = None,
        *,
        accept: Iterable[str] | None = None,
        progress: Progress | None = None,
    ) -> FilterReport:
        """Let the filters `names` (default: the usual ones) judge what was generated. `accept` names what is kept although
        it is not proved right: ``recorded``, ``unjudged``."""
        from trajgym.filters import run_filters

        with RunFolder.open(self.path) as folder:
            given: dict[str, Any] = folder.config.filter.model_dump()
            given |= {} if names is None else {"names": list(names)}
            given |= {} if accept is None else {"accept": list(accept)}
            chosen = make(FilterConfig, given)
            if folder.config.generate.mcp:
                _bring(folder.config.generate)
            report = run_filters(folder, chosen.names or None, progress or Silent(), chosen.accept)
            folder.save(folder.config.model_copy(update={"filter": chosen}))
            return report

    def export(
        self,
        out: str | Path | None = None,
        formats: Iterable[str] | None = None,
        *,
        splits: Iterable[int] | None = None,
        hold_out: Iterable[str] | None = None,
        progress: Progress | None = None,
    ) -> ExportReport:
        """Write what was kept into the folder `out`, in each of `formats`.

        `splits` are the shares of train, dev and test (default: all in train); `hold_out` names what is in test only, such
        as ``world=bank_ops``, ``view=3``, ``policy=2.7`` or ``profile=surface:typos``; see `trajgym.splits`.
        """
        from trajgym.filters.report import report as filter_report
        from trajgym.writers import export

        with RunFolder.open(self.path) as folder:
            given: dict[str, Any] = folder.config.export.model_dump()
            if out is not None:
                given["out"] = str(out)
            if formats is not None:
                given["formats"] = list(formats)
            if splits is not None:
                given["splits"] = list(splits)
            if hold_out is not None:
                given["hold_out"] = list(hold_out)
            config = folder.config.model_copy(update={"export": make(ExportConfig, given)})
            found = filter_report(folder.journal)
            found.require_kept()
            report = export(
                folder.journal,
                config.export.formats,
                Path(config.export.out) if config.export.out else self.path / "export",
                splitting=_splitting(config),
                about=_about(config),
                funnel={
                    "generated": found.examined,
                    **{f"dropped: {reason}": count for reason, count in found.dropped.items()},
                    "kept": found.kept,
                },
                progress=progress,
                total=found.kept + found.pairs_kept,
            )
            folder.save(config)
            return report

    def trajectories(self, kept: bool = False) -> Iterator[Trajectory]:
        """The trajectories in task order; with `kept`, those that the filters kept."""
        with RunFolder.open(self.path, readonly=True) as folder:
            yield from folder.journal.kept() if kept else folder.journal.trajectories()

    def pairs(self) -> Iterator[tuple[Pair, Trajectory]]:
        """The preference pairs that the filters kept, each with the trajectory it grew out of."""
        with RunFolder.open(self.path, readonly=True) as folder:
            yield from folder.journal.kept_pairs()

    def stats(self) -> Stats:
        """The numbers of the run, counted anew."""
        from trajgym.gym_envs import registry
        from trajgym.gym_envs.coverage import Coverage

        with RunFolder.open(self.path, readonly=True) as folder:
            generate = folder.config.generate
            worlds = [] if generate.mcp else [registry.load(name) for name in generate.worlds]
            return measure(folder.journal, Coverage(worlds))

    def coverage(self, reference: str | Path | None = None, *, progress: Progress | None = None) -> Survey:
        """What of user behaviour the run covers and what is missing, whose fault its losses are, how diverse it is and how
        real it looks; with real chat logs in the file `reference` (OpenAI chat JSONL), how far it is from them."""
        from trajgym.filters.registry import blame
        from trajgym.generators.engine import Work
        from trajgym.gym_envs import registry
        from trajgym.gym_envs.behaviour import Behaviour
        from trajgym.gym_envs.user.design import REAL_LIKE
        from trajgym.gym_envs.user.dims import NEUTRAL
        from trajgym.measures.survey import compared, read_reference, survey

        logs = None if reference is None else read_reference(reference)
        with RunFolder.open(self.path, readonly=True) as folder:
            asked = folder.config.generate
            if asked.mcp:
                raise TrajgymError(
                    "The users of tasks from a task file say what the file says: there is no behaviour to cover.",
                    "trajgym stats counts the rest.",
                )
            found, realism = survey(
                folder.journal,
                Behaviour(
                    [registry.load(name) for name in asked.worlds], [quota.model_dump() for quota in asked.quotas]
                ),
                rest=Work(asked, folder.journal.extra_tasks()).pending_tasks(folder.journal.done()),
                neutral=NEUTRAL,
                blame=blame,
                progress=progress or Silent(),
            )
        if logs is not None:
            found.reference = compared(realism, logs, REAL_LIKE)
        return found


def _tasks_of(values: dict[str, Any]) -> dict[str, Any]:
    """What a task file adds to the settings: its hash, and its length when nobody says how many tasks are wanted."""
    from trajgym.gym_envs.foreign import read_tasks

    rows = read_tasks(values["tasks"])
    return {"n": values.get("n") or len(rows), "tasks_sha256": _hash_of(values["tasks"])}


def _hash_of(path: str) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    from hashlib import sha256

    return sha256(Path(path).read_bytes()).hexdigest()


def _bring(config: GenerateConfig, read: bool = False) -> None:
    """Make the tools of the run's MCP server known as a world; `read`: with its tasks too, checked."""
    from trajgym.gym_envs import registry
    from trajgym.gym_envs.foreign import BroughtWorld, read_tasks
    from trajgym.gym_envs.foreign.mcp_server import served

    world = BroughtWorld(served(config.mcp, MCP), read_tasks(config.tasks) if read else ())
    unsolved = world.unsolved()
    if config.teacher == "scripted" and unsolved:
        raise TrajgymError(
            f"Task {unsolved[0]!r} has no solution for the scripted teacher to play.",
            "Write its calls under solution, or let a model play: --teacher openai --model NAME.",
        )
    registry.bring(world)


class _Stoppable:
    """A `Progress` that can be told to stop from another thread."""

    def __init__(self, inner: Progress) -> None:
        self._inner = inner
        self._stop = False

    @property
    def stopping(self) -> bool:
        return self._stop or self._inner.stopping

    def update(self, done: int, total: int, **facts: float | str) -> None:
        self._inner.update(done, total, **facts)

    def stop(self) -> None:
        self._stop = True


def _outside_a_loop(work: Callable[[Progress], T], progress: Progress) -> T:
    """Do `work`, which runs an event loop of its own: in a thread where a loop runs already, as in a notebook."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work(progress)
    heard = _Stoppable(progress)
    with ThreadPoolExecutor(1, "trajgym") as thread:
        result = thread.submit(work, heard)
        try:
            return result.result()
        except KeyboardInterrupt:
            heard.stop()
            raise


def _splitting(config: RunConfig) -> Splitting:
    """How the export is split. Raises TrajgymError for a hold-out that is none."""
    from trajgym.gym_envs.lens import STYLES
    from trajgym.gym_envs.user.dims import DIMENSIONS
    from trajgym.gym_envs.world import VIEWS

    views = [str(view) for view in range(VIEWS)]
    known = {
        "world": config.generate.worlds,
        "view": views,
        "names": STYLES,
        "policy": [f"{level}.{view}" for level in LEVELS for view in views],
        "profile": [
            f"{name}:{level}"
            for name in DIMENSIONS
            for level in DIMENSIONS[name].levels
            if level != DIMENSIONS[name].neutral
        ],
    }
    train, dev, test = config.export.splits
    return Splitting((train, dev, test), parse_hold_outs(config.export.hold_out, known))


def _about(config: RunConfig) -> dict[str, Any]:
    """How an export was made, for its card: only what decides its content, so no address, speed or path."""
    settings = (
        "worlds",
        "mcp",
        "n",
        "seed",
        "level",
        "target",
        "quotas",
        "samples",
        "pairs_per_task",
        "teacher",
        "model",
        "user_model",
        "temperature",
        "max_tokens",
    )
    generate = config.generate.model_dump(exclude_none=True)
    about = {name: generate[name] for name in settings if generate.get(name) not in (None, "", [])}
    if about["target"] == "mixed":
        del about["target"]
    if config.filter.names:
        about["filters"] = config.filter.names
    if config.export.splits != [100, 0, 0]:
        about["splits"] = config.export.splits
    if config.export.hold_out:
        about["hold_out"] = config.export.hold_out
    return about
