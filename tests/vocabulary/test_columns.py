from __future__ import annotations

from mturk_tasks.vocabulary import columns


def test_a_results_file_has_29_fixed_columns():
    assert len(columns.RESULT) == len(set(columns.RESULT)) == 29


def test_scripts_that_read_by_position_find_what_they_found():
    place = {name: number for number, name in enumerate(columns.RESULT, 1)}

    assert (place["hitid"], place["hittypeid"], place["reward"], place["viewhit"]) == (1, 2, 6, 18)
    assert (place["assignmentid"], place["workerid"], place["assignmentstatus"]) == (19, 20, 21)
    assert (place["feedback"], place["reject"]) == (28, 29)


def test_a_success_file_has_two_columns():
    assert columns.SUCCESS == ("hitid", "hittypeid")
