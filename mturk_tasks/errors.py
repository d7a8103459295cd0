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
    """Root of every error that a user can cause or mend."""

    exit_code = 1


class Declined(MTurkTasksError):
    """The answer at a prompt was no."""


class UsageError(MTurkTasksError):
    """A command called in a way that cannot work."""

    exit_code = 2


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file: where it is, and what to write instead.

    `line` counts from 1 as an editor does; None speaks of the file as a whole.
    """

    path: Path
    line: int | None
    text: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{where}: {self.text}"


class FileError(UsageError):
    """One or more files that cannot be used; nothing was done with them."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class ServiceError(MTurkTasksError):
    """An operation that the service refused.

    `code` is the service's own (`TurkErrorCode` where there is one), `message` its own words.
    """

    exit_code = 3

    def __init__(self, operation: str, code: str, message: str) -> None:
        self.operation = operation
        self.code = code
        self.message = message
        super().__init__(f"{operation}: {message}")


class DoesNotExist(ServiceError):
    """No such HIT, assignment or qualification type is known to the service."""


class AlreadyExists(ServiceError):
    """The thing exists already, or the request that made it was sent before."""


class InvalidState(ServiceError):
    """The thing is not in a state that allows the operation."""


class InsufficientFunds(ServiceError):
    """The requester's balance does not cover the operation."""


class Unavailable(MTurkTasksError):
    """The service could not be reached, or not with these credentials."""

    exit_code = 4


class RecordsError(MTurkTasksError):
    """Records of earlier work that do not fit what is asked now."""

    exit_code = 5
