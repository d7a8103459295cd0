"""makeTemplate: a new folder from a sample or from a folder of one's own."""

from __future__ import annotations

import os
import re

import pytest

from mturk_tasks import scaffold
from mturk_tasks.legacy.scripts import HIT_SCRIPTS
from tests.bench import PROPERTIES, QUESTION

pytestmark = pytest.mark.walk

OURS = {"tasks.py", "invoke.yaml", ".gitignore"}
HIT_FILES = {"mine.input", "mine.properties", "mine.question", *OURS}
SCRIPTS = {"run", "getResults", "reviewResults", "approveAndDeleteResults"}
QUALIFICATION_SCRIPTS = {"createQualification", "updateQualification", "deactivateQualification"}
OF_QUALIFICATIONS = {  # the files of each sample, and what its scripts name besides the properties
    "assign_qualification": ([], []),
    "java_qual_test": (["mine.question", "mine.answerkey"], ["question", "answers"]),
    "quiz_qual": (["mine.question", "mine.answer"], ["question", "answer"]),
    "site_filter_qual": (["mine.question", "mine.answer", "sites.vm"], ["question", "answer"]),
}


@pytest.fixture
def own(fresh):
    """A template of one's own, of either kind, and templates of scripts."""
    for folder, endings in (("birds", ("input",)), ("quiz", ("answer",))):
        made = fresh.root / "own" / folder
        made.mkdir(parents=True)
        (made / f"{folder}.properties").write_text(PROPERTIES, encoding="utf-8")
        (made / f"{folder}.question").write_text(QUESTION, encoding="utf-8")
        for ending in endings:
            (made / f"{folder}.{ending}").write_text(f"{ending}\n", encoding="utf-8")
    templates = fresh.root / "scripts"
    templates.mkdir()
    (templates / "run.Unix.template").write_text("echo ${target} $1\n", encoding="utf-8")
    return fresh


def names(folder):
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("os_", "endings"),
    [("", (".sh", ".cmd")), ("Unix", (".sh",)), ("Dos", (".cmd",)), ("dos", (".cmd",)), ("UNIX", (".sh",))],
)
def test_scripts_are_made_for_the_system_that_is_named_or_for_both(prompt, fresh, os_, endings):
    prompt.do("makeTemplate", "-template", "helloworld", "-target", "mine", *(["-os", os_] if os_ else []))
    made = fresh.survey / "mine"

    assert names(made) == HIT_FILES | {f"{name}{ending}" for name in SCRIPTS for ending in endings}
    assert all(os.access(path, os.X_OK) for path in made.glob("*.sh"))


def test_each_file_is_said_as_it_is_made(prompt, fresh):
    output = prompt.do("makeTemplate", "-template", "best_image", "-target", "mine", "-os", "Dos")

    assert output.splitlines() == [
        *(f"Copying resource file: mine/mine.{ending}" for ending in ("question", "properties", "input")),
        *(f"Generating script: mine/{script.name}.cmd" for script in HIT_SCRIPTS),
    ]


def test_a_folder_that_was_made_can_be_loaded(prompt, fresh):
    prompt.do("makeTemplate", "-template", "helloworld", "-target", "mine")
    run = prompt.mturk("load", folder=fresh.survey / "mine")

    assert run.code == 0, run
    assert f"Successfully loaded {len(fresh.hits())} HITs." in run.out


def test_ones_own_template_goes_before_a_sample(prompt, own):
    own_files = ("-templateRootDir", r"..\own", "-targetRootDir", r"..\made\here", "-type", "hit")
    prompt.do("makeTemplate", "-template", "birds", "-target", "mine", *own_files)
    made = own.root / "made" / "here" / "mine"

    assert (made / "mine.question").read_text(encoding="utf-8") == QUESTION
    assert (made / "mine.input").read_text(encoding="utf-8") == "input\n"


def test_a_sample_is_taken_where_the_own_folder_has_none_of_that_name(prompt, own):
    prompt.do("makeTemplate", "-template", "helloworld", "-target", "mine", "-templateRootDir", "../own")
    assert names(own.survey / "mine") >= HIT_FILES


def test_a_template_of_a_script_is_filled_in(prompt, own):
    prompt.do("makeTemplate", "-template", "birds", "-target", "mine", "-templateRootDir", "../own",
              "-scriptTemplateDir", "../scripts")  # fmt: skip
    made = own.survey / "mine"

    assert (made / "run.sh").read_text(encoding="utf-8") == "echo mine $1\n"
    assert "getResults" in (made / "getResults.sh").read_text(encoding="utf-8")
    assert "loadHITs" in (made / "run.cmd").read_text(encoding="utf-8")


def test_a_qualification_is_made_from_ones_own_template(prompt, own):
    prompt.do("makeTemplate", "-type", "Qual", "-template", "quiz", "-target", "mine", "-os", "Unix",
              "-templateRootDir", "../own")  # fmt: skip
    made = own.survey / "mine"

    wanted = {"mine.question", "mine.properties", "mine.answer"}
    assert names(made) == wanted | {f"{name}.sh" for name in QUALIFICATION_SCRIPTS} | OURS
    assert "-status Inactive" in (made / "deactivateQualification.sh").read_text(encoding="utf-8")


@pytest.fixture
def qualification(prompt, fresh):
    """Give a function that makes a folder from a sample; it returns the folder and what was said."""

    def make(sample, *more):
        output = prompt.do("makeTemplate", "-type", "Qual", "-template", sample, "-target", "mine", *more)
        return fresh.survey / "mine", output.splitlines()

    return make


@pytest.mark.parametrize("sample", OF_QUALIFICATIONS)
def test_a_sample_of_a_qualification_comes_with_its_files_and_scripts(qualification, sample):
    made, output = qualification(sample)
    graded_later = sample == "java_qual_test"
    scripts = QUALIFICATION_SCRIPTS | ({"evaluateQualification"} if graded_later else set())
    copied = {"mine.properties", *OF_QUALIFICATIONS[sample][0]}
    generated = {f"{name}{ending}" for name in scripts for ending in (".sh", ".cmd")}

    assert names(made) == copied | generated | OURS
    assert sorted(output) == sorted(
        [f"Copying resource file: mine/{name}" for name in copied]
        + [f"Generating script: mine/{name}" for name in generated]
    )


@pytest.mark.parametrize("sample", OF_QUALIFICATIONS)
def test_scripts_of_a_qualification_name_only_what_is_there_or_is_made(qualification, sample):
    made, _ = qualification(sample)
    options = set()
    for path in [*made.glob("*.sh"), *made.glob("*.cmd")]:
        for option, file in re.findall(
            r'-(\w+) "(?:\$here/|%~dp0)([^"]+)"', path.read_text(encoding="utf-8")
        ):
            assert (made / file).is_file() or file == "mine.properties.success"
            options.add(option)

    assert options == {"properties", "input", *OF_QUALIFICATIONS[sample][1]}


def test_a_test_with_a_list_of_answers_gets_a_script_that_evaluates(qualification):
    made, _ = qualification("java_qual_test", "-os", "Unix")
    command = (made / "evaluateQualification.sh").read_text(encoding="utf-8").splitlines()[-1]

    assert command == (
        'exec mturk evaluateQualificationRequests "$@" -answers "$here/mine.answerkey" '
        '-input "$here/mine.properties.success"'
    )


def test_a_qualification_gets_the_tasks_of_one(qualification):
    made, _ = qualification("quiz_qual")
    (ours,) = scaffold.template("qual").glob("*/tasks.py")

    assert (made / "tasks.py").read_bytes() == ours.read_bytes()
    assert (made / "invoke.yaml").read_bytes() == ours.with_name("invoke.yaml").read_bytes()


@pytest.mark.parametrize("target", ["mine", "2nd test", "quals/mine"])
def test_a_qualification_is_called_after_its_folder_too(prompt, fresh, target):
    prompt.do("makeTemplate", "-type", "Qual", "-template", "quiz_qual", "-target", target)
    name = target.rpartition("/")[2]

    properties = (fresh.survey / target / f"{name}.properties").read_text(encoding="utf-8")
    assert f"name: Knows garden birds ({name})\n" in properties


def test_the_name_of_a_sample_says_of_which_kind_it_is(prompt, fresh):
    prompt.do("makeTemplate", "-template", "quiz_qual", "-target", "mine")
    assert "createQualification.sh" in names(fresh.survey / "mine")


def test_an_existing_target_is_refused_and_stays(prompt, fresh):
    (fresh.survey / "mine").mkdir()
    run = prompt.mturk("makeTemplate", "-template", "helloworld", "-target", "mine")

    assert (run.code, run.out) == (2, "")
    assert "Error making a template: A file or directory named mine already exists." in run.err
    assert names(fresh.survey / "mine") == set()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-template", "nosuch"), "nosuch"),
        (("-template", "helloworld", "-type", "Quiz"), "-type takes one of Hit, Qual, not 'Quiz'"),
        (("-template", "helloworld", "-os", "Mac"), "-os takes one of Unix, Dos, not 'Mac'"),
        (("-template", "quiz", "-type", "Qual"), "did you mean quiz_qual?"),
        (("-template", "helloworld", "-type", "Qual"), "choose from assign_qualification"),
        (("-template", "quiz_qual", "-type", "Hit"), "choose from best_image"),
        (("-template", "quiz", "-templateRootDir", "../own"), "holds 0 files *.input"),
    ],
    ids=["sample", "type", "os", "qualification", "no qualification", "no survey", "incomplete"],
)
def test_what_cannot_be_made_is_2_and_leaves_nothing_behind(prompt, own, words, sentence):
    before = names(own.survey)
    run = prompt.mturk("makeTemplate", *words, "-target", "mine")

    assert (run.code, run.out) == (2, "")
    assert sentence in run.err
    assert names(own.survey) == before


@pytest.mark.parametrize(
    "target", ["hits/mine", "hits/mine/", r"hits\mine", "../hits/mine", "{root}/hits/mine"]
)
def test_a_target_that_is_a_path_names_its_files_by_its_last_part(prompt, own, target):
    where = target.format(root=own.root)
    before = set(own.root.rglob("*"))
    output = prompt.do("makeTemplate", "-template", "birds", "-target", where, "-templateRootDir", "../own",
                     "-scriptTemplateDir", "../scripts")  # fmt: skip
    made = (own.survey / where.replace("\\", "/")).resolve()

    assert names(made) >= HIT_FILES
    assert (made / "run.sh").read_text(encoding="utf-8") == "echo mine $1\n"
    assert "mine.success" in (made / "getResults.sh").read_text(encoding="utf-8")
    assert all((own.survey / line.split(": ")[1]).resolve().parent == made for line in output.splitlines())
    assert set(own.root.rglob("*")) - before == {made.parent, made, *made.iterdir()}


@pytest.mark.parametrize("target", [".", "hits/..", "/"])
def test_a_target_that_names_no_new_folder_exists_already(prompt, fresh, target):
    run = prompt.mturk("makeTemplate", "-template", "helloworld", "-target", target)

    assert (run.code, run.out) == (2, "")
    assert "already exists" in run.err


def test_a_failure_takes_the_parents_it_made_away_again(prompt, own):
    before = set(own.root.rglob("*"))
    unreadable = own.root / "own" / "birds" / "birds.input"
    unreadable.unlink()
    unreadable.symlink_to("nowhere")
    run = prompt.mturk("makeTemplate", "-template", "birds", "-target", "hits/new/mine",
                       "-templateRootDir", "../own")  # fmt: skip

    assert (run.code, run.out) == (2, "")
    assert set(own.root.rglob("*")) == before


def test_an_unknown_sample_is_answered_with_what_is_nearest(prompt, fresh):
    run = prompt.mturk("makeTemplate", "-template", "hello", "-target", "mine")

    assert run.code == 2
    assert "did you mean helloworld?" in run.err
