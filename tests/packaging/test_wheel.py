"""What is built, installed elsewhere, and generated from there is what stands in the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = ("cookiecutter-hit", "cookiecutter-qual")


def run(*words: str | Path, cwd: Path = ROOT, path: Path | None = None) -> str:
    environment = {**os.environ, **({"PYTHONPATH": str(path)} if path else {})}
    ended = subprocess.run(list(map(str, words)), cwd=cwd, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def tracked(*places: str) -> set[str]:
    """Return the files of the repository, new ones included, that version control does not leave out."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *places)
    return {name for name in listed.split("\0") if name and (ROOT / name).exists()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel as pip does it, compiled files and all, away from the repository."""
    folder = tmp_path_factory.mktemp("site")
    (wheel,) = built.glob("*.whl")
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", folder, wheel)
    return folder


def test_the_wheel_holds_the_package_and_both_templates_and_nothing_else(built):
    (wheel,) = built.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    templates = {f"mturk_tasks/_templates/{name}" for name in tracked(*TEMPLATES)}
    assert held == tracked("mturk_tasks") | templates


def test_the_source_distribution_holds_what_the_repository_holds(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        held = {name.split("/", 1)[1] for name in archive.getnames()}

    wanted = tracked("mturk_tasks", "tests", "tasks.py", "README.md", "pyproject.toml", *TEMPLATES)
    assert held == wanted | {"PKG-INFO", ".gitignore"}


def test_a_survey_made_by_the_installed_package_is_the_one_made_here(installed, tmp_path):
    from mturk_tasks import scaffold

    make = (
        "import sys; from pathlib import Path; from mturk_tasks import scaffold; print(scaffold.__file__); "
    )
    make += "scaffold.new_hit({'name': 'birds', 'git': 'no'}, Path(sys.argv[1]))"
    where = run(sys.executable, "-c", make, tmp_path / "there", cwd=tmp_path, path=installed)
    here = scaffold.new_hit({"name": "birds", "git": "no"}, tmp_path / "here")

    assert where.startswith(str(installed))
    assert contents(tmp_path / "there" / "birds") == contents(here)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_tasks_of_such_a_survey_run_with_the_installed_package(installed, tmp_path):
    make = "from pathlib import Path; from mturk_tasks import scaffold; "
    make += "scaffold.new_hit({'name': 'birds', 'git': 'no'}, Path())"
    run(sys.executable, "-c", make, cwd=tmp_path, path=installed)
    for words in (["load"], ["rehearse"], ["results"], ["approve", "--force"], ["cleanup", "--force"]):
        said = run(sys.executable, "-m", "invoke", *words, cwd=tmp_path / "birds", path=installed)

    assert "12 HITs have been deleted" in said
