"""The errors a person meets, each with its exit code.

    TrajgymError            2  bad input: usage, configuration, version, zero tasks
    +- NothingKept          3  a step ended with nothing kept, or with too many failures
    +- TeacherUnavailable   4  the teacher cannot be reached, or refuses us
    +- OutOfBudget          5  a budget or a quota is used up
    +- RunInUse             6  another process owns the run folder
    +- DiskTrouble          7  no space, no permission, a file where a folder should be
    +- DamagedJournal       8  the journal cannot be trusted

The command line prints ``message`` and ``hint`` and leaves with ``exit_code``; anything that is not a `TrajgymError`
is a bug (exit code 1).
"""

from __future__ import annotations


class TrajgymError(Exception):
    """What went wrong in one sentence (`message`) and how to mend it (`hint`)."""

    exit_code = 2
    kind = "usage"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class NothingKept(TrajgymError):
    exit_code = 3
    kind = "nothing_kept"


class TeacherUnavailable(TrajgymError):
    exit_code = 4
    kind = "teacher"


class OutOfBudget(TrajgymError):
    exit_code = 5
    kind = "budget"


class RunInUse(TrajgymError):
    exit_code = 6
    kind = "in_use"


class DiskTrouble(TrajgymError):
    exit_code = 7
    kind = "disk"


class DamagedJournal(TrajgymError):
    exit_code = 8
    kind = "damaged"
