"""The program mturk: a folder's own tasks in it, the old commands everywhere, and help about both."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from mturk_tasks.tasks.collections import folder_task_names, old_command_names
from tests.legacy.prompt import VERSION, words
from tests.legacy.test_reference import EXAMPLES
from tests.tasks.shell import Shell, snapshot
from tests.tasks.test_declarations import HEAVY

pytestmark = pytest.mark.walk

PAGES = ["files", "first-survey", "marketplace", "migration", "qualifications", "results", "troubleshooting"]


@pytest.fixture
def folder(prompt, fresh):
    """An old folder with tasks in it."""
    prompt.do("adopt")
    return fresh


def test_a_folders_own_tasks_are_offered_in_it_and_below(prompt, folder):
    below = folder.survey / "notes" / "may"
    below.mkdir(parents=True)
    prompt.mturk("load", folder=below)

    assert len(folder.hits()) == 3
    assert (folder.survey / "survey.success").exists()
    assert "status" in prompt.mturk("--list", folder=below).out


def test_mturk_and_inv_do_the_same(prompt, folder, capsys):
    by_mturk = prompt.do("load", "--label", "one")
    by_inv = Shell(folder.survey, capsys).do("load", "--label", "two")

    def without_ids(text: str) -> list[str]:
        return [
            line.partition("=")[0] for line in text.splitlines() if "Time" not in line and "time" not in line
        ]

    assert without_ids(by_mturk) == without_ids(by_inv)
    assert sorted(hit["RequesterAnnotation"] for hit in folder.hits())[::2] == [
        "jay.jpg",
        "owl.jpg",
        "wren.jpg",
    ]


def test_the_old_commands_keep_their_options_in_a_survey_folder(prompt, folder):
    prompt.do(*words(EXAMPLES["loadHITs"][1]), "-label", "old")
    assert (folder.survey / "old.success").exists()


def test_settings_of_the_folder_count_under_mturk_too(prompt, folder):
    folder.write("invoke.yaml", "mturk:\n  environment: production\n")
    run = prompt.mturk("load")

    assert (run.code, folder.hits()) == (2, [])
    assert "no production marketplace is configured" in run.err


def test_several_commands_in_one_line_are_done_one_after_the_other(prompt, folder):
    out = prompt.do("load", "rehearse", "--workers", "2", "results")
    assert "Assignments completed: 6/6 (100%)" in out


@pytest.mark.parametrize(("task", "kind"), sorted(folder_task_names().items()))
def test_elsewhere_a_folders_task_is_2_and_says_where_to_go(prompt, fresh, task, kind):
    run = prompt.mturk(task, "--label", "x")

    assert (run.code, run.out) == (2, "")
    assert f"{task} works in a {kind} folder" in run.err
    assert "mturk adopt" in run.err


def test_the_version_is_told(prompt, fresh):
    assert prompt.do("--version") == f"mturk {VERSION}\n"


def test_the_list_has_every_old_command(prompt, fresh):
    listed = prompt.do("--list").split()
    assert set(old_command_names()) <= set(listed)
    assert {"adopt", "handbook", "install-scripts", "new.hit", "new.qual", "workers.block"} <= set(listed)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed_for_each_shell(prompt, fresh, shell):
    script = prompt.do("--print-completion-script", shell)
    assert "--complete" in script
    assert "mturk" in script


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("mturk lo", {"loadHITs", "getResults"}),
        ("mturk loadHITs --in", {"--input", "--question", "--sandbox"}),
        ("mturk loadHITs -sandbox -", {"--input", "--label"}),
        ("mturk ", {"loadHITs", "new.hit"}),
    ],
    ids=["command", "option", "one-dash", "nothing"],
)
def test_half_a_line_is_completed(prompt, fresh, typed, offered):
    assert offered <= set(prompt.do("--complete", "--", *typed.split()).split())


def test_a_folders_tasks_are_completed_in_it(prompt, folder):
    assert {"load", "status", "workers.block"} <= set(prompt.do("--complete", "--", "mturk", "st").split())


def test_the_handbook_lists_its_pages(prompt, fresh):
    listed = [line.split()[0] for line in prompt.do("handbook").splitlines()]
    assert set(PAGES) <= set(listed)
    assert listed == sorted(listed)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_handbook_is_shown(prompt, fresh, page):
    assert prompt.do("handbook", page).startswith("# ")


def test_an_unknown_page_is_2_with_those_there_are(prompt, fresh):
    run = prompt.mturk("handbook", "love")

    assert (run.code, run.out) == (2, "")
    assert all(page in run.err for page in PAGES)


def test_adopting_adds_three_files_and_touches_nothing_else(prompt, loaded):
    before = snapshot(loaded.survey)
    output = prompt.do("adopt", str(loaded.survey))
    after = snapshot(loaded.survey)

    assert output.splitlines() == [
        f"{loaded.survey / 'tasks.py'}, {loaded.survey / 'invoke.yaml'} and {loaded.survey / '.gitignore'} "
        "are new; nothing else was touched",
        "found: survey survey; survey.success with 3 HITs",
    ]
    assert {name.rpartition("/")[2] for name in set(after) - set(before)} == {
        "tasks.py",
        "invoke.yaml",
        ".gitignore",
    }
    assert {name: after[name] for name in before if name != str(loaded.survey)} == {
        name: state for name, state in before.items() if name != str(loaded.survey)
    }


def test_a_qualification_folder_is_begun_with_what_to_try_there(prompt, fresh):
    output = prompt.do(
        "new.qual", "--name", "java", "--sample", "java_qual_test", "--title", "Java", "--git", "no"
    )
    folder = fresh.survey / "java"

    assert (
        output == f"{folder} is ready; go there and try: inv create, inv status, inv rehearse, inv workers\n"
    )
    assert "name: Java\n" in (folder / "java.properties").read_text(encoding="utf-8")


def test_a_qualification_that_cannot_begin_is_2_and_leaves_nothing(prompt, fresh):
    before = snapshot(fresh.survey)
    run = prompt.mturk("new.qual", "--name", "java", "--sample", "java_qual")

    assert (run.code, run.out) == (2, "")
    assert "did you mean java_qual_test?" in run.err
    assert snapshot(fresh.survey) == before


def old_folder(world, **files):
    """Make a folder of the old tools, with a file of each ending."""
    folder = world.root / "old"
    folder.mkdir()
    for ending, text in files.items():
        (folder / f"old.{ending}").write_text(text, encoding="utf-8")
    (folder / "mturk.properties").write_text("name=none\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("files", "tasks"),
    [
        ({"properties": "name=Birds\ndescription=x\n"}, "qual_tasks"),
        (
            {"properties": "name: Birds\n", "question": "<QuestionForm/>", "answer": "<AnswerKey/>"},
            "qual_tasks",
        ),
        ({"properties": "title=Birds\nreward=0.1\n", "question": "<QuestionForm/>"}, "hit_tasks"),
        ({"properties": "name=Birds\nreward=0.1\n"}, "hit_tasks"),
        ({"properties": "name=Birds\n", "input": "picture\n1\n"}, "hit_tasks"),
    ],
    ids=["properties", "test and key", "reward", "name and reward", "name and input"],
)
def test_an_old_folder_gets_the_tasks_of_what_it_holds(prompt, fresh, files, tasks):
    folder = old_folder(fresh, **files)
    prompt.do("adopt", str(folder))

    assert f"ns = {tasks}(__file__)" in (folder / "tasks.py").read_text(encoding="utf-8")
    settings = (folder / "invoke.yaml").read_text(encoding="utf-8")
    assert ("of this qualification folder" in settings) == (tasks == "qual_tasks")


def test_an_adopted_folder_goes_on_with_its_old_receipt(prompt, worked):
    worked.old_receipt()
    prompt.do("adopt")
    prompt.do("results")
    prompt.do("review", "--force")

    assert worked.statuses() == ["Approved"] * 6


@pytest.mark.parametrize("existing", ["tasks.py", "invoke.yaml"])
def test_what_is_there_is_not_adopted_over(prompt, fresh, existing):
    fresh.write(existing, "# mine\n")
    run = prompt.mturk("adopt", ".")

    assert run.code == 2
    assert f"{existing}: is there already and stays as it is" in run.err
    assert [name for name in ("tasks.py", "invoke.yaml") if (fresh.survey / name).exists()] == [existing]
    assert fresh.read(existing) == "# mine\n"


def test_adopting_says_what_the_old_tools_left(prompt, fresh):
    rows = "hitid\tassignmentid\treject\n3A\t3B\t\n3A\t3C\t\n"
    folder = old_folder(fresh, properties="title=Birds\nreward=0.1\n", success="hitid\n3A\n", results=rows)
    (folder / "torn.success").write_text("3A\n", encoding="utf-8")

    assert prompt.do("adopt", str(folder)).splitlines()[-1] == (
        "found: survey old; old.success with 1 HIT; "
        "torn.success with what cannot be read (has no column hitid); old.results with 2 rows"
    )


def test_a_tree_of_old_folders_is_adopted_whole_and_summed_up(prompt, fresh):
    old_folder(fresh, properties="title=Birds\nreward=0.1\n", success="hitid\n3A\n")
    tree = fresh.root / "old"
    for name in ("one", "two", "broken", "java"):
        (tree / name).mkdir()
        (tree / name / "x.properties").write_text("title=X\nreward=1\n", encoding="utf-8")
    (tree / "java" / "x.properties").write_text("log=4\n", encoding="utf-8")
    broken = tree / "broken"
    (broken / "tasks.py").write_text("# mine\n", encoding="utf-8")
    prompt.do("adopt", str(tree / "two"))
    (fresh.root / "outside").mkdir()
    (fresh.root / "outside" / "x.properties").write_text("title=X\nreward=1\n", encoding="utf-8")
    (tree / "link").symlink_to(fresh.root / "outside")
    run = prompt.mturk("adopt", "--recursive", str(tree))

    assert run.code == 1
    assert run.out.splitlines() == [
        f"{tree}: survey old; old.success with 1 HIT",
        f"{tree / 'one'}: survey x",
        f"{broken}: not adopted: {broken / 'tasks.py'}: is there already and stays as it is",
        "2 folders adopted, 1 ours already, 1 not adopted.",
    ]
    assert not (fresh.root / "outside" / "tasks.py").exists()
    assert not (tree / "java" / "tasks.py").exists()


def test_a_folder_that_is_not_there_is_not_adopted(prompt, fresh):
    run = prompt.mturk("adopt", "../nowhere")

    assert (run.code, run.out) == (2, "")
    assert "../nowhere does not exist" in run.err


def test_a_folder_without_a_survey_is_not_adopted(prompt, fresh):
    (fresh.root / "empty").mkdir()
    (fresh.root / "empty" / "mturk.properties").write_text("log_level=INFO\n", encoding="utf-8")
    run = prompt.mturk("adopt", "../empty")

    assert run.code == 2
    assert "holds no survey" in run.err
    assert len(list((fresh.root / "empty").iterdir())) == 1


def test_a_process_of_its_own_does_it_too(prompt, fresh):
    run = prompt.process(*words(EXAMPLES["loadHITs"][1]))

    assert run.code == 0, run
    assert len(fresh.hits()) == 3
    assert prompt.process("loadHITs", "-inpt", "x").code == 2


def test_a_folder_that_is_moved_is_still_its_own(prompt, folder):
    prompt.do("load")
    moved = shutil.move(folder.survey, folder.root / "elsewhere")
    run = prompt.mturk("status", folder=moved)

    assert (run.code, "3 assignable" in run.out) == (0, True), run


LIST_WHAT_IS_LOADED = """
import sys
from mturk_tasks.tasks.program import main
try:
    main()
except SystemExit:
    pass
print("loaded:", *sys.modules)
"""


@pytest.mark.parametrize(
    "line", ["--list", "loadHITs -help", "--complete -- mturk lo", "loadHITs -inpt x"], ids=str
)
def test_listing_helping_completing_and_refusing_load_nothing_heavy(fresh, line):
    program = [sys.executable, "-c", LIST_WHAT_IS_LOADED, *line.split()]
    run = subprocess.run(program, cwd=fresh.survey, capture_output=True, text=True, check=True)
    loaded = run.stdout.rpartition("loaded:")[2].split()

    assert "mturk_tasks.tasks.old_surveys" in loaded
    assert HEAVY & set(loaded) == set()
