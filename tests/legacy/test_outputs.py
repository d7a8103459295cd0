"""What each of the 23 commands says is what the Command Line Reference shows, word for word.

`SHOWN` holds the lines of its "Output" sections as they are printed there, with the line breaks of the page
undone and without the blanks at their ends. IDs, dates, addresses and numbers are aside, and a line that is
repeated for each item stands once. Questions are among them, in their place.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import pytest

from mturk_tasks.tasks.collections import old_command_names
from tests.legacy.effects import EFFECTS
from tests.legacy.prompt import ENTER, PROGRAM, living, words
from tests.legacy.test_reference import EXAMPLES
from tests.tasks.terminal import at_terminal

CONFIRM = "To confirm this operation, please press ENTER (or press Ctrl+C to abort):"
COMMENT = (
    "If you would like to supply a comment to the worker(s), please type it below then press ENTER. "
    "If not, just hit ENTER:"
)
SHOWN = {
    "approveQualificationRequests": [
        "You are about to grant 10 qual request(s).",
        CONFIRM,
        "[TA3ZJBYP2Y7ZJSX2BBN0TZ8ZTM4F6H4ZVQ4DE8FZ] QualRequest successfully approved with value (100)",
    ],
    "approveWork": [
        "--- Starting approval ---",
        "[62145TS44X94HHYGW0PZK2CP0E1K9T1PR8Z42WEZ] Assignment successfully approved for HIT "
        "62145TS44X94HHYGW0PZ",
        "--- Finished approval ---",
        "  1 assignments approved.",
        "  0 assignments failed to be approved.",
    ],
    "assignQualification": [
        "Assigned qualification RWFZTKZ55ZPZXN1C8TDZ to A3C4G8DMXFG5PQ with value 100",
    ],
    "blockWorker": [
        "Blocked A3C4G8DMXFG5PQ with reason: After several warnings, the Worker continued to submit answers "
        "without reading the instructions carefully.",
    ],
    "createQualificationType": [
        "Created qualification type: KYJ4GZZ5G3M6TDCEWYF0",
        "You can take the test here:",
        "http://workersandbox.mturk.com/mturk/requestqualification?qualificationId=KYJ4GZZ5G3M6TDCEWYF0",
    ],
    "deleteHITs": [
        "--- Starting to delete HITs ---",
        "You are about to delete 5 HITs.",
        CONFIRM,
        "[X1F6ZRZ8GW1ETS561XR0] Successfully deleted HIT (1/5)",
        "[8X3GV2YWKAZZR9ZCEYB0] Successfully deleted HIT (2/5)",
        "--- Finished to delete HITs ---",
        "  5 HITs have been deleted or were deleted previously.",
        "  0 errors occurred.",
    ],
    "evaluateQualificationRequests": [
        "Preview flag is set. Qualification requests will not be approved or rejected.",
        "---[Worker A3C4G8DMFSG5PQ]--------------------------------------------------------------",
        "Question question1:CORRECT [The answer key 'false' matches the given answer 'false']",
        "Question question2:CORRECT [The answer key 'true' matches the given answer 'true']",
        "Question question3:CORRECT [The answer key 'two' matches the given answer 'Two']",  # there: 1
        "Worker A3C4G8DMFSG5PQ has PASSED your test and scored 100",
        "---------------------------------------------------------------------------------------",
    ],
    "extendHITs": [
        "--- Starting to extend HITs ---",
        "[0YFZ2TYJF3HZPGZV4Z40] Successfully extended HIT (1/5)",
        "[4GMZSHZKKK9WT9M9XWA0] Successfully extended HIT (2/5)",
        "--- Finished to extend HITs ---",
        "  5 HITs have been extended (added 4 assignment(s), 3 hour(s))",
        "  0 HITs failed to be extended.",
    ],
    "getBalance": ["Your account balance: $819.45"],
    "getQualificationRequests": [
        "Retrieved 4 Qualification Requests",
        "Answers successfully saved to file: qualrequests.txt",
    ],
    "getResults": [
        "--[Retrieving Results]----------",
        "Retrieved HIT 1/10, 832TY7YE5HKWS1H10YR0",
        "Retrieved HIT 2/10, EW2ZHA4R3R7Z4WY5XZAZ",
        "--[Done Retrieving Results]----------",
        "Results have been written to file 'survey.results'.",
        "Assignments completed: 30/30 (100%)",
        "         Time elapsed: 0:05:16 (h:mm:ss)",
        "  Average submit time: 13.7 seconds",
    ],
    "grantBonus": ["Granted bonus to A3C4G8DMXFG5PQ"],
    "loadHITs": [
        "--[Initializing]----------",
        r" Input: ..\survey\survey.input",
        r" Properties: ..\survey\survey.properties",
        r" Question File: ..\survey\survey.question",
        " Preview mode disabled",
        "--[Loading HITs]----------",
        "  Start time: Fri Dec 14 16:23:28 PST 2007",
        "Created HIT 1: HITId=GX9P62Y4EXAZSZYRQ8EZ",
        "Created HIT 2: HITId=2WAZRKZHC27ZV25HYXD0",
        "You may see your HIT(s) with HITTypeId 'YTXZ13ZWEYFZRBZ4V120' here:",
        "  http://www.mturk.com/mturk/preview?groupId=YTXZ13ZWEYFZRBZ4V120",
        "  End time: Fri Dec 14 16:23:32 PST 2007",
        "--[Done Loading HITs]----------",
        "  Total load time: 4 seconds.",
        "  Successfully loaded 5 HITs.",
    ],
    "makeTemplate": [
        r"Copying resource file: ..\hits\my_survey\my_survey.question",
        r"Copying resource file: ..\hits\my_survey\my_survey.properties",
        r"Copying resource file: ..\hits\my_survey\my_survey.input",
        r"Generating script: ..\hits\my_survey\run.cmd",
        r"Generating script: ..\hits\my_survey\getResults.cmd",
        r"Generating script: ..\hits\my_survey\approveAndDeleteResults.cmd",
    ],
    "rejectQualificationRequests": [
        "You are about to reject 1 qualification request(s). Are you sure?",
        CONFIRM,
        COMMENT,
        "[789RVWYBAZW00EXAMPLE951RVWYBAZW00EXAMPLE] Qualification request successfully rejected",
    ],
    "rejectWork": [
        "You are about to reject 1 assignment(s).",
        CONFIRM,
        COMMENT,
        "[0YFZ2TYJF3HZPGZV4Z40EZD4YZZFDSTZ0YG78W2Z] Assignment successfully rejected with comment ()",
    ],
    "resetAccount": [
        "PLEASE READ THIS CAREFULLY",
        "You are about to delete ALL your HITs from the sandbox marketplace.",  # there: from Amazon's
        CONFIRM,
        "--- Starting to reset account (10 HITs) ---",
        "[2AQZM8YF9BTZYSHPKX30] Successfully deleted HIT (1/10)",
        "[4AQZPBYWF1NZNBGZMGZZ] Successfully deleted HIT (2/10)",
        "--- Finished to reset account ---",
        "  9 HITs have been deleted or were deleted previously.",
        "  0 HITs failed to delete.",
        "  1 HITs could not be deleted because they are currently being worked on.",
        "  1 HITs are left in your account",
    ],
    "reviewResults": [
        "[BWZZVVYNNYKZ6QZT4V00QHRZNS93BANZ7ZZ2AW50] Assignment successfully approved",
        "[5W48WR9T5X2ZYVZYNS7Z92QZ2VYWNZ1EYSWY3X4Z] Assignment successfully approved",
        "Assignments approved: 5/5 (100%)",
        "Assignments rejected: 0/5 (0%)",
        "Assignments failed: 0/5 (0%)",
    ],
    "revokeQualification": [
        "Revoked qual RWFZTKZ55ZPZXN1C8TDZ from A3C4G8DMXFG5PQ with reason: I'm sorry but your work quality "
        "is below acceptable standards.",
    ],
    "unblockWorker": [
        "Unblocked A3C4G8DMXFG5PQ with reason:  Made a mistake. Blocked the wrong Worker ID.",
    ],
    "updateHITs": [
        "--[Initializing]----------",
        r" Success File: ..\survey\survey.success",
        r" Properties: ..\survey\survey.properties",
        "--[Updating HITs]----------",
        "  Start time: Fri Dec 14 16:48:03 PST 2007",
        "  Input: 4 hitids",
        "  New HITTypeId: SWZZPTZ7Y14ZY8WXNZH0",
        "Updated HIT #0 (4GMZSHZKKK9WT9M9XWA0) to new HITTypeId SWZZPTZ7Y14ZY8WXNZH0",
        "Updated HIT #1 (XYTZY0YK1W2ZTCZM9Z80) to new HITTypeId SWZZPTZ7Y14ZY8WXNZH0",
        "  End time: Fri Dec 14 16:48:05 PST 2007",
        "--[Done Updating HITs]----------",
        "4 HITS were processed",
        "4 HITS were updated",
        "  Total load time: 2 seconds.",
    ],
    "updateQualificationScore": ["Successfully updated A3C4G8DMXFG5 score to 50"],
    "updateQualificationType": ["Updated qualification type RWFZTKZ55ZPZXN1C8TDZ"],
}
BESIDES = {  # what is said besides, of what the examples of the reference do not have
    "evaluateQualificationRequests": [
        "Question question3:WRONG [The correct answer 'two' did not match the given answer 'four']",
        "Worker A3C4G8DMFSG5PQ has FAILED your test. They will not be granted the qualification.",
    ],
    "makeTemplate": ["Generating script: ../hits/my_survey/reviewResults.cmd"],
}
AT_A_TERMINAL = {  # what is on the screen when ENTER is pressed, what stands in each line, and how often
    "loadHITs": ("Loading HITs]--", "Created HIT ", 3),
    "getResults": ("Retrieving Results]--", "Retrieved HIT ", 3),
    "approveWork": (CONFIRM, "] Assignment successfully approved for HIT ", 6),
    "deleteHITs": (CONFIRM, "] Successfully deleted HIT ", 3),
    "extendHITs": ("Starting to extend", "] Successfully extended HIT ", 3),
    "resetAccount": (CONFIRM, "] Successfully deleted HIT ", 3),
}
_ASIDE = (  # in this order
    (r" \(after mturk marketplace\.serve\)$", ""),
    (r"^ *http://[^/]+", "ADDRESS"),
    (r"\w{3} \w{3} \d\d \d\d:\d\d:\d\d \w{3} \d{4}", "DATE"),
    (r"\b(A3\w{10,12}|AONE|ATWO|[A-Z0-9]{20,})\b", "ID"),
    (r"\\", "/"),
    (r"(?<![\w'])\d[\d,.:]*\d|(?<![\w'])\d", "N"),
)


def shape(lines: Sequence[str]) -> list[str]:
    """Return lines without what is aside, blank ones and repeated ones."""
    shapes: list[str] = []
    for line in lines:
        for pattern, word in _ASIDE:
            line = re.sub(pattern, word, line.rstrip())
        if line and shapes[-1:] != [line]:
            shapes.append(line)
    return shapes


class Screen:
    """A terminal's two streams: what is said on each, and on both in their order."""

    def __init__(self) -> None:
        self.both: list[str] = []
        self.out: list[str] = []
        self.stdout, self.stderr = _Stream([self.both, self.out]), _Stream([self.both])


class _Stream:
    encoding = "utf-8"

    def __init__(self, recorded: list[list[str]]) -> None:
        self._recorded = recorded

    def write(self, text: str) -> int:
        for texts in self._recorded:
            texts.append(text + ENTER if text.rstrip().endswith((CONFIRM, COMMENT)) else text)
        return len(text)

    def flush(self) -> None:
        """Nothing is kept back."""

    def isatty(self) -> bool:
        return False


def lines_of(written: list[str]) -> list[str]:
    return "".join(written).splitlines()


def of_reference(command: str, written: Sequence[str]) -> list[str]:
    """Return the lines that the reference shows, each where it was said first."""
    return [line for line in dict.fromkeys(written) if line in shape(SHOWN[command])]


def seen(at, prompt, command):
    """Run a command's example, with ENTER at each question."""
    screen = Screen()
    effect = EFFECTS.get(command)
    world = at(effect.moment if effect else "fresh")
    if effect:
        effect.prepare(world)
        line = words(EXAMPLES[command][0], **living(world))
    else:
        line = words(r"makeTemplate -target my_survey -template best_image -os Dos -targetRootDir ..\hits")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", screen.stdout)
        patch.setattr(sys, "stderr", screen.stderr)
        run = prompt.mturk(*line, keys=ENTER * 3, folder=world.here)
    assert run.code == 0, screen.both
    return screen


@pytest.mark.walk
@pytest.mark.parametrize("command", SHOWN)
def test_a_command_says_what_the_reference_shows_and_no_more_on_standard_output(at, prompt, command):
    screen = seen(at, prompt, command)
    shown, besides = shape(SHOWN[command]), shape(BESIDES.get(command, []))

    assert of_reference(command, shape(lines_of(screen.both))) == [*dict.fromkeys(shown)]
    assert [line for line in shape(lines_of(screen.out)) if line not in (*shown, *besides)] == []


def test_all_23_commands_are_compared():
    assert set(SHOWN) == set(old_command_names())


@pytest.mark.walk
@pytest.mark.parametrize(("command", "items"), AT_A_TERMINAL.items())
def test_on_a_terminal_every_line_appears_above_the_bar(at, command, items):
    effect = EFFECTS[command]
    world = at(effect.moment)
    effect.prepare(world)
    if command == "approveWork":
        ids = [one["AssignmentId"] for one in world.work()]
        world.write("approval.txt", "\n".join(["assignmentIDToApprove", *ids]))
    line = words(EXAMPLES[command][0])
    ended = at_terminal(world.here, *line, prompt=items[0], keys=ENTER * 2, program=PROGRAM)
    seen = shape(re.split(r"[\r\n]+", re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", ended.out)))

    assert ended.code == 0, ended
    assert of_reference(command, seen) == [*dict.fromkeys(shape(SHOWN[command]))]
    assert ended.out.count(items[1]) == items[2]
    assert "━" in ended.out
