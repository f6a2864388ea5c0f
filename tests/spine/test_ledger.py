"""A reply is bought once, is on disk before anybody sees it, and is never given for another request."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from trajgym.errors import DamagedJournal
from trajgym.journal import Journal
from trajgym.ledger import Answer, Ledger, call_key
from trajgym.testing.loopback import Loopback

KEY = call_key("a" * 24, 0, "main", 3, "teacher")


class Shop:
    """Sells replies, each only when `open_` is set, and counts."""

    def __init__(self) -> None:
        self.sold: list[str] = []
        self.fail = False

    async def send(self, key: str, request: bytes) -> Answer:
        self.sold.append(key)
        await asyncio.sleep(0)
        if self.fail:
            raise ConnectionError("gone")
        return Answer(b"reply to " + request, 10, 2)


def with_ledger(path: Path, shop: Shop, *asks: tuple[str, bytes]) -> list[bytes]:
    async def run(journal: Journal) -> list[bytes]:
        ledger = Ledger(journal, shop.send)
        return [await ledger.ask(key, request) for key, request in asks]

    with Journal.open(path, create=True) as journal:
        return asyncio.run(run(journal))


def test_the_same_call_is_bought_once_in_one_run_and_the_next(tmp_path: Path) -> None:
    shop = Shop()
    path = tmp_path / "journal.sqlite"
    assert with_ledger(path, shop, (KEY, b"x"), (KEY, b"x")) == [b"reply to x"] * 2
    assert with_ledger(path, shop, (KEY, b"x"), (KEY + "other", b"x")) == [b"reply to x"] * 2
    assert shop.sold == [KEY, KEY + "other"]


def test_asked_twice_at_once_it_is_bought_once(tmp_path: Path) -> None:
    shop = Shop()

    async def run(journal: Journal) -> list[bytes]:
        ledger = Ledger(journal, shop.send)
        return await asyncio.gather(*(ledger.ask(KEY, b"x") for _ in range(5)))

    with Journal.open(tmp_path / "j", create=True) as journal:
        assert asyncio.run(run(journal)) == [b"reply to x"] * 5
    assert shop.sold == [KEY]


def test_a_failed_call_leaves_nothing_and_can_be_made_again(tmp_path: Path) -> None:
    shop = Shop()
    shop.fail = True
    with pytest.raises(ConnectionError):
        with_ledger(tmp_path / "j", shop, (KEY, b"x"))
    shop.fail = False
    assert with_ledger(tmp_path / "j", shop, (KEY, b"x")) == [b"reply to x"]


def test_a_changed_request_under_a_used_key_is_refused(tmp_path: Path) -> None:
    shop = Shop()
    with_ledger(tmp_path / "j", shop, (KEY, b"x"))
    with pytest.raises(DamagedJournal, match="another request") as caught:
        with_ledger(tmp_path / "j", shop, (KEY, b"y"))
    assert KEY in str(caught.value)
    assert shop.sold == [KEY]


class SlowDisk:
    """A store whose commits happen when the test says so."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[str, bytes]] = {}
        self.on_disk = asyncio.Event()

    def ask_stored(self, key: str) -> tuple[str, bytes] | None:
        return self.rows.get(key)

    def store_call(self, key: str, request_sha: str, reply: bytes, prompt_tokens: int, completion_tokens: int) -> None:
        self.rows[key] = request_sha, reply

    async def committed(self) -> None:
        await self.on_disk.wait()


def test_nobody_sees_a_reply_before_it_is_on_disk() -> None:
    async def run() -> None:
        store, shop = SlowDisk(), Shop()
        ledger = Ledger(store, shop.send)
        first = asyncio.create_task(ledger.ask(KEY, b"x"))
        while not store.rows:
            await asyncio.sleep(0)
        first.cancel()  # the asker goes away between reply and commit; the reply was paid for
        second = asyncio.create_task(ledger.ask(KEY, b"x"))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not second.done()
        store.on_disk.set()
        assert await second == b"reply to x"
        assert shop.sold == [KEY]

    asyncio.run(run())


CHILD = """
import asyncio, sys
import orjson
from trajgym.generators.client import ChatClient
from trajgym.journal import Journal
from trajgym.ledger import Ledger

async def main(path, url):
    client = ChatClient("scripted", base_url=url, api_key="key-123456", concurrency=8)
    with Journal.open(path, create=True) as journal:
        ledger = Ledger(journal, client.send)
        names = iter(range(200))
        async def work():
            for i in names:
                body = {"model": "scripted", "messages": [{"role": "user", "content": str(i)}]}
                reply = await ledger.ask(f"task{i}/0/main/0/teacher/0", orjson.dumps(body))
                print(i, len(reply), flush=True)
        await asyncio.gather(*(work() for _ in range(8)))
    await client.close()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("after", [3, 120])
def test_kill_9_after_k_replies_and_no_committed_one_is_asked_again(tmp_path: Path, after: int) -> None:
    with Loopback(latency=0.002, jitter=0.5) as server:
        command = [sys.executable, "-c", CHILD, str(tmp_path / "j"), server.base_url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout
            seen = [child.stdout.readline() for _ in range(after)]
            os.kill(child.pid, signal.SIGKILL)
            seen += child.stdout.readlines()
        kept = {line.split()[0] for line in seen if line.endswith("\n")}
        assert after <= len(kept) < 200
        rest = subprocess.run(command, capture_output=True, text=True, check=True)
        assert len(rest.stdout.splitlines()) == 200
        asked = server.by_key
    assert all(asked[f"task{i}/0/main/0/teacher/0"] == 1 for i in kept), "a committed reply was asked for again"
    assert server.requests <= 200 + 8, "more than the calls in flight were lost"
    assert max(asked.values()) <= 2
