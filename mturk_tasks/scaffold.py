"""Folders for surveys and qualifications, made from the templates that come with the package.

The templates also work with plain `cookiecutter`; their hooks refuse the same answers. Checking them here,
before anything is written, gives every mistake a sentence and leaves nothing behind.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.lib import disk
from mturk_tasks.lib.money import parse_usd
from mturk_tasks.vocabulary.properties import TO_DO, TO_SAY

PAGE_SAMPLE: Final = "html_form"  # an HTML layout begins with the properties of this sample
TASK_FILES: Final = ("tasks.py", "invoke.yaml")
NOT_IN_A_LINE: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")

_GITIGNORE: Final = ".gitignore"
_GITIGNORE_HEADING: Final = "# Personal data, keys and databases stay out of git."
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_NOT_PROMPTED: Final = ("description", "keywords")  # plain `cookiecutter` does not ask for these
_OWN: Final = "own"  # the sample that stands for files of somebody else, whatever their name
_TEMPLATE_TEXT = re.compile(r"\{[{%#]")


def template(kind: str) -> Path:
    """Return the folder of the template `cookiecutter-<kind>`; raise UsageError if it is not installed.

    A wheel has it inside the package, a source tree beside it.
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
    """Make a survey folder in `directory`, which is made when missing, and return it.

    `answers` holds `name`, and any of `sample`, `title`, `description`, `keywords`, `reward` and `git` (auto,
    yes or no); what is left out or empty is as in the template. `files` are a survey to begin with in place
    of a sample, each by its ending (input or csv, question or html, properties); without properties its
    texts are left to be written. `sample` is then that survey's name, which is never rendered. Raise
    UsageError, leaving nothing behind, for an answer that cannot be used, a folder that exists, or a place
    that cannot be written.
    """
    given = _HIT.read(answers, check_sample=not files)
    given |= {f"__{key}": given.pop(key) for key in _NOT_PROMPTED if key in given}
    given["__input"] = "csv" if "csv" in (files or {}) else "input"
    given["__question"] = "html" if "html" in (files or {}) else "question"
    folder = _new_folder(given["name"], directory)
    with staging_folder(folder) as staging:
        source = template("hit")
        if files:
            source = _template_around(files, given["name"], staging)
            given |= {"__source": one_line(given.get("sample", given["name"])), "sample": _OWN}
        _generate(source, given, staging).rename(folder)
    return folder


def new_qual(answers: Mapping[str, str], directory: Path, label: str = "") -> Path:
    """Make a qualification folder in `directory`, which is made when missing, and return it.

    `answers` holds `name`, and any of `sample`, `title` (the name of the qualification that Workers read)
    and `git`; what is left out or empty is as in the template. Without a title it is the sample's name
    followed by the label, else by the folder's name: a Requester has one qualification of a name. Raise
    UsageError as `new_hit` does.
    """
    given = _QUALIFICATION.read(answers)
    folder = _new_folder(given["name"], directory)
    with staging_folder(folder) as staging:
        _generate(template("qual"), given | {"__label": label or given["name"]}, staging).rename(folder)
    return folder


def add_tasks(folder: Path, kind: str) -> tuple[list[Path], GitignoreChange]:
    """Copy the tasks of a template into a folder and complete its ignore rules; return both outcomes."""
    (source,) = template(kind).glob(f"*/{TASK_FILES[0]}")
    files = [Path(shutil.copyfile(source.with_name(name), folder / name)) for name in TASK_FILES]
    return files, complete_gitignore(folder, kind)


@dataclass(frozen=True)
class GitignoreChange:
    """Change of a folder's ignore rules: it got all of a template's, or the `added` lines, or none."""

    path: Path
    is_new: bool = False
    added: tuple[str, ...] = ()

    @property
    def files(self) -> list[Path]:
        """Return the file if it was written."""
        return [self.path] if self.is_new or self.added else []

    @property
    def sentence(self) -> str:
        """Say which lines were added to existing rules; empty if none were."""
        lines = f"{len(self.added)} line{'s' if len(self.added) > 1 else ''}"
        return f"{lines} added to {self.path}: {', '.join(self.added)}" if self.added else ""


def check_gitignore(folder: Path) -> None:
    """Raise FileError for rules that cannot be completed: git follows no link, nor does this program."""
    path = folder / _GITIGNORE
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise FileError(Problem(path, None, "is no file of its own, and git would not read it; take it away"))


def complete_gitignore(folder: Path, kind: str) -> GitignoreChange:
    """Add the ignore rules of a template that a folder lacks; existing lines stay as they are.

    Raise FileError for rules that cannot be read or written.
    """
    check_gitignore(folder)
    path = folder / _GITIGNORE
    (rules,) = template(kind).glob("*/gitignore.txt")
    with disk.on_disk(path):
        if not path.exists():
            shutil.copyfile(rules, path)
            return GitignoreChange(path, is_new=True)
        before = path.read_bytes()
    present = {line.strip() for line in before.decode("utf-8", "replace").splitlines()}
    wanted = (line.strip() for line in rules.read_text(encoding="utf-8").splitlines())
    missing = tuple(line for line in wanted if line and not line.startswith("#") and line not in present)
    if missing:
        end = b"\r\n" if b"\r\n" in before else b"\n"
        gap = b"" if before.endswith(b"\n") or not before else end
        lines = (*([""] if before else []), _GITIGNORE_HEADING, *missing, "")
        disk.write_bytes(path, before + gap + end.join(line.encode() for line in lines))
    return GitignoreChange(path, added=missing)


@contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder beside the one to be made, whose parents are made.

    When the block fails, the parents that were missing are removed again; raise UsageError for an OSError.
    """
    missing = [parent for parent in folder.parents if not os.path.lexists(parent)]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".new-", dir=folder.parent) as staging:
            yield Path(staging)
    except BaseException as error:
        for parent in missing:
            with suppress(OSError):  # never made, or somebody else has put something in it
                parent.rmdir()
        if isinstance(error, OSError):
            reason = f"{error.filename}: {error.strerror}" if error.strerror else error
            raise UsageError(f"the folder could not be made: {reason}") from error
        raise


def one_line(name: str) -> str:
    """Return a name as Markdown and a terminal can show it, with other characters replaced."""
    return "".join(char if char.isprintable() and char != "`" else "\ufffd" for char in name)


def _template_around(files: Mapping[str, bytes], name: str, staging: Path) -> Path:
    """Copy the template and put the files in place of its samples; return the copy.

    Cookiecutter renders the names of a template's files and folders: none of these comes from outside.
    """
    copy = shutil.copytree(
        template("hit"), staging / ".template", ignore=shutil.ignore_patterns("__pycache__")
    )
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


def _check_name(thing: str, name: str) -> None:
    """Raise UsageError for what cannot name a folder, and the files in it."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot name a {thing}; begin with a letter, go on with letters, digits, - and _, "
            "64 characters at most"
        )


def _check_line(what: str, limit: int, text: str) -> None:
    """Raise UsageError for a text that Workers cannot read, or that is longer than the service allows."""
    if NOT_IN_A_LINE.search(text):
        raise UsageError(f"{what} is one line of text, without tabs or control characters")
    if len(text) > limit:
        raise UsageError(f"{what} has at most {limit} characters; this one has {len(text)}")


def _check_sample(kind: str, sample: str) -> None:
    _check_choice("sample", samples(kind), sample)


def _check_reward(reward: str) -> None:
    try:
        parse_usd(reward)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _check_choice(what: str, choices: Sequence[str], value: str) -> None:
    """Raise UsageError, naming the nearest choice, for a value that is not among them."""
    if value in choices:
        return
    near = get_close_matches(value, choices, n=1)
    advice = f"did you mean {near[0]}?" if near else f"choose from {', '.join(choices)}"
    raise UsageError(f"{value!r} is no known {what}; {advice}")


@dataclass(frozen=True)
class _Questions:
    """Questions of a template, each with a check of its answer."""

    thing: str
    checks: Mapping[str, Callable[[str], None]]

    def read(self, answers: Mapping[str, str], *, check_sample: bool = True) -> dict[str, str]:
        """Return the answers that are not empty; raise UsageError for one that cannot be used."""
        for key in answers:
            _check_choice("answer", list(self.checks), key)
        given = {key: value.strip() for key, value in answers.items() if value.strip()}
        if "name" not in given:
            raise UsageError(f"a {self.thing} folder needs a name; give one with --name")
        for key, check in self.checks.items():
            if key in given and (check_sample or key != "sample"):
                check(given[key])
        return given


_check_git = partial(_check_choice, "choice for git", ("auto", "yes", "no"))
_HIT: Final = _Questions(
    "survey",
    {
        "name": partial(_check_name, "survey"),
        "sample": partial(_check_sample, "hit"),
        "title": partial(_check_line, "a title", 128),
        "description": partial(_check_line, "a description", 2000),
        "keywords": partial(_check_line, "the list of keywords", 1000),
        "reward": _check_reward,
        "git": _check_git,
    },
)
_QUALIFICATION: Final = _Questions(
    "qualification",
    {
        "name": partial(_check_name, "qualification"),
        "sample": partial(_check_sample, "qual"),
        "title": partial(_check_line, "a title", 200),
        "git": _check_git,
    },
)


def _new_folder(name: str, directory: Path) -> Path:
    """Return the path of the folder to be made; raise UsageError if it exists."""
    folder = directory.expanduser().absolute() / name
    if os.path.lexists(folder):
        raise UsageError(f"{folder} exists already; take another name or another directory")
    return folder


def _generate(source: Path, given: Mapping[str, str], directory: Path) -> Path:
    """Have cookiecutter make the folder, and return it.

    The cookiecutter command would also write the answers into the home folder, read defaults from there, and
    render a title with braces; the two functions used here do none of that.
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
        with _path_without_braces(directory) as path:
            return directory / Path(generate_files(str(source), context, str(path))).name
    except CookiecutterException as error:
        raise UsageError(f"the folder could not be made: {error}") from error


@contextmanager
def _path_without_braces(directory: Path) -> Iterator[Path]:
    """Yield a path to a directory that is not a template, as cookiecutter renders it: its own, or a link.

    Raise UsageError where no such link can be made.
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
