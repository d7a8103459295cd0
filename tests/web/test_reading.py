"""How often a request asks the database: a page in one transaction, an act in one more, few statements."""

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

    assert counts["transactions"] == 1
    assert counts["statements"] <= MOST[page]


@pytest.fixture
def act(store, anna) -> Callable[..., Counter[str]]:
    """Return what sends one form and counts what it takes."""
    token = anna.token()

    def send(path: str, **fields: str) -> Counter[str]:
        with counted(store) as counts:
            assert anna.browser.post(path, data={"token": token, **fields}).status_code == 303
        return counts

    return send


def test_accepting_reads_who_asks_and_then_acts_in_one_transaction(act, path_of):
    counts = act(f"{path_of('group')}/accept")

    assert counts["transactions"] == 2
    assert counts["statements"] <= 16


def test_submitting_acts_in_one_transaction_after_the_answer_has_passed_the_gate(act, path_of):
    counts = act(f"{path_of('work')}/submit", q1="owl", q2="1")

    assert counts["transactions"] == 3, "who asks, the gate, the act"
    assert counts["statements"] <= 17


def test_returning_acts_in_one_transaction(act, path_of):
    counts = act(f"{path_of('work')}/return")

    assert counts["transactions"] == 2
    assert counts["statements"] <= 14
