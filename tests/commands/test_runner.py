from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mturk_tasks.commands.runner import Outcome, run
from mturk_tasks.errors import InsufficientFunds, MTurkTasksError, ServiceError, Unavailable

PATIENCE = 20  # seconds until a test that waits in vain gives up
ALL = pytest.mark.parametrize("workers", [1, 2, 8], ids="{} at once".format)


class Work:
    """Do items, and remember in which threads, how many at once, and what was begun and finished."""

    def __init__(self, fail=None) -> None:
        self.fail = fail or {}
        self.lock = threading.Lock()
        self.begun: list[int] = []
        self.finished: list[int] = []
        self.threads: set[int] = set()
        self.most = 0
        self.wait: Callable[[int], object] = lambda item: None

    def __call__(self, item: int) -> int:
        with self.lock:
            self.begun.append(item)
            self.threads.add(threading.get_ident())
            self.most = max(self.most, len(self.begun) - len(self.finished))
        try:
            self.wait(item)
            if item in self.fail:
                raise self.fail[item]
            return item * item
        finally:
            with self.lock:
                self.finished.append(item)


@ALL
def test_every_item_has_its_result_in_the_order_of_the_items(workers):
    outcomes = list(run(range(50), Work(), workers=workers))

    assert [(outcome.item, outcome.result) for outcome in outcomes] == [(n, n * n) for n in range(50)]
    assert all(outcome.ok for outcome in outcomes)


@ALL
def test_of_nothing_comes_nothing(workers):
    assert list(run([], Work(), workers=workers)) == []


def test_an_item_that_is_done_first_waits_for_those_before_it():
    work, second = Work(), threading.Event()
    work.wait = lambda item: second.set() if item == 1 else second.wait(PATIENCE)

    assert [outcome.item for outcome in run([0, 1, 2], work, workers=2)] == [0, 1, 2]
    assert work.finished[0] == 1


@pytest.mark.parametrize("workers", [2, 5])
def test_as_many_run_at_once_as_were_asked_for_and_no_more(workers):
    work, together = Work(), threading.Barrier(workers)
    work.wait = lambda item: together.wait(PATIENCE)

    list(run(range(workers * 6), work, workers=workers))

    assert work.most == workers
    assert len(work.threads) == workers


@pytest.mark.parametrize("workers", [0, 1])
def test_one_at_once_runs_in_the_same_thread(workers):
    work = Work()

    list(run(range(5), work, workers=workers))

    assert work.threads == {threading.get_ident()}
    assert work.most == 1


def test_one_at_once_is_done_as_it_is_asked_for():
    work = Work()
    outcomes = run(range(5), work)

    assert work.begun == []
    next(outcomes)
    assert work.begun == [0]


def test_no_more_is_begun_than_a_window_ahead_of_who_reads():
    work = Work()
    outcomes: Any = run(range(1000), work, workers=2)
    next(outcomes)
    outcomes.close()

    assert set(work.begun) <= set(range(5))
    assert sorted(work.begun) == sorted(work.finished)


@ALL
def test_an_error_is_the_items_own_outcome(workers):
    errors = {3: ServiceError("GetHIT", "X", "no"), 4: MTurkTasksError("no")}

    outcomes = list(run(range(8), Work(errors), workers=workers))

    assert [outcome.error for outcome in outcomes] == [errors.get(n) for n in range(8)]
    assert [outcome.ok for outcome in outcomes] == [n not in errors for n in range(8)]


@ALL
def test_an_error_that_concerns_all_ends_the_batch(workers):
    work = Work({3: InsufficientFunds("CreateHIT", "InsufficientFunds", "no money")})
    outcomes = run(range(100), work, workers=workers, fatal=(InsufficientFunds, Unavailable))

    assert [next(outcomes).item for _ in range(3)] == [0, 1, 2]
    with pytest.raises(InsufficientFunds, match="no money"):
        next(outcomes)
    assert set(work.begun) <= set(range(4 + 2 * workers if workers > 1 else 4))


@ALL
def test_what_was_begun_is_finished_before_such_an_error_ends_it(workers):
    work = Work({5: Unavailable("no connection")})

    with pytest.raises(Unavailable):
        list(run(range(100), work, workers=workers, fatal=(Unavailable,)))
    assert sorted(work.finished) == sorted(work.begun)


@ALL
def test_another_kind_of_error_does_not_end_it(workers):
    work = Work({3: ServiceError("CreateHIT", "X", "no")})

    assert len(list(run(range(20), work, workers=workers, fatal=(Unavailable,)))) == 20


@ALL
@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), ZeroDivisionError()], ids=["Ctrl-C", "a mistake of ours"]
)
def test_anything_else_inside_the_work_stops_it(workers, error):
    work = Work({3: error})
    outcomes = run(range(100), work, workers=workers)

    assert [next(outcomes).item for _ in range(3)] == [0, 1, 2]
    with pytest.raises(type(error)):
        next(outcomes)

    assert sorted(work.begun) == sorted(work.finished)
    assert set(work.begun) <= set(range(4 + 2 * workers if workers > 1 else 4))


def test_nothing_is_begun_after_an_interrupt_inside_the_work():
    work, first_failed = Work({1: KeyboardInterrupt()}), threading.Event()

    def wait(item: int) -> None:
        if item == 0:
            first_failed.wait(0.2)  # the thread of item 1 has all that time to take another one

    work.wait = wait

    with pytest.raises(KeyboardInterrupt):
        list(run(range(100), work, workers=2))

    assert sorted(work.begun) == [0, 1]


@ALL
def test_an_interrupt_of_who_reads_lets_finish_what_is_under_way(workers):
    work = Work()

    def read() -> None:
        for _ in run(range(100), work, workers=workers):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read()

    assert sorted(work.begun) == sorted(work.finished)
    assert set(work.begun) <= set(range(2 * workers + 1))


@pytest.fixture
def _interruptible():
    """Let SIGINT be a KeyboardInterrupt, also where the test runner ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(), reason="signals reach the main thread alone"
)
def test_ctrl_c_while_waiting_lets_finish_what_is_under_way():
    work = Work()

    def wait(item: int) -> None:
        time.sleep(0.1)  # until the reader waits for the first outcome
        if item == 0:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    work.wait = wait

    with pytest.raises(KeyboardInterrupt):
        list(run(range(100), work, workers=3))

    assert sorted(work.begun) == sorted(work.finished)
    assert set(work.begun) <= set(range(6))


def test_no_thread_outlives_the_batch():
    before = threading.active_count()

    list(run(range(20), Work(), workers=4))

    assert threading.active_count() == before


def test_an_outcome_gives_its_result():
    assert Outcome("row", 7).value() == 7
    assert Outcome("row", None).value() is None


def test_an_outcome_without_a_result_raises_its_error():
    error = MTurkTasksError("no")

    with pytest.raises(MTurkTasksError) as raised:
        Outcome("row", error=error).value()

    assert raised.value is error


def test_ctrl_c_waits_for_the_item_under_way():
    import os
    import signal

    finished = []

    def act(item):
        os.kill(os.getpid(), signal.SIGINT)
        finished.append(item)

    with pytest.raises(KeyboardInterrupt):
        list(run([1, 2, 3], act))
    assert finished == [1]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_does_not_wait():
    import os
    import signal

    finished = []

    def act(item):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        finished.append(item)

    with pytest.raises(KeyboardInterrupt):
        list(run([1], act))
    assert finished == []
