"""Files that the old tools left: receipts without a journal, and mturk.properties."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.legacy.effects import EFFECTS
from tests.legacy.prompt import ENTER, words
from tests.legacy.test_reference import EXAMPLES

pytestmark = pytest.mark.walk

AMAZON = "https://mechanicalturk.amazonaws.com/?Service=AWSMechanicalTurkRequester"
SANDBOX = "https://mechanicalturk.sandbox.amazonaws.com/?Service=AWSMechanicalTurkRequester"
LOAD = words(EXAMPLES["loadHITs"][1])


@pytest.mark.parametrize("command", ["getResults", "deleteHITs", "updateHITs", "reviewResults"])
def test_a_receipt_without_a_journal_is_as_good_as_any(prompt, at, command):
    world = at(EFFECTS[command].moment)
    world.old_receipt()
    EFFECTS[command].prepare(world)
    before = world.read("survey.success")
    EFFECTS[command].check(world, prompt.mturk(*words(EXAMPLES[command][1]), keys=ENTER))

    assert world.read("survey.success") == before
    assert not (world.survey / "survey.journal").exists()
    assert command == "getResults" or list((world.home / "journal").iterdir())


def test_the_hits_of_an_old_receipt_are_extended(prompt, worked):
    worked.old_receipt()
    prompt.do("extendHITs", "-successfile", "survey.success", "-assignments", "1")
    assert [hit["MaxAssignments"] for hit in worked.hits()] == [3, 3, 3]


@pytest.mark.parametrize(
    "shape",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.rstrip("\n"),
        lambda text: "".join(line.partition("\t")[0] + "\n" for line in text.splitlines()),
        lambda text: "".join('"' + line.replace("\t", '"\t"') + '"\n' for line in text.splitlines()),
    ],
    ids=["crlf", "bom", "no-last-line-end", "one-column", "quoted"],
)
def test_a_receipt_is_read_in_any_shape_that_was_seen(prompt, worked, shape):
    worked.old_receipt()
    worked.write("survey.success", shape(worked.read("survey.success")))
    output = prompt.do("getResults", "-successfile", "survey.success", "-outputfile", "out.results")

    assert "Assignments completed: 6/6 (100%)" in output


def test_a_receipt_without_its_header_is_refused(prompt, worked):
    worked.old_receipt()
    worked.write("survey.success", worked.read("survey.success").partition("\n")[2])
    run = prompt.mturk("deleteHITs", "-successfile", "survey.success", "-force")

    assert (run.code, run.err) == (2, "error: survey.success:1: has no column hitid\n")
    assert len(worked.hits()) == 3


def test_a_receipt_under_the_old_programs_own_name_is_found(prompt, worked):
    worked.old_receipt()
    (worked.survey / "survey.success").rename(worked.survey / "survey.input.success")
    output = prompt.do("getResults", "-successfile", "survey.success", "-outputfile", "out.results")

    assert "Assignments completed: 6/6 (100%)" in output


def test_a_load_leaves_an_old_receipt_alone_whose_hits_are_here(prompt, worked):
    worked.old_receipt()
    before = worked.read("survey.success")
    run = prompt.mturk(*LOAD)

    assert (run.code, run.out) == (5, "")
    assert "names HITs that are known here, and has no journal" in run.err
    assert (worked.read("survey.success"), len(worked.hits())) == (before, 3)


def test_old_scripts_run_again_under_their_label_though_amazons_receipts_are_there(prompt, fresh):
    fresh.write("survey.success", "hitid\thittypeid\n3AMAZON\t3TYPE\n")
    fresh.write("survey.results", "hitid\tassignmentid\treject\n3AMAZON\t3WORK\t\n")
    run = prompt.mturk(*LOAD)
    output = prompt.do("getResults", "-successfile", "survey.success", "-outputfile", "survey.results")

    assert (run.code, len(fresh.hits())) == (0, 3)
    assert "are set aside as survey.amazon.*" in run.err
    assert "Assignments completed: 0/6 (0%)" in output
    assert "3AMAZON" not in fresh.read("survey.results")


def test_an_input_without_rows_makes_nothing_and_is_no_mistake(prompt, fresh):
    fresh.write("survey.input", "picture\n\n")
    run = prompt.mturk(*LOAD)

    assert (run.code, run.out, fresh.hits()) == (0, "  Successfully loaded 0 HITs.\n", [])
    assert "survey.input has a header but no rows" in run.err
    assert not (fresh.survey / "survey.journal").exists()


def test_under_the_tasks_name_an_input_without_rows_is_refused(prompt, fresh):
    fresh.write("survey.input", "picture\n")
    prompt.do("adopt")
    assert prompt.mturk("load").code == 2


def test_every_use_of_a_relative_home_is_refused(prompt, fresh, monkeypatch):
    monkeypatch.setenv("MTURK_HOME", "home")
    run = prompt.mturk(*LOAD)

    assert (run.code, run.out) == (2, "")
    assert f"write it whole: MTURK_HOME={fresh.survey / 'home'}" in run.err
    assert not (fresh.survey / "home").exists()


def test_a_stop_may_be_told_not_to_ask(prompt, loaded):
    prompt.do("adopt")
    assert prompt.mturk("stop", "--force").code == 0


def test_an_annotation_that_names_no_column_keeps_its_text(prompt, fresh):
    text = fresh.read("survey.properties").replace("annotation: ${picture}", "annotation: ${image_url}")
    fresh.write("survey.properties", text)
    run = prompt.mturk(*LOAD)

    assert run.code == 0
    assert "survey.properties:6: ${image_url} names no column of the input" in run.err
    assert {hit["RequesterAnnotation"] for hit in fresh.hits()} == {"${image_url}"}


@pytest.mark.parametrize("line", ["assignments: ${many}", "title: x\nqualification.1: ${type}"])
def test_what_costs_money_or_is_asked_of_workers_must_name_a_column(prompt, fresh, line):
    text = fresh.read("survey.properties").replace("assignments: 2", line)
    fresh.write("survey.properties", text)
    assert prompt.mturk(*LOAD).code == 2
    assert fresh.hits() == []


def test_a_configuration_that_names_the_sandbox_leads_there(prompt, fresh):
    fresh.write("mturk.properties", f"access_key=[insert your access key]\nservice_url={SANDBOX}\n")
    assert "production" not in prompt.mturk(*LOAD).err
    assert len(fresh.hits()) == 3


def test_a_configuration_that_names_amazon_is_refused_with_the_way_out(prompt, fresh):
    fresh.write("mturk.properties", f"service_url={AMAZON}\naccess_key=A\nsecret_key=B\n")
    run = prompt.mturk(*LOAD)

    assert (run.code, run.out, fresh.hits()) == (2, "", [])
    assert "closed on 30 September 2026" in run.err
    assert "with --sandbox" in run.err
    assert "AWS_ENDPOINT_URL_MTURK" in run.err


def test_sandbox_wins_over_any_configuration(prompt, fresh):
    fresh.write("mturk.properties", f"service_url={AMAZON}\n")
    prompt.do(*LOAD, "-sandbox")
    assert len(fresh.hits()) == 3


@contextmanager
def bank():
    """Answer every call with a balance; give the address and the keys that came with the calls."""
    keys = []

    class Bank(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            keys.append(self.headers["Authorization"].partition("Credential=")[2].partition("/")[0])
            body = b'{"AvailableBalance": "819.45"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Bank) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", keys
        server.shutdown()
        thread.join()


def test_another_address_is_production_there_with_the_keys_of_the_file(prompt, fresh):
    with bank() as (address, keys):
        fresh.write("mturk.properties", f"service_url={address}\naccess_key=OLD\nsecret_key=old\n")
        run = prompt.mturk("getBalance")

    assert (run.code, run.out) == (0, "Your account balance: $819.45\n")
    assert run.err.startswith(f"production: {address}\n")
    assert keys == ["OLD"]


def test_keys_of_the_usual_places_go_before_those_of_the_file(prompt, fresh, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "OWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own")
    with bank() as (address, keys):
        fresh.write("mturk.properties", f"service_url={address}\naccess_key=OLD\nsecret_key=old\n")
        prompt.do("getBalance")

    assert keys == ["OWN"]


def test_keys_that_were_never_filled_in_are_none(prompt, fresh):
    with bank() as (address, keys):
        keys_unset = "access_key=[insert your access key]\nsecret_key=[insert your secret key]\n"
        text = f"service_url={address}\n{keys_unset}"
        fresh.write("mturk.properties", text)
        run = prompt.mturk("getBalance")

    assert (run.code, keys) == (4, [])


def test_a_configuration_further_up_does_not_count(prompt, fresh):
    (fresh.root / "mturk.properties").write_text(f"service_url={AMAZON}\n", encoding="utf-8")
    assert prompt.mturk("getBalance").code == 0


@pytest.fixture
def tools(fresh, monkeypatch):
    """The home of the old tools, with a configuration beside its scripts that means production."""
    (fresh.root / "clt" / "bin").mkdir(parents=True)
    (fresh.root / "clt" / "bin" / "mturk.properties").write_text(f"service_url={AMAZON}\n", encoding="utf-8")
    monkeypatch.setenv("MTURK_CMD_HOME", str(fresh.root / "clt"))
    return fresh.root / "clt"


def test_the_configuration_of_the_old_tools_home_counts_for_old_commands_alone(prompt, fresh, tools):
    run = prompt.mturk("getBalance")

    assert (run.code, run.out) == (2, "")
    assert f"{tools / 'bin' / 'mturk.properties'} means Amazon's production service" in run.err
    assert prompt.mturk("account.balance").code == 0


def test_a_configuration_in_the_working_folder_goes_before_it(prompt, fresh, tools):
    fresh.write("mturk.properties", f"service_url={SANDBOX}\n")
    assert prompt.mturk("getBalance").code == 0
