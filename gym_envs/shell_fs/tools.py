"""The file tools, and a shell, over the folder that the database holds."""

from __future__ import annotations

import fnmatch
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.shell_fs import sandbox, virtual
from trajgym.gym_envs.wishes import schema, text
from trajgym.gym_envs.world import Tool

SCHEMA = """
CREATE TABLE files (id TEXT PRIMARY KEY, folder TEXT, content TEXT);
CREATE TABLE setting (id TEXT PRIMARY KEY, shell TEXT);
CREATE INDEX files_folder ON files (folder);
"""
_LARGEST = 65_536


def path_of(words: str) -> str:
    """The path below the root. Raises ToolFailure for what lies outside."""
    inside = words.removeprefix(sandbox.ROOT) if (words + "/").startswith(sandbox.ROOT + "/") else words
    parts = [part for part in inside.split("/") if part not in ("", ".")]
    if ".." in parts or (words.startswith("/") and inside == words):
        raise ToolFailure("not_allowed", f"{words} lies outside of {sandbox.ROOT}.")
    return "/".join(parts)


def file_row(path: str, content: str) -> Row:
    return {"id": path, "folder": path.rpartition("/")[0], "content": content}


def _file(state: Backend, words: str) -> Row:
    row = state.get("files", path_of(words))
    if row is None:
        raise ToolFailure("not_found", f"There is no file {words}.")
    return row


def _list(state: Backend, args: dict[str, Any]) -> Any:
    folder = path_of(args["path"])
    names = [row["id"] for row in state.rows("SELECT id FROM files WHERE folder = ? ORDER BY id", folder)]
    start = folder + "/" if folder else ""
    deeper = state.rows(
        "SELECT DISTINCT folder FROM files WHERE folder > ? AND folder < ? ORDER BY folder", start, start + "\x7f"
    )
    folders = sorted({row["folder"][len(start) :].split("/")[0] for row in deeper if row["folder"].startswith(start)})
    if not names and not folders:
        raise ToolFailure("not_found", f"There is no folder {args['path']}.")
    return {
        "path": f"{sandbox.ROOT}/{folder}".rstrip("/"),
        "files": [name[len(start) :] for name in names],
        "count": len(names),
        "folders": folders,
    }


def _read(state: Backend, args: dict[str, Any]) -> Any:
    row = _file(state, args["path"])
    return {"path": f"{sandbox.ROOT}/{row['id']}", "content": row["content"]}


def _find(state: Backend, args: dict[str, Any]) -> Any:
    names = [row["id"] for row in state.rows("SELECT id FROM files ORDER BY id")]
    found = [name for name in names if fnmatch.fnmatchcase(name.rpartition("/")[2], args["pattern"])]
    return {"count": len(found), "paths": [f"{sandbox.ROOT}/{name}" for name in found[:60]]}


def _write(state: Backend, args: dict[str, Any]) -> Any:
    path = path_of(args["path"])
    if not path or len(args["content"]) > _LARGEST:
        raise ToolFailure("invalid", "A file needs a name and has at most 64 kB.")
    state.insert("files", file_row(path, args["content"]))
    return {"written": f"{sandbox.ROOT}/{path}", "lines": args["content"].count("\n")}


def _move(state: Backend, args: dict[str, Any]) -> Any:
    row, target = _file(state, args["source"]), path_of(args["target"])
    if not target or state.get("files", target):
        raise ToolFailure("conflict", f"{args['target']} is there already.")
    state.delete("files", row["id"])
    state.insert("files", file_row(target, row["content"]))
    return {"moved": f"{sandbox.ROOT}/{row['id']}", "to": f"{sandbox.ROOT}/{target}"}


def _bash(state: Backend, args: dict[str, Any]) -> Any:
    """Run a command over the whole folder, and take over what it changed."""
    rows = {row["id"]: row for row in state.rows("SELECT * FROM files ORDER BY id")}
    files: dict[str, str | None] = {id: row["content"] for id, row in rows.items()}
    folders = {row["folder"] for row in rows.values() if row["folder"]}
    files.update(dict.fromkeys(sorted(folders)))
    kind = (state.get("setting", "shell") or {}).get("shell")
    status, output, after = (sandbox if kind == "namespaces" else virtual).run(files, args["command"])
    for path in sorted(rows.keys() - {name for name, content in after.items() if content is not None}):
        state.delete("files", path)
    for path, content in sorted(after.items()):
        if content is not None and files.get(path) != content:
            state.insert("files", file_row(path, content))
    return {"status": status, "output": output}


_PATH = text(f"Path below {sandbox.ROOT}.", maxLength=300)

TOOLS = (
    Tool("list_dir", "The files and folders in a folder.", schema(path=_PATH), "read", {"path": "choice"}, _list),
    Tool("read_file", "Read a file.", schema(path=_PATH), "read", {"path": "choice"}, _read, free=False),
    Tool("find_files", "Files whose name fits a pattern such as *.log.", schema(pattern=text("The pattern.")), "read", {"pattern": "text"}, _find),
    Tool("write_file", "Write a file; an old one is replaced.", schema(path=_PATH, content={"type": "string", "description": "The whole content."}), "write",
         {"path": "choice", "content": "text"}, _write),
    Tool("move_file", "Move or rename a file.", schema(source=_PATH, target=_PATH), "write", {"source": "choice", "target": "choice"}, _move),
    Tool("bash", f"Run a command in {sandbox.ROOT}: 2 seconds of CPU, no network.", schema(command=text("The command.", maxLength=2000)), "write",
         {"command": "text"}, _bash),
)  # fmt: skip


def _closed(state: Backend, args: dict[str, Any]) -> Any:
    raise ToolFailure("not_allowed", "That is left to the machine's owner.")


DISTRACTORS = tuple(
    Tool(name, words, schema(path=_PATH), "write", {"path": "choice"}, _closed)
    for name, words in (
        ("upload_file", "Send a file to the cloud."), ("compress_dir", "Pack a folder."), ("mount_drive", "Mount a drive at a path."),
        ("encrypt_file", "Encrypt a file."), ("share_link", "Make a link to a file."), ("chmod_file", "Change who may read a file."),
        ("scan_file", "Scan a file for viruses."), ("schedule_job", "Run a script every night."),
    )
)  # fmt: skip
