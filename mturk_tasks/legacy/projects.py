"""Folders of the old tools: make one from a sample or from another (makeTemplate), or adopt one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mturk_tasks import scaffold
from mturk_tasks.errors import FileError, MTurkTasksError, Problem, UsageError
from mturk_tasks.legacy import install, inventory, scripts
from mturk_tasks.legacy.install import Completion
from mturk_tasks.legacy.scripts import DOS, ENDINGS, FOR_HITS, UNIX
from mturk_tasks.lib.disk import on_disk

HIT: Final = "Hit"
QUALIFICATION: Final = "Qual"
OURS: Final = ("tasks.py", "invoke.yaml")
_PART: Final = ".vm"  # what questions bring in by #parse is called so
_ENDINGS: Final = {
    HIT: ("question", "properties", "input"),
    QUALIFICATION: ("question", "properties", "answer", "answerkey"),
}
_OPTIONAL: Final = {HIT: (), QUALIFICATION: ("question", "answer", "answerkey")}
_TEMPLATES: Final = {HIT: "hit", QUALIFICATION: "qual"}


@dataclass(frozen=True)
class Order:
    """What makeTemplate is asked for, by its options; the target may be a path."""

    template: str
    target: str
    kind: str = HIT
    systems: tuple[str, ...] = (UNIX, DOS)
    template_root: Path | None = None
    target_root: Path = Path()
    script_templates: Path | None = None

    @property
    def folder(self) -> Path:
        """Return the folder to make; what is in it is called as the folder's last name."""
        return Path(os.path.normpath(self.target_root / self.target))


def kind_of_sample(sample: str) -> str:
    """Return of which kind a sample of ours is; a template of somebody's own is taken for a survey."""
    return QUALIFICATION if sample in scaffold.samples("qual") else HIT


def make(order: Order, say: Callable[[str], None]) -> list[Path]:
    """Make a project folder and return its files; say each as the reference shows it.

    The template is a folder below the template root where there is one, else a sample of ours. Raise
    UsageError for a target that exists, or whose name no file or script can have, or a template that is
    nowhere; nothing is left behind then.
    """
    folder = order.folder
    _check_name(order)
    if os.path.lexists(folder):
        raise UsageError(f"Error making a template: A file or directory named {order.target} already exists.")
    with scaffold.missing_parents_of(folder), TemporaryDirectory(prefix=".new-", dir=folder.parent) as aside:
        source = _source(order, Path(aside) / "source")
        made = Path(aside) / "made"
        made.mkdir()
        resources = _copy_resources(order, source, made)
        generated = _write_scripts(order, made)
        _add_tasks(made, order.kind)
        install.complete(made, _TEMPLATES[order.kind])
        made.rename(folder)
    for what, names in (("Copying resource file", resources), ("Generating script", generated)):
        for name in names:
            say(f"{what}: {folder / name}")
    return sorted(folder.iterdir())


def _check_name(order: Order) -> None:
    """Raise UsageError for a name that a line of a script cannot hold."""
    name = order.folder.name
    if scaffold.NOT_IN_A_LINE.search(name):
        raise UsageError(
            f"{name!r} cannot name files and scripts; leave out line ends and control characters"
        )
    if DOS in order.systems and '"' in name:
        raise UsageError(
            f"{name!r} cannot stand in a script for Windows; leave out the quote, or add -os {UNIX}"
        )


def adopt(folder: Path) -> tuple[list[Path], Completion]:
    """Add `tasks.py` and `invoke.yaml` to an old folder, and complete its ignore rules; touch nothing else.

    They are those of a qualification where the folder holds one. Return the two files, and what was done
    to the rules. Raise FileError where one of them is there already, UsageError where there is neither
    survey nor qualification, or no folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} {'is no directory' if folder.exists() else 'does not exist'}")
    if not inventory.projects(folder):
        raise UsageError(f"{folder} holds no survey and no qualification; there is no .properties file in it")
    if there := of_ours(folder):
        raise FileError(*(Problem(path, None, "is there already and stays as it is") for path in there))
    install.check(folder)
    kind = kind_of_folder(folder)
    with on_disk(folder):
        return _add_tasks(folder, kind), install.complete(folder, _TEMPLATES[kind])


def of_ours(folder: Path) -> list[Path]:
    """Return what is there of the two files that make a folder one of ours."""
    return [folder / name for name in OURS if os.path.lexists(folder / name)]


def kind_of_folder(folder: Path) -> str:
    """Return what an old folder holds."""
    return QUALIFICATION if inventory.kind(folder) == inventory.QUALIFICATION else HIT


def _files(folder: Path, ending: str) -> list[Path]:
    """Return the files of this ending, sorted, without the settings of the old tools."""
    return sorted(path for path in folder.glob(f"*.{ending}") if path.name != "mturk.properties")


def _source(order: Order, aside: Path) -> Path:
    """Return the folder to copy from; one of our samples is generated aside first."""
    given = order.template_root / order.template if order.template_root else None
    if given and given.is_dir():
        return given
    answers = {"name": "sample", "sample": order.template, "git": "no"}
    if order.kind == QUALIFICATION:
        return scaffold.new_qual(answers, aside, label=order.folder.name)
    return scaffold.new_hit(answers, aside)


def _resources(order: Order, source: Path) -> list[tuple[str, Path]]:
    """Return the files to copy, each with its new name; raise FileError for one that is not there once."""
    found = []
    for ending in _ENDINGS[order.kind]:
        files = _files(source, ending)
        if len(files) != 1 and (files or ending not in _OPTIONAL[order.kind]):
            raise FileError(Problem(source, None, f"holds {len(files)} files *.{ending}; a template has one"))
        found += [(f"{order.folder.name}.{ending}", path) for path in files]
    return [*found, *((path.name, path) for path in sorted(source.glob(f"*{_PART}")))]


def _copy_resources(order: Order, source: Path, made: Path) -> list[str]:
    """Copy what the template has, and return the names of the copies."""
    resources = _resources(order, source)
    for name, file in resources:
        shutil.copyfile(file, made / name)
    return [name for name, _ in resources]


def _write_scripts(order: Order, made: Path) -> list[str]:
    """Write the scripts of the systems that are wanted, and return their names."""
    endings = {path.suffix.removeprefix(".") for path in made.iterdir()}
    wanted = FOR_HITS if order.kind == HIT else scripts.for_qualification(endings)
    names = []
    for system in order.systems:
        for script in wanted:
            names.append(f"{script.name}{ENDINGS[system]}")
            text = script.text(order.folder.name, system, order.script_templates)
            scripts.write(made / names[-1], text)
    return names


def _add_tasks(folder: Path, kind: str) -> list[Path]:
    """Copy what makes a folder one of ours from the template of its kind."""
    (source,) = scaffold.template(_TEMPLATES[kind]).glob("*/tasks.py")
    return [Path(shutil.copyfile(source.with_name(name), folder / name)) for name in OURS]


# Adopt every old folder of a tree: what cannot be adopted is named, and stops nothing.


@dataclass
class Tree:
    """What was found in a tree: folders adopted with their contents, ours already, and failed with why."""

    adopted: dict[Path, list[str]] = field(default_factory=dict)
    already: list[Path] = field(default_factory=list)
    failed: dict[Path, str] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)


def adopt_tree(top: Path) -> Tree:
    """Adopt each folder below `top`, and itself, that holds a survey or a qualification.

    Links to folders are not followed and hidden folders not entered. Raise UsageError where there is no
    such folder.
    """
    if not top.is_dir():
        raise UsageError(f"{top} {'is no directory' if top.exists() else 'does not exist'}")
    tree = Tree()
    for folder in _folders(top, tree):
        try:
            _adopt(folder, tree)
        except MTurkTasksError as error:
            tree.failed[folder] = str(error).replace("\n", "; ")
    return tree


def _adopt(folder: Path, tree: Tree) -> None:
    if not inventory.is_project(folder):
        return
    if len(of_ours(folder)) == len(OURS):
        tree.already.append(folder)
        return
    contents = inventory.contents(folder)
    added, ignored = adopt(folder)
    tree.adopted[folder] = contents
    tree.files += [*added, *ignored.files]


def _folders(top: Path, tree: Tree) -> Iterator[Path]:
    """Yield the folders of a tree in order; one that cannot be opened is noted as failed."""

    def fail(error: OSError) -> None:
        tree.failed[Path(error.filename)] = f"cannot be opened: {error.strerror}"

    for path, names, _ in os.walk(top, followlinks=False, onerror=fail):
        names[:] = sorted(name for name in names if not name.startswith("."))
        yield Path(path)
