"""Turn a template's tree into a program that makes the text of one row after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.velocity import methods, tree, values
from mturk_tasks.velocity.names import Names
from mturk_tasks.velocity.values import TemplateFault, TemplateRow, Value

Result = TypeVar("Result")
Program = Callable[[TemplateRow], str]
Step = Callable[[TemplateRow], Iterator[str]]  # writes something
Evaluate = Callable[[TemplateRow], Value]
Test = Callable[[TemplateRow], bool]

_MOST = 9_000  # calls in a program; a reference needs up to three
_DEEP = "nests values too deep; give names to parts of it with #set"


class Stopped(Exception):
    """The template has reached its #stop."""


class LoopEnded(Exception):
    """The innermost loop has reached its #break."""


def program(nodes: Iterable[tree.Node], names: Names, start: tree.Position) -> Program:
    """Return what makes a row's text; names that are not columns go into the findings of `names`.

    The program raises FileError, with the line of the template, where a row's values cannot be used, and
    TooMuch where they would take more than the budget of a row or a load. `start` is where the tree begins.
    """
    nodes = list(nodes)
    parts = _parts(nodes)
    try:
        write = _Compiler(names, start).body(nodes)
    except RecursionError as error:
        raise FileError(Problem(start.path, start.line, _DEEP)) from error
    load = values.Load()

    def run(row: TemplateRow) -> str:
        filled = _filled(parts, row, load) if parts else None
        if filled is not None:
            return filled
        pieces: list[str] = []
        with load.row((str(start.path), start.line)) as left:
            try:
                with suppress(Stopped):
                    values.joined(_recorded(write(row), pieces))
            except values.Spent as spent:
                raise _too_much(left, spent.text) from None
            except TimeoutError:
                raise _too_much(left, "has a pattern that takes too long; make it simpler") from None
            except (RecursionError, MemoryError):
                raise _too_much(left, _DEEP) from None
        return "".join(pieces)

    return run


def _parts(nodes: Iterable[tree.Node]) -> list[str | tree.Reference] | None:
    """Return the texts and names of a template that has nothing else, as most have not; None of any other."""
    parts: list[str | tree.Reference] = []
    for node in nodes:
        if isinstance(node, tree.Text):
            parts.append(node.text)
        elif isinstance(node, tree.Reference) and not (node.calls or node.slashes or node.fault):
            parts.append(node)
        elif not isinstance(node, tree.Comment):
            return None
    return parts


def _filled(parts: Iterable[str | tree.Reference], row: TemplateRow, load: values.Load) -> str | None:
    """Return the text with the values of names in it; None where a name has none, or it is too long."""
    pieces: list[str] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
            continue
        value = row.read(part.name)
        if not isinstance(value, str | values.Phrase):
            return None
        pieces.append(values.written(value))
    text = "".join(pieces)
    return text if load.take(len(text)) else None


def _recorded(texts: Iterable[str], pieces: list[str]) -> Iterator[str]:
    """Yield texts and record each: what stands before a #stop counts."""
    for text in texts:
        pieces.append(text)
        yield text


def _too_much(left: values.Budget, text: str) -> values.TooMuch:
    path, line = left.place
    return values.TooMuch(Problem(Path(path), line, text))


def _at(place: tree.Position, function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function; a fault of it names the line of the template."""
    budget = values.current()
    budget.place = (str(place.path), place.line)
    budget.spend()
    try:
        return function(*arguments)
    except TemplateFault as fault:
        raise FileError(Problem(place.path, place.line, fault.text)) from None


class _Compiler:
    """Compiler of nodes into steps and of expressions into functions of a row."""

    def __init__(self, names: Names, start: tree.Position) -> None:
        self.names = names
        self.start = start
        self.calls = 0

    def body(self, nodes: Iterable[tree.Node]) -> Step:
        steps = [self._step(node) for node in nodes if not isinstance(node, tree.Comment)]

        def run(row: TemplateRow) -> Iterator[str]:
            for step in steps:
                yield from step(row)

        return run

    def _step(self, node: tree.Node) -> Step:
        if isinstance(node, tree.Text):
            return _text(node.text)
        if isinstance(node, tree.If):
            return self._if(node)
        if isinstance(node, tree.Foreach):
            return self._foreach(node)
        self._count()
        if isinstance(node, tree.Reference):
            return _written(self._shown(node), node.place)
        if isinstance(node, tree.Set):
            return _assigned(node.name, self._value(node.value))
        return _raising(LoopEnded if isinstance(node, tree.Break) else Stopped)

    def _if(self, node: tree.If) -> Step:
        branches = [(self._condition(condition), self.body(body)) for condition, body in node.branches]
        otherwise = self.body(node.otherwise)

        def run(row: TemplateRow) -> Iterator[str]:
            return next((body for holds, body in branches if holds(row)), otherwise)(row)

        return run

    def _foreach(self, node: tree.Foreach) -> Step:
        self._count(3)
        items, body = self._value(node.items), self.body(node.body)

        def run(row: TemplateRow) -> Iterator[str]:
            with suppress(LoopEnded):
                for _ in row.each(node.name, _at(node.place, values.items, items(row))):
                    yield from body(row)
            row.leave()

        return run

    def _shown(self, reference: tree.Reference) -> Evaluate:
        """Return what makes the text of a reference: its value, or itself where it has none."""
        merged = self.names.merged(reference)
        source, slashes = reference.source, "\\" * (reference.slashes // 2)
        if not merged:
            return _constant("" if reference.quiet and not reference.slashes else source)
        if reference.slashes % 2:
            return _constant(slashes + source[reference.slashes :])
        self._count(2 if slashes else 1)
        value, place = self._merge(reference), reference.place
        if not reference.quiet and reference.braced and not reference.in_script:
            value = _demanded(value, source, place)
        else:
            value = _defaulted(value, "" if reference.quiet else source)
        if not reference.slashes:
            return value
        return lambda row: _at(place, values.join, slashes, value(row))

    def _merge(self, reference: tree.Reference) -> Evaluate:
        """Return what makes the value of a reference that has one."""
        self._count(1 + len(reference.calls))
        calls = list(reference.calls)
        if calls and self.names.is_loop(reference):
            value: Evaluate = partial(TemplateRow.loop, name=calls.pop(0).name)
        elif calls and self.names.is_helper(reference):
            value = self._call(calls.pop(0), methods.urlencode)
        else:
            value = partial(TemplateRow.read, name=reference.name)
        for call in calls:
            value = self._call(call, methods.call, _constant(call.name), value)
        return value

    def _call(self, call: tree.Call, function: Callable[..., Value], *first: Evaluate) -> Evaluate:
        arguments = [*first, *map(self._value, call.arguments or ())]
        return lambda row: _at(call.place, function, *[argument(row) for argument in arguments])

    def _value(self, expression: tree.Expression) -> Evaluate:
        if isinstance(expression, tree.Constant):
            return _constant(expression.value)
        if isinstance(expression, tree.Reference):
            known = self.names.merged(expression, "counts as nothing")
            return self._merge(expression) if known else _constant(None)
        if isinstance(expression, tree.ListOf):
            items = list(map(self._value, expression.items))
            return lambda row: [item(row) for item in items]
        if isinstance(expression, tree.Logic):
            return self._logic(expression)
        self._count()
        place = expression.place
        if isinstance(expression, tree.Joined):
            parts = [
                _constant(part.text) if isinstance(part, tree.Text) else self._shown(part)
                for part in expression.parts
            ]
            return lambda row: _at(place, values.join, *[part(row) for part in parts])
        if isinstance(expression, tree.Range):
            first, last = self._value(expression.first), self._value(expression.last)
            return lambda row: _at(place, values.count, first(row), last(row))
        sign, left, right = expression.operator, self._value(expression.left), self._value(expression.right)
        function: Callable[..., Value] = values.calculate if sign in "+-*/%" else values.compare
        return lambda row: _at(place, function, sign, left(row), right(row))

    def _part(self, part: tree.Text | tree.Reference) -> Evaluate:
        return _constant(part.text) if isinstance(part, tree.Text) else self._shown(part)

    def _logic(self, expression: tree.Logic) -> Test:
        tests = list(map(self._condition, expression.operands))
        if expression.operator == "not":
            return lambda row: not tests[0](row)
        every = all if expression.operator == "and" else any
        return lambda row: every(test(row) for test in tests)

    def _condition(self, expression: tree.Expression) -> Test:
        self._count()
        value = self._value(expression)
        return lambda row: values.holds(value(row))

    def _count(self, calls: int = 1) -> None:
        """Count what the program calls; raise FileError for more than can be merged."""
        self.calls += calls
        if self.calls > _MOST:
            what = "has more references and directives than can be merged; leave some out"
            raise FileError(Problem(self.start.path, self.start.line, what))


def _text(text: str) -> Step:
    return lambda row: iter((text,))


def _written(value: Evaluate, place: tree.Position) -> Step:
    return lambda row: iter((_at(place, values.written, value(row)),))


def _assigned(name: str, value: Evaluate) -> Step:
    def run(row: TemplateRow) -> Iterator[str]:
        row.assign(name, value(row))
        return iter(())

    return run


def _raising(error: type[Exception]) -> Step:
    def run(row: TemplateRow) -> Iterator[str]:
        raise error

    return run


def _constant(value: Value) -> Evaluate:
    return lambda row: value


def _demanded(value: Evaluate, source: str, place: tree.Position) -> Evaluate:
    return lambda row: _at(place, _demand, source, value(row))


def _demand(source: str, value: Value) -> Value:
    if value is None:
        raise TemplateFault(f"{source} has no value here")
    return value


def _defaulted(value: Evaluate, default: str) -> Evaluate:
    def evaluate(row: TemplateRow) -> Value:
        made = value(row)
        return default if made is None else made

    return evaluate
