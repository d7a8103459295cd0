"""Every command line of the Command Line Reference's examples, run to its effect.

The IDs in them are replaced by living ones; what is misprinted there is run as it is meant.
"""

from __future__ import annotations

import pytest

from mturk_tasks.tasks.collections import old_command_names
from tests.legacy.effects import BLOCKED, EFFECTS, REASON, SORRY, UNBLOCKED
from tests.legacy.prompt import ENTER, living, words

pytestmark = pytest.mark.walk

_DRAFT = "-properties qualification.properties -question qualification.question"
_WINDOWS_FILES = r"-properties ..\survey\survey.properties"

EXAMPLES = {
    "approveWork": ("./approveWork.sh -approvefile approval.txt", "approveWork -approvefile approval.txt"),
    "blockWorker": (
        f'./blockWorker.sh -workerid {{worker}} -reason "{BLOCKED}"',
        f'blockWorker -workerid {{worker}} -reason "{BLOCKED}"',
    ),
    "deleteHITs": (
        "./deleteHITs.sh -successfile survey.success -approve -expire",
        "deleteHITs -successfile survey.success -approve -expire",
    ),
    "extendHITs": (
        r"./extendHITs.sh -successfile ..\mysurvey\mysurvey.success -assignments 4 -hours 3",
        r"extendHITs -successfile ..\mysurvey\mysurvey.success -assignments 4 -hours 3",
    ),
    "getBalance": ("./getBalance.sh", "getBalance"),
    "getResults": (
        "./getResults.sh -successfile survey.success -outputfile survey.results",
        "getResults -successfile survey.success -outputfile survey.results",
    ),
    "grantBonus": (
        f'./grantBonus.sh -workerid {{worker}} -assignment {{assignment}} -reason "{REASON}" -amount 5.00',
        f'grantBonus -workerid {{worker}} -assignment {{assignment}} -reason "{REASON}" -amount 5.00',
    ),
    "loadHITs": (
        rf"./loadHITs.sh -input ..\survey\survey.input -question ..\survey\survey.question {_WINDOWS_FILES}",
        rf"loadHITs -input ..\survey\survey.input -question ..\survey\survey.question {_WINDOWS_FILES}",
    ),
    "rejectWork": ("./rejectWork.sh -assignment {assignment}", "rejectWork -assignment {assignment}"),
    "resetAccount": ("./resetAccount.sh", "resetAccount"),
    "reviewResults": (
        "./reviewResults.sh  -resultsfile survey.results",
        "reviewResults -resultsfile survey.results",
    ),
    "unblockWorker": (
        f'./unblockWorker.sh -workerid {{worker}} -reason "{UNBLOCKED}"',
        f'unblockWorker -workerid {{worker}} -reason "{UNBLOCKED}"',
    ),
    "updateHITs": (
        rf"./updateHITs.sh -success ..\survey\survey.success {_WINDOWS_FILES}",
        rf"updateHITs -success ..\survey\survey.success {_WINDOWS_FILES}",
    ),
    "approveQualificationRequests": (
        "./approveQualificationRequests.sh -approvefile qualifications.txt -score 100",
        "approveQualificationRequests -approvefile qualifications.txt -score 100",
    ),
    "assignQualification": (
        "./assignQualification.sh -qualtypeid {type} -workerid {worker} -score 100",
        "assignQualification -qualtypeid {type} -workerid {worker} -score 100",
    ),
    "createQualificationType": (
        f".createQualificationType.sh {_DRAFT} -noretry -sandbox",  # without the slash there as well
        f"createQualificationType {_DRAFT} -noretry -sandbox",
    ),
    "evaluateQualificationRequests": (
        "./evaluateQualificationRequests.sh -answers qualification.answerkey -qualtypeid {type} -preview",
        "evaluateQualificationRequests -answers qualification.answerkey -qualtypeid {type} -preview",
    ),
    "getQualificationRequests": (
        "./getQualificationRequests.sh -outputfile qualrequests.txt",
        "getQualificationRequests -outputfile qualrequests.txt",
    ),
    "rejectQualificationRequests": (
        "./rejectQualificationRequests.sh -rejectfile toreject.txt",
        "rejectQualificationRequests -rejectfile toreject.txt",
    ),
    "revokeQualification": (
        f'./revokeQualification.sh -qualtypeid {{type}} -workerid {{worker}} -reason "{SORRY}"',
        f'revokeQualification -qualtypeid {{type}} -workerid {{worker}} -reason "{SORRY}"',
    ),
    "updateQualificationScore": (  # the score without a dash there as well
        "./updateQualificationScore.sh -qualtypeid {type} score 50 -workerid {worker}",
        "updateQualificationScore -qualtypeid {type} score 50 -workerid {worker}",
    ),
    "updateQualificationType": (
        "./updateQualificationType.sh -qualtypeid {type} -question survey.question",
        "updateQualificationType -qualtypeid {type} -question survey.question",
    ),
}
OPTIONS = {  # by command, beside -help and -sandbox
    "approveQualificationRequests": "approvefile force qualRequest score",
    "approveWork": "approvefile assignment force successfile",
    "assignQualification": "donotnotify input qualtypeid score scorefile workerid",
    "blockWorker": "reason workerid",
    "createQualificationType": "answer noretry properties question",
    "deleteHITs": "approve expire force successfile",
    "evaluateQualificationRequests": "answers input preview qualtypeid",
    "extendHITs": "assignments hours successfile",
    "getBalance": "",
    "getQualificationRequests": "outputfile qualtypeid",
    "getResults": "answerPrefix namevaluepairs outputfile successfile",
    "grantBonus": "amount assignment reason workerid",
    "loadHITs": "input label maxhits preview previewfile properties question",
    "makeTemplate": "os scriptTemplateDir target targetRootDir template templateRootDir type",
    "rejectQualificationRequests": "force qualRequest rejectfile",
    "rejectWork": "assignment force rejectfile",
    "resetAccount": "force",
    "reviewResults": "resultsfile",
    "revokeQualification": "qualtypeid reason workerid",
    "unblockWorker": "reason workerid",
    "updateHITs": "properties success",
    "updateQualificationScore": "input qualtypeid score workerid",
    "updateQualificationType": "answer properties qualtypeid question status",
}


def run_to_effect(prompt, at, command, line):
    effect = EFFECTS[command]
    world = at(effect.moment)
    effect.prepare(world)
    run = prompt.mturk(*words(line, **living(world)), keys=ENTER * 3, folder=world.here)
    effect.check(world, run)


@pytest.mark.parametrize("system", [0, 1], ids=["unix", "windows"])
@pytest.mark.parametrize("command", EXAMPLES)
def test_a_line_of_the_reference_has_its_effect(prompt, at, command, system):
    run_to_effect(prompt, at, command, EXAMPLES[command][system])


def test_a_template_is_made_as_the_reference_shows(prompt, fresh):
    out = prompt.do(*words("./makeTemplate.sh -target my_survey -template best_image"))
    name = "my_survey/my_survey"

    assert [line.rstrip() for line in out.splitlines()[:3]] == [
        f"Copying resource file: {name}.{ending}" for ending in ("question", "properties", "input")
    ]
    for script in ("run", "getResults", "approveAndDeleteResults"):
        assert f"Generating script: my_survey/{script}.cmd" in out
        assert (fresh.survey / "my_survey" / f"{script}.cmd").is_file()
    assert (fresh.survey / f"{name}.question").read_text(encoding="utf-8").strip()


def test_a_template_is_made_by_the_line_for_windows(prompt, fresh):
    line = (
        r"makeTemplate -template helloworld  -target newhelloworld3 -os Dos -type Hit "
        r"-templateRootDir ..\samples -targetRootDir ..\hits -scriptTemplateDir ..\etc\templates\hits"
    )
    out = prompt.do(*words(line))
    made = fresh.root / "hits" / "newhelloworld3"

    assert sorted(path.name for path in made.glob("*.cmd")) == [
        *("approveAndDeleteResults.cmd", "getResults.cmd", "reviewResults.cmd", "run.cmd"),
    ]
    assert list(made.glob("*.sh")) == []
    assert out.count("Generating script: ") == 4


def test_the_tables_here_hold_all_23_commands():
    assert {*EXAMPLES, "makeTemplate"} == set(old_command_names()) == set(OPTIONS)
    assert set(EFFECTS) == set(EXAMPLES)


@pytest.mark.parametrize("asked", ["-help", "-h"])
@pytest.mark.parametrize("command", OPTIONS)
def test_help_names_every_option_of_the_reference(prompt, fresh, command, asked):
    shown = prompt.do(command, asked).lower()
    missing = [name for name in [*OPTIONS[command].split(), "sandbox"] if f"--{name.lower()}" not in shown]

    assert missing == []
