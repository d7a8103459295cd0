"""The tasks that generate folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from invoke import Context

from mturk_tasks import scaffold
from mturk_tasks.console.console import Console
from mturk_tasks.errors import UsageError
from mturk_tasks.tasks.bootstrap import finish_here
from mturk_tasks.tasks.decorators import JSON, task

DEFAULT_SAMPLE = "helloworld"
DEFAULT_QUALIFICATION = "quiz_qual"


@task(
    bare="name",
    name="Name of the folder and of the files in it.",
    sample=f"Which sample to begin with; an unknown name lists them. Default: {DEFAULT_SAMPLE}.",
    from_="A survey folder, of the old tools too, whose files to begin with instead.",
    html="An HTML layout of the web site to begin with instead; needs --csv.",
    csv="The comma-separated input that goes with the layout.",
    directory="Where to put the folder. Default: here.",
    title="Title that workers see. Default: the sample's; of a layout it is asked for.",
    description="Description that workers see. Likewise.",
    keywords="Keywords that workers find it by, comma-separated. Likewise.",
    reward="Dollars for each assignment, as 0.10. Default: the sample's.",
    git="Whether to put the folder under version control: yes, no or auto.",
    **JSON,
)
def hit(
    c: Context,
    name: str,
    sample: str = "",
    from_: str = "",
    html: str = "",
    csv: str = "",
    directory: str = ".",
    title: str = "",
    description: str = "",
    keywords: str = "",
    reward: str = "",
    git: str = "auto",
    json: bool = False,
) -> None:
    """Generate a survey folder from a sample, from another survey, or from a layout of the web site."""
    called, files = _beginning(sample, from_, html, csv)
    texts = {"title": title, "description": description, "keywords": keywords}
    texts = _asked_for(texts) if html and not json else texts
    answers = {"name": name, "sample": called, **texts, "reward": reward, "git": git}
    folder = scaffold.new_hit(answers, Path(directory).expanduser(), files)
    console = Console(quiet=json, begun=True)
    if html:
        console.note(_what_to_look_at(name, texts))
    console.say(f"{folder} is ready; go there and try: inv check, inv load, inv rehearse, inv results")
    finish_here(console, "hit", _made(folder))


@task(
    bare="name",
    name="Name of the folder and of the files in it.",
    sample=f"Which sample to begin with; an unknown name lists them. Default: {DEFAULT_QUALIFICATION}.",
    directory="Where to put the folder. Default: here.",
    title="Name of the qualification that workers read. Default: the sample's, with the folder's behind it.",
    git="Whether to put the folder under version control: yes, no or auto.",
    **JSON,
)
def qual(
    c: Context,
    name: str,
    sample: str = "",
    directory: str = ".",
    title: str = "",
    git: str = "auto",
    json: bool = False,
) -> None:
    """Generate a qualification folder from a sample."""
    answers = {"name": name, "sample": sample or DEFAULT_QUALIFICATION, "title": title, "git": git}
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
