"""Read references and expressions: `${bird.length()}`, `$count + 1`, `["a", "$b"]`."""

from __future__ import annotations

import re

from mturk_tasks.velocity.tree import (
    Call,
    Constant,
    Expression,
    Joined,
    ListOf,
    Logic,
    Operation,
    Range,
    Reader,
    Reference,
    Text,
    Unreadable,
)

NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_NAME = re.compile(NAME)
_HEAD = re.compile(r"(?P<slashes>\\*)\$(?P<quiet>!?)(?P<brace>\{?)")
_BRACED = re.compile(r"([^{}$\r\n]+)\}")
_MEMBER = re.compile(r"\.(?P<name>[A-Za-z_]\w*)(?P<call>\()?")
_DOLLAR = re.compile(r"(?<!\\)\\*\$")
_DIRECTIVE = re.compile(r"#\{?(?:set|if|else|elseif|end|foreach|parse|include)\b")

_CLOSING_BRACE = re.compile(r"\}")
_CLOSING = {"(": re.compile(r"\s*\)"), "[": re.compile(r"\s*\]")}
_OPENING = re.compile(r"\s*([\[(])")
_COMMA = re.compile(r"\s*,")
_DOTS = re.compile(r"\s*\.\.")
_BLANKS = re.compile(r"\s*")
_NOT = re.compile(r"\s*(?:!(?!=)|not\b)")
_NUMBER = re.compile(r"-?\d+(?P<fraction>\.\d+)?(?!\w)")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_WORD = re.compile(r"(true|false)\b")

_LEVELS = tuple(
    re.compile(rf"\s*({operators})")
    for operators in (
        r"\|\||or\b",
        r"&&|and\b",
        r"==|!=|eq\b|ne\b",
        r"<=|>=|<|>|le\b|ge\b|lt\b|gt\b",
        r"\+|-",
        r"\*|/|%",
    )
)
_DEEPEST = 12  # what may nest is limited, in Python too, and no question comes near it
_LONGEST = 60
_DIGITS = 40  # that a number is written with at most
_SIGNS = {"||": "or", "&&": "and", "eq": "==", "ne": "!=", "le": "<=", "ge": ">=", "lt": "<", "gt": ">"}


def expression(reader: Reader) -> Expression:
    """Return the expression that begins here; raise Unreadable where there is none."""
    if reader.nested == _DEEPEST:
        raise Unreadable(f"nests more than {_DEEPEST} values; give names to parts with #set")
    reader.nested += 1
    try:
        return _level(reader, 0)
    finally:
        reader.nested -= 1


def _level(reader: Reader, level: int) -> Expression:
    """Read one level of operators; each binds closer than the one before it."""
    if level == len(_LEVELS):
        return _operand(reader)
    left, operators = _level(reader, level + 1), 0
    while found := reader.take(_LEVELS[level]):
        operators += 1
        if operators > _LONGEST:
            raise Unreadable(f"has more than {_LONGEST} operators in a row; give names to parts with #set")
        sign = _SIGNS.get(found[1], found[1])
        right = _level(reader, level + 1)
        if sign in ("or", "and"):
            left = Logic(sign, (left, right))
        else:
            left = Operation(sign, left, right, reader.place())
    return left


def _operand(reader: Reader) -> Expression:
    turned = 0
    while reader.take(_NOT):
        turned += 1
    found = _one(reader)
    for _ in range(min(turned, 1 + (turned + 1) % 2)):  # twice turned is a condition, and the same again
        found = Logic("not", (found,))
    return found


def _one(reader: Reader) -> Expression:
    opening = reader.take(_OPENING)
    if not opening:
        return _simple(reader)
    if opening[1] == "[":
        return _list(reader)
    inside = expression(reader)
    reader.need(_CLOSING["("], "the closing )")
    return inside


def _simple(reader: Reader) -> Expression:
    reader.take(_BLANKS)
    if number := reader.take(_NUMBER):
        if len(number[0]) > _DIGITS:
            raise Unreadable(f"{number[0][:_DIGITS]}… is too large a number")
        return Constant(float(number[0]) if number["fraction"] else int(number[0]))
    if word := reader.take(_WORD):
        return Constant(word[1] == "true")
    if literal := reader.take(_LITERAL):
        return Constant(literal[1].replace("''", "'"))
    if quoted := reader.take(_QUOTED):
        return _joined(reader.inner(quoted[1].replace('""', '"')))
    found = reference(reader)
    if found is None:
        raise Unreadable(f"{reader.ahead()} is no text, number, list or reference")
    if found.fault:
        raise Unreadable(found.fault)
    return found


def _list(reader: Reader) -> ListOf | Range:
    if reader.take(_CLOSING["["]):
        return ListOf(())
    first = expression(reader)
    if not reader.take(_DOTS):
        return ListOf((first, *_others(reader, "[")))
    last = expression(reader)
    reader.need(_CLOSING["["], "the closing ]")
    return Range(first, last, reader.place())


def _others(reader: Reader, opening: str) -> list[Expression]:
    items = []
    while reader.take(_COMMA):
        items.append(expression(reader))
    reader.need(_CLOSING[opening], "a comma or the closing bracket")
    return items


def _joined(reader: Reader) -> Constant | Joined:
    if _DIRECTIVE.search(reader.text):
        raise Unreadable(
            "a text in quotes cannot hold a directive; write #if or #foreach around #set instead"
        )
    parts: list[Text | Reference] = []
    while found := _DOLLAR.search(reader.text, reader.position):
        before = reader.text[reader.position : found.start()]
        reader.position = found.start()
        merged = reference(reader)
        if merged is None:
            reader.position = found.end()
        parts += [Text(before), merged or Text(found[0])]
    rest = Text(reader.text[reader.position :])
    if any(isinstance(part, Reference) for part in parts):
        return Joined((*parts, rest), reader.place())
    return Constant(reader.text)


def reference(reader: Reader) -> Reference | None:
    """Return the reference that begins here, backslashes before it included; None where there is none."""
    start, place, in_script = reader.position, reader.place(), reader.in_script()
    head = reader.take(_HEAD)
    found = head and (_braced if head["brace"] else _bare)(reader)
    if not (head and found):
        reader.position = start
        return None
    name, calls, fault = found
    return Reference(
        source=reader.text[start : reader.position],
        place=place,
        name=name,
        calls=calls,
        slashes=len(head["slashes"]),
        quiet=bool(head["quiet"]),
        braced=bool(head["brace"]),
        in_script=in_script,
        fault=fault,
    )


def _bare(reader: Reader) -> tuple[str, tuple[Call, ...], str] | None:
    name = reader.take(_NAME)
    return (name[0], *_calls(reader)) if name else None


def _braced(reader: Reader) -> tuple[str, tuple[Call, ...], str] | None:
    """Read what braces hold: a column by whatever name, else a name with calls, else what is no column."""
    start = reader.position
    whole = _BRACED.match(reader.text, start)
    if not (whole and reader.is_column(whole[1])):
        named = _bare(reader)
        if named and reader.take(_CLOSING_BRACE):
            return named
        if named and not whole:
            return (*named[:2], named[2] or "the closing } is missing")
    if not whole:
        return None
    reader.position = whole.end()
    return whole[1], (), ""


def _calls(reader: Reader) -> tuple[tuple[Call, ...], str]:
    """Read methods and properties up to where that is no longer possible, and return why it is not."""
    calls: list[Call] = []
    while True:
        start, place = reader.position, reader.place()
        member = reader.take(_MEMBER)
        if not member:
            return tuple(calls), ""
        if len(calls) == _LONGEST:
            reader.position = start
            return tuple(calls), f"it calls more than {_LONGEST} methods; give names to parts with #set"
        try:
            calls.append(Call(member["name"], _arguments(reader) if member["call"] else None, place))
        except Unreadable as fault:
            reader.position = start
            return tuple(calls), fault.text


def _arguments(reader: Reader) -> tuple[Expression, ...]:
    if reader.take(_CLOSING["("]):
        return ()
    first = expression(reader)
    return (first, *_others(reader, "("))
