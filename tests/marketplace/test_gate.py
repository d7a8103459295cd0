from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mturk_tasks.marketplace.storage.group_commit import Gate


def test_who_comes_first_goes_first():
    gate, order = Gate(1), []

    def act(number):
        with gate:
            order.append(number)

    with ThreadPoolExecutor(6) as pool, gate:
        for number in range(6):
            pool.submit(act, number)
            while gate.waiting <= number:
                threading.Event().wait(0.001)

    assert order == list(range(6))


def test_no_more_are_inside_than_there_are_places():
    gate, inside, most = Gate(3), [], []

    def act(number):
        with gate:
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(act, range(300)))

    assert max(most) <= 3


def test_patience_ends_and_the_place_is_not_lost():
    gate = Gate(1, patience=0.01)
    gate.enter()
    with pytest.raises(TimeoutError):
        gate.enter()
    gate.leave()

    gate.enter()
