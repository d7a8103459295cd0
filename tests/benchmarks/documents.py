"""Large files and documents: wide results, the checks before a load, memory, and pages of a list."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timezone

from jinja2 import Template

from mturk_tasks.commands.surveys import check, plan
from mturk_tasks.files import results
from mturk_tasks.files.survey import find
from mturk_tasks.lib.money import FeeTable
from mturk_tasks.marketplace.api import endpoint
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.schema import SANDBOX
from mturk_tasks.vocabulary import columns
from tests.benchmarks.folders import QUESTION, folder
from tests.benchmarks.harness import Row, at_most, benchmark, interleaved, ratio

WIDE = (5000, 2500)  # rows and columns of a results file
KIND = {"Title": "t", "Description": "d", "Reward": "0.00", "AssignmentDurationInSeconds": 600}


@benchmark("wide-results")
def wide_results() -> Iterator[Row]:
    """Compare reading a results file of 5,000 rows and 2,500 columns with csv.reader over it."""
    rows, width = WIDE
    answers = [f"Answer.q{number}" for number in range(width - len(columns.RESULT))]
    with folder(1) as survey:
        path = survey.path / "wide.results"
        fixed = dict.fromkeys(columns.RESULT, "x")
        filled = (
            {**fixed, "hitid": f"3H{n}", "assignmentid": f"3A{n}", **dict.fromkeys(answers, "some answer")}
            for n in range(rows)
        )
        results.write(path, answers, list(filled))

        def ours() -> None:
            assert len(results.read(path).rows) == rows

        def bare() -> None:
            with path.open(newline="", encoding="utf-8") as file:
                assert sum(1 for _ in csv.reader(file, delimiter="\t")) == rows + 1

        mine, bares = interleaved(ours, bare, rounds=3)
    what = f"results file of {rows:,} rows and {width:,} columns, read ÷ csv.reader"
    yield ratio(what, at_most(3), ("read", mine), ("csv.reader", bares))


@benchmark("pre-flight")
def pre_flight() -> Iterator[Row]:
    """Compare all that is checked before 10,000 rows are loaded with one bare render of each."""
    count = 10_000
    with folder(count) as survey:
        here = find(survey.path)
        template = Template(QUESTION.replace("${picture}", "{{ picture }}"), autoescape=True)
        pictures = [f"picture-{number}.jpg" for number in range(count)]

        def ours() -> None:
            planned = plan.prepare(here)
            check.look_over(planned)
            planned.cost(planned.hits, FeeTable())

        def bare() -> None:
            for picture in pictures:
                template.render(picture=picture)

        mine, bares = interleaved(ours, bare, rounds=3)
    what = f"checks of {count:,} rows ÷ one render each"
    yield ratio(what, at_most(4), ("checks", mine), ("render", bares))


# The high-water mark of this program alone: that of getrusage begins with what the one before exec had.
PEAK = """\
import sys
from mturk_tasks.tasks.program import main
try:
    main()
finally:
    with open("/proc/self/status") as status:
        print("peak", next(line.split()[1] for line in status if line.startswith("VmHWM")), file=sys.stderr)
"""


@benchmark("memory")
def memory() -> Iterator[Row]:
    """Compare the peak memory of a load's checks and of fetching results at 40,000 rows and at 4,000."""
    peaks: dict[str, list[float]] = {"load": [], "results": []}
    for count in (4_000, 40_000):
        with folder(count) as survey:
            survey.write("peak.py", PEAK)
            for command in peaks:
                words = [sys.executable, "peak.py", command, *(["--force"] if command == "load" else [])]
                ended = subprocess.run(
                    words,
                    cwd=survey.path,
                    env=survey.environment(),
                    capture_output=True,
                    text=True,
                    check=True,
                )
                peaks[command].append(float(ended.stderr.rpartition("peak ")[2]) / 1024)
    for command, (few, many) in peaks.items():
        sides = {"40,000": f"{many:.0f} MB", "4,000": f"{few:.0f} MB"}
        yield Row(f"peak memory of {command}, 40,000 rows ÷ 4,000", many / few, at_most(4), sides)


@benchmark("list-page")
def list_page() -> Iterator[Row]:
    """Compare answering ListHITs with 100 HITs of 64 KB with json.dumps of the answer."""
    page = "<HTMLQuestion xmlns='http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2011-11-11/HTMLQuestion.xsd'><HTMLContent><![CDATA[<html><form>{}</form></html>]]></HTMLContent><FrameHeight>0</FrameHeight></HTMLQuestion>"
    question = page.format("<p>" + "large " * 10_000 + "</p><input name='a'>")
    now = datetime.now(timezone.utc)
    with folder(1) as survey, opening.open_store(survey.home / "sandbox.db") as store:

        def ask(operation: str, **members: object) -> bytes:
            target = f"MTurkRequesterServiceV20170117.{operation}"
            return endpoint.handle(store, target, json.dumps(members).encode(), now, SANDBOX).body

        for number in range(100):
            new = {"MaxAssignments": 1, "LifetimeInSeconds": 3600, "Question": question, **KIND}
            ask("CreateHIT", **new, UniqueRequestToken=str(number))
        answer = json.loads(ask("ListHITs", MaxResults=100))
        assert answer["NumResults"] == 100
        mine, bares = interleaved(
            lambda: ask("ListHITs", MaxResults=100), lambda: json.dumps(answer), rounds=9
        )
    yield ratio("ListHITs, 100 HITs of 60 KB ÷ json.dumps", at_most(3), ("answer", mine), ("dumps", bares))
