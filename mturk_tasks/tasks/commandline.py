"""Read a command line as the old tools would have, and write it as invoke reads one.

One dash or two, any case, `-maxhits` and `--max-hits` alike; a folder before and `.sh` or `.cmd` after
the command's name; dashes as they come out of a printed page. A value may begin with a dash.

What cannot be understood is refused, but for what the old commands passed over in their time: scripts that
people still run have empty words, texts without quotes and options given twice in them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePosixPath

from mturk_tasks.errors import UsageError

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_ENDINGS = re.compile(r"\.(sh|cmd|bat)$", re.IGNORECASE)
_SAME = {"success": "successfile", "successfile": "success", "h": "help"}
_HELP = "help"
_REST = "--"  # what stands behind it is another program's
_NAMED = 5  # so many surplus words are named; a pattern that a shell filled in gives hundreds
_DRY = {"dry": "--dry", "dryrun": "--dry"}  # the program's own option, which may stand behind a task too
_COMPLETION = ("--complete", "--print-completion-script")  # what follows is half a command line, or a shell


@dataclass(frozen=True)
class Command:
    """A command as it can be typed: its flags by their squashed names, and which of them take a value.

    A word that belongs to no flag is the value of the `bare` one. An `old` command passes over what the
    old tools passed over, and no other command stands behind it in one line. Behind one that `runs` a
    program stand two dashes, and the rest of the line is that program's.
    """

    name: str
    flags: Mapping[str, str]
    takes_value: frozenset[str]
    bare: str = ""
    old: bool = False
    runs: str = ""

    def find(self, word: str) -> str | None:
        """Return the flag that a word means, if it means one."""
        key = squash(word)
        return self.flags.get(key) or self.flags.get(_SAME.get(key, ""))


@dataclass
class Read:
    """A command line as invoke reads one, and what to say about how it was read."""

    words: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def squash(word: str) -> str:
    """Return a flag's name without dashes, underscores and case."""
    return re.sub(r"[-_]", "", word.lstrip(_DASHES)).lower()


def modern(words: Sequence[str], commands: Mapping[str, Command]) -> Read:
    """Return a command line for invoke; `commands` are those there are, by name.

    Options of the program itself, which stand before any command, stay as they are; an option of the
    command that stands there, as scripts put `-sandbox`, goes behind it. Raise UsageError for a
    command or an option that is not known, naming what is nearest.
    """
    if any(word in _COMPLETION for word in words[: _end(words)]):
        return Read(list(words))
    start = next((place for place, word in enumerate(words) if _command(word, commands)), None)
    if start is None:
        rest = [_program_option(word) for word in words if not _is_help(word)]
        return Read([*rest, *(["--help"] if len(rest) < len(words) else [])])
    before, command = list(words[:start]), _command(words[start], commands)
    assert command  # noqa: S101  # it was found just now
    before = [word for word in before if word.strip() or not command.old]
    own = [word for word in before if _is_help(word) or (_has_dash(word) and command.find(word))]
    read = Read([_program_option(word) for word in before if word not in own])
    rest = [*own, *words[start + 1 :]]
    while True:
        read.words.append(command.name)
        reader = _OldReader if command.old else _Reader
        rest = reader(command, rest, commands, read).take()
        if not rest:
            return read
        following = _command(rest[0], commands)
        assert following  # noqa: S101  # the reader stops at a command or at the end
        command, rest = following, rest[1:]


def _end(words: Sequence[str]) -> int:
    """Return how many words stand before two dashes alone."""
    return words.index(_REST) if _REST in words else len(words)


def nearest(word: str, known: Sequence[str]) -> str:
    """Return a hint that names what a word may have been meant for."""
    lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), lower, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(lower[name] for name in found)}?" if found else ""


def _command(word: str, commands: Mapping[str, Command]) -> Command | None:
    """Return the command that a word names: `./loadHITs.sh` and `LOADHITS` too."""
    if word in commands:
        return commands[word]
    name = _ENDINGS.sub("", PurePosixPath(word.replace("\\", "/")).name.lstrip(".")).lower()
    return next((command for known, command in commands.items() if known.lower() == name), None)


def _program_option(word: str) -> str:
    """Return an option of the program as it is spelt, with the dashes of a keyboard."""
    body = word.lstrip(_DASHES)
    plain = "-" * (len(word) - len(body)) + body
    return _DRY.get(squash(word), plain) if _has_dash(word) else plain


def _has_dash(word: str) -> bool:
    return word.startswith(tuple(_DASHES))


def _is_help(word: str) -> bool:
    return _has_dash(word) and squash(word) in ("h", _HELP)


class _Reader:
    """Read the words behind one command."""

    def __init__(
        self, command: Command, words: list[str], commands: Mapping[str, Command], read: Read
    ) -> None:
        self.command = command
        self.words = words
        self.commands = commands
        self.read = read
        self.given: set[str] = set()
        self.last_value = ""

    def take(self) -> list[str]:
        """Read up to the next command, and return the words from there on."""
        while self.words:
            word = self.words.pop(0)
            if word == _REST and self.command.runs:
                self.read.words += [_REST, *self.words]
                return []
            if _has_dash(word) and len(word) > 1:
                self._flag(word)
            elif not self._bare_is_open() and self._ends_at(word):
                return [word, *self.words]
            else:
                self._bare(word)
        return []

    def _ends_at(self, word: str) -> bool:
        return _command(word, self.commands) is not None

    def _flag(self, word: str) -> None:
        name, sign, value = word.partition("=")
        if _is_help(name):  # before the command: behind it invoke takes it for a name where one is missing
            self.read.words[:] = ["--help", self.command.name]
            self.words.clear()
            return
        flag = self.command.find(name)
        if flag is None and squash(word) in _DRY:
            self.read.words.insert(0, _DRY[squash(word)])
            return
        if flag is None:
            hint = nearest(name, [f"-{flag}" for flag in (*self.command.flags, *_DRY)])
            raise UsageError(f"{self.command.name} has no option {name}{hint}")
        if sign and flag not in self.command.takes_value:
            raise UsageError(f"{name} takes no value")
        self._give(flag, value if sign else None)

    def _give(self, flag: str, value: str | None) -> None:
        if flag not in self.command.takes_value:
            self.read.words.append(flag)
            self.given.add(flag)
            return
        if value is None:
            if not self.words or self._named(self.words[0]):
                raise UsageError(f"Missing argument for option: {flag.lstrip('-')}")
            value = self.words.pop(0)
        if flag in self.given:
            self._again(flag, value)
        else:
            self.read.words.append(f"{flag}={value}")
        self.given.add(flag)
        self.last_value = value

    def _again(self, flag: str, value: str) -> None:
        raise UsageError(f"{flag} is given twice, and {value!r} the second time; leave out one")

    def _named(self, word: str) -> str | None:
        """Return the option that a word with a dash names."""
        return self.command.find(word.partition("=")[0]) if _has_dash(word) else None

    def _is_free(self, flag: str | None) -> bool:
        """Say whether an option is given neither before the next word nor behind it."""
        return flag not in self.given and flag not in map(self._named, self.words)

    def _bare_is_open(self) -> bool:
        return bool(self.command.bare) and self.command.bare not in self.given

    def _bare(self, word: str) -> None:
        """Read a word without a dash as the option of that name, as the reference's misprints have it."""
        flag = self.command.find(word)
        if flag in self.command.takes_value and self._is_free(flag) and self.words:
            self.read.notes.append(f"reading {word} as -{word}")
            self._give(flag, None)
            return
        if self._bare_is_open():
            self.words.insert(0, word)
            self._give(self.command.bare, None)
            return
        glued = next((name for name in self.command.flags if self._is_glued(name)), None)
        if glued:
            raise UsageError(f"{self.last_value}: write a blank before -{glued}")
        self._surplus(word)

    def _is_glued(self, name: str) -> bool:
        """Say whether the last value ends with an option that is not given elsewhere: `A3XYZ-reason`."""
        return self.last_value.lower().endswith(f"-{name}") and self._is_free(self.command.flags[name])

    def _surplus(self, word: str) -> None:
        if self.command.runs:
            raise UsageError(f"write two dashes before it: {self.command.name} -- {self.command.runs}")
        others = [name for name, other in self.commands.items() if other.name != self.command.name]
        hint = nearest(word, others)
        raise UsageError(f"{self.command.name} does not know what to do with {word!r}{hint}")


class _OldReader(_Reader):
    """Read the words behind an old command; what the old tools passed over is named and passed over."""

    def take(self) -> list[str]:
        """Read all words there are."""
        self.passed_over: list[str] = []
        self.words = [word for place, word in enumerate(self.words) if word.strip() or self._is_value(place)]
        rest = super().take()
        self.read.notes += _passed_over(self.passed_over)
        return rest

    def _is_value(self, place: int) -> bool:
        """Say whether the word at a place stands behind an option that takes one."""
        before = self.words[place - 1] if place else ""
        return "=" not in before and self._named(before) in self.command.takes_value

    def _ends_at(self, word: str) -> bool:
        return False

    def _again(self, flag: str, value: str) -> None:
        what = f"-{flag.lstrip('-')} {value!r}"
        self.read.notes.append(f"{what} is ignored; of an option given twice the first counts, as it did")

    def _surplus(self, word: str) -> None:
        flag = self.command.find(word)
        if flag and self._is_free(flag):
            self.read.notes.append(f"{word!r} is ignored, as the old tools did; the option is -{word}")
        else:
            self.passed_over.append(word)


def _passed_over(words: Sequence[str]) -> list[str]:
    """Return the note that names surplus words; the first few where they are many."""
    if not words:
        return []
    named = ", ".join(repr(word) for word in words[:_NAMED])
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    verb = "is" if len(words) == 1 else "are"
    return [f"{named}{more} {verb} ignored, as the old tools did; put texts of several words in quotes"]
