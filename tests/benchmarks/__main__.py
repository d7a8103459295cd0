"""Measure what goals were set for: `python -m tests.benchmarks [NAME …] [--list] [--json] [--write]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from tabulate import tabulate

from tests.benchmarks import documents, embedded, fetching, loading, rounds, scale, starting
from tests.benchmarks.harness import BENCHMARKS, Row, table

RESULTS = Path(__file__).with_name("RESULTS.md")
HEADER = ("figure", "is", "goal", "", "made of: median (minimum to maximum)")
SUBJECTS = (starting, loading, embedded, fetching, documents, rounds, scale)  # importing registers them


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which benchmarks; all without")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help="write the table to RESULTS.md")
    given = parser.parse_args(arguments)
    unknown = set(given.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; see --list")
    if given.list:
        print(tabulate([(each.name, each.about) for each in BENCHMARKS.values()], tablefmt="plain"))
        return 0
    rows = [row for name in given.names or BENCHMARKS for row in measured(name, quiet=given.json)]
    if given.json:
        members = ({**vars(row), "goal": str(row.goal), "met": row.met} for row in rows)
        print(json.dumps(list(members), ensure_ascii=False))
    if given.write:
        RESULTS.write_text(document(rows), encoding="utf-8")
    return 0


def measured(name: str, *, quiet: bool) -> list[Row]:
    """Run one benchmark, and print its rows as they come."""
    began, rows = time.monotonic(), []
    for row in BENCHMARKS[name].measure():
        rows.append(row)
        if not quiet:
            print(tabulate(table([row]), tablefmt="plain"), flush=True)
    if not quiet:
        print(f"({name}: {time.monotonic() - began:.0f} s)", flush=True)
    return rows


def document(rows: Sequence[Row]) -> str:
    """Return the results as a page, with the machine they are from."""
    machine = (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {datetime.now(timezone.utc):%d %B %Y}"
    )
    missed = sum(not row.met for row in rows)
    return (
        "# Results of `inv bench`\n\n"
        f"The whole table, measured on {machine}: {len(rows) - missed} goals met, {missed} missed. "
        "Both sides "
        "of a ratio took turns in one run, clients and servers on the same cores.\n\n"
        f"{tabulate(table(rows), HEADER, tablefmt='github')}\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
