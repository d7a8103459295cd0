"""Do the same thing for many items: at most so many at once, outcomes in the order of the items."""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from mturk_tasks.errors import MTurkTasksError

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Outcome(Generic[Item, Result]):
    """What came of one item: a result, or the error that is the item's own."""

    item: Item
    result: Result | None = None
    error: MTurkTasksError | None = None

    @property
    def ok(self) -> bool:
        """Say whether it was done."""
        return self.error is None

    def as_item(self, item_id: str, done: str) -> dict[str, str]:
        """Return what a program wants to know: the item's ID, and what was done or why it failed."""
        if self.error is None:
            return {"id": item_id, "status": done}
        return {"id": item_id, "status": "failed", "error": str(self.error)}

    def value(self) -> Result:
        """Return the result; raise the error where there is none."""
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]  # without error there is a result


class Outcomes(list[Outcome[Item, Result]]):
    """The outcomes of several items, in their order."""

    @property
    def done(self) -> list[Item]:
        """Return the items that were done."""
        return [outcome.item for outcome in self if outcome.ok]

    @property
    def failed(self) -> list[Item]:
        """Return the items that failed."""
        return [outcome.item for outcome in self if not outcome.ok]

    def as_items(self, item_id: Callable[[Item], str], done: str) -> tuple[dict[str, str], ...]:
        """Return what a program wants to know of each."""
        return tuple(outcome.as_item(item_id(outcome.item), done) for outcome in self)


def run(
    items: Sequence[Item],
    act: Callable[[Item], Result],
    *,
    workers: int = 1,
    fatal: tuple[type[MTurkTasksError], ...] = (),
) -> Iterator[Outcome[Item, Result]]:
    """Yield the outcome of `act` for each item, in order.

    An MTurkTasksError is that item's outcome; one of the `fatal` kinds concerns all items, so it is
    raised where its outcome would be, and nothing more is begun. On Ctrl-C what is under way is finished,
    and nothing more begun, before KeyboardInterrupt goes on.
    """
    if workers <= 1:
        return _one_by_one(items, act, fatal)
    return _window(items, act, workers, fatal)


def _one_by_one(
    items: Sequence[Item], act: Callable[[Item], Result], fatal: tuple[type[MTurkTasksError], ...]
) -> Iterator[Outcome[Item, Result]]:
    for item in items:
        with _interrupt_held():
            try:
                outcome = Outcome(item, act(item))
            except fatal:
                raise
            except MTurkTasksError as error:
                outcome = Outcome(item, error=error)
        yield outcome


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Let Ctrl-C wait until the block has ended; a second one does not wait.

    Only the main thread hears it, and only where nobody else has a say in what it does.
    """
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    heard: list[int] = []

    def hold(number: int, _: object) -> None:
        if heard:
            raise KeyboardInterrupt
        heard.append(number)

    signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if heard:
        raise KeyboardInterrupt


def _window(
    items: Sequence[Item],
    act: Callable[[Item], Result],
    workers: int,
    fatal: tuple[type[MTurkTasksError], ...],
) -> Iterator[Outcome[Item, Result]]:
    stop = threading.Event()

    def attempt(item: Item) -> Outcome[Item, Result] | None:
        if stop.is_set():
            return None
        try:
            return Outcome(item, act(item))
        except BaseException as error:
            if isinstance(error, MTurkTasksError) and not isinstance(error, fatal):
                return Outcome(item, error=error)
            stop.set()
            raise

    waiting: deque[Future[Outcome[Item, Result] | None]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(attempt, item))
                if len(waiting) >= 2 * workers:
                    yield from _head(waiting)
            while waiting:
                yield from _head(waiting)
        finally:
            stop.set()


def _head(waiting: deque[Future[Outcome[Item, Result] | None]]) -> Iterator[Outcome[Item, Result]]:
    """Yield the oldest outcome; it leaves the queue only when it is there."""
    outcome = waiting[0].result()
    waiting.popleft()
    if outcome is not None:
        yield outcome
