"""The journal when the process is killed, the disk is full, or the file is not what it should be."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from trajgym.errors import DamagedJournal, DiskTrouble, TrajgymError
from trajgym.journal import Journal
from trajgym.journal_file import integrity
from trajgym.trajectory import Pair, Trajectory

Make = Callable[..., Trajectory]
Python = Callable[..., subprocess.Popen[str]]

KILLED_CHILD = """
import os, signal, sys
from pathlib import Path
from conftest import build_pairs, build_trajectory
from trajgym.journal import Journal

path, k = Path(sys.argv[1]), int(sys.argv[2])
journal = Journal.open(path, create=True)
done = journal.done()
for index in range(40):
    if (index, 0) in done:
        continue
    trajectory = build_trajectory(index)
    journal.add(trajectory, build_pairs(trajectory, 2))
    if index % 3 == 0:
        journal.commit()
        print(index, flush=True)
    if index == k:
        os.kill(os.getpid(), signal.SIGKILL)
journal.close()
"""


def test_killed_again_and_again_nothing_acknowledged_is_lost_and_nothing_doubled(
    tmp_path: Path, python: Python
) -> None:
    path = tmp_path / "journal.sqlite"
    for k in (0, 1, 5, 17, 30, 31, 99):
        child = python(KILLED_CHILD, path, k)
        acknowledged, _ = child.communicate(timeout=60)
        assert child.returncode == (0 if k == 99 else -signal.SIGKILL)
        assert integrity(path) == []
        with Journal.open(path, create=False) as journal:
            stored = [t.task.index for t in journal.trajectories()]
            pairs = [Pair.decode(body) for _, body in journal.pair_rows()]
        assert stored == list(range(len(stored)))
        assert set(map(int, acknowledged.split())) <= set(stored)
        assert len(pairs) == 2 * len(stored)
    assert len(stored) == 40


KILLED_CALLER = """
import asyncio, os, signal, sys
from pathlib import Path
from trajgym.journal import Journal

journal = Journal.open(Path(sys.argv[1]), create=True)
count = 0

async def caller(name):
    global count
    for number in range(50):
        key = f"{name}/{number}"
        journal.store_call(key, "sha", key.encode())
        await journal.committed()
        os.write(1, f"{key}\\n".encode())
        count += 1
        if count == 400:
            os.kill(os.getpid(), signal.SIGKILL)

async def main():
    await asyncio.gather(*(caller(name) for name in range(32)))

asyncio.run(main())
"""


def test_a_reply_that_committed_has_acknowledged_survives_a_kill(tmp_path: Path, python: Python) -> None:
    path = tmp_path / "journal.sqlite"
    child = python(KILLED_CALLER, path)
    acknowledged, _ = child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    assert len(acknowledged.split()) == 400
    with Journal.open(path, create=False) as journal:
        for key in acknowledged.split():
            assert journal.ask_stored(key) == ("sha", key.encode())


def test_waiters_share_commits_and_see_their_own_calls_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"

    async def caller(journal: Journal, name: int) -> None:
        journal.store_call(str(name), "sha", b"x", 1, 2)
        assert journal.ask_stored(str(name)) == ("sha", b"x")
        await journal.committed()
        assert journal.ask_stored(str(name)) == ("sha", b"x")

    async def everybody(journal: Journal) -> None:
        await asyncio.gather(*(caller(journal, name) for name in range(300)))

    with Journal.open(path, create=True) as journal:
        asyncio.run(everybody(journal))
        written = path.with_name("journal.sqlite-wal").stat().st_size
        assert written < 300 * 4096  # a commit for each would write a page for each, and more
        asyncio.run(caller(journal, 1000))  # another loop
        assert journal.query("SELECT count(*), total(completion_tokens) FROM calls ORDER BY 1") == [(301, 602)]
        assert journal.ask_stored("nobody") is None


def test_a_row_is_not_there_for_others_before_the_commit(tmp_path: Path, make_trajectory: Make) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal.open(path, create=True) as journal, Journal.open(path, create=False, readonly=True) as other:
        journal.add(make_trajectory(0))
        assert len(other.done()) == 0
        journal.commit()
        assert len(other.done()) == 1


def test_a_key_comes_once(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError), Journal.open(tmp_path / "j", create=True) as journal:
        journal.store_call("key", "one", b"1")
        journal.commit()
        journal.store_call("key", "two", b"2")
        journal.commit()


FULL_DISK = """
import asyncio, resource, signal, sys
from pathlib import Path
from conftest import build_trajectory
from trajgym.errors import DiskTrouble
from trajgym.journal import Journal

path, how = Path(sys.argv[1]), sys.argv[2]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = Journal.open(path, create=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
committed = added = 0

async def add_all():
    global added, committed
    while True:
        journal.add(build_trajectory(added, words="w" * 3000))
        added += 1
        await journal.committed()
        committed = added

try:
    if how == "async":
        asyncio.run(add_all())
    while True:
        journal.add(build_trajectory(added, words="w" * 3000))
        added += 1
        journal.commit()
        committed = added
except DiskTrouble as error:
    print(committed, str(error).count("journal.sqlite"), flush=True)
with Journal.open(path, create=False, readonly=True) as other:
    assert len(other.done()) == committed, (len(other.done()), committed)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.commit()
print(len(journal.done()) - committed, flush=True)
journal.close()
"""


@pytest.mark.parametrize("how", ["sync", "async"])
def test_a_full_disk_loses_nothing(tmp_path: Path, python: Python, how: str) -> None:
    path = tmp_path / "journal.sqlite"
    child = python(FULL_DISK, path, how)
    said, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors
    committed, named, waited = map(int, said.split())
    assert committed > 3
    assert named >= 1
    assert waited == 1  # the row that did not fit went in when there was room again
    assert integrity(path) == []


def filled(path: Path, make_trajectory: Make) -> None:
    with Journal.open(path, create=True) as journal:
        for index in range(50):
            journal.add(make_trajectory(index, words="w" * 2000))


@pytest.mark.parametrize("length", [1, 16, 100, 4095, 4096, 20_000, 60_000])
def test_a_truncated_journal_is_called_damaged(tmp_path: Path, make_trajectory: Make, length: int) -> None:
    path = tmp_path / "journal.sqlite"
    filled(path, make_trajectory)
    content = path.read_bytes()
    path.write_bytes(content[:length])
    with pytest.raises(DamagedJournal, match=r"journal\.sqlite"), Journal.open(path, create=True) as journal:
        list(journal.trajectories())
    assert path.read_bytes() == content[:length]


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be one" * 100, b"{}\n", b"\x00" * 8192]
)
def test_garbage_is_called_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(content)
    with pytest.raises(DamagedJournal):
        Journal.open(path, create=True)
    assert path.read_bytes() == content


def test_a_database_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE notes (words TEXT)")
    other.commit()
    other.close()
    content = path.read_bytes()
    with pytest.raises(DamagedJournal, match="not a journal"):
        Journal.open(path, create=True)
    assert path.read_bytes() == content


def test_another_version_is_named(tmp_path: Path, make_trajectory: Make) -> None:
    path = tmp_path / "journal.sqlite"
    filled(path, make_trajectory)
    direct = sqlite3.connect(path)
    direct.execute("PRAGMA user_version = 9")
    direct.close()
    with pytest.raises(TrajgymError, match="version 9") as caught:
        Journal.open(path, create=True)
    assert caught.value.exit_code == 2


def test_a_flipped_page_is_found_by_the_integrity_check(tmp_path: Path, make_trajectory: Make) -> None:
    path = tmp_path / "journal.sqlite"
    filled(path, make_trajectory)
    content = bytearray(path.read_bytes())
    content[5 * 4096 : 5 * 4096 + 8] = b"\xff" * 8
    path.write_bytes(content)
    try:
        found = integrity(path)
    except DamagedJournal:
        found = ["damaged"]
    assert found


def test_missing_folder_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(TrajgymError, match="no journal"):
        Journal.open(tmp_path / "journal.sqlite", create=False)
    (tmp_path / "folder").mkdir()
    with pytest.raises(DiskTrouble, match="is a folder"):
        Journal.open(tmp_path / "folder", create=True)
    with pytest.raises(DiskTrouble):
        Journal.open(tmp_path / "nowhere" / "journal.sqlite", create=True)
