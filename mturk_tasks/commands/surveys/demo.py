"""Walk a survey through its life in the sandbox, and a qualification with a survey that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mturk_tasks.commands import batches, qualifications
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import cleanup, decide, load, rehearse, report, results, review, status
from mturk_tasks.console.summary import Summary, shorten, table
from mturk_tasks.files import results as results_file
from mturk_tasks.files.results import Row
from mturk_tasks.lib import disk
from mturk_tasks.vocabulary import columns

_REASON: Final = "The two pictures were not compared."
_ASKED: Final = (
    "qualification.1: @../{folder}\n"
    "qualification.comparator.1: GreaterThanOrEqualTo\n"
    "qualification.value.1: 80"
)
_SHOWN: Final = (columns.HIT_ID, columns.WORKER_ID, columns.ASSIGNMENT_STATUS)


def first_act(context: CommandContext) -> Summary:
    """Walk a survey through its life, each step announced as the command it is."""
    step = _steps(context)
    step("load", lambda: load.run(context, load.LoadRequest()))
    step("rehearse --skip 1", lambda: rehearse.run(context, rehearse.RehearseRequest(skip=1)))
    step("results", lambda: results.run(context))
    context.console.say(_as_table(context))
    context.console.say(
        "\nOne assignment gets a mark in the results file: an x under reject, and why under feedback."
    )
    _mark_one(context)
    step("review", lambda: review.run(context))
    step("rehearse --seed 2", lambda: rehearse.run(context, rehearse.RehearseRequest(seed=2)))
    step("approve --force", lambda: decide.approve(context))
    step("results", lambda: results.run(context))
    step("status", lambda: status.run(context))
    step("report", lambda: report.run(context, report.ReportRequest()))
    step("cleanup --force", lambda: cleanup.run(context))
    return Summary()


def second_act(context: CommandContext, survey: CommandContext) -> Summary:
    """Let workers take the test of a qualification, and only who is good at it do a survey's HITs."""
    step = _steps(context)
    step("create", lambda: qualifications.create.run(context, context.definition))
    qualification = qualifications.folder.find(context, context.definition.files)
    step(
        "rehearse",
        lambda: qualifications.status.rehearse(context, qualification, context.definition),
    )
    step("workers", lambda: qualifications.status.list_holders(context, qualification))
    asked = _ask_for(context, survey)
    context.console.say(
        f"\nA survey beside it asks for the qualification, in {survey.survey.properties.name}:"
    )
    context.console.say(f"\n{asked}")
    step = _steps(survey)
    step("load --maxhits 2", lambda: load.run(survey, load.LoadRequest(maxhits=2)))
    step("rehearse", lambda: rehearse.run(survey, rehearse.RehearseRequest()))
    step("results", lambda: results.run(survey))
    context.console.say(_as_table(survey))
    step("cleanup --approve --expire --force", lambda: cleanup.run(survey, approve=True, expire=True))
    step = _steps(context)
    step("retire --force", lambda: qualifications.change.retire(context, qualification))
    return Summary()


def farewell(context: CommandContext) -> Summary:
    """Say where everything is and what to do next."""
    return Summary(
        (
            "",
            f"The survey, its results and its journal are in {context.folder}",
            f"What the answers say: open {batches.find(context).files.report} in a browser",
            "Go there and try inv --list, or make a survey of your own: "
            "mturk new.hit --name my_survey --sample simple_survey --directory ~/surveys",
        )
    )


def _steps(context: CommandContext) -> Callable[[str, Callable[[], Summary]], None]:
    def step(command: str, act: Callable[[], Summary]) -> None:
        context.console.say(f"\n$ inv {command}")
        context.console.show(act())

    return step


def _ask_for(context: CommandContext, survey: CommandContext) -> str:
    """Add a requirement to the survey's properties, as a person would in an editor; return its lines."""
    asked = _ASKED.format(folder=context.folder.name)
    path = survey.survey.properties
    disk.write(path, f"{path.read_text(encoding='utf-8').rstrip()}\n{asked}\n")
    return asked


def _as_table(context: CommandContext) -> str:
    file = results_file.read(batches.find(context).files.results)
    answers = [name for name in file.columns if name.startswith(columns.ANSWER_PREFIX)]
    header = (*_SHOWN, *answers)
    rows = [[shorten(row[name], 32) for name in header] for row in file.rows]
    return "\n" + table(rows, header)


def _mark_one(context: CommandContext) -> None:
    """Reject the first assignment of the results file, as a person would in a spreadsheet."""
    file = results_file.read(batches.find(context).files.results)
    first = next(row[columns.ASSIGNMENT_ID] for row in file.rows if row[columns.ASSIGNMENT_ID])
    rows: list[Row] = []
    for row in file.rows:
        cells: dict[str, str | None] = {name: cell or None for name, cell in row.items()}
        if row[columns.ASSIGNMENT_ID] == first:
            cells |= {columns.REJECT: "x", columns.FEEDBACK: _REASON}
        rows.append(cells)
    answers = [name for name in file.columns if name.startswith(columns.ANSWER_PREFIX)]
    results_file.write(file.path, answers, rows)
