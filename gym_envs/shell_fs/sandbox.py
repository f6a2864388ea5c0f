"""A real shell in a folder of its own: Linux namespaces in which there is no network, no other process, an empty environment,
and of the file system only the folder (to write) and the system's programs (to read).

The folder appears as ``/work``, with fixed times. Limits: CPU time, memory, file size, wall time, length of the output.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

ROOT = "/work"
WALL_S = 5.0
LONGEST = 4000
"""Characters of output that come back."""
_EPOCH = 1_767_225_600
"""Every file's time: 2026-01-01."""
_MOST_FILES, _LARGEST = 400, 65_536

# $1: an empty folder for the new root; $2: the folder; $3: the command
_SETUP = r"""
set -e
mount --make-rprivate /
mount -t tmpfs -o size=16m,mode=755 tmpfs "$1"
cd "$1"; mkdir usr work proc dev tmp old
mount --rbind /usr usr; mount -o remount,bind,ro usr
for d in bin sbin lib lib64; do
  if [ -L "/$d" ]; then cp -P "/$d" "$d"
  elif [ -d "/$d" ]; then mkdir "$d"; mount --rbind "/$d" "$d"; mount -o remount,bind,ro "$d"; fi
done
mount -t proc proc proc
touch dev/null; mount --bind /dev/null dev/null
mount --bind "$2" work
pivot_root . old; umount -l /old; rmdir /old
mount -o remount,bind,ro /
cd /work
ulimit -t 2 -f 4096 -v 800000
exec env -i PATH=/usr/bin:/bin HOME=/work LANG=C.UTF-8 TZ=UTC \
  setpriv --bounding-set=-all --no-new-privs bash --noprofile --norc -c "$3"
"""
_UNSHARE = (
    "unshare",
    "--user",
    "--map-root-user",
    "--net",
    "--mount",
    "--pid",
    "--ipc",
    "--uts",
    "--fork",
    "--kill-child",
    "bash",
    "-c",
    _SETUP,
    "setup",
)


@lru_cache(maxsize=1)
def available() -> bool:
    """Whether this machine lets us isolate a shell; found out once, by doing it."""
    if not all(map(shutil.which, ("unshare", "mount", "pivot_root", "setpriv", "bash"))):
        return False
    return run({}, "echo isolated") == (0, "isolated\n", {})


def run(files: dict[str, str | None], command: str) -> tuple[int, str, dict[str, str | None]]:
    """Run `command` over `files` (content by path below the root; None for a folder).

    Returns the exit status, what it wrote to stdout and stderr, and the files as they are afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="trajgym-shell-") as place:
        folder, root = Path(place, "work"), Path(place, "root")
        folder.mkdir()
        root.mkdir()
        _lay_out(folder, files)
        status, output = _execute(root, folder, command)
        return status, _masked(output, place), _read_back(folder)


def _lay_out(folder: Path, files: dict[str, str | None]) -> None:
    for name, content in sorted(files.items()):
        path = folder / name
        if content is None:
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
    for path in sorted(folder.rglob("*"), reverse=True):
        os.utime(path, (_EPOCH, _EPOCH))


def _execute(root: Path, folder: Path, command: str) -> tuple[int, str]:
    """The command in its namespaces, in a process group that ends with it."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [*_UNSHARE, str(root), str(folder), command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}, cwd=folder,
        )  # fmt: skip
        try:
            status = process.wait(WALL_S)
        except subprocess.TimeoutExpired:
            status = 124
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        out.seek(0)
        text = out.read(4 * LONGEST).decode("utf-8", "replace")
    text = text if len(text) <= LONGEST else text[:LONGEST] + "\n(cut)"
    return status, text + ("\n(stopped: it took too long)" if status == 124 else "")


def _masked(output: str, place: str) -> str:
    """What differs from run to run is not shown: our folder's name, process numbers, times of today."""
    output = output.replace(place, "")
    output = re.sub(r"\b(?:bash|setup): line \d+: +\d+ ", "bash: ", output)
    return re.sub(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} +\d+ [\d:]{8}.*\d{4}\b", "(now)", output)


def _read_back(folder: Path) -> dict[str, str | None]:
    """The files now; what is no plain file or folder (a link, a pipe) does not count, nor what is too large or too much."""
    found: dict[str, str | None] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or len(found) >= _MOST_FILES:
            continue
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            found[name] = None
        elif path.is_file() and path.stat().st_size <= _LARGEST:
            found[name] = path.read_text("utf-8", "replace")
    return found
