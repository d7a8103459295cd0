"""The variables of one row while its text is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mturk_tasks.files.velocity import budget
from mturk_tasks.files.velocity.values import Value

_COUNTER = "velocityCount"


class Row:
    """Hold what each name stands for; what has no value stands for None."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = dict(values)
        self._loops: list[dict[str, Value]] = []
        self._outer: list[tuple[str, Value, Value]] = []

    def read(self, name: str) -> Value:
        """Return what a name stands for."""
        return self._values.get(name)

    def assign(self, name: str, value: Value) -> None:
        """Let a name stand for a value; where there is none it keeps the one it has."""
        if value is not None:
            self._values[name] = value

    def each(self, name: str, items: list[Value]) -> Iterator[Value]:
        """Yield items one by one, each under its name and with its number; `leave` ends it."""
        self._outer.append((name, self.read(name), self.read(_COUNTER)))
        self._loops.append({})
        for index, item in enumerate(items):
            budget.current().spend()
            more = index + 1 < len(items)
            self._values.update({name: item, _COUNTER: index + 1})
            self._loops[-1] = {
                "count": index + 1,
                "index": index,
                "hasNext": more,
                "first": index == 0,
                "last": not more,
            }
            yield item

    def leave(self) -> None:
        """End the innermost loop: its names stand for what they did before."""
        name, value, counter = self._outer.pop()
        self._values.update({name: value, _COUNTER: counter})
        self._loops.pop()

    def loop(self, name: str) -> Value:
        """Return a property of the innermost loop, nothing outside of any."""
        return self._loops[-1].get(name) if self._loops else None
