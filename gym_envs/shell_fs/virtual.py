"""A small shell over a dictionary of files, where a real one cannot be isolated: the commonest commands, pipes and > and >>.

What it does not know it says; it never guesses.
"""

from __future__ import annotations

import fnmatch
import shlex
from collections.abc import Callable

Files = dict[str, str | None]
_STOPS = ("|", ">", ">>", "&&", ";")


class Refused(Exception):
    """A command that this shell cannot do."""


def run(files: Files, command: str) -> tuple[int, str, Files]:
    """As `trajgym.gym_envs.shell_fs.sandbox.run`."""
    now = dict(files)
    shown, status = "", 0
    try:
        lexer = shlex.shlex(command, posix=True, punctuation_chars="|>&;")
        lexer.whitespace_split = True
        for part in _split(list(lexer), ("&&", ";")):
            shown += _pipe(now, part)
    except (Refused, ValueError) as error:
        shown, status = shown + f"{error}\n", 2
    return status, shown, now


def _split(words: list[str], at: tuple[str, ...]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word in at:
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _pipe(files: Files, words: list[str]) -> str:
    text, target, append = "", "", False
    if len(words) > 1 and words[-2] in (">", ">>"):
        target, append, words = _path(words[-1]), words[-2] == ">>", words[:-2]
    for part in _split(words, ("|",)):
        if any(word in _STOPS or (set(word) & set("&;|>`$(") and word in _STOPS) for word in part):
            raise Refused("that is not possible in the virtual shell")
        name, args = part[0], part[1:]
        if name not in _COMMANDS:
            raise Refused(f"{name}: command not available in the virtual shell")
        text = _COMMANDS[name](files, args, text)
    if target:
        files[target] = (files.get(target) or "") + text if append else text
        return ""
    return text


def _path(word: str) -> str:
    """Below the root; nothing else can be named."""
    parts: list[str] = []
    for part in (word.removeprefix("/work") if word.startswith("/") else word).split("/"):
        if part == ".." or (word.startswith("/") and not (word + "/").startswith("/work/")):
            raise Refused(f"{word}: no such file or directory")
        if part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _flags(args: list[str]) -> tuple[set[str], list[str]]:
    return {letter for word in args if word.startswith("-") for letter in word[1:]}, [
        word for word in args if not word.startswith("-")
    ]


def _text(files: Files, word: str) -> str:
    content = files.get(_path(word))
    if content is None:
        raise Refused(f"{word}: no such file")
    return content


def _below(files: Files, word: str) -> list[str]:
    base = _path(word)
    return [
        name
        for name in sorted(files)
        if files[name] is not None and (not base or name == base or name.startswith(base + "/"))
    ]


def _cat(files: Files, args: list[str], given: str) -> str:
    return "".join(_text(files, word) for word in args) if args else given


def _ls(files: Files, args: list[str], given: str) -> str:
    _, words = _flags(args)
    base = _path(words[0]) if words else ""
    start = base + "/" if base else ""
    names = sorted({name[len(start) :].split("/")[0] for name in files if name.startswith(start) and name != base})
    if not names and base not in files:
        raise Refused(f"ls: {base}: no such file or directory")
    return "".join(f"{name}\n" for name in names)


def _wc(files: Files, args: list[str], given: str) -> str:
    flags, words = _flags(args)
    text = _cat(files, words, given)
    count = text.count("\n") if "l" in flags else len(text.split()) if "w" in flags else len(text.encode())
    return f"{count} {words[0]}\n" if words else f"{count}\n"


def _grep(files: Files, args: list[str], given: str) -> str:
    flags, words = _flags(args)
    if not words or flags - set("rlciwnF"):
        raise Refused("grep: only -r -l -c -i -w -F are known here")
    needle, places = words[0], words[1:]
    lowered = "i" in flags

    def fits(line: str) -> bool:
        line, wanted = (line.lower(), needle.lower()) if lowered else (line, needle)
        return wanted in line.replace("=", " ").split() if "w" in flags else wanted in line

    if not places:
        return "".join(line + "\n" for line in given.splitlines() if fits(line))
    found = ""
    for place in places:
        prefix = place.rstrip("/")
        for name in _below(files, place) if "r" in flags else [_path(place)]:
            lines = [line for line in _text(files, name).splitlines() if fits(line)]
            shown = name if not prefix.startswith("/") else f"/work/{name}"
            if "l" in flags:
                found += f"{shown}\n" if lines else ""
            elif "c" in flags:
                found += f"{shown}:{len(lines)}\n" if "r" in flags or len(places) > 1 else f"{len(lines)}\n"
            else:
                found += "".join(
                    (f"{shown}:" if "r" in flags or len(places) > 1 else "") + line + "\n" for line in lines
                )
    return found


def _find(files: Files, args: list[str], given: str) -> str:
    place = args[0] if args and not args[0].startswith("-") else "."
    pattern = args[args.index("-name") + 1] if "-name" in args[:-1] else "*"
    return "".join(
        f"{place.rstrip('/')}/{name[len(_path(place)) :].lstrip('/')}\n"
        for name in _below(files, place)
        if fnmatch.fnmatch(name.split("/")[-1], pattern)
    )


def _move(files: Files, args: list[str], given: str) -> str:
    _copy(files, args, given)
    del files[_path(args[0])]
    return ""


def _copy(files: Files, args: list[str], given: str) -> str:
    if len(args) != 2:
        raise Refused("one file and one target are wanted")
    source, target = _path(args[0]), _path(args[1])
    content = _text(files, args[0])
    files[target + "/" + source.split("/")[-1] if target in files and files[target] is None else target] = content
    return ""


def _remove(files: Files, args: list[str], given: str) -> str:
    flags, words = _flags(args)
    for word in words:
        _text(files, word)
        del files[_path(word)]
    if flags & set("rR"):
        raise Refused("rm: folders are not removed in the virtual shell")
    return ""


def _make(files: Files, args: list[str], given: str) -> str:
    for word in _flags(args)[1]:
        files.setdefault(_path(word), None)
    return ""


def _touch(files: Files, args: list[str], given: str) -> str:
    for word in args:
        files.setdefault(_path(word), "")
    return ""


def _sort(files: Files, args: list[str], given: str) -> str:
    flags, words = _flags(args)
    lines = sorted(_cat(files, words, given).splitlines(), reverse="r" in flags)
    return "".join(line + "\n" for line in lines)


def _uniq(files: Files, args: list[str], given: str) -> str:
    lines = _cat(files, args, given).splitlines()
    return "".join(line + "\n" for number, line in enumerate(lines) if not number or line != lines[number - 1])


def _ends(files: Files, args: list[str], given: str, last: bool) -> str:
    count, words = 10, list(args)
    if "-n" in words:
        at = words.index("-n")
        count, words = int(words[at + 1]), words[:at] + words[at + 2 :]
    lines = _cat(files, words, given).splitlines()
    return "".join(line + "\n" for line in (lines[-count:] if last else lines[:count]))


_COMMANDS: dict[str, Callable[[Files, list[str], str], str]] = {
    "cat": _cat, "ls": _ls, "wc": _wc, "grep": _grep, "find": _find, "mv": _move, "cp": _copy, "rm": _remove, "mkdir": _make, "touch": _touch,
    "sort": _sort, "uniq": _uniq, "echo": lambda files, args, given: " ".join(args) + "\n", "pwd": lambda files, args, given: "/work\n",
    "head": lambda files, args, given: _ends(files, args, given, False), "tail": lambda files, args, given: _ends(files, args, given, True),
}  # fmt: skip
