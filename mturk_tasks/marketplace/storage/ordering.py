"""Put texts in one order, whichever database holds them: that of their code points."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class InCodePoints(FunctionElement[str]):
    """A text column that is compared as SQLite does; PostgreSQL goes by the language of the database."""

    type = String()
    inherit_cache = True


@compiles(InCodePoints)
def _as_it_is(element: InCodePoints, compiler: Any, **options: Any) -> str:
    written: str = compiler.process(element.clauses, **options)
    return written


@compiles(InCodePoints, "postgresql")
def _collated(element: InCodePoints, compiler: Any, **options: Any) -> str:
    return f'{compiler.process(element.clauses, **options)} COLLATE "C"'
