"""The tasks that make folders: new ones, and folders of the old tools into ours."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from invoke import Context

from mturk_tasks import scaffold
from mturk_tasks.console.console import Console
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import UsageError
from mturk_tasks.legacy import adoption, scripts
from mturk_tasks.tasks import options
from mturk_tasks.tasks.bootstrap import conclude, finish_here
from mturk_tasks.tasks.decorators import task
from mturk_tasks.tasks.options import JSON

DEFAULT_SAMPLE = "helloworld"
DEFAULT_QUALIFICATION = "quiz_qual"
_NEW: Final[options.Shared] = {
    "name": options.text("Name of the folder and of the files in it.", required=True),
    "directory": options.text("Where to put the folder. Default: here.", default="."),
    "git": options.text("Whether to put the folder under version control: yes, no or auto.", default="auto"),
    **JSON,
}


@task(
    bare="name",
    **_NEW,
    sample=options.text(
        f"Which sample to begin with; an unknown name lists them. Default: {DEFAULT_SAMPLE}."
    ),
    from_=options.text("A survey folder, of the old tools too, whose files to begin with instead."),
    html=options.text("An HTML layout of the web site to begin with instead; needs --csv."),
    csv=options.text("The comma-separated input that goes with the layout."),
    title=options.text("Title that workers see. Default: the sample's; of a layout it is asked for."),
    description=options.text("Description that workers see. Likewise."),
    keywords=options.text("Keywords that workers find it by, comma-separated. Likewise."),
    reward=options.text("Dollars for each assignment, as 0.10. Default: the sample's."),
)
def hit(
    c: Context,
    *,
    directory: str,
    sample: str,
    from_: str,
    html: str,
    csv: str,
    title: str,
    description: str,
    keywords: str,
    json: bool,
    **others: str,
) -> None:
    """Generate a survey folder from a sample, from another survey, or from a layout of the web site."""
    called, files = _beginning(sample, from_, html, csv)
    texts = {"title": title, "description": description, "keywords": keywords}
    texts = _asked_for(texts) if html and not json else texts
    folder = scaffold.new_hit({"sample": called, **texts, **others}, Path(directory).expanduser(), files)
    console = Console(quiet=json, begun=True)
    if html:
        console.note(_what_to_look_at(others["name"], texts))
    console.say(f"{folder} is ready; go there and try: inv check, inv load, inv rehearse, inv results")
    finish_here(console, "hit", _made(folder))


@task(
    bare="name",
    **_NEW,
    sample=options.text(
        f"Which sample to begin with; an unknown name lists them. Default: {DEFAULT_QUALIFICATION}."
    ),
    title=options.text(
        "Name of the qualification that workers read. Default: the sample's, with the folder's behind it."
    ),
)
def qual(c: Context, *, directory: str, sample: str, json: bool, **others: str) -> None:
    """Generate a qualification folder from a sample."""
    answers = {"sample": sample or DEFAULT_QUALIFICATION, **others}
    folder = scaffold.new_qual(answers, Path(directory).expanduser())
    console = Console(quiet=json, begun=True)
    console.say(f"{folder} is ready; go there and try: inv create, inv status, inv rehearse, inv workers")
    finish_here(console, "qual", _made(folder))


def _asked_for(texts: Mapping[str, str]) -> dict[str, str]:
    """Return what workers choose by, each text that is not given asked for where somebody is there."""
    console = Console()
    if not console.attended:
        return dict(texts)
    return {
        key: text or console.ask(f"{key.capitalize()} that workers read: ") for key, text in texts.items()
    }


def _what_to_look_at(name: str, texts: Mapping[str, str]) -> str:
    missing = [key for key, text in texts.items() if not text.strip()]
    left = f"write its {', '.join(missing)}; the rest" if missing else "what you did not give"
    return f"note: look through {name}.properties; {left} is a sample's"


def _made(folder: Path) -> list[Path]:
    """Return the files of a folder, without what git keeps there."""
    return sorted(path for path in folder.iterdir() if path.is_file())


def _beginning(sample: str, folder: str, html: str, csv: str) -> tuple[str, dict[str, bytes] | None]:
    """Return what a survey begins with: the name of a sample, and files where it is none of ours."""
    from mturk_tasks.files import inputs as sources

    if sum(map(bool, (sample, folder, html or csv))) > 1:
        raise UsageError("--sample, --from and --html with --csv exclude each other")
    if bool(html) != bool(csv):
        raise UsageError("--html and --csv go together: the layout, and the rows that fill it")
    if folder:
        return sources.of_folder(Path(folder).expanduser())
    if html:
        return sources.of_page(Path(html).expanduser(), Path(csv).expanduser())
    return sample or DEFAULT_SAMPLE, None


# What `mturk adopt` has to say of a folder, and of a tree of them.


def adopt_folder(folder: Path) -> Summary:
    """Adopt a folder and say what is new in it, and what was found there."""
    added, ignored = adoption.adopt(folder)
    contents = adoption.contents(folder)
    new = [*added, *([ignored.path] if ignored.is_new else [])]
    done = [
        f"{', '.join(map(str, new[:-1]))} and {new[-1]} are new",
        ignored.sentence,
        "nothing else was touched",
    ]
    lines = ("; ".join(filter(None, done)), f"found: {'; '.join(contents)}")
    item = {"id": str(folder), "status": "adopted", "found": "; ".join(contents)}
    return Summary(lines, {"adopted": 1}, (item,), (*added, *ignored.files))


def adopt_tree(top: Path) -> Summary:
    """Adopt every old folder of a tree, say what was found in each, and sum up; 1 where one failed."""
    found = adoption.adopt_tree(top)
    counts = {
        "adopted": len(found.adopted),
        "already": len(found.already),
        "failed": len(found.failed),
    }
    lines = [
        *(f"{folder}: {'; '.join(contents)}" for folder, contents in found.adopted.items()),
        *(f"{folder}: not adopted: {why}" for folder, why in found.failed.items()),
        f"{count(counts['adopted'], 'folder')} adopted, {counts['already']} ours already, "
        f"{counts['failed']} not adopted.",
    ]
    items = (
        *(
            {"id": str(folder), "status": "adopted", "found": "; ".join(contents)}
            for folder, contents in found.adopted.items()
        ),
        *({"id": str(folder), "status": "already"} for folder in found.already),
        *({"id": str(folder), "status": "failed", "error": why} for folder, why in found.failed.items()),
    )
    exit_code = 1 if found.failed else 0
    return Summary(tuple(lines), counts, items, tuple(found.files), exit_code=exit_code)


@task(
    bare="directory",
    directory=options.path("The old folder. Default: here.", default="."),
    recursive="Adopt every old folder below it as well.",
    **JSON,
)
def adopt(c: Context, *, directory: Path, recursive: bool, json: bool) -> None:
    """Add tasks and ignore rules to a folder of the old tools, and touch nothing else in it."""
    console = Console(quiet=json, begun=True)
    conclude(console, "adopt", adopt_tree(directory) if recursive else adopt_folder(directory))


@task(
    called="install-scripts",
    needs=("directory",),
    directory=options.path("What MTURK_CMD_HOME will name; the scripts go into bin below it."),
    unattended="Write scripts that never ask for a confirmation, for those that nobody watches.",
    **JSON,
)
def install_scripts(c: Context, *, directory: Path, unattended: bool, json: bool) -> None:
    """Write a script for each old command, so that old projects find them."""
    from mturk_tasks.tasks import collections

    home = directory.absolute()
    program, forced = scripts.running_program(sys.argv[0]), collections.asking_command_names()
    names = collections.old_command_names()
    done = scripts.install(home, names, program, forced=forced if unattended else None)
    console = Console(quiet=json, begun=True)
    for note in filter(None, (done.rules.sentence, _where_scripts_act(done.configuration))):
        console.note(f"note: {note}")
    manner = " that never ask" if unattended else ""
    where = f"{len(done.scripts)} scripts{manner} are in {home / 'bin'}"
    console.say(f"{where}; now: export MTURK_CMD_HOME={shlex.quote(str(home))}")
    finish_here(console, "install-scripts", done.files)


def _where_scripts_act(configuration: Path | None) -> str:
    """Say what a configuration that was just written means."""
    return f"{configuration} is new: the scripts act in the sandbox, which it names" if configuration else ""
