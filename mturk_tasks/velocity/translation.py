"""Make a Jinja program of a template's tree; it runs in Jinja's sandbox, once for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.velocity import methods, values
from mturk_tasks.velocity.names import Names
from mturk_tasks.velocity.tree import (
    Break,
    Comment,
    Constant,
    Expression,
    Foreach,
    If,
    Joined,
    ListOf,
    Logic,
    Node,
    Operation,
    Position,
    Range,
    Reference,
    Set,
    Text,
)
from mturk_tasks.velocity.values import TemplateFault, TemplateRow, Value

if TYPE_CHECKING:
    from jinja2 import nodes as jinja

Result = TypeVar("Result")
Program = Callable[[TemplateRow], str]


_MOST = 9_000  # a reference needs three, and some thousand references are translated in seconds
_DEEP = "nests values too deep; give names to parts of it with #set"


class Stopped(Exception):
    """The template has reached its #stop."""


def program(tree: Iterable[Node], names: Names, start: Position) -> Program:
    """Return what makes a row's text; what names no column goes into the findings of `names`.

    The program raises FileError, with the line of the template, where a row's values cannot be used, and
    TooMuch where they would take more than the budget of a row or a load. `start` is where the tree begins.
    """
    from jinja2.nodes import Template as Root
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(autoescape=False)
    environment.globals = dict(_FUNCTIONS)
    root = Root(_Translation(names, start).body(tree))
    root.set_lineno(1)
    root.set_environment(environment)
    try:
        code = environment.compile(root)
    except (RecursionError, SyntaxError, MemoryError) as error:  # Python's own limits of what may nest
        raise FileError(Problem(start.path, start.line, _DEEP)) from error
    template = environment.template_class.from_code(environment, code, environment.make_globals(None))
    load = values.Load()

    def run(row: TemplateRow) -> str:
        pieces: list[str] = []
        with load.row((str(start.path), start.line)) as left:
            try:
                with suppress(Stopped):
                    values.joined(_kept(template.generate(row=row), pieces))
            except values.Spent as spent:
                raise _too_much(left, spent.text) from None
            except TimeoutError:
                raise _too_much(left, "has a pattern that takes too long; make it simpler") from None
            except (RecursionError, MemoryError):
                raise _too_much(left, _DEEP) from None
        return "".join(pieces)

    return run


def _kept(made: Iterable[str], pieces: list[str]) -> Iterator[str]:
    """Yield what is made and keep it: what stands before a #stop counts."""
    for piece in made:
        pieces.append(piece)
        yield piece


def _too_much(left: values.Budget, text: str) -> values.TooMuch:
    path, line = left.place
    return values.TooMuch(Problem(Path(path), line, text))


def _placed(function: Callable[..., Result]) -> Callable[..., Result]:
    """Return a function that says in which line of the template its fault came up."""

    def at(place: tuple[str, int], *arguments: Any) -> Result:
        left = values.current()
        left.place = place
        left.spend()
        try:
            return function(*arguments)
        except TemplateFault as fault:
            raise FileError(Problem(Path(place[0]), place[1], fault.text)) from None

    return at


def _demand(source: str, value: Value) -> Value:
    if value is None:
        raise TemplateFault(f"{source} has no value here")
    return value


def _instead(value: Value, source: str) -> Value:
    return source if value is None else value


def _stop() -> None:
    raise Stopped


_FUNCTIONS: dict[str, Callable[..., object]] = {
    "call": _placed(methods.call),
    "calculate": _placed(values.calculate),
    "compare": _placed(values.compare),
    "count": _placed(values.count),
    "demand": _placed(_demand),
    "holds": values.holds,
    "instead": _instead,
    "items": _placed(values.items),
    "join": _placed(values.join),
    "stop": _stop,
    "urlencode": _placed(methods.urlencode),
    "written": _placed(values.written),
}


class _Translation:
    """Translator of each node of the tree into one of Jinja's."""

    def __init__(self, names: Names, start: Position) -> None:
        from jinja2 import nodes

        self.jinja = nodes
        self.names = names
        self.start = start
        self.made = 0

    def body(self, tree: Iterable[Node]) -> list[jinja.Node]:
        return [made for node in tree for made in self._node(node)]

    def _node(self, node: Node) -> list[jinja.Node]:
        if isinstance(node, Text):
            return [self._text(node.text)]
        if isinstance(node, Comment):
            return []
        if isinstance(node, Reference):
            return [self.jinja.Output([self._call("written", self._place(node.place), self._shown(node))])]
        if isinstance(node, Set):
            return [self._do(self._row("assign", self._const(node.name), self._value(node.value)))]
        if isinstance(node, If):
            return [self._if(node)]
        if isinstance(node, Foreach):
            return self._foreach(node)
        return [self.jinja.Break() if isinstance(node, Break) else self._do(self._call("stop"))]

    def _text(self, text: str) -> jinja.Output:
        return self.jinja.Output([self.jinja.TemplateData(text)])

    def _if(self, node: If) -> jinja.If:
        (condition, body), *others = [
            (self._condition(condition), self.body(body)) for condition, body in node.branches
        ]
        elifs = [self.jinja.If(test, inner, [], []) for test, inner in others]
        return self.jinja.If(condition, body, elifs, self.body(node.otherwise))

    def _foreach(self, node: Foreach) -> list[jinja.Node]:
        items = self._call("items", self._place(node.place), self._value(node.items))
        each = self._row("each", self._const(node.name), items)
        target = self.jinja.Name("item", "store")
        loop = self.jinja.For(target, each, self.body(node.body), [], None, False)
        return [loop, self._do(self._row("leave"))]

    def _shown(self, reference: Reference) -> jinja.Expr:
        """Return what a reference puts out: its value, or itself where it has none."""
        merged = self.names.merged(reference)
        slashes = self._const("\\" * (reference.slashes // 2))
        if not merged:
            return self._const("" if reference.quiet and not reference.slashes else reference.source)
        if reference.slashes % 2:
            return self._const("\\" * (reference.slashes // 2) + reference.source[reference.slashes :])
        value = self._merge(reference)
        if reference.quiet:
            value = self._call("instead", value, self._const(""))
        elif reference.braced and not reference.in_script:
            value = self._call("demand", self._place(reference.place), self._const(reference.source), value)
        else:
            value = self._call("instead", value, self._const(reference.source))
        return (
            self._call("join", self._place(reference.place), slashes, value) if reference.slashes else value
        )

    def _merge(self, reference: Reference) -> jinja.Expr:
        name, calls = reference.name, list(reference.calls)
        value = self._row("read", self._const(name))
        if calls and self.names.is_loop(reference):
            value = self._row("loop", self._const(calls.pop(0).name))
        elif calls and self.names.is_helper(reference):
            first = calls.pop(0)
            value = self._call(
                "urlencode", self._place(first.place), *map(self._value, first.arguments or ())
            )
        for call in calls:
            arguments = map(self._value, call.arguments or ())
            value = self._call("call", self._place(call.place), self._const(call.name), value, *arguments)
        return value

    def _value(self, expression: Expression) -> jinja.Expr:
        if isinstance(expression, Constant):
            return self._const(expression.value)
        if isinstance(expression, Reference):
            known = self.names.merged(expression, "counts as nothing")
            return self._merge(expression) if known else self._const(None)
        if isinstance(expression, Joined):
            parts = [
                self._const(part.text) if isinstance(part, Text) else self._shown(part)
                for part in expression.parts
            ]
            return self._call("join", self._place(expression.place), *parts)
        if isinstance(expression, ListOf):
            return self.jinja.List([self._value(item) for item in expression.items])
        return self._combined(expression)

    def _combined(self, expression: Range | Operation | Logic) -> jinja.Expr:
        if isinstance(expression, Logic):
            operands = [self._condition(operand) for operand in expression.operands]
            if expression.operator == "not":
                return self.jinja.Not(*operands)
            return {"and": self.jinja.And, "or": self.jinja.Or}[expression.operator](*operands)
        place = self._place(expression.place)
        if isinstance(expression, Range):
            return self._call("count", place, self._value(expression.first), self._value(expression.last))
        function = "calculate" if expression.operator in "+-*/%" else "compare"
        left, right = self._value(expression.left), self._value(expression.right)
        return self._call(function, place, self._const(expression.operator), left, right)

    def _condition(self, expression: Expression) -> jinja.Expr:
        return self._call("holds", self._value(expression))

    def _row(self, method: str, *arguments: jinja.Expr) -> jinja.Call:
        function = self.jinja.Getattr(self.jinja.Name("row", "load"), method, "load")
        return self._made(function, arguments)

    def _call(self, function: str, *arguments: jinja.Expr) -> jinja.Call:
        return self._made(self.jinja.Name(function, "load"), arguments)

    def _made(self, function: jinja.Expr, arguments: Iterable[jinja.Expr]) -> jinja.Call:
        self.made += 1
        if self.made > _MOST:
            what = "has more references and directives than can be merged; leave some out"
            raise FileError(Problem(self.start.path, self.start.line, what))
        return self.jinja.Call(function, list(arguments), [], None, None)

    def _do(self, expression: jinja.Expr) -> jinja.ExprStmt:
        return self.jinja.ExprStmt(expression)

    def _const(self, value: object) -> jinja.Const:
        return self.jinja.Const(value)

    def _place(self, place: Position) -> jinja.Const:
        return self.jinja.Const((str(place.path), place.line))
