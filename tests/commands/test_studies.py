import csv
import hashlib
import stat
from pathlib import Path

import pytest
from invoke.util import yaml

from mturk_tasks.commands.marketplace import studies as operating
from mturk_tasks.commands.studies import link, participants, prolific
from mturk_tasks.commands.studies import people as class_list
from mturk_tasks.commands.surveys import dataset, load, report, results
from mturk_tasks.commands.surveys.dataset import DatasetRequest
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.commands.surveys.report import ReportRequest
from mturk_tasks.errors import FileError, RecordsError, UsageError
from mturk_tasks.marketplace.studies import participants as people
from mturk_tasks.marketplace.studies.participants import Arrival
from mturk_tasks.marketplace.web.accounts import accounts
from mturk_tasks.marketplace.worker import work
from mturk_tasks.vocabulary.recruitment import SOURCES
from tests.bench import ANSWER

PID = "5f" * 12


@pytest.fixture
def recruiting(bench):
    bench.set("recruit", "prolific\nrecruit.code: C1ABC\nrecruit.participants: 20")
    load.run(bench.context(), LoadRequest())
    return bench


def come(bench, study_id, pid=PID, *, answers=True):
    """Take part as the site has people do, and return the worker."""
    worker, _ = people.enter(
        bench.store,
        study_id,
        Arrival(pid, "st", "se"),
        bench.market.now(),
        resume="",
        make_worker=accounts.enter_participant,
    )
    assignment = people.next_assignment(bench.store, study_id, worker, bench.market.now())
    if answers:
        work.submit(bench.store, assignment, worker, ANSWER.format("owl"), bench.market.now())
        people.finish(bench.store, study_id, worker, bench.market.now())
    return worker


def test_the_link_is_printed_with_what_to_paste_at_the_source(recruiting):
    facts = link.run(recruiting.context()).facts

    assert f"/s/{facts['study']}?PROLIFIC_PID={{{{%PROLIFIC_PID%}}}}&STUDY_ID=" in facts["address"]
    assert facts["code"] == "C1ABC"


SAID = Path(__file__).with_name("study_links")


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_said_of_each_source(bench, source):
    bench.set("recruit", f"{source}\nrecruit.code: C1ABC")
    load.run(bench.context(), LoadRequest())
    summary = link.run(bench.context())
    lines = "\n".join(summary.lines).replace(summary.facts["study"], "STUDY")

    assert [" ".join(line.split()) for line in lines.splitlines()] == (
        SAID / f"{source}.txt"
    ).read_text().splitlines()


def test_asked_again_it_is_the_same_study(recruiting):
    first = link.run(recruiting.context())

    assert link.run(recruiting.context()).facts == first.facts


def test_hits_that_are_added_join_the_study(recruiting):
    link.run(recruiting.context())
    recruiting.rows("owl.jpg", "jay.jpg", "wren.jpg", "tit.jpg")
    load.run(recruiting.context(), LoadRequest(append=True))

    assert link.run(recruiting.context()).counts["hits"] == 4


def test_a_code_is_made_where_none_is_given(bench):
    bench.set("recruit", "link")
    load.run(bench.context(), LoadRequest())

    assert link.run(bench.context()).facts["code"].startswith("C")


def test_a_study_is_closed_and_opened_again(recruiting):
    link.run(recruiting.context())

    assert link.switch(recruiting.context(), is_open=False).lines == ("The study is closed.",)
    assert link.switch(recruiting.context(), is_open=True).lines == ("The study is open.",)


def test_who_came_is_listed_for_the_requester_alone(recruiting):
    study_id = link.run(recruiting.context()).facts["study"]
    worker = come(recruiting, study_id)
    come(recruiting, study_id, "6a" * 12, answers=False)

    (path,) = participants.run(recruiting.context()).files
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [(row["id"], row["workerid"], row["state"], row["hits"], row["to_pay"]) for row in rows] == [
        (PID, worker, "Finished", "1", "0.10"),
        ("6a" * 12, rows[1]["workerid"], "Working", "0", "0.00"),
    ]


def test_downloads_say_where_workers_come_from(recruiting):
    come(recruiting, link.run(recruiting.context()).facts["study"])
    recruiting.submit("AONE", recruiting.hits()[1]["HITId"], "jay")
    results.run(recruiting.context(), kinds=("csv", "tidy", "jsonl"))

    def rows(name):
        with (recruiting.folder / name).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    came = [
        (row["Recruit.source"], row["Recruit.id"], row["Recruit.study"], row["Recruit.session"])
        for row in rows("birds.results.csv")
    ]
    assert sorted(came) == [("", "", "", ""), ("prolific", PID, "st", "se")]
    assert {(row["source"], row["participant"]) for row in rows("birds.results.tidy.csv")} == {
        ("prolific", PID),
        ("", ""),
    }
    assert PID not in recruiting.read("birds.results")


def test_the_data_card_says_to_which_text_participants_agreed(recruiting):
    recruiting.write("consent.md", "# Do you agree?\n")
    recruiting.write("birds.properties", recruiting.read("birds.properties") + "consent: consent.md\n")
    come(recruiting, link.run(recruiting.context()).facts["study"])
    results.run(recruiting.context())
    dataset.run(recruiting.context(), DatasetRequest(licence="CC0-1.0"))
    card = recruiting.read("birds.dataset/README.md")

    assert hashlib.sha256(b"# Do you agree?\n").hexdigest() in card
    assert PID not in card


def test_the_report_says_how_far_participants_came(recruiting):
    study_id = link.run(recruiting.context()).facts["study"]
    come(recruiting, study_id)
    come(recruiting, study_id, "6a" * 12, answers=False)
    results.run(recruiting.context())
    data = report.run(recruiting.context(), ReportRequest()).data

    assert data["report"]["recruited"] == {"source": "prolific", "entered": 2, "agreed": None, "finished": 1}
    assert "Participants came from prolific: 2 entered, 1 finished." in recruiting.read("birds.report.html")


def test_whoever_runs_the_marketplace_lists_all_studies_and_closes_them(recruiting):
    come(recruiting, link.run(recruiting.context()).facts["study"])
    database = str(recruiting.home / "sandbox.db")
    (item,) = operating.list_all(database, dry=False).items

    assert (item["title"], item["source"], item["status"], item["participants"]) == (
        "Name the bird",
        "prolific",
        "open",
        "1",
    )
    assert PID not in str(item)
    assert operating.close_all(database).counts == {"closed": 1}
    assert link.run(recruiting.context()).lines[0].count("no; inv study --open") == 1


def test_lists_for_the_source_have_its_form(recruiting):
    come(recruiting, link.run(recruiting.context()).facts["study"])

    assert participants.run(recruiting.context(), approve_list=True).lines == (PID,)
    assert participants.run(recruiting.context(), pay_list=True).lines == (f"{PID},0.10",)


def test_the_link_is_drawn_as_a_code(recruiting, tmp_path):
    link.run(recruiting.context(), qr=tmp_path / "link.svg")

    assert b"<svg" in (tmp_path / "link.svg").read_bytes()


def test_a_dry_run_opens_nothing(recruiting):
    link.run(recruiting.context(dry=True))

    with pytest.raises(RecordsError, match="has no study"):
        link.switch(recruiting.context(), is_open=False)


def test_without_a_source_it_is_said_which_there_are(bench):
    load.run(bench.context(), LoadRequest())

    with pytest.raises(UsageError, match="prolific, connect, sona, class, link"):
        link.run(bench.context())


def test_consent_is_a_file_of_the_folder(recruiting):
    recruiting.write("birds.properties", recruiting.read("birds.properties") + "consent: ../consent.md\n")

    with pytest.raises(FileError, match=r"birds.properties:13: consent: '../consent.md' is no file"):
        link.run(recruiting.context())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("recruit: nowhere", "'nowhere' is not known"),
        ("recruit.code: a b", "is no code"),
        ("recruit.until: tomorrow", "is no day"),
        ("recruit.return: http://example.org", "is no address of return"),
        ("recruit.hits: 0", "is out of range"),
    ],
)
def test_what_a_study_cannot_be_is_refused_with_its_line(bench, line, said):
    key, _, value = line.partition(": ")
    bench.set(key, value)

    with pytest.raises(FileError, match=rf"birds.properties:10: .*{said}"):
        load.run(bench.context(), LoadRequest())


@pytest.fixture
def lesson(bench):
    bench.set("recruit", "class")
    load.run(bench.context(), LoadRequest())
    link.run(bench.context())
    return bench


def test_each_person_of_a_list_gets_a_link_that_only_the_owner_can_read(lesson):
    people_file = lesson.write("class.csv", "id,name\nanna,Anna B.\nben,Ben C.\n")
    files = class_list.make(lesson.context(), people_file).files
    with files[0].open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert [(row["id"], row["name"]) for row in rows] == [("anna", "Anna B."), ("ben", "Ben C.")]
    assert "/s/" in rows[0]["link"]
    assert rows[0]["link"] != rows[1]["link"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert files[1].read_text(encoding="utf-8").count("<svg") == 2


def test_a_list_that_is_asked_for_again_has_the_same_links(lesson):
    people_file = lesson.write("class.csv", "id\nanna\n")
    before = class_list.make(lesson.context(), people_file).files[0].read_text()

    assert class_list.make(lesson.context(), people_file).files[0].read_text() == before
    class_list.revoke(lesson.context(), "anna")
    assert class_list.make(lesson.context(), people_file).files[0].read_text() != before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nanna\n", "class.csv:1: has no column id"),
        ("id\nanna\nanna\n", "class.csv:3: anna stands in line 2 already"),
        ("id\na b\n", "class.csv:2: 'a b' cannot be an ID"),
        ("id\n", "class.csv: names nobody"),
    ],
)
def test_a_list_that_cannot_be_one_is_refused_with_its_line(lesson, text, said):
    people_file = lesson.write("class.csv", text)

    with pytest.raises(FileError, match=said):
        class_list.make(lesson.context(), people_file)


def test_a_study_of_a_panel_has_no_links_of_single_persons(recruiting):
    link.run(recruiting.context())

    with pytest.raises(UsageError, match="recruit: class has one for each"):
        class_list.make(recruiting.context(), recruiting.write("class.csv", "id\nanna\n"))


def test_prolific_gets_the_study_in_the_fields_of_its_command_line(recruiting):
    terms = "prolific\nrecruit.participants: 20\nrecruit.estimate: 4\nrecruit.hits: 3\nrecruit.code: C1ABC"
    recruiting.set("recruit", terms)
    address = link.run(recruiting.context()).facts["address"]
    (path,) = prolific.write(recruiting.context()).files

    assert yaml.safe_load(path.read_text(encoding="utf-8")) == {
        "name": "Name the bird",
        "internal_name": "birds",
        "description": "One picture, one name",
        "external_study_url": address,
        "prolific_id_option": "url_parameters",
        "completion_code": "C1ABC",
        "completion_option": "url",
        "total_available_places": 20,
        "estimated_completion_time": 4,
        "maximum_allowed_time": 60,
        "reward": 30,
        "device_compatibility": ["desktop", "tablet", "mobile"],
    }


def test_what_prolific_asks_for_and_the_properties_do_not_say_is_named(recruiting):
    link.run(recruiting.context())

    with pytest.raises(FileError, match=r"birds.properties: .* such as recruit.estimate: 5"):
        prolific.write(recruiting.context())
