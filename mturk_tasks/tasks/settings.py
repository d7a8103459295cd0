"""Look at `invoke.yaml` before invoke does: what cannot be merged would end in a traceback there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from invoke.util import yaml

from mturk_tasks.errors import FileError, Problem

LAYOUT: Final = 1
DEFAULTS: Final[dict[str, Any]] = {
    "layout": "",
    "name": "",
    "environment": "",
    "workers": "",
    "comment": "",
    "fee": "",
    "sandbox": {"endpoint": ""},
    "production": {"endpoint": ""},
}
_SECTIONS: Final = (("mturk",), ("mturk", "sandbox"), ("mturk", "production"))


def check(path: Path) -> None:
    """Raise FileError for settings that are no YAML, or where one value stands in place of a section.

    No file, and an empty one, are as good as any other.
    """
    settings = _read(path)
    if settings is None:
        return
    if not isinstance(settings, dict):
        raise FileError(Problem(path, None, "holds no settings; they are written as in mturk: name: birds"))
    for section in _SECTIONS:
        if not _is_section(settings, section):
            name = ": ".join(section)
            text = f"{name}: has no settings below it; indent them there, or leave {name}: out"
            raise FileError(Problem(path, None, text))


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_bytes())  # type: ignore[no-untyped-call]  # it has no types
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(Problem(path, None, f"cannot be read: {error.strerror or error}")) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        raise FileError(Problem(path, mark.line + 1 if mark else None, f"is no YAML: {what}")) from error


def _is_section(settings: dict[str, Any], section: tuple[str, ...]) -> bool:
    """Say whether what stands there is a mapping, or nothing at all."""
    value: Any = settings
    for key in section:
        if key not in value:
            return True
        value = value[key]
    return isinstance(value, dict)
