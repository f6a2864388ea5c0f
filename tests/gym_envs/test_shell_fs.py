"""shell_fs: real commands cannot leave the folder, run on, or leave anything behind; the virtual shell says what it cannot do."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from trajgym.errors import TrajgymError
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.replay import replay
from trajgym.gym_envs.shell_fs import WORLD, sandbox, virtual
from trajgym.gym_envs.tasks import make_task

FILES: dict[str, str | None] = {"a.txt": "alpha\nbeta\n", "sub": None, "sub/b.txt": "beta\ngamma\n"}
SHELLS = [sandbox, virtual] if sandbox.available() else [virtual]
"""The isolated shell is tested wherever this machine allows it; the virtual one everywhere."""
REAL = [sandbox] if sandbox.available() else []


def name(shell: ModuleType) -> str:
    return shell.__name__.rpartition(".")[2]


@pytest.fixture
def state() -> Iterator[Backend]:
    backend = WORLD.build(make_task(WORLD, 1, 0, 2))
    yield backend
    backend.close()


@pytest.mark.parametrize("shell", SHELLS, ids=name)
@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("cat a.txt", "alpha\nbeta\n"),
        ("ls", "a.txt\nsub\n"),
        ("grep -rlw beta /work | sort", "/work/a.txt\n/work/sub/b.txt\n"),
        ("grep -rlw beta /work | wc -l", "2\n"),
        ("grep -c beta a.txt", "1\n"),
        ("head -n 1 a.txt", "alpha\n"),
        ("tail -n 1 sub/b.txt", "gamma\n"),
        ("cat a.txt sub/b.txt | sort | uniq", "alpha\nbeta\ngamma\n"),
        ("find . -name '*.txt' | sort", "./a.txt\n./sub/b.txt\n"),
        ("echo hello > new.txt && cat new.txt", "hello\n"),
    ],
)
def test_both_shells_say_the_same(shell: ModuleType, command: str, output: str) -> None:
    assert shell.run(FILES, command)[:2] == (0, output)


@pytest.mark.parametrize("shell", SHELLS, ids=name)
@pytest.mark.parametrize(
    ("command", "changed"),
    [
        ("mv a.txt sub/c.txt", {"a.txt": None, "sub/c.txt": "alpha\nbeta\n"}),
        ("cp a.txt d.txt", {"d.txt": "alpha\nbeta\n"}),
        ("rm sub/b.txt", {"sub/b.txt": None}),
        ("echo more >> a.txt", {"a.txt": "alpha\nbeta\nmore\n"}),
    ],
)
def test_what_a_command_changes(shell: ModuleType, command: str, changed: dict[str, str | None]) -> None:
    status, _, after = shell.run(FILES, command)
    expected = {path: content for path, content in {**FILES, **changed}.items() if content is not None}
    assert status == 0
    assert {path: content for path, content in after.items() if content is not None} == expected


@pytest.mark.parametrize("shell", SHELLS, ids=name)
def test_a_decoy_outside_is_neither_read_nor_changed(shell: ModuleType) -> None:
    with tempfile.TemporaryDirectory() as place:
        decoy = Path(place, "decoy.txt")
        decoy.write_text("the secret of the decoy")
        for command in (
            f"cat {decoy}",
            f"echo gone > {decoy}",
            f"rm {decoy}",
            f"ls {place}",
            f"cat /work/../{decoy}",
            f"rm -rf {place}",
        ):
            status, output, _ = shell.run(FILES, command)
            assert "secret" not in output
            assert status != 0 or command.startswith("rm -rf"), command
        assert decoy.read_text() == "the secret of the decoy"
        assert os.listdir(place) == ["decoy.txt"]


@pytest.mark.parametrize("shell", REAL, ids=name)
def test_no_network_no_other_process_no_environment(shell: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-secret")
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    reached = threading.Event()

    def wait() -> None:
        try:
            listener.accept()
        except OSError:
            return
        reached.set()

    threading.Thread(target=wait, daemon=True).start()
    status, _, _ = shell.run(FILES, f"exec 3<>/dev/tcp/127.0.0.1/{port}")
    assert status != 0
    assert not reached.is_set()
    listener.close()
    assert "planted" not in shell.run(FILES, "env; cat /proc/*/environ")[1]
    _, output, _ = shell.run(FILES, "ls -d /proc/[0-9]* | wc -l")
    assert int(output) <= 4
    assert shell.run(FILES, f"kill -9 {os.getpid()}")[0] != 0


@pytest.mark.parametrize("shell", REAL, ids=name)
@pytest.mark.parametrize(
    "command",
    [
        "mount -o remount,rw /usr",
        "touch /usr/x",
        "touch /x",
        "unshare -m true",
        "mknod d b 8 0",
    ],
)
def test_the_system_cannot_be_changed(shell: ModuleType, command: str) -> None:
    assert shell.run(FILES, command)[0] != 0


@pytest.mark.parametrize("shell", REAL, ids=name)
def test_what_runs_on_is_stopped_and_leaves_nothing(
    shell: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    status, output, _ = shell.run(FILES, "while true; do :; done")
    assert status != 0
    status, _, _ = shell.run(FILES, "sleep 600 & sleep 600 & echo started")
    assert status == 0
    assert not list(tmp_path.iterdir())
    assert not [p for p in Path("/proc").glob("[0-9]*") if _command(p) == ["sleep", "600"]]
    _, output, _ = shell.run(FILES, "yes | head -c 3000000")
    assert len(output) <= sandbox.LONGEST + 10
    assert shell.run(FILES, "yes | head -c 9000000 > big")[2].get("big") is None


def _command(process: Path) -> list[str]:
    try:
        return (process / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


@pytest.mark.parametrize("shell", REAL, ids=name)
def test_links_to_the_outside_do_not_come_back(shell: ModuleType) -> None:
    _, _, after = shell.run(FILES, "ln -s /etc/passwd p; ln -s /usr u; mkfifo f")
    assert after == FILES


@pytest.mark.parametrize("shell", SHELLS, ids=name)
def test_the_same_command_gives_the_same_bytes(shell: ModuleType) -> None:
    for command in ("ls -R .", "cat missing.txt", "grep -rn beta .", "find ."):
        assert shell.run(FILES, command) == shell.run(FILES, command)


@pytest.mark.parametrize(
    "command",
    [
        "python3 -c 'print(1)'",
        "curl http://x.test",
        "cat a.txt | awk '{print}'",
        "cat ../../etc/passwd",
        "rm -r sub",
        "cat 'a",
    ],
)
def test_the_virtual_shell_says_what_it_cannot_do(command: str) -> None:
    status, output, after = virtual.run(FILES, command)
    assert status == 2
    assert output
    assert after == FILES


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "/work/../etc/passwd", "/workshop/x", "a/../../b"])
@pytest.mark.parametrize("tool", ["list_dir", "read_file"])
def test_the_file_tools_stay_inside(state: Backend, tool: str, path: str) -> None:
    with pytest.raises(ToolFailure):
        WORLD.tool_map[tool].run(state, {"path": path})
    with pytest.raises(ToolFailure):
        WORLD.tool_map["write_file"].run(state, {"path": path, "content": "x"})
    assert not state.written


def test_the_shell_that_runs_is_part_of_the_task() -> None:
    task = make_task(WORLD, 1, 0)
    assert task.tool_view["shell"] == ("namespaces" if sandbox.available() else "virtual")
    assert task.id != replace(task, tool_view={**task.tool_view, "shell": "other"}).id


def test_a_task_of_the_isolated_shell_is_not_played_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    task = make_task(WORLD, 1, 0)
    monkeypatch.setattr(sandbox, "available", lambda: False)
    with pytest.raises(TrajgymError, match="isolated shell"):
        WORLD.build(replace(task, tool_view={**task.tool_view, "shell": "namespaces"}))
    assert make_task(WORLD, 1, 0).tool_view["shell"] == "virtual"


@pytest.mark.parametrize("shell", [name(shell) for shell in SHELLS])
def test_the_expert_scores_one_with_either_shell(shell: str) -> None:
    played = 0
    for index in range(400):
        task = make_task(WORLD, 7, index, 1 + index % 2)
        view = {**task.tool_view, "shell": "namespaces" if shell == "sandbox" else "virtual"}
        episode = Episode(replace(task, tool_view=view))
        need: Any = episode.start()
        if played == 3 or not any(step.tool == "bash" for step in episode.plan.steps):
            episode.close()
            continue
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        assert need.trajectory.outcome.reward == 1, need.trajectory.outcome.why
        assert replay(need.trajectory) is None
        played += 1
    assert played == 3
