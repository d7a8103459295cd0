"""Decide which references are merged, which stay as they are, and which stop the load."""

from __future__ import annotations

from collections.abc import Iterator

from mturk_tasks.velocity.methods import METHODS
from mturk_tasks.velocity.tree import (
    Call,
    Expression,
    Findings,
    Joined,
    ListOf,
    Logic,
    Operation,
    Range,
    Reference,
    column_of,
)
from mturk_tasks.vocabulary.columns import shown

_NO_COLUMN = "names no column"
LOOP = ("count", "index", "hasNext", "first", "last")


class Names:
    """The names that references may use: `used` columns met so far, `written` the names they were met by."""

    def __init__(self, findings: Findings) -> None:
        self.used: set[str] = set()
        self.written: set[str] = set()
        self._findings = findings
        self._columns = findings.columns
        self._variables = findings.variables

    def merged(self, reference: Reference, otherwise: str = "stays as it is") -> bool:
        """Say whether a reference has a value; where it has none, that is noted or refused."""
        fault = self._fault(reference)
        if fault is None:
            column = column_of(reference.name, self._columns)
            if column:
                self.used.add(column)
                self.written.add(reference.name)
            return True
        unknown = not self._is_known(reference)
        if not (reference.quiet and unknown):
            self._tell(reference, unknown, fault, otherwise)
        return False

    def _tell(self, reference: Reference, unknown: bool, fault: str, otherwise: str) -> None:
        findings, written = self._findings, reference.source
        if reference.in_script:
            if not any("<script>" in note.text for note in findings.notes):
                text = f"{written} {'is no column and' if unknown else ''} stays as it is inside <script>"
                findings.note(reference.place, text.replace("  ", " "))
        elif findings.keeps_unknown and fault.startswith(_NO_COLUMN):
            findings.note(reference.place, f"{written} {fault}; it {otherwise}")
        elif unknown and not reference.braced and not reference.fault:
            findings.note(reference.place, f"{written} is no column and {otherwise}")
        elif fault.startswith("stays") and not reference.braced:
            findings.note(reference.place, f"{written} {fault}")
        elif not reference.slashes:
            findings.refuse(reference.place, f"{written} {fault}")

    def _fault(self, reference: Reference) -> str | None:
        """Return why a reference cannot be merged, None where it can."""
        if not self._is_known(reference) or any(map(self._unknown_within, _arguments(reference))):
            return f"{_NO_COLUMN} of the input; it has {', '.join(map(shown, sorted(self._columns)))}"
        if reference.fault:
            return f"cannot be read further: {reference.fault}"
        calls = reference.calls[1:] if self._is_special(reference) else reference.calls
        for call in calls:
            if call.arguments is None:
                how = "cannot be merged" if reference.braced else "stays as it is"
                return f"{how}; write ${{{reference.name}}}.{call.name} to merge the column"
            if call.name not in METHODS:
                return f"calls .{call.name}(); of methods there are {', '.join(sorted(METHODS))}"
        return None

    def _unknown_within(self, expression: Expression) -> bool:
        return any(self._fault(reference) is not None for reference in references(expression))

    def _is_known(self, reference: Reference) -> bool:
        if column_of(reference.name, self._columns):
            return True
        if reference.name in ("helper", "foreach"):
            return self._is_special(reference)
        return reference.name == "today" or reference.name in self._variables

    def _is_special(self, reference: Reference) -> bool:
        return self.is_helper(reference) or self.is_loop(reference)

    def is_helper(self, reference: Reference) -> bool:
        """Say whether it is `$helper.urlencode(…)`."""
        first = self._first_call(reference, "helper")
        return first is not None and first.name == "urlencode" and len(first.arguments or ()) == 1

    def is_loop(self, reference: Reference) -> bool:
        """Say whether it is a property of the loop, such as `$foreach.count`."""
        first = self._first_call(reference, "foreach")
        inside = "foreach" in self._variables
        return inside and first is not None and first.arguments is None and first.name in LOOP

    def _first_call(self, reference: Reference, name: str) -> Call | None:
        """Return the first call on a name that is the language's own, unless a column has taken it."""
        own = reference.name == name and not column_of(name, self._columns)
        return reference.calls[0] if own and reference.calls else None


def references(expression: Expression) -> Iterator[Reference]:
    """Yield the references of an expression, without those in their arguments."""
    if isinstance(expression, Reference):
        yield expression
    for part in _parts(expression):
        yield from references(part)


def _arguments(reference: Reference) -> Iterator[Expression]:
    for call in reference.calls:
        yield from call.arguments or ()


def _parts(expression: Expression) -> tuple[Expression, ...]:
    if isinstance(expression, ListOf):
        return expression.items
    if isinstance(expression, Logic):
        return expression.operands
    if isinstance(expression, Operation):
        return (expression.left, expression.right)
    if isinstance(expression, Range):
        return (expression.first, expression.last)
    if isinstance(expression, Joined):
        return tuple(part for part in expression.parts if isinstance(part, Reference))
    return ()
