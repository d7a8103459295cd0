"""Generate a folder for a survey or a qualification from the templates that come with the package.

The templates work with plain `cookiecutter` as well; their hooks refuse the same answers. Asking here,
before anything is written, gives every mistake a sentence and leaves no trace of it.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mturk_tasks.errors import UsageError
from mturk_tasks.lib.money import parse_usd
from mturk_tasks.vocabulary.properties import TO_DO, TO_SAY

PAGE_SAMPLE: Final = "html_form"  # whose properties an HTML layout begins with

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_NOT_PROMPTED: Final = ("description", "keywords")  # plain `cookiecutter` does not ask for these
_OWN: Final = "own"  # what files that are no sample of ours are called in the template, whatever their name
_TEMPLATE_TEXT = re.compile(r"\{[{%#]")
NOT_IN_A_LINE: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


def template(kind: str) -> Path:
    """Return the folder of the template `cookiecutter-<kind>`.

    A wheel carries it inside the package; in a source tree, also an editable one, it stands beside it.
    Raise UsageError where it is in neither place.
    """
    package = Path(__file__).resolve().parent
    for place in (package / "_templates", package.parent):
        if (place / f"cookiecutter-{kind}" / "cookiecutter.json").is_file():
            return place / f"cookiecutter-{kind}"
    raise UsageError(f"the template cookiecutter-{kind} did not come with this installation")


def samples(kind: str = "hit") -> list[str]:
    """Return the names of the samples that a folder can begin with, sorted."""
    return sorted(sample.name for sample in template(kind).glob("*/_samples/*") if sample.is_dir())


def new_hit(answers: Mapping[str, str], directory: Path, files: Mapping[str, bytes] | None = None) -> Path:
    """Generate a survey folder in `directory` and return it; the directory is made when missing.

    `answers` holds `name`, and any of `sample`, `title`, `description`, `keywords`, `reward` and `git` (auto,
    yes or no); what is left out or empty is as in the template. `files` are a survey to begin with in place
    of a sample of ours, each by its ending (input or csv, question or html, properties); without properties
    its texts are left to be written. `sample` is then what that survey is called, which is told and never
    rendered. Raise UsageError, leaving nothing behind, for an
    answer that cannot be used, a folder that exists, or a place that cannot be written.
    """
    given = _HIT.read(answers, sample_is_ours=not files)
    given |= {f"__{key}": given.pop(key) for key in _NOT_PROMPTED if key in given}
    with _room_for(given["name"], directory) as (folder, aside):
        if files:
            source = _template_around(files, given["name"], aside)
            given |= {"__source": one_line(given.get("sample", given["name"])), "sample": _OWN}
        else:
            source = template("hit")
        _generate(source, given | _endings(files or {}), aside).rename(folder)
    return folder


def new_qual(answers: Mapping[str, str], directory: Path, label: str = "") -> Path:
    """Generate a qualification folder in `directory` and return it; the directory is made when missing.

    `answers` holds `name`, and any of `sample`, `title` (what workers read as the qualification's name)
    and `git`; what is left out or empty is as in the template. Without a title it is the sample's name,
    with the label, else the folder's name, behind it: a requester has one qualification of a name. Raise
    UsageError as `new_hit` does.
    """
    given = _QUALIFICATION.read(answers)
    with _room_for(given["name"], directory) as (folder, aside):
        _generate(template("qual"), given | {"__label": label or given["name"]}, aside).rename(folder)
    return folder


def one_line(name: str) -> str:
    """Return a name as Markdown and a terminal can show it: what is no printable character is replaced."""
    return "".join(char if char.isprintable() and char != "`" else "\ufffd" for char in name)


def _template_around(files: Mapping[str, bytes], name: str, aside: Path) -> Path:
    """Copy the template and put the files in place of its samples; return the copy.

    Cookiecutter renders the names of a template's files and folders: none of them is a stranger's.
    """
    copy = shutil.copytree(template("hit"), aside / ".template", ignore=shutil.ignore_patterns("__pycache__"))
    (samples,) = copy.glob("*/_samples")
    properties = (samples / PAGE_SAMPLE / "survey.properties").read_bytes()
    shutil.rmtree(samples)
    sample = samples / _OWN
    sample.mkdir(parents=True)
    for key, value in {**dict.fromkeys(TO_SAY, TO_DO), "annotation": name}.items():
        line = f"{key}: {value}".encode()
        properties = re.sub(rb"^%b:.*$" % key.encode(), line, properties, flags=re.MULTILINE)
    for ending, content in {"properties": properties, **files}.items():
        (sample / f"survey.{ending}").write_bytes(content)
    return copy


def _endings(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return what the template's texts call the input and the question."""
    return {
        "__input": "csv" if "csv" in files else "input",
        "__question": "html" if "html" in files else "question",
    }


def _name_of(thing: str) -> Callable[[str], None]:
    """Return a check of the name that a folder of ours, and what it holds, is called by."""

    def check(name: str) -> None:
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} cannot name a {thing}; begin with a letter, go on with letters, digits, - and _, "
                "64 characters at most"
            )

    return check


def _line_within(what: str, limit: int) -> Callable[[str], None]:
    """Return a check of a text that workers read, whose limit is the service's."""

    def check(text: str) -> None:
        if NOT_IN_A_LINE.search(text):
            raise UsageError(f"{what} is one line of text, without tabs or control characters")
        if len(text) > limit:
            raise UsageError(f"{what} has at most {limit} characters; this one has {len(text)}")

    return check


def _sample_of(kind: str) -> Callable[[str], None]:
    """Return a check whether a template has this sample."""
    return lambda sample: _one_of("sample", sample, samples(kind))


def _check_reward(reward: str) -> None:
    try:
        parse_usd(reward)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _one_of(what: str, value: str, known: Iterable[str]) -> None:
    """Raise UsageError, naming what is nearest, for a value that is not among the known ones."""
    choices = list(known)
    if value in choices:
        return
    near = get_close_matches(value, choices, n=1)
    advice = f"did you mean {near[0]}?" if near else f"choose from {', '.join(choices)}"
    raise UsageError(f"{value!r} is no known {what}; {advice}")


def _check_git(choice: str) -> None:
    _one_of("choice for git", choice, ("auto", "yes", "no"))


@dataclass(frozen=True)
class _Questions:
    """What a template asks, and how each answer is checked."""

    thing: str
    checks: Mapping[str, Callable[[str], None]]

    def read(self, answers: Mapping[str, str], *, sample_is_ours: bool = True) -> dict[str, str]:
        """Return the answers that are not empty; raise UsageError for one that cannot be used."""
        for key in answers:
            _one_of("answer", key, self.checks)
        given = {key: value.strip() for key, value in answers.items() if value.strip()}
        if "name" not in given:
            raise UsageError(f"a {self.thing} folder needs a name; give one with --name")
        for key, check in self.checks.items():
            if key in given and (sample_is_ours or key != "sample"):
                check(given[key])
        return given


_HIT: Final = _Questions(
    "survey",
    {
        "name": _name_of("survey"),
        "sample": _sample_of("hit"),
        "title": _line_within("a title", 128),
        "description": _line_within("a description", 2000),
        "keywords": _line_within("the list of keywords", 1000),
        "reward": _check_reward,
        "git": _check_git,
    },
)
_QUALIFICATION: Final = _Questions(
    "qualification",
    {
        "name": _name_of("qualification"),
        "sample": _sample_of("qual"),
        "title": _line_within("a title", 200),
        "git": _check_git,
    },
)


@contextmanager
def _room_for(name: str, directory: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the folder to be, and a place beside it to make it in; raise UsageError where it exists."""
    folder = directory.expanduser().absolute() / name
    if os.path.lexists(folder):
        raise UsageError(f"{folder} exists already; take another name or another directory")
    with missing_parents_of(folder), TemporaryDirectory(prefix=".new-", dir=folder.parent) as aside:
        yield folder, Path(aside)


def _generate(source: Path, given: Mapping[str, str], directory: Path) -> Path:
    """Let cookiecutter make the folder, and return it.

    Its command would also write the answers into the home folder, read defaults from there, and render
    a title that happens to hold braces; these two functions of it do none of that.
    """
    from cookiecutter.exceptions import CookiecutterException
    from cookiecutter.generate import generate_context, generate_files

    logging.getLogger("cookiecutter").addHandler(logging.NullHandler())  # what fails is raised below
    context = generate_context(str(source / "cookiecutter.json"))
    template_answers = context["cookiecutter"]
    for key in ("sample", "git"):
        template_answers[key] = template_answers[key][0]  # the first choice is the default
    template_answers.update(given, __folder=given["name"])
    template_answers["__source"] = given.get("__source", template_answers["sample"])
    try:
        with _plainly_named(directory) as place:
            return directory / Path(generate_files(str(source), context, str(place))).name
    except CookiecutterException as error:
        raise UsageError(f"the folder could not be made: {error}") from error


@contextmanager
def _plainly_named(directory: Path) -> Iterator[Path]:
    """Yield a directory by a name that is no template: cookiecutter renders the path that leads to it.

    Where its own path is one, that is a link from elsewhere. Raise UsageError where no such place is.
    """
    if not _TEMPLATE_TEXT.search(str(directory)):
        yield directory
        return
    with TemporaryDirectory() as elsewhere:
        if _TEMPLATE_TEXT.search(elsewhere):
            raise UsageError(f"{elsewhere} has braces in its name; let TMPDIR name a directory without them")
        link = Path(elsewhere) / "link"
        link.symlink_to(directory, target_is_directory=True)
        yield link


@contextmanager
def missing_parents_of(folder: Path) -> Iterator[None]:
    """Make the folder's parents, and take those that were missing away again when the block fails."""
    missing = [parent for parent in folder.parents if not os.path.lexists(parent)]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException as error:
        for parent in missing:
            with suppress(OSError):  # never made, or somebody else has put something in it
                parent.rmdir()
        if isinstance(error, OSError):
            reason = f"{error.filename}: {error.strerror}" if error.strerror else error
            raise UsageError(f"the folder could not be made: {reason}") from error
        raise
