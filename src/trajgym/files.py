"""Writing files so that they are whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trajgym.errors import DiskTrouble


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors about `path` into `DiskTrouble`."""
    try:
        yield
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise DiskTrouble(f"{path} cannot be written: {said}.", "Choose another folder, or mend this one.") from error


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step: whenever the machine stops, the old file or the new one is there, whole.

    Raises DiskTrouble; what was at `path` is then untouched.
    """
    temporary = path.with_name(f"{path.name}.tmp")
    with disk_errors(path):
        try:
            with open(temporary, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names that were added to or moved in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
