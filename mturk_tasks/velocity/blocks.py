"""Read a template: its text, its references, and the directives that repeat, choose and set."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.lib import text
from mturk_tasks.lib.text import Source
from mturk_tasks.velocity.expressions import NAME, expression, reference
from mturk_tasks.velocity.tree import (
    Break,
    Comment,
    Constant,
    Expression,
    Findings,
    Foreach,
    If,
    Node,
    Position,
    Reader,
    Set,
    Stop,
    Text,
    Unreadable,
)

# Open the files that a template brings in: those in the folder of the question, and no others.


def open_file(folder: Path, name: str, trail: tuple[Path, ...]) -> Source:
    """Return a file of the folder; raise FileError for one outside it or one that is being read already.

    Links are followed before the two are compared.
    """
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise FileError(
            Problem(path, None, "is outside the folder of the question; copy it into that folder")
        )
    if any(path.resolve() == opened.resolve() for opened in trail):
        raise FileError(Problem(path, None, "brings in itself"))
    return text.read(path)


_SPECIAL = re.compile(r"(?<!\\)\\*[$#]")  # without a look back, many backslashes would be gone over again
_DIRECTIVE = re.compile(
    r"""(?P<slashes>\\*)\#(?P<brace>\{)?
        (?:(?P<plain>else|end|stop|break)|(?P<word>set|if|elseif|foreach|parse|include|macro|define|evaluate|literal))
        (?(brace)\}|(?!\w))(?(word)(?=\s*\())""",
    re.VERBOSE,
)
_LINE_END = re.compile(r"[ \t]*\r?\n")
_OPENING = re.compile(r"\s*\(")
_CLOSING = re.compile(r"\s*\)")
_ARGUMENTS = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)")
_VARIABLE = re.compile(rf"\s*\$(?:({NAME})|\{{({NAME})\}})")
_EQUALS = re.compile(r"\s*=(?!=)")
_IN = re.compile(r"\s*in\b")
_FILE = re.compile(r"""\s*(["'])([^"'$#]+)\1""")
_COMMA = re.compile(r"\s*,?")

_INSTEAD = {
    "macro": "write the text where it is wanted, or #parse a file that holds it",
    "define": "use #set, or #parse a file that holds the text",
    "evaluate": "write the reference itself",
    "literal": r"write \$name and \#if where they shall stay as they are",
}
_DEEPEST = 12  # what a program may nest is limited, and no question comes near it

Found = TypeVar("Found")


def read(text: str, path: Path, first_line: int, findings: Findings) -> tuple[Node, ...]:
    """Return the tree of a template; what is wrong with it goes into the findings."""
    return _Blocks(Reader(text, path, first_line, findings.columns), findings, (path,)).all()


class _Blocks:
    """The reader of one file; `trail` lists the files whose #parse led to it."""

    def __init__(self, reader: Reader, findings: Findings, trail: tuple[Path, ...]) -> None:
        self.reader = reader
        self.findings = findings
        self.trail = trail
        self.loops = 0
        self.depth = 0

    def all(self) -> tuple[Node, ...]:
        return self._body(())[0]

    def _body(self, closers: tuple[str, ...]) -> tuple[tuple[Node, ...], str]:
        """Return what stands before one of the closing directives, and which of them it was."""
        nodes: list[Node] = []
        while True:
            reader = self.reader
            found = _SPECIAL.search(reader.text, reader.position)
            _add_text(nodes, reader.text[reader.position : found.start() if found else None])
            if not found:
                reader.position = len(reader.text)
                return tuple(nodes), ""
            reader.position = found.start()
            closer = self._special(nodes, found, closers)
            if closer:
                return tuple(nodes), closer

    def _special(self, nodes: list[Node], found: re.Match[str], closers: tuple[str, ...]) -> str:
        if found[0].endswith("$"):
            merged = reference(self.reader)
            nodes += [merged] if merged else []
        elif self.reader.take_comment():
            nodes.append(Comment())
        elif directive := self._directive():
            return self._follow(nodes, directive, closers)
        if self.reader.position == found.start():
            self.reader.position = found.end()
            _add_text(nodes, found[0])
        return ""

    def _directive(self) -> re.Match[str] | None:
        """Return the directive that begins here; one without arguments alone in quotes is a link's target."""
        found = _DIRECTIVE.match(self.reader.text, self.reader.position)
        if not found:
            return None
        around = self.reader.text[found.start() - 1 : found.start()], self.reader.text[found.end() :][:1]
        if found["plain"] and around in (('"', '"'), ("'", "'")):
            return None
        self.reader.position = found.end()
        return found

    def _follow(self, nodes: list[Node], found: re.Match[str], closers: tuple[str, ...]) -> str:
        word, slashes = found["plain"] or found["word"], len(found["slashes"])
        _add_text(nodes, "\\" * (slashes // 2))
        if slashes % 2:
            _add_text(nodes, found[0][slashes:])
        elif word in closers:
            if word != "elseif":  # whose condition comes first
                self.reader.take(_LINE_END)
            return word
        else:
            self._act(nodes, word, found)
        return ""

    def _act(self, nodes: list[Node], word: str, found: re.Match[str]) -> None:
        reader, place = self.reader, self.reader.place(found.start())
        try:
            nodes += self._nodes(word, nodes, place)
        except Unreadable as fault:
            reader.position = found.end()
            if reader.in_script():
                self.findings.note(place, f"{found[0]} stays as it is inside <script>: {fault.text}")
                _add_text(nodes, found[0])
            elif found["plain"]:
                self.findings.note(place, f"{found[0]} stays as it is: {fault.text}")
                _add_text(nodes, found[0])
            else:
                self.findings.refuse(place, f"#{word}: {fault.text}")
                reader.take(_ARGUMENTS)

    def _nodes(self, word: str, nodes: list[Node], place: Position) -> tuple[Node, ...]:
        if word in _INSTEAD:
            raise Unreadable(f"is not supported; {_INSTEAD[word]}")
        if word in ("else", "elseif", "end"):
            raise Unreadable("there is nothing open that it could belong to")
        if word == "break" and not self.loops:
            raise Unreadable("there is no #foreach around it")
        if word == "stop":
            return (Stop(),)
        if word == "break":
            return (Break(),)
        if word == "set":
            return (self._set(nodes),)
        if word in ("parse", "include"):
            return self._files(word, place)
        return (self._nested(self._if if word == "if" else self._foreach, place),)

    def _nested(self, read_block: Callable[[Position], Node], place: Position) -> Node:
        if self.depth == _DEEPEST:
            raise Unreadable(f"stands within {_DEEPEST} others; that is as deep as it goes")
        self.depth += 1
        try:
            return read_block(place)
        finally:
            self.depth -= 1

    def _set(self, nodes: list[Node]) -> Set:
        name, value = self._arguments(self._assignment)
        self.findings.variables.add(name)
        if nodes and isinstance(nodes[-1], Text) and not nodes[-1].text.strip(" \t"):
            nodes.pop()  # blanks between it and what is no text belong to it
        return Set(name, value)

    def _assignment(self) -> tuple[str, Expression]:
        name = self._variable()
        self.reader.need(_EQUALS, "the sign =")
        return name, expression(self.reader)

    def _if(self, place: Position) -> If:
        branches = []
        closer = "elseif"
        otherwise: tuple[Node, ...] = ()
        while closer == "elseif":
            condition = self._arguments(self._condition)
            body, closer = self._body(("elseif", "else", "end"))
            branches.append((condition, body))
        if closer == "else":
            otherwise, closer = self._body(("end",))
        self._closed(closer, "#if", place)
        return If(tuple(branches), otherwise)

    def _condition(self) -> Expression:
        condition = expression(self.reader)
        if isinstance(condition, Constant) and not isinstance(condition.value, bool):
            raise Unreadable("a condition is a reference or a comparison, such as $name == 'x'")
        return condition

    def _foreach(self, place: Position) -> Foreach:
        name, items = self._arguments(self._iteration)
        self.findings.variables |= {name, "velocityCount", "foreach"}
        self.loops += 1
        body, closer = self._body(("end",))
        self.loops -= 1
        self._closed(closer, "#foreach", place)
        return Foreach(name, items, body, place)

    def _iteration(self) -> tuple[str, Expression]:
        name = self._variable()
        self.reader.need(_IN, "the word in")
        return name, expression(self.reader)

    def _closed(self, closer: str, opener: str, place: Position) -> None:
        if not closer:
            self.findings.refuse(place, f"{opener} has no #end")

    def _variable(self) -> str:
        found = self.reader.need(_VARIABLE, "the name of a variable")
        return str(found[1] or found[2])

    def _files(self, word: str, place: Position) -> tuple[Node, ...]:
        nodes: list[Node] = []
        for name in self._arguments(self._names):
            try:
                source = open_file(self.findings.folder, name, self.trail)
            except FileError as error:
                for problem in error.problems:
                    self.findings.refuse(place, f"#{word}: {name} {problem.text}")
                continue
            self.findings.notes += source.notes
            self.findings.opened.append(source.path)
            if word == "include":
                nodes.append(Text(source.text))
            else:
                inner = Reader(source.text, source.path, 1, self.findings.columns)
                nodes += _Blocks(inner, self.findings, (*self.trail, source.path)).all()
        return tuple(nodes)

    def _names(self) -> list[str]:
        names = [self.reader.need(_FILE, "the name of a file in quotes, without references,")[2]]
        while self.reader.take(_COMMA) and (more := self.reader.take(_FILE)):
            names.append(more[2])
        return names

    def _arguments(self, read_inside: Callable[[], Found]) -> Found:
        """Return what the parentheses of a directive hold; the rest of its line goes if it is blank."""
        self.reader.need(_OPENING, "the opening (")
        inside = read_inside()
        self.reader.need(_CLOSING, "the closing )")
        self.reader.take(_LINE_END)
        return inside


def _add_text(nodes: list[Node], text: str) -> None:
    last = nodes[-1] if nodes else None
    if isinstance(last, Text):
        nodes[-1] = Text(last.text + text)
    elif text:
        nodes.append(Text(text))
