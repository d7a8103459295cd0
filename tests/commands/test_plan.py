from __future__ import annotations

from pathlib import Path

import pytest

from mturk_tasks.commands import plan
from mturk_tasks.errors import FileError
from mturk_tasks.files import survey

PROPERTIES = "title: T\ndescription: D\nreward: 0.05\nassignments: 1\nassignmentduration: 60\n"
LIVES = "hitlifetime: 3600\nautoapprovaldelay: 60\n"


def test_a_cell_that_the_question_cannot_use_is_said_with_both_lines(tmp_path: Path) -> None:
    (tmp_path / "s.properties").write_text(PROPERTIES + LIVES)
    (tmp_path / "s.input").write_text("age\n17\nold\n18\nold\n")
    (tmp_path / "s.question").write_text("<a>\n#if($age > 17)x#end\n</a>")

    with pytest.raises(FileError) as refused:
        plan.prepare(survey.of_folder(tmp_path, "s"))

    (problem,) = refused.value.problems
    assert (problem.path.name, problem.line) == ("s.question", 2)
    assert problem.text == "needs a number, and 'old' is none (with line 3 of s.input and 1 more)"
