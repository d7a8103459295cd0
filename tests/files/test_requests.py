from __future__ import annotations

import pytest

from mturk_tasks.files import qualification_requests
from mturk_tasks.files.qualification_requests import RequestRow

ODD = ("a\tb\nc", "a%09b", "=cmd", "plain", "a%2509")


@pytest.mark.parametrize("pairs", [False, True])
def test_questions_of_whatever_name_are_read_back(tmp_path, pairs):
    path = tmp_path / "birds.requests"
    given = RequestRow("3TYPE", "3REQUEST", "AONE", "", {name: f"answer to {name}" for name in ODD})
    qualification_requests.write(path, ODD, [given], pairs=pairs)
    found = qualification_requests.read(path)

    assert (found.questions, found.rows) == (ODD, (given,))


def test_no_control_character_stands_above_a_column(tmp_path):
    path = tmp_path / "birds.requests"
    qualification_requests.write(path, ODD, [])

    assert (
        path.read_text()
        .splitlines()[0]
        .endswith('"Answer.a%09b%0Ac"\t"Answer.a%2509b"\t"Answer.=cmd"\t"Answer.plain"\t"Answer.a%252509"')
    )
