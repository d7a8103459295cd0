"""What a program finds whose MTurk calls are led: its environment, and the module that leads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from mturk_tasks.commands.marketplace import programs
from mturk_tasks.commands.marketplace.programs import LEADING, Target
from mturk_tasks.errors import Unavailable, UsageError

SANDBOX = Target("http://127.0.0.1:9", any_key=True)
MARKET = Target("https://market.example.org", any_key=False)
LIGHT = {
    *("sitecustomize", "__future__", "warnings", "_warnings"),
    *("importlib", "importlib.machinery", "importlib._bootstrap", "importlib._bootstrap_external"),
}
AMAZON = "mturk-requester.us-east-1.amazonaws.com"


@pytest.fixture
def python(tmp_path):
    """Run Python with its calls led, and return what it prints as JSON."""

    def run(code, goal=SANDBOX, **variables):
        environment = programs.environment_for({**os.environ, **variables}, goal)
        command = [sys.executable, "-c", f"import json, sys\n{code}"]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    return run


def connected(host, kind="HTTPSConnection"):
    """Return code that prints where a connection would be made, and the Host that would be sent."""
    return f"""
import http.client, socket
made = []
def create_connection(address, *_):
    made.append(address)
    raise OSError
socket.create_connection = create_connection
connection = http.client.{kind}({host!r})
connection._create_connection = create_connection
connection.putrequest("POST", "/")
host = connection._buffer[1].decode()
try:
    connection.endheaders()
except OSError:
    print(json.dumps([made, host]))
"""


@pytest.mark.parametrize("kind", ["HTTPSConnection", "HTTPConnection"])
@pytest.mark.parametrize("host", [AMAZON, "MTurk-Requester-Sandbox.us-east-1.amazonaws.com"])
def test_calls_to_amazons_mturk_go_to_the_sandbox_under_its_own_name(python, host, kind):
    assert python(connected(host, kind)) == [[["127.0.0.1", 9]], "Host: 127.0.0.1:9"]


def test_where_keys_are_checked_the_host_stays_the_one_that_was_signed(python):
    made, host = python(connected(AMAZON), MARKET)
    assert (made, host) == ([["market.example.org", 443]], f"Host: {AMAZON}")


@pytest.mark.parametrize("host", ["s3.amazonaws.com", f"{AMAZON}.example.org", "example.org"])
def test_all_other_calls_go_where_they_went(python, host):
    assert python(connected(host)) == [[[host, 443]], f"Host: {host}"]


def test_a_program_that_connects_nowhere_loads_nothing_for_it():
    program = [sys.executable, "-c", "import sys; print(*sys.modules)"]
    plain, led = (
        subprocess.run(program, env=environment, capture_output=True, text=True, check=True).stdout.split()
        for environment in (os.environ, programs.environment_for(os.environ, SANDBOX))
    )

    assert set(led) - set(plain) <= LIGHT


def test_a_sitecustomize_of_the_programs_own_runs_and_stands_under_its_name(python, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text("import sys\nsys.own = __file__\n")
    code = "import sitecustomize; print(json.dumps([sys.own, sitecustomize.__file__]))"
    ran, found = python(code, PYTHONPATH=str(own))

    assert ran == found == str(own / "sitecustomize.py")
    assert python(connected(AMAZON), PYTHONPATH=str(own))[0] == [["127.0.0.1", 9]]


def test_the_module_path_of_the_user_stays_behind_ours():
    path = programs.environment_for({"PYTHONPATH": f"/a{os.pathsep}/b"}, SANDBOX)["PYTHONPATH"]
    assert path.split(os.pathsep) == [str(LEADING), "/a", "/b"]
    assert programs.environment_for({"PYTHONPATH": ""}, SANDBOX)["PYTHONPATH"] == str(LEADING)


def test_where_any_key_is_taken_keys_are_made_up_and_no_profile_is_used():
    theirs = {"AWS_PROFILE": "lab", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SESSION_TOKEN": "t", "KEPT": "1"}
    found = programs.environment_for(theirs, SANDBOX)

    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & set(found) == set()
    assert (found["AWS_ACCESS_KEY_ID"], found["AWS_REGION"], found["KEPT"]) == ("sandbox", "us-east-1", "1")
    assert found["AWS_ENDPOINT_URL_MTURK"] == SANDBOX.url


def test_where_keys_are_checked_they_are_those_of_the_environment():
    theirs = {"AWS_PROFILE": "lab", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_REGION": "eu-west-1"}
    assert theirs.items() <= programs.environment_for(theirs, MARKET).items()


def test_no_proxy_of_the_environment_stands_between():
    found = programs.environment_for({"https_proxy": "http://proxy:3128", "NO_PROXY": "intranet"}, SANDBOX)

    assert found["no_proxy"] == found["NO_PROXY"]
    assert {"intranet", AMAZON, "127.0.0.1"} < set(found["no_proxy"].split(","))


def test_words_are_those_that_were_typed(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["inv", "marketplace.run", "--", "echo", "a  b", ""])
    assert programs.words("echo a  b ") == ["echo", "a  b", ""]


def test_a_run_without_a_program_says_how_it_is_written():
    with pytest.raises(UsageError, match=r"marketplace\.run -- python study\.py"):
        programs.words("")


def test_a_marketplace_that_does_not_answer_is_named():
    with pytest.raises(Unavailable, match=r"no marketplace answers at http://127\.0\.0\.1:9"):
        programs.target_at("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("no-such-program",), 127, "no-such-program is no program that can be found"),
        (("./plain.txt",), 126, "./plain.txt is not a program that can be run"),
        ((), 2, "name the program behind two dashes"),
    ],
)
def test_what_is_no_program_is_said_before_a_sandbox_is_made(mturk, tmp_path, home, words, code, said):
    (tmp_path / "plain.txt").write_text("text")
    ended = mturk("marketplace.run", "--", *words)

    assert (ended.code, said in ended.err, home.exists()) == (code, True, False)


def test_a_program_without_the_dashes_is_told_where_they_belong(mturk):
    ended = mturk("marketplace.run", "python", "study.py")
    assert (ended.code, "write two dashes before it: marketplace.run -- PROGRAM" in ended.err) == (2, True)


def test_what_a_program_does_is_not_tried_dry(mturk, home):
    ended = mturk("--dry", "marketplace.run", "--", "true")
    assert (ended.code, "leave --dry out" in ended.err, home.exists()) == (2, True, False)
