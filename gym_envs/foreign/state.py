"""The state of an episode with foreign tools: a session, and the record of its calls.

The record is the backend: what a foreign tool has changed nobody can see, but equal tools that were called alike and answered
alike are where they were. A fork is a second session to which the record is played.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from trajgym.chat import dumps
from trajgym.errors import TrajgymError
from trajgym.gym_envs.backend import Backend, Pool
from trajgym.gym_envs.database import Database
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.foreign.source import Session, Source
from trajgym.gym_envs.foreign.tasks import TaskRow

SCHEMA = "CREATE TABLE calls (id TEXT PRIMARY KEY, tool TEXT, args TEXT, result TEXT, error TEXT)"


class Record(Backend):
    """One episode's session, opened at the first call, and its calls as rows."""

    __slots__ = ("_session", "_source", "row")

    def __init__(self, database: Database, base: str, pool: Pool) -> None:
        super().__init__(database, base, pool)
        self._session: Session | None = None
        self._source: Source
        self.row: TaskRow

    def begin(self, source: Source, row: TaskRow) -> None:
        """Say whose tools these are, and which task's files and calls come first."""
        self._source, self.row = source, row

    def call(self, name: str, args: dict[str, Any]) -> Any:
        """Call a tool, and record it. Raises ToolFailure as the session does."""
        number = f"{len(self.rows('SELECT id FROM calls ORDER BY id')):06d}"
        row = {"id": number, "tool": name, "args": dumps(args), "result": "", "error": ""}
        try:
            result = self.session().call(name, args)
        except ToolFailure as failure:
            self.insert("calls", {**row, "error": f"{failure.code}: {failure.message}"})
            raise
        self.insert("calls", {**row, "result": dumps(result)})
        return result

    def look(self, name: str, args: dict[str, Any]) -> Any:
        """What a tool answers, unrecorded; None when it fails."""
        try:
            return self.session().call(name, args)
        except ToolFailure:
            return None

    def session(self) -> Session:
        """The session, where the record is: opened, set up and played to when there is none.

        Raises TrajgymError when a call of the task's setup fails.
        """
        if self._session is None:
            session = self._session = self._open()
            for row in self.rows("SELECT * FROM calls ORDER BY id"):
                _again(session, row)
        return self._session

    def fork(self) -> Callable[[], None]:
        kept, self._session = self._session, None
        undo = super().fork()

        def back() -> None:
            self._leave()
            undo()
            self._session = kept

        return back

    def restore(self, snapshot: bytes) -> None:
        self._leave()
        super().restore(snapshot)

    def replays(self) -> bool:
        """True when a fresh session, called alike, answers alike."""
        session = self._open()
        try:
            return all(_again(session, row) for row in self.rows("SELECT * FROM calls ORDER BY id"))
        finally:
            session.close()

    def _open(self) -> Session:
        session = self._source.open(self.row.files)
        for call in self.row.setup:
            try:
                session.call(call.tool, call.args)
            except ToolFailure as failure:
                session.close()
                raise TrajgymError(
                    f"The setup of task {self.row.id!r} fails at {call.tool}: {failure.message}", "Mend the task file."
                ) from None
        return session

    def close(self) -> None:
        self._leave()
        super().close()

    def _leave(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def _again(session: Session, row: dict[str, Any]) -> bool:
    """Make a recorded call again; True when it is answered as recorded."""
    try:
        return dumps(session.call(row["tool"], orjson.loads(row["args"]))) == row.get("result")
    except ToolFailure as failure:
        return f"{failure.code}: {failure.message}" == row.get("error")
