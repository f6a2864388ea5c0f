"""A run folder: ``run.toml`` (what was asked for), ``journal.sqlite`` (what came of it) and ``lock`` (who is at it)."""

from __future__ import annotations

import fcntl
import os
import socket
import time
import weakref
from pathlib import Path
from typing import Any, Self

from trajgym.config import GenerateConfig, RunConfig, dump, load
from trajgym.errors import DamagedJournal, DiskTrouble, RunInUse, TrajgymError
from trajgym.files import disk_errors, write_atomically
from trajgym.journal import Journal

CONFIG = "run.toml"
JOURNAL = "journal.sqlite"
LOCK = "lock"
_OURS = {CONFIG, f"{CONFIG}.tmp", LOCK, JOURNAL, f"{JOURNAL}-wal", f"{JOURNAL}-shm", f"{JOURNAL}-journal", "export"}


class Lock:
    """Ownership of a run folder: an advisory lock on a file that holds ``pid host``. It ends with the process."""

    def __init__(self, path: Path) -> None:
        """Raises RunInUse, naming the owner, when another process has it; DiskTrouble when it cannot be had at all."""
        with disk_errors(path):
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._take(path)
        except BaseException:
            os.close(self._file)
            raise
        _held.add(self)

    def _take(self, path: Path) -> None:
        try:
            for patience in range(50, -1, -1):
                try:
                    fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    # a worker that was being forked when its owner was killed lets go within moments
                    if not patience or _owner_lives(self._file):
                        raise _in_use(path, self._file) from None
                    time.sleep(0.02)
        except OSError as error:
            raise DiskTrouble(
                f"The folder {path.parent} cannot be locked ({error.strerror}).", "Put the run on a local disk."
            ) from error
        with disk_errors(path):
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"{os.getpid()} {socket.gethostname()}\n".encode(), 0)

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


_held: weakref.WeakSet[Lock] = weakref.WeakSet()


def _drop_in_child() -> None:
    """A forked worker must not keep the run locked after its parent was killed."""
    for lock in list(_held):
        lock.release()


os.register_at_fork(after_in_child=_drop_in_child)


def _in_use(path: Path, file: int) -> RunInUse:
    """Name the owner. Its number may be a moment away from being written, so a dead one is looked at again."""
    pid, host = "?", ""
    for _ in range(20):
        words = os.pread(file, 200, 0).decode(errors="replace").split()
        if len(words) == 2:
            pid, host = words
            if host != socket.gethostname() or _alive(int(pid)):
                break
        time.sleep(0.02)
    here = f"process {pid}" if host in ("", socket.gethostname()) else f"process {pid} on {host}"
    return RunInUse(
        f"The run {path.parent} is in use by {here}.", "Wait until it has ended, or choose another run folder."
    )


def _owner_lives(file: int) -> bool:
    """False when the lock names a process of this machine that has ended."""
    words = os.pread(file, 200, 0).decode(errors="replace").split()
    return len(words) != 2 or words[1] != socket.gethostname() or _alive(int(words[0]))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class RunFolder:
    """An open run. `config` is what it was made with, `journal` what it holds. A context manager; or `close` it."""

    def __init__(self, path: Path, config: RunConfig, journal: Journal, lock: Lock | None) -> None:
        self.path = path
        self.config = config
        self.journal = journal
        self._lock = lock

    @classmethod
    def create(cls, path: str | Path, generate: GenerateConfig) -> RunFolder:
        """The run at `path`, made or taken up again, locked for this process.

        Raises:
            TrajgymError: the run was made with other settings (only `n` may grow, and what it may cost change), or by another version.
            RunInUse: another process has it.
            DiskTrouble: `path` is a file, or cannot be written.
            DamagedJournal: it cannot be trusted.
        """
        path = Path(path)
        with disk_errors(path):
            if path.exists() and not path.is_dir():
                raise DiskTrouble(f"{path} is a file where the run folder should be.", "Choose another run folder.")
            path.mkdir(parents=True, exist_ok=True)
            strange = sorted(entry.name for entry in path.iterdir() if entry.name not in _OURS)
            if strange and not (path / CONFIG).exists():
                raise TrajgymError(
                    f"The folder {path} is not a run: it holds {strange[0]!r}.", "Choose a new or an empty folder."
                )
        lock = Lock(path / LOCK)
        try:
            journal = Journal.open(path / JOURNAL, create=True)
        except BaseException:
            lock.release()
            raise
        try:
            config = cls._settle(path, generate, begun=any(journal.counts().values()))
        except BaseException:
            journal.close()
            lock.release()
            raise
        return cls(path, config, journal, lock)

    @staticmethod
    def _settle(path: Path, generate: GenerateConfig, begun: bool) -> RunConfig:
        """The run's configuration, saved, with `generate` in it, when that may be: always, before the run has begun."""
        file = path / CONFIG
        if not file.exists():
            if begun:
                raise _lost_config(path)
            config = RunConfig(run=str(path), generate=generate)
        else:
            saved = load(file)
            if begun:
                check_unchanged(path, saved.generate, generate)
            config = saved.model_copy(update={"generate": generate})
            if config == saved:
                return saved
        write_atomically(file, dump(config).encode())
        return config

    @classmethod
    def open(cls, path: str | Path, *, readonly: bool = False) -> RunFolder:
        """The existing run at `path`: locked for this process, or else for reading, also while another writes.

        Raises as `create`, and TrajgymError when there is no run.
        """
        path = Path(path)
        if not (path / CONFIG).exists() and not (path / JOURNAL).exists():
            raise TrajgymError(
                f"There is no run at {path}.",
                f"First give the command: trajgym generate --worlds WORLD -n 100 --run {path}",
            )
        lock = None if readonly else Lock(path / LOCK)
        try:
            if not (path / CONFIG).exists():
                raise _lost_config(path)
            config = load(path / CONFIG)
            return cls(path, config, Journal.open(path / JOURNAL, create=False, readonly=readonly), lock)
        except BaseException:
            if lock:
                lock.release()
            raise

    def save(self, config: RunConfig) -> None:
        """Replace ``run.toml``, e.g. by one that says how the run was filtered. Generation settings stay as they are."""
        if config.generate != self.config.generate:
            raise ValueError("generation settings are settled by RunFolder.create")
        if config != self.config:
            write_atomically(self.path / CONFIG, dump(config).encode())
            self.config = config

    def close(self) -> None:
        """Commit, close the journal, and let others have the run."""
        try:
            self.journal.close()
        finally:
            if self._lock:
                self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _lost_config(path: Path) -> DamagedJournal:
    return DamagedJournal(f"The run {path} has lost its {CONFIG}.", "Restore it, or start a new run folder.")


def check_unchanged(path: Path, saved: GenerateConfig, given: GenerateConfig) -> None:
    """Raises TrajgymError when `given` may not go on where `saved` left off."""
    for name in GenerateConfig.model_fields:
        old, new = getattr(saved, name), getattr(given, name)
        if name == "n":
            if new < old:
                raise TrajgymError(f"The run {path} has n = {old}; it may grow, but not shrink to {new}.", _NEW_RUN)
        elif new != old and name not in _MAY_CHANGE:
            raise TrajgymError(f"The run {path} was made with {name} = {_say(old)}, not {_say(new)}.", _NEW_RUN)


_MAY_CHANGE = ("prices", "user_prices", "max_cost", "max_total_tokens")
"""What has no influence on what a rollout is."""
_NEW_RUN = "Leave the option out to go on with this run, or choose another run folder."


def _say(value: Any) -> str:
    return ",".join(map(str, value)) or "none" if isinstance(value, list) else repr(value)
