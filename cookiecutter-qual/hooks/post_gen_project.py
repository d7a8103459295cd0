"""Put the chosen sample in its place, write the answers into it, and hand the folder to git.

Nothing goes to standard output: a task that generates folders owns it.
"""

import sys

del sys.path[0]  # that is the temporary folder, where everybody may write

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

ANSWERS = json.loads(r'''{{ cookiecutter | tojson }}''')
GIT_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")  # set by git when it runs us from a hook of its own


def take_sample(sample: str, name: str) -> None:
    """Move the sample's files to the top, its own under the folder's name; the other samples go."""
    for file in (Path("_samples") / sample).iterdir():
        is_own = file.stem in ("survey", "qualification")
        file.rename(name + file.suffix if is_own else file.name)
    shutil.rmtree("_samples")


def replace_property(file: Path, key: str, value: str) -> None:
    """Write a value, escaped as .properties files want it, in place of the one the key has, however written."""
    line = f"{key}: " + value.strip().replace("\\", "\\\\")
    text = file.read_bytes().decode("utf-8")
    entry = re.compile(rf"^[ \t]*{key}(?![^:=\s])(?:\\(?:\r?\n|[^\r\n])|[^\\\r\n])*", re.MULTILINE)
    if not entry.search(text):
        text += ("" if text.endswith("\n") or not text else "\n") + f"{key}:\n"
    file.write_bytes(entry.sub(lambda _: line, text).encode("utf-8"))


def labelled_name(file: Path, label: str) -> str:
    """Return the name that the sample gives, with a label behind it.

    Two qualifications of one requester never have the same name.
    """
    (name,) = re.findall(r"^name: (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return f"{name} ({' '.join(label.split())})"


def tidy() -> None:
    """Give ignore rules their real name, and drop what an installer compiled inside the template."""
    Path("gitignore.txt").rename(".gitignore")
    for compiled in list(Path().rglob("__pycache__")):
        shutil.rmtree(compiled)


def git(*arguments: str) -> None:
    """Run git here, whatever repository the caller stands in; it never asks."""
    here = {key: value for key, value in os.environ.items() if key not in GIT_PLACES}
    subprocess.run(
        ["git", *arguments], env=here, stdin=subprocess.DEVNULL, capture_output=True, check=True
    )


def keep_in_git(choice: str, message: str) -> str:
    """Commit the folder to a repository of its own; return what the user should know, or nothing.

    A failure never takes the folder away: what git has done so far stays.
    """
    if choice == "no":
        return ""
    if any((parent / ".git").exists() for parent in Path.cwd().parents):
        return "the folder is inside a git repository already; commit it there" if choice == "yes" else ""
    if not shutil.which("git"):
        return "git is not installed; the folder is not under version control" if choice == "yes" else ""
    try:
        git("init", "--quiet")
        git("add", "--all")
        git("commit", "--quiet", "--no-gpg-sign", "--message", message)  # signing may ask
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return f"git {error.cmd[1]} failed ({' '.join(reason)}); the folder is complete, the rest of git's work is yours"
    return ""


def main(name: str, sample: str, title: str, label: str, git_choice: str) -> None:
    """Finish the folder that cookiecutter has begun."""
    take_sample(sample, name)
    properties = Path(f"{name}.properties")
    replace_property(properties, "name", title.strip() or labelled_name(properties, label))
    tidy()
    note = keep_in_git(git_choice, f"Generate {name} from the sample {sample}")
    if note:
        print(f"note: {note}", file=sys.stderr)


Path(__file__).unlink()  # cookiecutter leaves its rendered copy of a hook in the temporary folder
main(*(ANSWERS[key] for key in ("name", "sample", "title", "__label", "git")))
