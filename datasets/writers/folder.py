"""A folder that changes from one complete export to the next.

Everything is built in ``<out>/.partial`` (the same file system, so that a rename is atomic), flushed to the disk, and moved
into place file by file; the manifest comes last. A crash before that leaves the old export as it was; a crash in between
leaves ``.publishing.json`` with the names of the files that are ours, and the next export puts all of them right.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from trajgym.errors import DiskTrouble, RunInUse, TrajgymError
from trajgym.files import disk_errors, sync_folder

MANIFEST = "manifest.json"
PARTIAL = ".partial"
PUBLISHING = ".publishing.json"
KIND = "trajgym export"
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of an export, as the manifest lists it. `extra` says what its rows are; empty for other files."""

    path: str
    bytes: int
    sha256: str
    rows: int
    extra: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {"path": self.path, **self.extra, "rows": self.rows, "bytes": self.bytes, "sha256": self.sha256}


class LineFile:
    """A new file written line by line and hashed on the way; `close` flushes it to the disk."""

    def __init__(self, root: Path, path: str, extra: dict[str, Any] | None = None) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        self.rows = 0
        self._path, self._extra = path, extra or {}
        self._handle = (root / path).open("wb", buffering=0)
        self._hash = hashlib.sha256()
        self._bytes = self._waiting = 0
        self._lines: list[bytes] = []

    def add(self, line: bytes) -> None:
        """Adds a line, which ends with a newline."""
        self._lines.append(line)
        self.rows += 1
        self._waiting += len(line)
        if self._waiting >= _CHUNK:
            self._write()

    def _write(self) -> None:
        body = b"".join(self._lines)
        self._hash.update(body)
        self._bytes += len(body)
        view = memoryview(body)
        while view:  # an unbuffered write may take less than it is given
            view = view[self._handle.write(view) :]
        self._lines, self._waiting = [], 0

    def close(self) -> FileEntry:
        self._write()
        os.fsync(self._handle.fileno())
        self._handle.close()
        return FileEntry(self._path, self._bytes, self._hash.hexdigest(), self.rows, self._extra)

    def abandon(self) -> None:
        self._handle.close()


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of the export in `folder`, or None when there is none of ours."""
    try:
        manifest = orjson.loads((folder / MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    ours = isinstance(manifest, dict) and manifest.get("kind") == KIND and isinstance(manifest.get("files"), list)
    return manifest if ours else None


class Staging:
    """The place where an export is built; used with ``with``, and held by one process at a time.

    Raises TrajgymError when `out` holds files that are not an export's, DiskTrouble when it is a file or cannot be
    written, RunInUse when another export is being written into it.
    """

    def __init__(self, out: Path) -> None:
        self.out = out.resolve()
        self.root = self.out / PARTIAL
        self._lock = -1

    def __enter__(self) -> Self:
        if self.out.exists() and not self.out.is_dir():
            raise DiskTrouble(f"{self.out} is a file.", "Name a folder to export into.")
        with disk_errors(self.out):
            self.out.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.out, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with disk_errors(self.out):
                self._take()
        except BaseException:
            self._leave()
            raise
        return self

    def _take(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunInUse(f"Another export is being written into {self.out}.", "Wait for it to end.") from None
        foreign = sorted(self._present() - self._listed())
        if foreign:
            some = ", ".join(foreign[:3]) + (" ..." if len(foreign) > 3 else "")
            raise TrajgymError(
                f"{self.out} holds files that are not an export's: {some}.", "Name an empty or a new folder."
            )
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        self._leave()

    def _leave(self) -> None:
        if not any(self.out.iterdir()):
            self.out.rmdir()
        os.close(self._lock)

    def _present(self) -> set[str]:
        """The files in the folder, as paths relative to it."""
        found: set[str] = set()
        for folder, folders, files in os.walk(self.out):
            if Path(folder) == self.out and PARTIAL in folders:
                folders.remove(PARTIAL)
            found.update((Path(folder) / name).relative_to(self.out).as_posix() for name in files)
        return found

    def _listed(self) -> set[str]:
        """The files of the export in the folder, and those of a publication that a crash cut short."""
        names: set[str] = set()
        if manifest := read_manifest(self.out):
            names = {MANIFEST, *(entry["path"] for entry in manifest["files"])}
        try:
            names |= {PUBLISHING, *orjson.loads((self.out / PUBLISHING).read_bytes())}
        except (OSError, orjson.JSONDecodeError):
            return names  # no publication was cut short
        return names

    def publish(self, entries: list[FileEntry], manifest: bytes) -> bool:
        """Moves the files into place, the manifest last, and removes what the old export had and this one has not.

        False, and nothing touched, when the folder holds this very export already.
        """
        with disk_errors(self.out):
            there = self.out / MANIFEST
            if there.is_file() and there.read_bytes() == manifest and all(map(self._unchanged, entries)):
                (self.out / PUBLISHING).unlink(missing_ok=True)  # a crash came between the last two steps
                return False
            _write(self.root / MANIFEST, manifest)
            listed = self._listed()
            names = {entry.path for entry in entries}
            _write(self.root / PUBLISHING, orjson.dumps(sorted({MANIFEST} | listed | names)))
            os.replace(self.root / PUBLISHING, self.out / PUBLISHING)
            sync_folder(self.out)
            for entry in entries:
                (self.out / entry.path).parent.mkdir(exist_ok=True)
                os.replace(self.root / entry.path, self.out / entry.path)
            self._drop(self._present() & (listed - names - {MANIFEST, PUBLISHING}))
            for folder in sorted({(self.out / entry.path).parent for entry in entries}):
                sync_folder(folder)
            os.replace(self.root / MANIFEST, there)
            sync_folder(self.out)
            (self.out / PUBLISHING).unlink()
        return True

    def _unchanged(self, entry: FileEntry) -> bool:
        path = self.out / entry.path
        if not path.is_file() or path.stat().st_size != entry.bytes:
            return False
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest() == entry.sha256

    def _drop(self, paths: set[str]) -> None:
        for path in sorted(paths):
            (self.out / path).unlink()
            folder = (self.out / path).parent
            if folder != self.out and not any(folder.iterdir()):
                folder.rmdir()


def _write(path: Path, body: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(body)
        handle.flush()
        os.fsync(handle.fileno())
