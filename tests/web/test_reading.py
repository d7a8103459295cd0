"""How often a page asks the database: once what is due, then one transaction with few statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event


@contextmanager
def counted(store) -> Iterator[Counter[str]]:
    """Count transactions and statements, those that begin and end transactions left out."""
    counts: Counter[str] = Counter()

    def begun(*_) -> None:
        counts["transactions"] += 1

    def executed(_connection, _cursor, statement, *_) -> None:
        if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            counts["statements"] += 1

    event.listen(store.engine, "begin", begun)
    event.listen(store.engine, "before_cursor_execute", executed)
    try:
        yield counts
    finally:
        event.remove(store.engine, "begin", begun)
        event.remove(store.engine, "before_cursor_execute", executed)


@pytest.fixture
def path_of(anna, post) -> Callable[[str], str]:
    """Return the address of each page, where a worker has work of every kind."""
    for _ in range(3):
        hit = post()
    group = hit["HITTypeId"]
    done = anna.accept(group)
    anna.post(f"{done}/submit", {"q1": "owl", "q2": "1"})
    held = anna.accept(group)
    preview = f"/hits/{hit['HITId']}"
    paths = {
        "front": "/",
        "preview": preview,
        "group": f"/groups/{group}",
        "work": held,
        "receipt": f"{done}/receipt",
    }
    return lambda page: paths.get(page, f"/{page}")


MOST = {  # statements, with those for what is due, for the session, and for the terms of the marketplace
    **dict.fromkeys(("front", "preview", "work", "receipt", "dashboard", "qualifications", "messages"), 8),
    "group": 11,  # begins at a random place among the HITs, and once more at the first
}


@pytest.mark.parametrize("page", MOST)
def test_a_page_reads_in_one_transaction_with_few_statements(store, anna, path_of, page):
    path = path_of(page)
    with counted(store) as counts:
        assert anna.get(path).status_code == 200

    assert counts["transactions"] == 2, "one for what is due, one to read in"
    assert counts["statements"] <= MOST[page]
