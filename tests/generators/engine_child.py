"""A process that runs the steps of a run in children of its own, so that each may be killed; see ``conftest.py``.

It reads orders, a JSON object a line, and answers each with what came of it. A child is forked for each order, from a
process that has done nothing but import: what it finds is what is on the disk.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from typing import Any

import trajgym.generators.openai_teacher
import trajgym.writers
from trajgym import journal, journal_writer
from trajgym.api import Run
from trajgym.errors import TrajgymError
from trajgym.filters import registry as filters
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.tasks import BLOCK, make_task

# what every child would have to do before it does anything: imports, and the design of the tasks
assert trajgym.writers and filters.available()
for number in range(BLOCK):
    make_task(load("tool_picker"), 7, number)


class Counter:
    """Counts what reaches the disk, and kills its process when its time has come. An *event* is the moment before or after
    a transaction or the renaming of a file, or after a file was flushed; a *row* is a trajectory or a reply."""

    def __init__(self, event: int, row: int) -> None:
        self.event, self.row = event, row
        self.events = self.rows = 0

    def count(self, rows: int = 0) -> None:
        self.events += 1
        self.rows += rows
        if self.events == self.event or self.rows >= self.row > 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, owner: Any, name: str, before: bool = True) -> None:
        plain = getattr(owner, name)

        def counted(*given: Any, **named: Any) -> Any:
            if before:
                self.count()
            result = plain(*given, **named)
            batch = given[1] if name == "_save" else None
            self.count(len(batch.records) + len(batch.calls) if batch else 0)
            return result

        setattr(owner, name, counted)


def forget_a_row() -> None:
    """A planted mistake: a run that is taken up again takes one row too many for done."""
    plain = journal.Journal.done

    def done(self: journal.Journal) -> journal.Rows:
        numbers = [index << 16 | sample for index, sample in plain(self)]
        return journal.Rows([*numbers, numbers[-1] + (1 << 16)] if numbers else [])

    journal.Journal.done = done  # type: ignore[method-assign]


def work(order: dict[str, Any]) -> dict[str, Any]:
    counter = Counter(order["kill_at_event"], order["kill_at_row"])
    journal.COMMIT_ROWS = order["commit_rows"]
    counter.watch(journal_writer.Writer, "_save")
    counter.watch(journal_writer.Writer, "change")
    counter.watch(os, "replace")
    counter.watch(os, "fsync", before=False)
    if order["plant"]:
        forget_a_row()
    run, done = Run(order["path"]), {}
    try:
        for step in order["steps"]:
            report = getattr(run, step)(**(order["generate"] if step == "generate" else {}))
            done[step] = report.to_json()
    except TrajgymError as error:
        return {"code": error.exit_code, "said": str(error), "done": done}
    return {"code": 0, "events": counter.events, "rows": counter.rows, "done": done}


def obey(order: dict[str, Any]) -> dict[str, Any]:
    """What came of `order`, done in a child."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            said = work(order)
        except BaseException:  # noqa: BLE001 - whatever it was, the test shall read it
            said = {"code": 1, "said": traceback.format_exc(), "done": {}}
        os.write(theirs, json.dumps(said).encode())
        os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as pipe:
        said_at_all = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"code": -os.WTERMSIG(status), "done": {}}
    result: dict[str, Any] = json.loads(said_at_all)
    return result


for line in sys.stdin:
    print(json.dumps(obey(json.loads(line))), flush=True)
