"""What can go wrong, as one tree; each branch carries the exit code it ends in.

MTurkTasksError            1
├─ Declined                1    the answer at a prompt was no
├─ UsageError              2    a wrong or missing option, or a prompt and nobody there
│  └─ FileError            2    a file that cannot be used, with path and line of every problem
├─ ServiceError            3    the service refused
│  ├─ DoesNotExist
│  ├─ AlreadyExists
│  ├─ InvalidState
│  └─ InsufficientFunds
├─ Unavailable             4    no credentials, no connection
└─ RecordsError            5    records in doubt: changed files, another environment, uncertain items
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class MTurkTasksError(Exception):
    """Be the root of every error that a user can cause or mend."""

    exit_code = 1


class Declined(MTurkTasksError):
    """Say that the answer at a prompt was no."""


class UsageError(MTurkTasksError):
    """Say that a command was called in a way that cannot work."""

    exit_code = 2


@dataclass(frozen=True)
class Problem:
    """Name one thing wrong in a file: where it is, and what to write instead.

    `line` counts from 1 as an editor does; None speaks of the file as a whole.
    """

    path: Path
    line: int | None
    text: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{where}: {self.text}"


class FileError(UsageError):
    """Say that one or more files cannot be used; nothing was done with them."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class ServiceError(MTurkTasksError):
    """Say that the service refused an operation.

    `code` is the service's own (`TurkErrorCode` where there is one), `message` its own words.
    """

    exit_code = 3

    def __init__(self, operation: str, code: str, message: str) -> None:
        self.operation = operation
        self.code = code
        self.message = message
        super().__init__(f"{operation}: {message}")


class DoesNotExist(ServiceError):
    """Say that the service knows no such HIT, assignment or type."""


class AlreadyExists(ServiceError):
    """Say that the thing, or the request that made it, is there already."""


class InvalidState(ServiceError):
    """Say that the thing is not in a state that allows the operation."""


class InsufficientFunds(ServiceError):
    """Say that the requester's money does not cover the operation."""


class Unavailable(MTurkTasksError):
    """Say that the service could not be reached, or not with these credentials."""

    exit_code = 4


class RecordsError(MTurkTasksError):
    """Say that the records of earlier work do not fit what was asked now."""

    exit_code = 5
