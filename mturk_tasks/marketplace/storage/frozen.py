"""The tables of earlier versions as SQL, and the steps from one version to the next.

`versions/5.sqlite.sql` holds the tables of a new database of version 5, `versions/5_to_6.sqlite.sql` what
takes one to version 6; the same for PostgreSQL, which came with version 4. What was released stays as it
is: nothing here is made of today's tables, which may change in whatever way.

To begin version N + 1: write down version N while `schema` still has it, with
`python -m mturk_tasks.marketplace.storage.frozen sqlite > versions/N.sqlite.sql`, the same with
`postgresql`; then raise `schema.VERSION`, change the tables there, and write the step `N_to_M.DIALECT.sql`
by hand. Until it is released, an addition is a statement at a step's end. The tests of migration compare
an upgraded database of every version with a new one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from sqlalchemy import create_mock_engine

from mturk_tasks.marketplace.storage import schema

FIRST: Final = {"sqlite": 1, "postgresql": 4}  # versions in which a marketplace could first be kept there
_TEXTS: Final = Path(__file__).with_name("versions")


def tables(version: int, dialect: str) -> list[str]:
    """Return the statements that make the tables and indexes of an earlier version."""
    return _statements(f"{version}.{dialect}.sql")


def step(version: int, dialect: str) -> list[str]:
    """Return the statements that take a database of a version to the next; `:marketplace_id` is bound."""
    return _statements(f"{version}_to_{version + 1}.{dialect}.sql")


def today(dialect: str) -> str:
    """Return the present version's tables as they are to be frozen."""
    made: list[str] = []
    engine = create_mock_engine(
        f"{dialect}://" if dialect == "sqlite" else f"{dialect}+psycopg://",
        lambda statement, *_: made.append(str(statement.compile(dialect=engine.dialect)).strip()),
    )
    schema.metadata.create_all(engine, checkfirst=False)
    lines = ";\n".join(made).replace("\t", "    ").splitlines()
    return (
        "\n".join([f"-- A new database of version {schema.VERSION}; frozen.", *map(str.rstrip, lines)])
        + ";\n"
    )


def _statements(name: str) -> list[str]:
    lines = (_TEXTS / name).read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--"))
    return [statement for statement in (text + "\n").split(";\n") if statement.strip()]


if __name__ == "__main__":
    sys.stdout.write(today(sys.argv[1]))
