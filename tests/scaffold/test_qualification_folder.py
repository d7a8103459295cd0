"""A folder of a qualification, as our task and as plain cookiecutter make it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import javaproperties
import pytest
import yaml

from mturk_tasks import scaffold
from mturk_tasks.errors import UsageError

pytestmark = pytest.mark.packaging

Bake = Callable[..., Path]
SAMPLES = scaffold.samples("qual")
OF_THE_SAMPLE = {
    "assign_qualification": {"spanish.properties"},
    "java_qual_test": {"spanish.properties", "spanish.question", "spanish.answerkey"},
    "quiz_qual": {"spanish.properties", "spanish.question", "spanish.answer"},
    "site_filter_qual": {"spanish.properties", "spanish.question", "spanish.answer", "sites.vm"},
}
REFUSED = {
    "no name": ({"name": ""}, "a qualification folder needs a name"),
    "a name with a space": ({"name": "my test"}, "cannot name a qualification"),
    "a name that leads elsewhere": ({"name": "../spanish"}, "cannot name a qualification"),
    "a name of 65 characters": ({"name": "s" * 65}, "cannot name a qualification"),
    "a sample of a survey": ({"sample": "helloworld"}, "choose from assign_qualification, "),
    "a sample misspelt": ({"sample": "quiz_qaul"}, r"did you mean quiz_qual\?"),
    "a reward": ({"reward": "0.10"}, "'reward' is no known answer"),
    "a title of two lines": ({"title": "one\ntwo"}, "one line of text"),
    "a title of 201 characters": ({"title": "t" * 201}, "at most 200 characters; this one has 201"),
    "git perhaps": ({"git": "perhaps"}, "choose from auto, yes, no"),
}


@pytest.fixture
def bake(surveys: Path) -> Bake:
    """Generate a qualification folder without git, unless asked otherwise."""

    def bake(**answers: str) -> Path:
        return scaffold.new_qual({"name": "spanish", "git": "no", **answers}, surveys)

    return bake


def source_of(sample: str) -> Path:
    (folder,) = scaffold.template("qual").glob(f"*/_samples/{sample}")
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def name_in(folder: Path) -> str:
    text = (folder / f"{folder.name}.properties").read_text(encoding="utf-8")
    return str(javaproperties.loads(text)["name"])


def cookiecutter(here: Path, *answers: str) -> subprocess.CompletedProcess[str]:
    here.mkdir(exist_ok=True)
    template = str(scaffold.template("qual"))
    command = [sys.executable, "-m", "cookiecutter", "--no-input", template, "git=no", *answers]
    return subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_folder_holds_these_files_and_no_others(bake: Bake, sample: str) -> None:
    ours = {".gitignore", "README.md", "invoke.yaml", "tasks.py"}
    assert set(tree(bake(sample=sample))) == ours | OF_THE_SAMPLE[sample]


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_readme_names_the_files_that_are_there(bake: Bake, sample: str) -> None:
    text = (bake(sample=sample) / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([\w.]+)` \|", text, re.MULTILINE)
    assert set(table) == OF_THE_SAMPLE[sample] | {"invoke.yaml"}
    assert "cookiecutter" not in text
    assert "{" not in text


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_readme_shows_requests_and_grading_where_there_are_any(bake: Bake, sample: str) -> None:
    text = (bake(sample=sample) / "README.md").read_text(encoding="utf-8")
    at_once = "spanish.answer" in OF_THE_SAMPLE[sample]
    assert ("inv requests" in text) == (not at_once)
    assert ("inv evaluate" in text) == ("spanish.answerkey" in OF_THE_SAMPLE[sample])


@pytest.mark.parametrize("sample", SAMPLES)
def test_without_a_title_only_the_name_changes_and_it_gets_the_folders(bake: Bake, sample: str) -> None:
    folder = bake(sample=sample)
    for source in source_of(sample).iterdir():
        made = folder / source.name.replace("qualification.", "spanish.")
        changed = [
            (old, new)
            for old, new in zip(source.read_text().splitlines(), made.read_text().splitlines(), strict=True)
            if old != new
        ]
        assert changed == [(old, f"{old} (spanish)") for old, _ in changed]
        assert len(changed) == (source.suffix == ".properties")


def test_two_folders_of_one_sample_are_called_differently(bake: Bake) -> None:
    assert name_in(bake()) == "Knows garden birds (spanish)"
    assert name_in(bake(name="finches")) == "Knows garden birds (finches)"


def test_a_label_takes_the_place_of_the_folders_name(surveys: Path) -> None:
    folder = scaffold.new_qual({"name": "spanish", "git": "no"}, surveys, label="my\nown \\ test")
    assert name_in(folder) == "Knows garden birds (my own \\ test)"


@pytest.mark.parametrize(
    "title",
    [
        "Speaks Spanish",
        r"back\slash \n \1",
        "Habla español, 日本語",
        "a: b = c # d",
        "{{ 7 * 7 }}",
        "t" * 200,
    ],
)
def test_a_title_is_the_name_as_it_was_given(bake: Bake, title: str) -> None:
    assert name_in(bake(title=title)) == title


@pytest.mark.parametrize(("answers", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_answer_is_refused_and_leaves_nothing(
    bake: Bake, tmp_path: Path, answers: dict[str, str], sentence: str
) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match=sentence):
        bake(**answers)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_existing_folder_is_left_alone(bake: Bake) -> None:
    test = bake() / "spanish.question"
    test.unlink()
    with pytest.raises(UsageError, match="exists already"):
        bake()
    assert not test.exists()


@pytest.mark.parametrize(
    "answers",
    [
        {"name": "spanish"},
        {"name": "s-2_X", "sample": "site_filter_qual", "title": r"Ünï & \ 'so' \"on\""},
        {"name": "spanish", "sample": "java_qual_test", "title": " two  blanks "},
        {"name": "spanish", "sample": "assign_qualification"},
    ],
    ids=["bare", "all answers", "blanks", "without a test"],
)
def test_plain_cookiecutter_makes_the_same_folder(tmp_path: Path, answers: dict[str, str]) -> None:
    done = cookiecutter(tmp_path / "here", *(f"{key}={value}" for key, value in answers.items()))
    ours = scaffold.new_qual({**answers, "git": "no"}, tmp_path / "ours")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert tree(tmp_path / "here" / answers["name"]) == tree(ours)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("name=2birds", "cannot name a qualification"),
        ("name=a/b", "cannot name a qualification"),
        ("sample=helloworld", "quiz_qual"),
        ("title=one\ntwo", "one line of text"),
        ("title=" + "t" * 201, "has 201"),
        ("git=perhaps", "auto"),
    ],
    ids=lambda value: value[:16].replace("\n", " "),
)
def test_plain_cookiecutter_refuses_the_same(tmp_path: Path, answer: str, message: str) -> None:
    done = cookiecutter(tmp_path / "here", answer)
    assert done.returncode == 1
    assert message in done.stdout + done.stderr
    assert list((tmp_path / "here").iterdir()) == []


def test_what_both_templates_do_is_written_alike_in_their_hooks() -> None:
    hit, qual = (
        ast.parse((scaffold.template(kind) / "hooks" / "post_gen_project.py").read_text(encoding="utf-8"))
        for kind in ("hit", "qual")
    )
    of_hit = {node.name: ast.dump(node) for node in hit.body if isinstance(node, ast.FunctionDef)}
    of_qual = {node.name: ast.dump(node) for node in qual.body if isinstance(node, ast.FunctionDef)}
    shared = {name for name in of_hit if of_hit[name] == of_qual.get(name)}
    assert shared == {"take_sample", "replace_property", "tidy", "git", "keep_in_git"}


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@pytest.mark.parametrize(
    ("name", "tracked"),
    [
        ("spanish.requests", False),
        ("spanish.requests.new", False),
        ("spanish.workers", False),
        ("panel.scores", False),
        ("panel.scores.failure", False),
        ("spanish.success", True),
        ("spanish.journal", True),
    ],
)
def test_the_id_goes_into_git_and_worker_ids_do_not(bake: Bake, name: str, tracked: bool) -> None:
    folder = bake(git="yes")
    (folder / name).touch()
    status = ["git", "-C", str(folder), "status", "--porcelain"]
    output = subprocess.run(status, check=True, capture_output=True, text=True).stdout
    assert output == (f"?? {name}\n" if tracked else "")


def test_tasks_without_the_package_end_in_a_sentence(bake: Bake) -> None:
    command = [sys.executable, "-I", "-S", str(bake() / "tasks.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == "This folder needs mturk-tasks where `inv` runs; see README.md."


def test_settings_are_those_of_a_survey_that_concern_a_qualification(bake: Bake) -> None:
    text = (bake() / "invoke.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == {"mturk": {"layout": 1, "kind": "qualification"}}
    uncommented = yaml.safe_load(re.sub(r"^  # ", "  ", text, flags=re.MULTILINE))
    assert set(uncommented["mturk"]) == {"layout", "kind", "environment", "production", "workers", "comment"}
