"""Check trees against the schemas of this room, each compiled once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from mturk_tasks.markup.fault import Fault
from mturk_tasks.markup.wording import of_schema

if TYPE_CHECKING:
    from lxml import etree

_FOLDER = Path(__file__).parent / "schemas"
_ONE_AT_A_TIME = Lock()  # a compiled schema keeps the log of its last check


def schema_faults(root: etree._Element, name: str) -> list[Fault]:
    """Return what the schema of that name (a file in `schemas/`, without ending) finds wrong."""
    with _ONE_AT_A_TIME:
        schema = _compiled(name)
        if schema.validate(root):
            return []
        entries = list(schema.error_log)  # type: ignore[call-overload]  # a hole in lxml's stubs
    return [Fault(entry.line, of_schema(entry.message)) for entry in entries]


@cache
def _compiled(name: str) -> etree.XMLSchema:
    from lxml import etree

    return etree.XMLSchema(file=str(_FOLDER / f"{name}.xsd"))
