from __future__ import annotations

from pathlib import Path

import pytest

from mturk_tasks.commands.surveys import plan
from mturk_tasks.errors import FileError
from mturk_tasks.files import survey
from tests.bench import QUESTION

PROPERTIES = "title: T\ndescription: D\nreward: 0.05\nassignments: 1\nassignmentduration: 60\n"
LIVES = "hitlifetime: 3600\nautoapprovaldelay: 60\n"
PAGE = """<HTMLQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2011-11-11/HTMLQuestion.xsd">
<HTMLContent><![CDATA[<!DOCTYPE html><form>${text}<input name="a"></form>]]></HTMLContent>
<FrameHeight>0</FrameHeight>
</HTMLQuestion>
"""


def test_a_cell_that_the_question_cannot_use_is_said_with_both_lines(tmp_path: Path) -> None:
    (tmp_path / "s.properties").write_text(PROPERTIES + LIVES)
    (tmp_path / "s.input").write_text("age\n17\nold\n18\nold\n")
    (tmp_path / "s.question").write_text("<a>\n#if($age > 17)x#end\n</a>")

    with pytest.raises(FileError) as refused:
        plan.prepare(survey.of_folder(tmp_path, "s"))

    (problem,) = refused.value.problems
    assert (problem.path.name, problem.line) == ("s.question", 2)
    assert problem.text == "needs a number, and 'old' is none (with line 3 of s.input and 1 more)"


def test_questions_over_the_limit_are_said_once_with_the_first_row(tmp_path: Path) -> None:
    (tmp_path / "s.properties").write_text(PROPERTIES + LIVES)
    (tmp_path / "s.input").write_text("text\nfine\n" + "".join(f"{'x' * (66_000 + n)}\n" for n in range(30)))
    (tmp_path / "s.question").write_text(QUESTION.replace("${picture}", "${text}"))

    with pytest.raises(FileError) as refused:
        plan.prepare(survey.of_folder(tmp_path, "s"))

    (problem,) = refused.value.problems
    assert problem.text.endswith("at most 65535 (with line 3 of s.input and 29 more)")


def test_annotations_over_the_limit_are_said_once_with_the_first_row(tmp_path: Path) -> None:
    (tmp_path / "s.properties").write_text(PROPERTIES + LIVES + "annotation: ${text}\n")
    (tmp_path / "s.input").write_text("text\nfine\n" + "".join(f"{'x' * (300 + n)}\n" for n in range(3)))
    (tmp_path / "s.question").write_text(PAGE)

    with pytest.raises(FileError) as refused:
        plan.prepare(survey.of_folder(tmp_path, "s"))

    (problem,) = refused.value.problems
    assert (problem.path.name, problem.line) == ("s.input", 3)
    assert problem.text.endswith("at most 255 are taken (and 2 more)")
