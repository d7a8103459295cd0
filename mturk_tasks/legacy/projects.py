"""New projects in the layout of the old tools (makeTemplate), from a sample or from another folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks import scaffold
from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.legacy import configuration, scripts
from mturk_tasks.legacy.scripts import DOS, ENDINGS, UNIX

HIT: Final = "Hit"
QUALIFICATION: Final = "Qual"
_PART: Final = ".vm"  # ending of what questions include by #parse
_ENDINGS: Final = {
    HIT: ("question", "properties", "input"),
    QUALIFICATION: ("question", "properties", "answer", "answerkey"),
}
_OPTIONAL: Final = {HIT: (), QUALIFICATION: ("question", "answer", "answerkey")}
_TEMPLATES: Final = {HIT: "hit", QUALIFICATION: "qual"}


@dataclass(frozen=True)
class Order:
    """Options of makeTemplate; the target may be a path."""

    template: str
    target: str
    kind: str = HIT
    systems: tuple[str, ...] = (UNIX, DOS)
    template_root: Path | None = None
    target_root: Path = Path()
    script_templates: Path | None = None

    @property
    def folder(self) -> Path:
        """Return the folder to make, whose name its files have."""
        return Path(os.path.normpath(self.target_root / self.target))


def kind_of_sample(sample: str) -> str:
    """Return the kind of a sample; a template of somebody's own is taken for a survey."""
    return QUALIFICATION if sample in scaffold.samples("qual") else HIT


def make(order: Order, say: Callable[[str], None]) -> list[Path]:
    """Make a project folder and return its files; say each in the words of the reference.

    The template is a folder below the template root if there is one, else a sample. Raise UsageError,
    leaving nothing behind, for a target that exists, a name that no file or script can have, or a template
    that does not exist.
    """
    folder = order.folder
    _check_name(order)
    if os.path.lexists(folder):
        raise UsageError(f"Error making a template: A file or directory named {order.target} already exists.")
    with scaffold.staging_folder(folder) as staging:
        made = staging / "made"
        made.mkdir()
        resources = _copy_resources(order, _source(order, staging / "source"), made)
        generated = _write_scripts(order, made)
        scaffold.add_tasks(made, _TEMPLATES[order.kind])
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


def _source(order: Order, directory: Path) -> Path:
    """Return the folder to copy from; a sample is generated in `directory`."""
    given = order.template_root / order.template if order.template_root else None
    if given and given.is_dir():
        return given
    answers = {"name": "sample", "sample": order.template, "git": "no"}
    if order.kind == QUALIFICATION:
        return scaffold.new_qual(answers, directory, label=order.folder.name)
    return scaffold.new_hit(answers, directory)


def _copy_resources(order: Order, source: Path, made: Path) -> list[str]:
    """Copy the files of a template, and return the names of the copies.

    Raise FileError for an ending of which the template has not exactly one file.
    """
    resources = []
    for ending in _ENDINGS[order.kind]:
        files = [path for path in source.glob(f"*.{ending}") if path.name != configuration.NAME]
        if len(files) != 1 and (files or ending not in _OPTIONAL[order.kind]):
            raise FileError(Problem(source, None, f"holds {len(files)} files *.{ending}; a template has one"))
        resources += [(path, f"{order.folder.name}.{ending}") for path in files]
    resources += [(path, path.name) for path in sorted(source.glob(f"*{_PART}"))]
    return [Path(shutil.copyfile(path, made / name)).name for path, name in resources]


def _write_scripts(order: Order, made: Path) -> list[str]:
    """Write the scripts for each system, and return their names."""
    endings = {path.suffix.removeprefix(".") for path in made.iterdir()}
    wanted = scripts.HIT_SCRIPTS if order.kind == HIT else scripts.qualification_scripts(endings)
    names = []
    for system in order.systems:
        for script in wanted:
            names.append(f"{script.name}{ENDINGS[system]}")
            text = script.text(order.folder.name, system, order.script_templates)
            scripts.write(made / names[-1], text)
    return names
