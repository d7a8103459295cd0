from __future__ import annotations

import compileall
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import javaproperties
import pytest
import yaml

from mturk_tasks import scaffold
from mturk_tasks.errors import UsageError

pytestmark = pytest.mark.packaging

Bake = Callable[..., Path]
SAMPLES = scaffold.samples()
REFUSED = {
    "no name": ({"name": ""}, "needs a name"),
    "a name that begins with a digit": ({"name": "2birds"}, "cannot name a survey"),
    "a name with a space": ({"name": "my birds"}, "cannot name a survey"),
    "a name that leads elsewhere": ({"name": "../birds"}, "cannot name a survey"),
    "a name with a line end": ({"name": "bi\nrds"}, "cannot name a survey"),
    "a name of 65 characters": ({"name": "b" * 65}, "cannot name a survey"),
    "an unknown sample": ({"sample": "best_imag"}, "did you mean best_image?"),
    "a sample like none": ({"sample": "zzz"}, "choose from best_image, "),
    "an unknown answer": ({"sampel": "best_image"}, "did you mean sample?"),
    "an unknown answer that is empty": ({"rewrad": ""}, "did you mean reward?"),
    "a title of two lines": ({"title": "one\ntwo"}, "one line of text"),
    "a title with a tab": ({"title": "one\ttwo"}, "one line of text"),
    "a title no file can hold": ({"title": "\udcff"}, "one line of text"),
    "a title of 129 characters": ({"title": "t" * 129}, "has 129"),
    "a reward with a comma": ({"reward": "0,06"}, "no amount of dollars"),
    "a reward below nothing": ({"reward": "-1"}, "no amount of dollars"),
    "a reward in words": ({"reward": "abc"}, "no amount of dollars"),
    "git perhaps": ({"git": "perhaps"}, "choose from auto, yes, no"),
}


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def source_of(sample: str) -> Path:
    (folder,) = scaffold.template("hit").glob(f"*/_samples/{sample}")
    return folder


def properties_of(folder: Path) -> dict[str, str]:
    text = (folder / f"{folder.name}.properties").read_text(encoding="utf-8")
    return dict(javaproperties.loads(text))


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_folder_holds_these_files_and_no_others(bake: Bake, sample: str) -> None:
    folder = bake(sample=sample)
    assert set(files_below(folder)) == {
        ".gitignore",
        "README.md",
        "birds.input",
        "birds.properties",
        "birds.question",
        "invoke.yaml",
        "tasks.py",
    }


@pytest.mark.parametrize("sample", SAMPLES)
def test_without_answers_a_sample_comes_byte_for_byte(bake: Bake, sample: str) -> None:
    folder = bake(sample=sample)
    for kind in ("input", "properties", "question"):
        assert (folder / f"birds.{kind}").read_bytes() == (source_of(sample) / f"survey.{kind}").read_bytes()


@pytest.mark.parametrize("sample", SAMPLES)
def test_title_and_reward_change_their_two_lines_only(bake: Bake, sample: str) -> None:
    folder = bake(sample=sample, title="Birds", reward="0.10")
    before = (source_of(sample) / "survey.properties").read_text(encoding="utf-8").splitlines()
    after = (folder / "birds.properties").read_text(encoding="utf-8").splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert set(changed) <= {"title: Birds", "reward: 0.10"}
    assert {"title: Birds", "reward: 0.10"} <= set(after)


def test_no_part_of_the_template_language_is_left(bake: Bake) -> None:
    for name, content in files_below(bake()).items():
        assert b"cookiecutter" not in content, name
        assert b"{{" not in content, name


def test_a_folder_begins_with_helloworld_unless_told_otherwise(bake: Bake) -> None:
    assert (bake() / "birds.question").read_bytes() == (
        source_of("helloworld") / "survey.question"
    ).read_bytes()


@pytest.mark.parametrize(
    "title",
    [
        "Fish & chips",
        "\"Quoted\" and 'quoted'",
        r"back\slash \n \u0041 \1",
        "Ünïcödé, 日本語, 🐦",
        "a: b = c # d ! e",
        "{{ 7 * 7 }} {% if %} {# no #}",
        "''' \"\"\" ends nothing",
        "t" * 128,
    ],
)
def test_a_title_reads_back_as_it_was_given(bake: Bake, title: str) -> None:
    assert properties_of(bake(title=title))["title"] == title


def test_blanks_around_answers_do_not_count(bake: Bake) -> None:
    properties = properties_of(bake(title="  Birds ", reward=" 0.07 "))
    assert (properties["title"], properties["reward"]) == ("Birds", "0.07")


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("$0.10", "0.10"),
        ("0.1", "0.10"),
        (".5", "0.50"),
        ("$ 1", "1.00"),
        ("2.", "2.00"),
        ("0.06 USD", "0.06"),
    ],
)
def test_a_reward_is_written_as_a_plain_amount(bake: Bake, given: str, written: str) -> None:
    assert properties_of(bake(reward=given))["reward"] == written


@pytest.mark.parametrize(("answers", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_answer_is_refused_and_leaves_nothing(
    bake: Bake, tmp_path: Path, answers: dict[str, str], sentence: str
) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match=sentence.replace("?", r"\?")):
        bake(**answers)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch], ids=["a folder", "a file"])
def test_what_stands_there_already_is_left_alone(
    bake: Bake, surveys: Path, make: Callable[[Path], None]
) -> None:
    surveys.mkdir(parents=True)
    make(surveys / "birds")
    with pytest.raises(UsageError, match="exists already"):
        bake()
    assert [path.name for path in surveys.rglob("*")] == ["birds"]


def test_a_dangling_link_is_left_alone(bake: Bake, surveys: Path) -> None:
    surveys.mkdir(parents=True)
    (surveys / "birds").symlink_to("nowhere")
    with pytest.raises(UsageError, match="exists already"):
        bake()


def test_a_file_in_place_of_the_directory_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UsageError, match=r"could not be made: .*notes\.txt.*: \w"):
        scaffold.new_hit({"name": "birds"}, tmp_path / "notes.txt" / "below")


@pytest.fixture
def template_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "template"
    shutil.copytree(scaffold.template("hit"), copy)
    monkeypatch.setattr(scaffold, "template", lambda kind: copy)
    return copy


@pytest.mark.parametrize("hook", ["pre_gen_project", "post_gen_project"])
def test_a_failure_half_way_leaves_nothing_behind(
    bake: Bake, template_copy: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], hook: str
) -> None:
    (template_copy / "hooks" / f"{hook}.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    with pytest.raises(UsageError, match="could not be made"):
        bake()
    assert not (tmp_path / "my").exists()
    assert capfd.readouterr() == ("", "")


FAILING = """
import sys
from pathlib import Path
from mturk_tasks import errors, scaffold
scaffold.template = lambda kind: Path(sys.argv[1])
try:
    scaffold.new_hit({"name": "birds"}, Path(sys.argv[2]))
except errors.UsageError as error:
    print(type(error).__name__)
"""


def test_a_failure_half_way_prints_no_traceback_of_its_own(template_copy: Path, surveys: Path) -> None:
    (template_copy / "hooks" / "pre_gen_project.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    command = [sys.executable, "-c", FAILING, str(template_copy), str(surveys)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("UsageError\n", "")


def test_a_failure_half_way_spares_what_was_there_before(
    bake: Bake, template_copy: Path, surveys: Path
) -> None:
    (template_copy / "hooks" / "post_gen_project.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    surveys.mkdir(parents=True)
    (surveys / "notes.txt").touch()
    with pytest.raises(UsageError, match="could not be made"):
        bake()
    assert [path.name for path in surveys.iterdir()] == ["notes.txt"]


def test_what_an_installer_compiled_in_the_template_is_not_copied(bake: Bake, template_copy: Path) -> None:
    compileall.compile_dir(template_copy, quiet=1)
    assert list(template_copy.glob("*/__pycache__/tasks.*.pyc"))
    assert not list(bake().rglob("__pycache__"))


def test_every_python_file_of_the_template_compiles(template_copy: Path) -> None:
    assert compileall.compile_dir(template_copy, quiet=1)


def test_the_home_folder_stays_empty(bake: Bake, home: Path) -> None:
    bake()
    assert list(home.iterdir()) == []


def test_the_temporary_folder_stays_empty(
    bake: Bake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    bake()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_nothing_is_said_when_all_is_well(bake: Bake, capfd: pytest.CaptureFixture[str]) -> None:
    bake(git="yes")
    assert capfd.readouterr() == ("", "")


def test_a_relative_directory_counts_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = scaffold.new_hit({"name": "birds", "git": "no"}, Path("here"))
    assert folder == tmp_path / "here" / "birds"
    assert folder.is_dir()
    assert Path.cwd() == tmp_path


def test_a_tilde_is_the_home_folder(home: Path) -> None:
    assert scaffold.new_hit({"name": "birds", "git": "no"}, Path("~/surveys")) == home / "surveys" / "birds"


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(UsageError, match="cookiecutter-nothing did not come"):
        scaffold.template("nothing")


def test_tasks_without_the_package_end_in_a_sentence(bake: Bake) -> None:
    script = bake() / "tasks.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "This folder needs mturk-tasks where `inv` runs; see README.md."


def test_settings_hold_the_layout_and_examples_that_are_settings_when_uncommented(bake: Bake) -> None:
    text = (bake() / "invoke.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == {"mturk": {"layout": 1, "kind": "survey"}}
    uncommented = yaml.safe_load(_uncommented(text))
    assert set(uncommented["mturk"]) == {
        "layout",
        "kind",
        "environment",
        "production",
        "workers",
        "comment",
        "fee",
    }
    assert uncommented["mturk"]["production"]["endpoint"].startswith("https://")


def _uncommented(text: str) -> str:
    return "\n".join(
        line.replace("  # ", "  ", 1) if line.startswith("  # ") else line for line in text.splitlines()
    )
