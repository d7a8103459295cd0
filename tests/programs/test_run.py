"""Programs that name Amazon's address in their code, or sign by hand, run with their calls led here."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from tests.programs.conftest import PATIENCE
from tests.programs.served import PROGRAM, served
from tests.tasks.terminal import CTRL_C, at_terminal

pytestmark = pytest.mark.walk

RUN = (*PROGRAM, "marketplace.run")
BOTO3 = """
import boto3
mturk = boto3.client(
    "mturk", region_name="us-east-1", endpoint_url="https://mturk-requester-sandbox.us-east-1.amazonaws.com"
)
print(mturk.get_account_balance()["AvailableBalance"])
"""
SIGNED_BY_HAND = """
import hashlib, hmac, json, os, time
HOST = "mturk-requester.us-east-1.amazonaws.com"
STAMP = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
SCOPE = f"{STAMP[:8]}/us-east-1/mturk-requester/aws4_request"
HEADERS = {
    "content-type": "application/x-amz-json-1.1",
    "host": HOST,
    "x-amz-date": STAMP,
    "x-amz-target": "MTurkRequesterServiceV20170117.GetAccountBalance",
}
names = ";".join(HEADERS)
digest = hashlib.sha256(b"{}").hexdigest()
listed = "".join(f"{name}:{value}\\n" for name, value in HEADERS.items())
canonical = f"POST\\n/\\n\\n{listed}\\n{names}\\n{digest}"
text = f"AWS4-HMAC-SHA256\\n{STAMP}\\n{SCOPE}\\n{hashlib.sha256(canonical.encode()).hexdigest()}"
key = b"AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"].encode()
for part in (*SCOPE.split("/"), text):
    key = hmac.digest(key, part.encode(), "sha256")
who = os.environ["AWS_ACCESS_KEY_ID"]
claim = f"Credential={who}/{SCOPE}, SignedHeaders={names}, Signature={key.hex()}"
HEADERS["Authorization"] = f"AWS4-HMAC-SHA256 {claim}"
"""
URLLIB = f"""{SIGNED_BY_HAND}
from urllib.request import Request, urlopen
del HEADERS["host"]  # urllib adds it
print(json.load(urlopen(Request(f"https://{{HOST}}", b"{{}}", HEADERS)))["AvailableBalance"])
"""
REQUESTS = f"""{SIGNED_BY_HAND}
import requests
print(requests.post(f"https://{{HOST}}/", data=b"{{}}", headers=HEADERS).json()["AvailableBalance"])
"""
ALL = f"{BOTO3}\n{URLLIB}\n{REQUESTS}"


def run(*words, **settings):
    """Run the words of a command line to the end."""
    return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, **settings)


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    """A marketplace whose money is real: its address, and the environment of its requester."""
    home = tmp_path_factory.mktemp("market")
    place = {"cwd": home, "env": {**os.environ, "MTURK_HOME": str(home)}}
    added = run(*PROGRAM, "marketplace.requester-add", "lab", "--database", "market.db", **place)
    keys = dict(re.findall(r"export (\w+)=(\S+)", added.stdout))
    run(*PROGRAM, "marketplace.requester-fund", "lab", "--amount", "25", "--database", "market.db", **place)
    with served(home, "--database", "market.db") as address:
        yield address, {**os.environ, **keys}


def test_boto3_urllib_and_requests_reach_the_sandbox_with_no_key_of_the_users():
    theirs = {**os.environ, "AWS_PROFILE": "nobody"}
    ended = run(*RUN, "--", sys.executable, "-c", ALL, env=theirs)

    assert (ended.returncode, ended.stdout) == (0, "10000.00\n" * 3), ended.stderr


def test_boto3_urllib_and_requests_reach_another_marketplace_with_the_users_keys(market):
    address, environment = market
    ended = run(*RUN, "--at", address, "--", sys.executable, "-c", ALL, env=environment)

    assert (ended.returncode, ended.stdout) == (0, "25.00\n" * 3), ended.stderr


def test_keys_that_the_other_marketplace_does_not_know_are_refused(market):
    address, environment = market
    strange = {**environment, "AWS_SECRET_ACCESS_KEY": "another"}
    ended = run(*RUN, "--at", address, "--", sys.executable, "-c", BOTO3, env=strange)

    assert (ended.returncode, "InvalidSignatureException" in ended.stderr) == (1, True)


def test_a_sandbox_that_is_served_elsewhere_takes_what_is_signed_for_amazon(address):
    ended = run(*RUN, "--at", address, "--", sys.executable, "-c", URLLIB)
    assert (ended.returncode, ended.stdout) == (0, "10000.00\n"), ended.stderr


def test_words_streams_and_exit_code_are_the_programs():
    code = "import json, sys; print(json.dumps([sys.argv[1:], sys.stdin.read()])); sys.exit(7)"
    words = ["--at", "x", "--help", "a  b", "", "--", "-sandbox", "loadHITs", "--complete"]
    ended = run(*RUN, "--", sys.executable, "-c", code, *words, input="typed")

    assert (ended.returncode, json.loads(ended.stdout)) == (7, [words, "typed"])


def test_inv_runs_programs_too(tmp_path):
    (tmp_path / "tasks.py").write_text(
        "from mturk_tasks.tasks.collections import root_tasks\nns = root_tasks()\n"
    )
    program = (sys.executable, "-c", "import sys; print(sys.argv[1:])", "a  b", "--list")
    ended = run(sys.executable, "-m", "invoke", "marketplace.run", "--", *program, cwd=tmp_path)

    assert (ended.returncode, ended.stdout) == (0, "['a  b', '--list']\n"), ended.stderr


def test_the_site_of_the_workers_is_up_while_the_program_runs():
    code = "import os, urllib.request as u; print(u.urlopen(os.environ['AWS_ENDPOINT_URL_MTURK']).status)"
    ended = run(*RUN, "--", sys.executable, "-c", code)

    assert (ended.returncode, ended.stdout) == (0, "200\n"), ended.stderr
    assert re.search(r"go to http://127\.0\.0\.1:\d+; workers take part there", ended.stderr)


WAITING = """
import signal, sys, time
def count(number, _):
    seen.append(number)
seen = []
signal.signal(signal.SIGINT, count)
signal.signal(signal.SIGTERM, count)
print("ready", flush=True)
while not seen:
    time.sleep(0.05)
time.sleep(0.5)
print(seen, flush=True)
sys.exit(9)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_the_program_which_says_how_it_ends(number):
    command = [*RUN, "--", sys.executable, "-c", WAITING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.readline() == f"[{int(number)}]\n"

    assert process.returncode == 9


def test_ctrl_c_at_a_terminal_reaches_the_program_once(tmp_path):
    words = ("marketplace.run", "--", sys.executable, "-c", WAITING)
    ended = at_terminal(tmp_path, *words, prompt="ready", keys=CTRL_C, program=PROGRAM)

    assert (ended.code, "[2]" in ended.out) == (9, True), ended.out


def test_a_program_that_a_signal_ends_has_the_code_of_a_shell():
    ended = run(*RUN, "--", sys.executable, "-c", "import os; os.kill(os.getpid(), 15)")
    assert ended.returncode == 143
