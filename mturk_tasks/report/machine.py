"""What a command has to say as one JSON object, for programs."""

from __future__ import annotations

import json
from typing import Any

from mturk_tasks.report.summary import Summary


def document(command: str, environment: str | None, summary: Summary) -> str:
    """Return the outcome of a command: times are ISO 8601 in UTC, amounts of money are text.

    The environment is None for a command that acts in no marketplace.
    """
    return _write(
        {
            "command": command,
            "environment": environment,
            "ok": summary.exit_code == 0,
            "counts": summary.counts,
            "items": list(summary.items),
            "files": [str(path) for path in summary.files],
            **({"facts": summary.facts} if summary.facts else {}),
        }
    )


def failure(command: str, error: str, exit_code: int) -> str:
    """Return that a command failed as a whole, and why; where it would have acted may not be known."""
    return _write(
        {
            "command": command,
            "environment": None,
            "ok": False,
            "error": error,
            "exit_code": exit_code,
            "counts": {},
            "items": [],
            "files": [],
        }
    )


def _write(members: dict[str, Any]) -> str:
    return json.dumps(members, ensure_ascii=False)
