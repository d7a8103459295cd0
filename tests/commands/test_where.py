"""Where am I: doctor, sets, log, and the state of many surveys."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mturk_tasks.commands.surveys import doctor, load, overview, results, review, sets, status
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError, RecordsError
from mturk_tasks.markup.lint import bucket_addresses
from tests.bench import Bench, Crash


def test_a_healthy_folder_says_where_it_acts_and_ends_well(bench):
    load.run(bench.context(), LoadRequest())

    summary = doctor.run(bench.context())

    assert (summary.exit_code, summary.counts["troubles"]) == (0, 0)
    assert summary.facts["sets"] == "birds: 3 HITs, here"
    assert summary.facts["balance"] == "$10000.00"


def test_a_survey_that_cannot_be_loaded_is_trouble_with_what_shows_it(bench):
    bench.set("reward", "much")

    summary = doctor.run(bench.context())

    assert summary.exit_code == 1
    assert summary.items[0]["mend"] == "inv check"
    assert "birds.properties:9: reward" in summary.items[0]["status"]


def test_an_interrupted_load_is_trouble_with_how_to_go_on(bench):
    bench.strike.call, bench.strike.after = 4, True
    with pytest.raises(Crash):
        load.run(bench.context(), LoadRequest())

    (trouble,) = doctor.run(Bench.context(bench)).items

    assert trouble["mend"] == "inv load --resume --label birds"


def test_keys_that_others_may_read_are_trouble_with_the_command_that_hides_them(bench):
    load.run(bench.context(), LoadRequest())
    bench.home.chmod(0o755)
    (bench.home / "sandbox.db").chmod(0o644)

    assert any("chmod 600" in item["mend"] for item in doctor.run(bench.context()).items)


def test_a_folder_without_a_survey_is_no_trouble(bench):
    for path in bench.folder.iterdir():
        path.unlink()

    assert doctor.run(bench.context()).exit_code == 0


def test_sets_are_listed_with_where_they_belong(bench):
    load.run(bench.context(), LoadRequest())
    bench.write("old.success", "hitid\thittypeid\n3OLD\t3TYPE\n")

    summary = sets.list_all(bench.context())

    assert [(item["id"], item["status"], item["hits"]) for item in summary.items] == [
        ("birds", sets.HERE, "3"),
        ("old", sets.OLD, "1"),
    ]


def test_a_set_of_another_marketplace_is_elsewhere(bench):
    load.run(bench.context(), LoadRequest())
    for path in bench.home.glob("sandbox.db*"):
        path.unlink()
    bench.market = Bench.context(bench).market()
    from mturk_tasks.tasks import bootstrap

    bootstrap._open.cache_clear()

    assert [item["status"] for item in sets.list_all(bench.context()).items] == [sets.ELSEWHERE]


def test_the_log_says_what_was_done_the_newest_first(bench):
    load.run(bench.context(), LoadRequest())
    bench.submit("AONE", bench.hits()[0]["HITId"])
    results.run(bench.context())
    review.run(bench.context())

    newest, oldest = sets.show_log(bench.context()).items

    assert (newest["status"], newest["outcome"]) == ("decisions", "1 approved")
    assert (oldest["status"], oldest["outcome"]) == ("load", "3 created")


def test_the_log_can_be_short(bench):
    load.run(bench.context(), LoadRequest(maxhits=1))
    load.run(bench.context(), LoadRequest(resume=True))

    lines = sets.show_log(bench.context(), most=1).lines

    assert (len(lines), lines[-1]) == (2, "… and 1 earlier command.")


def test_where_nothing_was_loaded_there_is_no_log(bench):
    with pytest.raises(RecordsError, match="nothing was loaded as birds"):
        sets.show_log(bench.context())


def test_every_survey_below_a_directory_has_a_line(bench):
    load.run(bench.context(), LoadRequest())
    bench.submit("AONE", bench.hits()[0]["HITId"])
    other = Bench(bench.folder / "inner", bench.home)
    load.run(other.context(), LoadRequest(maxhits=1))

    summary = overview.show_all(bench.context(), bench.folder)

    assert [(item["id"], item["answers"]) for item in summary.items] == [
        (".", "1/6 (17%)"),
        ("inner", "0/2 (0%)"),
    ]


def test_a_directory_that_is_not_there_is_refused(bench):
    with pytest.raises(FileError, match="is no directory"):
        overview.show_all(bench.context(), bench.folder / "nowhere")


def test_watching_shows_each_change_and_ends_with_the_last_answer(bench, capsys):
    load.run(bench.context(), LoadRequest(maxhits=1))
    hit = bench.hits()[0]["HITId"]
    workers = iter(("AONE", "ATWO"))
    naps = []

    def sleep(seconds):
        naps.append(seconds)
        bench.submit(next(workers), hit)

    summary = overview.watch(bench.context(), "", seconds=5, sleep=sleep)

    assert naps == [5, 5]
    assert summary.counts["assignments_submitted"] == 2
    assert capsys.readouterr().out.count("paid, with fees") == 2


def test_status_has_a_bar(bench):
    load.run(bench.context(), LoadRequest())
    for worker in ("AONE", "ATWO"):
        bench.submit(worker, bench.hits()[0]["HITId"])

    assert "[######--------------] 2/6 (33%)" in status.run(bench.context()).lines[0]


def test_status_compares_what_an_hour_came_to(bench):
    bench.set("hourly", "12.00")
    load.run(bench.context(), LoadRequest())
    assignment = bench.accept("AONE", bench.hits()[0]["HITId"])
    bench.later(seconds=60)
    from mturk_tasks.marketplace.worker import work
    from tests.bench import ANSWER

    work.submit(bench.store, assignment, "AONE", ANSWER.format("owl"), bench.market.now())
    results.run(bench.context())

    assert "wanted: $12.00" in status.run(bench.context()).lines[0]


@pytest.fixture
def bucket():
    """Serve an image to pages of the origins that a header names, none without it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Image)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class _Image(BaseHTTPRequestHandler):
    allowed = ""

    def do_GET(self):
        self.send_response(200)
        if self.allowed:
            self.send_header("Access-Control-Allow-Origin", self.allowed)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.mark.parametrize(("allowed", "said"), [("*", ""), ("", "is not for pages of other origins")])
def test_an_image_is_asked_whether_pages_elsewhere_may_read_it(bucket, monkeypatch, allowed, said):
    monkeypatch.setattr(_Image, "allowed", allowed)
    address = f"http://127.0.0.1:{bucket.server_port}/owl.jpg"

    assert doctor.refusal(address).endswith(said) if said else doctor.refusal(address) == ""


def test_an_image_that_does_not_answer_is_trouble():
    assert "does not answer" in doctor.refusal("http://127.0.0.1:9/owl.jpg")


def test_each_bucket_is_asked_for_one_image():
    text = '"https://birds.s3.amazonaws.com/a.jpg" "https://birds.s3.amazonaws.com/b.jpg"'

    assert bucket_addresses(text) == {"birds": "https://birds.s3.amazonaws.com/a.jpg"}
