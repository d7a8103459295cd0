"""Scripts as people have them around the old tools, run as they are, with what an old run left in place.

Each shape is that of scripts in public repositories; the texts are our own. `sh` is bash, as where most of
them were written: pushd is its word.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mturk_tasks.legacy import scripts
from mturk_tasks.tasks.collections import asking_command_names, old_command_names
from tests.bench import Bench
from tests.legacy.prompt import PROGRAM
from tests.legacy.world import WORKERS
from tests.tasks.shell import Ended, ended, table

BASH = shutil.which("bash")
pytestmark = [pytest.mark.walk, pytest.mark.skipif(BASH is None, reason="these scripts are written for bash")]

OLD_RECEIPT = "hitid\thittypeid\n2OLDHIT00000000000000000000001\t2OLDTYPE0000000000000000000001\n"
OLD_RESULTS = (
    '"hitid"\t"hittypeid"\t"assignmentid"\n"2OLDHIT00000000000000000000001"\t"2OLDTYPE"\t"2OLDWORK"\n'
)


@dataclass(frozen=True)
class Clt:
    """The home of the old tools, and a survey in a folder with scripts of its own."""

    root: Path
    bench: Bench

    @property
    def folder(self) -> Path:
        return self.bench.folder

    @property
    def bin(self) -> Path:
        return self.root / "bin"

    def script(self, name: str, *lines: str) -> None:
        """Write a script into the survey's folder."""
        path = self.folder / name
        path.write_text("\n".join(("#!/usr/bin/env sh", *lines)) + "\n", encoding="utf-8")
        path.chmod(0o755)

    def run(self, name: str, *words: str, folder: Path | None = None, **variables: str) -> Ended:
        """Run a program without a terminal; one of the survey's folder, unless it is a path."""
        pipe = subprocess.PIPE
        return ended(
            subprocess.Popen(
                [str(self.folder / name), *words],
                cwd=folder or self.folder,
                env={**os.environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=pipe,
                stderr=pipe,
                text=True,
            )
        )

    def done(self, name: str, *words: str, **variables: Any) -> str:
        """Run a program that must succeed, and return what it said."""
        run = self.run(name, *words, **variables)
        assert run.code == 0, run
        return run.out

    def leave_old_files(self, label: str = "birds") -> None:
        """Leave what the old tools wrote of HITs that are long gone."""
        self.bench.write(f"{label}.success", OLD_RECEIPT)
        self.bench.write(f"{label}.results", OLD_RESULTS)

    def work(self, text: str = "owl") -> None:
        """Have everything done by two workers."""
        for hit in self.bench.hits():
            for worker in WORKERS:
                self.bench.submit(worker, hit["HITId"], text)

    def reviewed(self) -> list[str]:
        return sorted(row["assignmentstatus"] for row in table(self.folder / "birds.results"))


@pytest.fixture
def clt(tmp_path, _home, monkeypatch) -> Clt:
    root = tmp_path / "aws-mturk-clt-1.3.1"
    program = tmp_path / "tools" / "mturk"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{PROGRAM[2]}\n".replace("; ", "\n"), encoding="utf-8")
    program.chmod(0o755)
    (program.parent / "sh").symlink_to(str(BASH))
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    scripts.install(root, old_command_names(), program, forced=asking_command_names())
    (root / "samples").mkdir()
    return Clt(root, Bench(root / "samples" / "birds", _home / "mturk"))


PLACES = "$1 $2 $3 $4 $5 $6 $7 $8 $9"  # how these scripts pass options on
FILES = "-input {0}.input -question {0}.question -properties {0}.properties"
SAMPLE = {
    "run.sh": f"./loadHITs.sh {PLACES} -label {{0}} {FILES}",
    "getResults.sh": f"./getResults.sh {PLACES} -successfile {{0}}.success -outputfile {{0}}.results",
    "reviewResults.sh": f"./reviewResults.sh {PLACES} -resultsfile {{0}}.results",
    "approveAndDeleteResults.sh": f"./deleteHITs.sh {PLACES} -successfile {{0}}.success -approve -expire",
}


def test_a_sample_of_the_old_tools_goes_from_run_to_its_end_where_nobody_watches(clt):
    for name, line in SAMPLE.items():
        clt.script(name, "cd ../../bin", line.format("../samples/birds/birds"), "cd ../samples/birds")
    clt.leave_old_files()

    assert "  Successfully loaded 2 HITs." in clt.done("run.sh", "-maxhits", "2")
    clt.work()
    clt.done("getResults.sh")
    assert clt.reviewed() == ["Submitted"] * 4
    clt.done("reviewResults.sh")
    assert clt.bench.statuses() == ["Approved"] * 4
    assert "  2 HITs have been deleted" in clt.done("approveAndDeleteResults.sh")
    assert clt.bench.hits() == []


GENERATOR = """
import json, os, sys

wanted = json.load(open("settings.json"))
tools, name, here = os.environ["MTURK_CMD_HOME"], wanted["name"], os.getcwd()
service = "mechanicalturk{}.amazonaws.com/?Service=AWSMechanicalTurkRequester"
chosen, other = (service.format(part) for part in (("", ".sandbox") if wanted["live"] else (".sandbox", "")))

configuration = tools + "/bin/mturk.properties"
lines = open(configuration).readlines()
open(configuration + ".backup", "w").writelines(lines)
with open(configuration, "w") as rewritten:
    for line in lines:
        if "://" + chosen in line:
            line = "service_url=https://" + chosen + "\\n"
        elif "://" + other in line:
            line = "# service_url=https://" + other + "\\n"
        rewritten.write(line)

def put(ending, text):
    with open(ending if ending.endswith(".sh") else name + ending, "w") as file:
        file.write(text)
    os.chmod(file.name, 0o755)

put(".input", "condition\\n1 condition")
put(".properties", "title: {title}\\ndescription: {title}\\nkeywords: words\\nreward: 0.10\\nassignments: 2"
    "\\nannotation: ${{condition}}\\nassignmentduration:600\\nhitlifetime:86400\\nautoapprovaldelay:259200"
    .format(**wanted))
put(".question", "<?xml version='1.0'?><ExternalQuestion xmlns='http://mechanicalturk.amazonaws.com/"
    "AWSMechanicalTurkDataSchemas/2006-07-14/ExternalQuestion.xsd'><ExternalURL>" + wanted["url"]
    + "</ExternalURL><FrameHeight>650</FrameHeight></ExternalQuestion>")
script = "#!/usr/bin/env sh\\npushd " + tools + "/bin\\n./{}\\npopd"
file = here + "/" + name
put("postHIT.sh", script.format("loadHITs.sh $1 $2 $3 $4 $5 $6 $7 $8 $9 -label {0} -input {0}.input "
    "-question {0}.question -properties {0}.properties -maxhits 1".format(file)))
put("getResults.sh", script.format("getResults.sh $1 $2 $3 $4 $5 $6 $7 $8 $9 -successfile {0}.success "
    "-outputfile {0}.results".format(file)))
put("approveAllResults.sh", script.format("approveWork.sh -successfile {0}.success".format(file)))
"""
CONVERTER = """
import re

rows = [[re.sub('[\\n"{}]', "", cell) for cell in line.split('"\\t"')] for line in open("wug.results")]
header, *subjects = rows
trials = [place for place, name in enumerate(header) if name.startswith("Answer.")]
with open("wug.csv", "w") as parsed:
    for subject in subjects:
        for place in trials:
            pairs = dict(pair.split(":") for pair in subject[place].split(","))
            print(subject[header.index("workerid")], subject[header.index("reject")], *pairs.values(),
                  sep=",", file=parsed)
"""


@pytest.fixture
def generated(clt, monkeypatch):
    """Give a function that has a generator write the survey `wug` and its scripts, for real or not."""
    monkeypatch.setenv("MTURK_CMD_HOME", str(clt.root))

    def generate(*, live: bool) -> None:
        wish = '{{"name": "wug", "title": "Words", "url": "https://example.org/wug.html", "live": {}}}'
        clt.bench.write("settings.json", wish.format(str(live).lower()))
        subprocess.run([sys.executable, "-c", GENERATOR], cwd=clt.folder, check=True)

    return generate


def test_generated_scripts_post_fetch_and_approve_and_a_converter_splits_the_results(clt, generated):
    generated(live=False)
    clt.leave_old_files("wug")

    assert "  Successfully loaded 1 HITs." in clt.done("postHIT.sh")
    clt.work("{answer:wugs,rt:512}")
    clt.done("getResults.sh")
    subprocess.run([sys.executable, "-c", CONVERTER], cwd=clt.folder, check=True)
    assert clt.bench.read("wug.csv").splitlines() == [f"{worker},,wugs,512" for worker in WORKERS]
    clt.done("approveAllResults.sh")
    assert clt.bench.statuses() == ["Approved"] * 2


def test_a_generator_that_goes_live_and_back_is_understood(clt, generated):
    generated(live=True)
    live = clt.run("postHIT.sh")
    assert "mturk.properties means Amazon's production service, which closed" in live.err
    assert clt.bench.hits() == []
    generated(live=False)

    assert "  Successfully loaded 1 HITs." in clt.done("postHIT.sh")
    assert oct((clt.bin / "mturk.properties").stat().st_mode)[-3:] == "600"


APPROVE_SUBMITTED = r"""
while getopts ":s" opt; do
    [ "$opt" = s ] && sandbox="-sandbox"
done
shift $((OPTIND - 1))
list="$(mktemp)"
echo -e "assignmentIdToApprove\tassignmentIdToApproveComment" > "$list"
cut -f19,21 "$1" | grep -F "Submitted" | cut -f1 | sed 's/$/\t/' >> "$list"
approveWork.sh "$sandbox" -approvefile "$list"
rm "$list"
"""
EXTEND_REJECTED = r"""
counts="$(mktemp)"
cut -f1,21 "$1" | grep -F "Rejected" | cut -f1 | sort | uniq -c | sort -n > "$counts"
cd "$MTURK_CMD_HOME/bin"
for count in $(cut -f1 -d\" "$counts" | uniq); do
    receipt="$(mktemp)"
    echo "hitid" > "$receipt"
    grep "^ *$count " "$counts" | cut -f2 -d\" >> "$receipt"
    ./extendHITs.sh "$sandbox" -hours "1" -assignments "$count" -successfile "$receipt"
    rm "$receipt"
done
rm "$counts"
"""


@pytest.fixture
def decided(clt, monkeypatch):
    """The tools on the path, and results of three HITs in which the work of one is rejected."""
    from mturk_tasks.commands.surveys import load, results

    monkeypatch.setenv("MTURK_CMD_HOME", str(clt.root))
    monkeypatch.setenv("PATH", f"{clt.bin}:{os.environ['PATH']}")
    load.run(clt.bench.context(), load.LoadRequest())
    clt.work()
    first = clt.bench.hits()[0]["HITId"]
    for one in clt.bench.assignments(first):
        clt.bench.client.reject_assignment(AssignmentId=one["AssignmentId"], RequesterFeedback="No bird.")
    results.run(clt.bench.context(), "birds")
    return clt


@pytest.mark.parametrize("words", [[], ["-s"]], ids=["an empty word", "-s"])
def test_what_is_submitted_is_approved_by_a_script_with_its_words_in_quotes(decided, words):
    decided.script("approveSubmitted.sh", APPROVE_SUBMITTED)
    output = decided.done("approveSubmitted.sh", *words, "birds.results")

    assert "  4 assignments approved." in output.splitlines()
    assert decided.bench.statuses() == ["Approved"] * 4 + ["Rejected"] * 2


def test_hits_get_new_places_for_what_was_rejected(decided):
    decided.script("extendRejected.sh", EXTEND_REJECTED)
    output = decided.done("extendRejected.sh", str(decided.folder / "birds.results"))

    assert "  1 HITs have been extended (added 2 assignment(s), 1 hour(s))" in output.splitlines()
    assert sorted(hit["MaxAssignments"] for hit in decided.bench.hits()) == [2, 2, 4]


def test_a_study_is_run_in_the_sandbox_fetched_and_reset(clt):
    back, label = "cd $STUDY_HOME/birds/", "$STUDY_HOME/birds/birds"
    load = f"./loadHITs.sh {PLACES} \\\n-sandbox \\\n-label {label} {FILES.format(label)}"
    fetch = f"./getResults.sh {PLACES} \\\n-successfile {label}.success \\\n-outputfile {label}.results"
    clt.script("runSandbox.sh", "cd $MTURKCLT_HOME/bin", load, back)
    clt.script("getResults.sh", "cd $MTURKCLT_HOME/bin", fetch, back)
    clt.script("reset.sh", "cd $MTURKCLT_HOME/bin", "./resetAccount.sh -force -sandbox")
    clt.leave_old_files()
    named = {"MTURKCLT_HOME": str(clt.root), "STUDY_HOME": str(clt.folder.parent)}

    assert "  Successfully loaded 3 HITs." in clt.done("runSandbox.sh", **named)
    clt.work()
    clt.done("getResults.sh", **named)
    assert clt.reviewed() == ["Submitted"] * 6
    clt.done("reset.sh", **named)
    assert clt.bench.hits() == []


def test_a_bonus_whose_reason_has_no_quotes_is_paid_with_its_first_word(decided):
    work = decided.bench.assignments(decided.bench.hits()[0]["HITId"])[0]
    line = f'./grantBonus.sh -workerid "{work["WorkerId"]}" -assignment "{work["AssignmentId"]}" -amount 0.10'
    decided.script("bonus.sh", "pushd $MTURK_CMD_HOME/bin/", f"{line} -reason performance bonus", "popd")
    run = decided.run("bonus.sh")

    (bonus,) = decided.bench.client.list_bonus_payments(AssignmentId=work["AssignmentId"])["BonusPayments"]
    assert (run.code, bonus["BonusAmount"], bonus["Reason"]) == (0, "0.10", "performance")
    assert "note: 'bonus' is ignored, as the old tools did; put texts of several words in quotes" in run.err


def test_scripts_find_their_configuration_from_any_folder(clt):
    amazon = "https://mechanicalturk.amazonaws.com/?Service=AWSMechanicalTurkRequester"
    (clt.bin / "mturk.properties").write_text(f"service_url={amazon}\n", encoding="utf-8")
    refused = clt.run(clt.bin / "getBalance.sh")

    assert (refused.code, refused.out) == (2, "")
    assert f"{clt.bin}/mturk.properties means Amazon's production service" in refused.err
    assert clt.done(clt.bin / "getBalance.sh", "-sandbox") == "Your account balance: $10000.00\n"
