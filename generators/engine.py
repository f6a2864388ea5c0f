"""`generate`: rolls a teacher through the tasks of a run that are not yet in its journal.

One event loop drives everything. A teacher that answers at once plays one episode after another; a model plays as many as
fit its concurrency, in one task each. What is in the journal is never done again; a rollout that was interrupted goes on by
replay against the ledger.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import orjson

from trajgym.budget import Budget
from trajgym.config import GenerateConfig
from trajgym.errors import NothingKept, OutOfBudget, TeacherUnavailable
from trajgym.generators.costs import open_budget, spending
from trajgym.generators.faults import CallFailed
from trajgym.generators.rollout import Teacher, rollout
from trajgym.generators.scripted import ScriptedTeacher
from trajgym.gym_envs.coverage import Tuples, shown_row
from trajgym.gym_envs.filling import FIRST, Gap, fill
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.stream import Stream
from trajgym.gym_envs.user.crowd import read_people
from trajgym.gym_envs.user.quotas import cell_of
from trajgym.gym_envs.user.space import row_of
from trajgym.gym_envs.user.targets import target_of
from trajgym.gym_envs.user.who import Persona
from trajgym.journal import Journal, Rows
from trajgym.progress import Progress, Silent
from trajgym.run_folder import RunFolder
from trajgym.task import Task

if TYPE_CHECKING:
    from trajgym.generators.user_words import UserModel

_FAILURES_TOLERATED = 0.5
"""Share of the rollouts that may be given up before the step counts as failed."""
_GRACE_S = 10.0
"""When the teacher is lost, so long may the calls in flight go on: their replies are paid for, and those that come are kept."""


@dataclass(slots=True)
class GenerateReport:
    """`tasks` x `samples` rollouts were asked for; `already` stood in the journal, `made` are new, `failed` were given up
    (by kind), `rewarded` of the new ones reached reward 1, `pairs` are new. `added`: tasks that a fill has put beside the
    stream just now. `stopped` tells that work was left. `spent`: what the models of the run have cost so far, in all
    (see `trajgym.generators.costs.spending`); None where none is paid, or nothing was left to do."""

    asked: int
    already: int
    made: int = 0
    rewarded: int = 0
    pairs: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    added: int = 0
    stopped: bool = False
    spent: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def generate(
    run: RunFolder,
    config: GenerateConfig,
    progress: Progress | None = None,
    filling: bool = False,
    ready: Callable[[], None] = lambda: None,
) -> GenerateReport:
    """Generate what `run` still lacks; when `filling`, first add tasks for behaviour that it has not kept yet. `ready` is called
    before the first rollout. Raises TrajgymError for what a person can mend; all that was made stays."""
    return asyncio.run(_generate(run.journal, config, progress or Silent(), filling, ready))


async def _generate(
    journal: Journal, config: GenerateConfig, progress: Progress, filling: bool, ready: Callable[[], None]
) -> GenerateReport:
    added = add_missing(journal, config) if filling else 0
    work = Work(config, journal.extra_tasks())
    done = journal.done()
    report = GenerateReport(work.rollouts, len(done), added=added)
    if report.already >= report.asked:
        return report
    budget = open_budget(config, journal)
    teacher = open_teacher(config, journal, budget)
    user = open_user(config, journal, budget)
    pending = work.pending(done)
    try:
        ready()
        with rare_collections():
            if teacher.instant and user is None:
                await _one_by_one(journal, work, teacher, pending, report, progress)
            else:
                await _at_once(journal, work, teacher, user, pending, report, progress)
    finally:
        journal.commit()
        await teacher.close()
        if user is not None:
            await user.close()
        if budget is not None:
            budget.close()
    if config.paid:
        report.spent = spending(config, journal, budget)
    failed = sum(report.failed.values())
    if failed and failed > _FAILURES_TOLERATED * (failed + report.made):
        kinds = ", ".join(f"{count} x {kind}" for kind, count in sorted(report.failed.items()))
        raise NothingKept(f"Most rollouts failed: {kinds}.", "The same command tries those again; see trajgym doctor.")
    return report


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the garbage collector look seldom, and never at what was there before: that lives as long as the run, and episodes
    leave hardly any cycles behind."""
    gc.collect()
    gc.freeze()
    thresholds = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def open_teacher(config: GenerateConfig, journal: Journal, budget: Budget | None) -> Teacher:
    """The teacher that `config` names, with its ledger in `journal`, behind the wall of `budget`."""
    if config.teacher == "scripted":
        return ScriptedTeacher()
    from trajgym.generators.openai_teacher import OpenAITeacher

    return OpenAITeacher.from_config(config, journal, budget)


def open_user(config: GenerateConfig, journal: Journal, budget: Budget | None) -> UserModel | None:
    """The model that words the users' messages, with its ledger in `journal`, behind the wall of `budget`, if `config` names one."""
    if not config.user_model:
        return None
    from trajgym.generators.user_words import UserModel

    return UserModel.from_config(config, journal, budget)


class Work:
    """The tasks of a run: those of the stream that `config` asks for, and after them the `extra` ones, whose numbers begin
    with `trajgym.gym_envs.filling.FIRST`, so that the stream may grow."""

    def __init__(self, config: GenerateConfig, extra: list[Task]) -> None:
        self.config = config
        self.worlds = [load(name) for name in config.worlds]
        self.cells = [cell_of(quota.model_dump(), self.worlds) for quota in config.quotas]
        self.level = None if config.level == "mixed" else config.level
        self._stream = Stream(self.worlds, config.seed, self.level, target_of(config.target, self.cells))
        self._extra = extra
        self.rollouts = (config.n + len(extra)) * config.samples

    @cached_property
    def people(self) -> tuple[Persona, ...]:
        """Who the users can be, when a file says so."""
        return read_people(self.config.personas).people() if self.config.personas else ()

    def task(self, number: int) -> Task:
        """Task `number` of the run: of the stream, or an extra one."""
        return self._extra[number - FIRST] if number >= FIRST else self._stream.task(number)

    def pending(self, done: Rows) -> Iterator[tuple[int, int]]:
        """(task number, sample) that the journal does not hold, in order."""
        for number in chain(range(self.config.n), range(FIRST, FIRST + len(self._extra))):
            for sample in range(self.config.samples):
                if (number, sample) not in done:
                    yield number, sample

    def pending_tasks(self, done: Rows) -> Iterator[Task]:
        """The task of each rollout that the journal does not hold, in order."""
        return (self.task(number) for number, _ in self.pending(done))


def add_missing(journal: Journal, config: GenerateConfig) -> int:
    """Note tasks for each quota and each triple of behaviour that the run has not kept and no noted task is still to bring; how many.

    Raises TrajgymError when the run has rows that no filter has seen.
    """
    extra = journal.extra_tasks()
    done = journal.done()
    if any((FIRST + place, 0) not in done for place in range(len(extra))):
        return 0  # an earlier fill goes on
    work = Work(config, extra)
    held = Tuples()
    short = [Gap(cell, quota.at_least) for cell, quota in zip(work.cells, config.quotas, strict=True)]
    for _, body in journal.kept_rows():
        row = orjson.loads(body)
        task = row["task"]
        shown = shown_row(task["profile"], row["reached"])
        held.add(shown)
        for gap in short:
            gap.count(task["world"], shown)
    for pending in work.pending_tasks(done):
        planned = row_of(pending.profile)
        held.add(planned)
        for gap in short:
            gap.count(pending.world, planned)
    added = fill(work.worlds, held, extra, config.seed, work.level, short)
    if added:
        journal.add_extra_tasks(added)
    return len(added)


async def _one_by_one(
    journal: Journal,
    work: Work,
    teacher: Teacher,
    pending: Iterator[tuple[int, int]],
    report: GenerateReport,
    progress: Progress,
) -> None:
    for number, sample in pending:
        if progress.stopping:
            report.stopped = True
            return
        trajectory, pairs = await rollout(
            work.task(number), sample, teacher, work.config.pairs_per_task, people=work.people
        )
        journal.add(trajectory, pairs, number)
        report.made += 1
        report.rewarded += trajectory.outcome.reward
        report.pairs += len(pairs)
        progress.update(report.already + report.made, report.asked, pairs=report.pairs)


async def _at_once(
    journal: Journal,
    work: Work,
    teacher: Teacher,
    user: UserModel | None,
    pending: Iterator[tuple[int, int]],
    report: GenerateReport,
    progress: Progress,
) -> None:
    """As many rollouts in flight as the concurrency allows; workers draw from one stream of tasks."""
    lost = False

    async def worker() -> None:
        for number, sample in pending:
            if progress.stopping or lost:
                report.stopped = True
                return
            try:
                task = work.task(number)
                trajectory, pairs = await rollout(task, sample, teacher, work.config.pairs_per_task, user, work.people)
            except CallFailed as failure:
                journal.add_failure(number, sample, failure.reason, failure.message)
                report.failed[failure.reason] = report.failed.get(failure.reason, 0) + 1
            else:
                journal.add(trajectory, pairs, number)
                report.made += 1
                report.rewarded += trajectory.outcome.reward
                report.pairs += len(pairs)
                await journal.committed()
            progress.update(
                report.already + report.made, report.asked, pairs=report.pairs, failed=sum(report.failed.values())
            )

    config = work.config
    room = min(config.concurrency, *(load(name).at_once for name in config.worlds))
    workers = [asyncio.create_task(worker()) for _ in range(min(room, report.asked - report.already))]
    try:
        await asyncio.gather(*workers)
    except (TeacherUnavailable, OutOfBudget):
        lost = True
        await asyncio.wait(workers, timeout=_GRACE_S)
        raise
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
