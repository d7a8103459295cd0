"""With --json a program reads one object from standard output, and nothing else stands there."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from mturk_tasks import scaffold
from mturk_tasks.tasks.collections import hit_tasks, old_command_names
from tests.legacy.effects import EFFECTS
from tests.legacy.prompt import living, words
from tests.legacy.test_reference import EXAMPLES

pytestmark = pytest.mark.walk

MEMBERS = {"command", "environment", "ok", "counts", "items", "files"}
OUTCOMES = {  # what each command counts, and how many items it names
    "loadHITs": ("fresh", {"created": 3, "failed": 0, "left": 0}, "created", 3),
    "getResults": (
        "worked",
        {"completed": 6, "assignments": 6, "tests": 0, "deleted": 0, "unknown": 0, "failed": 0},
        "Reviewable",
        3,
    ),
    "reviewResults": (
        "worked",
        {"approved": 6, "rejected": 0, "failed": 0, "decided": 0, "not_here": 0},
        "approved",
        6,
    ),
    "approveWork": ("worked", {"approved": 1, "failed": 0}, "approved", 1),
    "rejectWork": ("worked", {"rejected": 1, "failed": 0}, "rejected", 1),
    "deleteHITs": ("worked", {"deleted": 3, "kept": 0, "errors": 0, "unknown": 0}, "deleted", 3),
    "extendHITs": ("worked", {"extended": 3, "failed": 0}, "extended", 3),
    "updateHITs": ("loaded", {"updated": 3, "failed": 0}, "updated", 3),
    "resetAccount": ("worked", {"deleted": 3, "failed": 0, "busy": 0, "left": 0}, "deleted", 3),
    "grantBonus": ("worked", {"paid": 1, "failed": 0}, "paid", 1),
    "blockWorker": ("fresh", {"blocked": 1}, "blocked", 1),
    "unblockWorker": ("fresh", {"unblocked": 1}, "unblocked", 1),
    "getBalance": ("fresh", {}, "available", 1),
    "createQualificationType": ("drafted", {"created": 1}, "created", 1),
    "updateQualificationType": ("created", {"updated": 1}, "updated", 1),
    "getQualificationRequests": ("requested", {"waiting": 2}, "waiting", 2),
    "approveQualificationRequests": ("requested", {"approved": 2, "failed": 0}, "approved", 2),
    "rejectQualificationRequests": ("requested", {"rejected": 1, "failed": 0}, "rejected", 1),
    "assignQualification": ("created", {"done": 1, "failed": 0}, "granted", 1),
    "updateQualificationScore": ("held", {"done": 1, "failed": 0}, "granted", 1),
    "revokeQualification": ("held", {"revoked": 1, "failed": 0}, "revoked", 1),
}
ASKS = (
    *("approveWork", "rejectWork", "deleteHITs", "resetAccount"),
    *("approveQualificationRequests", "rejectQualificationRequests"),
)


@pytest.mark.parametrize("command", OUTCOMES)
def test_an_old_command_writes_what_it_did(prompt, at, command):
    moment, counts, status, number = OUTCOMES[command]
    world = at(moment)
    if command != "getResults":
        EFFECTS[command].prepare(world)
    line = words(EXAMPLES[command][1], **living(world))
    document = replace(prompt, folder=world.here).json(*line, *(["-force"] if command in ASKS else []))

    assert set(document) == MEMBERS
    assert (document["command"], document["environment"], document["ok"]) == (command, "sandbox", True)
    assert (document["counts"], [item["status"] for item in document["items"]]) == (counts, [status] * number)
    assert all(item["id"] for item in document["items"])


def test_a_rehearsed_grading_is_told_by_request(examiner, requested):
    document = examiner.json(*words(EXAMPLES["evaluateQualificationRequests"][1], **living(requested)))

    assert set(document) == MEMBERS
    assert document["counts"] == {"passed": 1, "failed": 0, "refused": 1}
    assert [item["status"] for item in document["items"]] == ["passed", "missed"]


@pytest.mark.parametrize("command", sorted(set(OUTCOMES) - {"getBalance", "resetAccount"}))
def test_an_error_is_an_object_too(prompt, worked, command):
    run = prompt.mturk(command, "--json")
    document = json.loads(run.out)

    assert set(document) == MEMBERS | {"error", "exit_code"}
    assert (run.code, document["ok"], document["exit_code"]) == (2, False, 2)
    assert document["error"].startswith(("Missing", "Either"))
    assert run.err == f"error: {document['error']}\n"


@pytest.mark.parametrize("line", ["loadHITs -inpt x", "loadHIT", "account.balance now", "load"])
def test_a_line_that_cannot_be_understood_is_an_object_too(prompt, fresh, line):
    document = prompt.json(*line.split(), code=2)

    assert (document["command"], document["ok"], document["exit_code"]) == ("mturk", False, 2)
    assert document["error"]


def test_what_failed_is_named_with_the_reason(prompt, loaded):
    prompt.do("extendHITs", "-successfile", "survey.success", "-assignments", "7")
    document = prompt.json("extendHITs", "-successfile", "survey.success", "-assignments", "1", code=1)

    assert (document["ok"], document["counts"]) == (False, {"extended": 0, "failed": 3})
    assert [item["id"] for item in document["items"]] == loaded.hit_ids()
    assert all(item["status"] == "failed" and item["error"] for item in document["items"])


def test_work_that_nobody_knows_is_named_with_the_reason(prompt, worked):
    document = prompt.json("approveWork", "-assignment", "3NOSUCH", "-force", code=1)

    assert (document["counts"], document["ok"]) == ({"failed": 1}, False)
    assert [item["id"] for item in document["items"]] == ["3NOSUCH"]
    assert "cannot be decided" in document["items"][0]["error"]


def test_files_are_named(prompt, fresh):
    load = prompt.json(*words(EXAMPLES["loadHITs"][1]))
    assert [name.rpartition(".")[2] for name in load["files"]] == ["success", "journal"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("makeTemplate -template helloworld -target mine -os Unix", ["mine/mine.input", "mine/run.sh"]),
        ("adopt", ["tasks.py", "invoke.yaml", ".gitignore"]),
        ("install-scripts --directory old", ["bin/loadHITs.sh", "bin/resetAccount.cmd"]),
        ("new.hit --name birds --git no", ["birds/birds.input", "birds/tasks.py"]),
        ("new.qual --name birds --git no", ["birds/birds.answer", "birds/tasks.py"]),
    ],
    ids=["makeTemplate", "adopt", "install-scripts", "new.hit", "new.qual"],
)
def test_a_command_that_makes_files_names_them(prompt, fresh, line, names):
    document = prompt.json(*words(line))

    assert set(document) == MEMBERS
    assert (document["environment"], document["ok"]) == (None, True)
    assert all(any(file.endswith(name) for file in document["files"]) for name in names)


@pytest.fixture
def survey(prompt, worked, tmp_path):
    """The same survey as a folder with tasks; all its work is submitted."""
    made = scaffold.new_hit({"name": "survey", "git": "no"}, tmp_path / "made")
    for name in ("tasks.py", "invoke.yaml"):
        shutil.copy(made / name, worked.survey / name)
    return worked


TASKS = {
    "load": ("load --label again", {"created": 3, "failed": 0, "left": 0}),
    "load-failed": ("load", None),
    "status": (
        "status",
        {
            "hits": 3,
            "reviewable": 3,
            "rows_without_hit": 0,
            "assignments_available": 0,
            "assignments_pending": 0,
            "assignments_submitted": 6,
            "assignments_approved": 0,
            "assignments_rejected": 0,
            "auto_approved_within_a_day": 0,
        },
    ),
    "rehearse": ("rehearse", {"submitted": 0, "returned": 0}),
    "results": (
        "results",
        {"completed": 6, "assignments": 6, "tests": 0, "deleted": 0, "unknown": 0, "failed": 0},
    ),
    "review": ("review --force", {"approved": 6, "rejected": 0, "failed": 0, "decided": 0, "not_here": 0}),
    "approve": ("approve --force", {"approved": 6, "failed": 0}),
    "reject": ("reject --workerid AONE --comment no --force", {"rejected": 3, "failed": 0}),
    "bonus": (
        "bonus --workerid AONE --assignment {assignment} --amount 1 --reason ok",
        {"paid": 1, "failed": 0},
    ),
    "extend": ("extend --hours 1", {"extended": 3, "failed": 0}),
    "update": ("update", {"updated": 3, "failed": 0}),
    "stop": ("stop", {"expired": 0}),
    "cleanup": ("cleanup --approve --force", {"deleted": 3, "kept": 0, "errors": 0, "unknown": 0}),
    "workers.block": ("workers.block --workerid AONE --reason r", {"blocked": 1}),
    "workers.unblock": ("workers.unblock --workerid AONE", {"unblocked": 1}),
    "account.balance": ("account.balance", {}),
    "account.reset": ("account.reset --force", {"deleted": 3, "failed": 0, "busy": 0, "left": 0}),
}


@pytest.mark.parametrize("task", TASKS)
def test_a_task_writes_what_it_did(prompt, survey, task):
    line, counts = TASKS[task]
    run = prompt.mturk(*words(line, **living(survey)), "--json")
    document = json.loads(run.out)

    assert set(document) >= MEMBERS
    assert (document["ok"], document["command"]) == (
        run.code == 0,
        task.partition(".")[2] or task.partition("-")[0],
    )
    assert document["counts"] == (counts or {})
    assert all(item["id"] and item["status"] for item in document["items"])
    assert [
        item["id"] for item in document["items"] if item["status"] == "failed" and not item["error"]
    ] == []


def test_every_command_that_acts_in_a_marketplace_can_write_json():
    from mturk_tasks.tasks.collections import builtin_tasks

    tasks = {**builtin_tasks().tasks, **hit_tasks(__file__).tasks}
    silent = {name for name, one in tasks.items() if "json" not in {arg.name for arg in one.get_arguments()}}
    assert silent <= {"demo", "handbook"}
    assert set(old_command_names()) <= set(tasks)
