"""From a layout and an input of the web site to its batch download, in the commands a person types."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

import pytest
from invoke.program import Program

from mturk_tasks.tasks.collections import root_tasks
from tests.tasks.shell import Ended, Shell, snapshot
from tests.tasks.terminal import ENTER, at_terminal

pytestmark = pytest.mark.walk

LAYOUT = """\
<p>Is ${bird} in ${place}?</p>
<label><input type="radio" name="there" value="yes" required> yes</label>
"""
ROWS = 'bird,place\nowl,"barn, roof"\njay,wood\n'


@pytest.fixture
def new_hit(tmp_path, monkeypatch, capsys):
    """Run `inv new.hit` at the root, beside the files of the web site."""
    (tmp_path / "page.html").write_text(LAYOUT, encoding="utf-8")
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")

    def run(*words: str) -> Ended:
        monkeypatch.chdir(tmp_path)
        capsys.readouterr()
        code = 0
        try:
            Program(name="Invoke", binary="inv", namespace=root_tasks()).run(["inv", "new.hit", *words])
        except SystemExit as error:
            code = int(error.code or 0)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run


@pytest.fixture
def project(new_hit, tmp_path, capsys, monkeypatch) -> Shell:
    """A prompt in a folder made from them."""
    texts = ("--title", "Nests", "--description", "Nests in barns", "--keywords", "birds, nests")
    words = ("--name", "nests", "--html", "page.html", "--csv", "rows.csv", *texts, "--git", "no")
    assert new_hit(*words).code == 0
    monkeypatch.chdir(tmp_path / "nests")
    return Shell(tmp_path / "nests", capsys)


def test_a_project_of_the_web_site_goes_the_whole_way(project, sandbox):
    assert "nests: nothing to warn of." in project.do("check")
    project.do("load")
    project.do("rehearse")
    said = project.do("results", "--format", "csv")

    assert "Results have been written to file 'nests.results.csv'." in said
    with (project.folder / "nests.results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["Input.place"], row["Answer.there"]) for row in rows} == {
        ("barn, roof", "yes"),
        ("wood", "yes"),
    }
    assert {row["Title"] for row in rows} == {"Nests"}


def test_a_folder_made_of_a_layout_speaks_of_its_files(project):
    assert sorted(path.name for path in project.folder.iterdir()) == [
        ".gitignore",
        "README.md",
        "invoke.yaml",
        "nests.csv",
        "nests.html",
        "nests.properties",
        "tasks.py",
    ]
    readme = (project.folder / "README.md").read_text(encoding="utf-8")
    assert "| `nests.csv` | a table with commas between" in readme
    assert "| `nests.html` |" in readme
    assert (project.folder / "nests.html").read_text(encoding="utf-8") == LAYOUT


def test_what_workers_choose_by_is_never_a_samples(new_hit, tmp_path, capsys, monkeypatch, home):
    words = ("--name", "nests", "--html", "page.html", "--csv", "rows.csv", "--git", "no", "--title", "Nests")
    made = new_hit(*words)
    monkeypatch.chdir(tmp_path / "nests")
    ended = Shell(tmp_path / "nests", capsys).inv("check")

    assert "note: look through nests.properties; write its description, keywords; the rest" in made.err
    assert ended.code == 2
    assert [line.partition("nests.properties:")[2] for line in ended.err.splitlines()] == [
        "3: description is still TODO; write what workers shall read",
        "4: keywords is still TODO; write what workers shall read",
    ]


def test_on_a_terminal_they_are_asked_for(new_hit, tmp_path):
    made = at_terminal(
        *(tmp_path, "new.hit", "--name", "nests", "--html", "page.html", "--csv", "rows.csv"),
        *("--git", "no", "--title", "Nests"),
        prompt="Description that workers read: ",
        keys=f"In the barn{ENTER}birds, nests{ENTER}",
        program=(sys.executable, "-c", "from mturk_tasks.tasks.program import main; main()"),
    )

    assert made.code == 0
    lines = (tmp_path / "nests" / "nests.properties").read_text(encoding="utf-8").splitlines()
    assert lines[1:4] == ["title: Nests", "description: In the barn", "keywords: birds, nests"]


def test_a_survey_is_begun_from_another_without_what_loading_made(project, new_hit, tmp_path):
    project.do("load")
    assert new_hit("--name", "again", "--from", "nests", "--reward", "0.25", "--git", "no").code == 0

    made = tmp_path / "again"
    assert {path.name for path in made.glob("again.*")} == {"again.csv", "again.html", "again.properties"}
    assert (made / "again.csv").read_text(encoding="utf-8") == ROWS
    properties = (made / "again.properties").read_text(encoding="utf-8")
    assert ("title: Nests" in properties, "reward: 0.25" in properties) == (True, True)


def test_a_folder_of_the_old_tools_is_begun_from(new_hit, tmp_path):
    old = tmp_path / "site_filter"
    old.mkdir()
    (old / "site_filter.input").write_bytes(b"url\r\nhttp://a\r\n")
    (old / "site_filter.question").write_bytes(b"<HTMLQuestion/>")
    (old / "site_filter.properties").write_bytes(
        "title=V\xf6gel \\\r\n  im Garten\r\nreward = .05\r\n".encode("latin-1")
    )
    assert new_hit("--name", "new", "--from", str(old), "--title", "Birds", "--git", "no").code == 0

    made = tmp_path / "new"
    assert (made / "new.input").read_bytes() == b"url\r\nhttp://a\r\n"
    assert (made / "new.properties").read_bytes() == b"title: Birds\r\nreward = .05\r\n"
    assert "Made from the sample `site_filter`" in (made / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--html", "page.html"), "--html and --csv go together"),
        (("--csv", "rows.csv"), "--html and --csv go together"),
        (("--from", "x", "--sample", "helloworld"), "exclude each other"),
        (("--from", "x", "--html", "page.html", "--csv", "rows.csv"), "exclude each other"),
        (("--from", "nowhere"), "nowhere: is no folder of a survey"),
        (("--from", "."), "holds several surveys|is not there"),
        (("--html", "none.html", "--csv", "rows.csv"), "none.html: is not there"),
        (("--html", "page.html", "--csv", "page.html"), "page.html: is not called .csv"),
        (("--html", "page.html", "--csv", "rows.csv", "--reward", "much"), "no amount of dollars"),
    ],
    ids=" ".join,
)
def test_what_cannot_begin_a_survey_is_refused_and_leaves_nothing(new_hit, tmp_path, words, said):
    before = snapshot(tmp_path)
    ended = new_hit("--name", "nests", *words)

    assert ended.code == 2
    assert re.search(said, ended.err)
    assert snapshot(tmp_path) == before


def test_check_ends_with_0_for_warnings_and_2_for_errors(shell):
    (shell.folder / "birds.input").write_text("picture\tplace\nowl.jpg\tbarn\n", encoding="utf-8")
    warned = shell.inv("check")
    (shell.folder / "birds.question").write_text("${nothing}", encoding="utf-8")

    assert (warned.code, "column 'place'" in warned.err) == (0, True)
    assert shell.inv("check").code == 2


def test_check_tells_programs_too(shell, home):
    document = json.loads(shell.do("check", "--json"))

    assert document["counts"] == {"hits": 3, "assignments": 6, "warnings": 0}
    assert not home.exists()


@pytest.mark.parametrize("words", [("xml",), ("csv", "--namevaluepairs")], ids=["unknown", "pairs"])
def test_a_format_that_cannot_be_is_refused(shell, words):
    ended = shell.inv("results", "--format", *words)
    assert (ended.code, "--format" in ended.err) == (2, True)


def test_the_download_stays_out_of_git(shell):
    rules = (Path(shell.folder) / ".gitignore").read_text(encoding="utf-8")
    assert "*.results*" in rules.splitlines()
