"""The old commands about HITs: loadHITs, getResults, extendHITs, updateHITs, deleteHITs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mturk_tasks.commands import surveys
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import CLEANING, LOADING, PAIRS, market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.console.summary import Summary


_SUCCESS = "The success file that names the HITs."


@market_task(
    called="loadHITs",
    old=True,
    input="The input file, a row for each HIT.",
    question="The question file.",
    properties="The HIT properties file.",
    label="Name of the success and failure files, without their endings. Default: the input's.",
    **LOADING,
    previewfile="Where that page goes. Default: preview.html.",
)
def load_hits(
    at: CommandContext,
    input: str = "",  # noqa: A002  # the option's name in the reference
    question: str = "",
    properties: str = "",
    label: str = "",
    maxhits: str = "",
    preview: bool = False,
    previewfile: str = "preview.html",
    resume: bool = False,
    append: bool = False,
    uncertain: str = "",
) -> Summary:
    """Create a HIT for each row of an input file."""
    options.need(input=input, question=question, properties=properties)
    survey = options.survey(input, properties, question)
    if preview:
        return surveys.preview.run(at, options.preview(previewfile, of=survey))
    request = surveys.load.LoadRequest(
        survey=survey,
        label=label,
        resume=resume,
        append=append,
        maxhits=options.whole("-maxhits", maxhits, lowest=1),
        uncertain=options.one_of("-uncertain", uncertain, surveys.load.ANSWERS),
        accepts_no_rows=True,
        anyway=True,  # the reference knows no refusal of this kind
    )
    return surveys.load.run(at, request)


@market_task(
    called="getResults",
    old=True,
    successfile=_SUCCESS,
    outputfile="The file to write the results to.",
    **PAIRS,
    answerprefix="What the names of answer columns begin with.",
)
def get_results(
    at: CommandContext,
    successfile: str = "",
    outputfile: str = "",
    namevaluepairs: bool = False,
    answerprefix: str = "Answer.",
) -> Summary:
    """Fetch the work submitted on HITs into a file."""
    options.need(successfile=successfile, outputfile=outputfile)
    layout = surveys.result_rows.Layout(pairs=namevaluepairs, prefix=answerprefix)
    success, output = options.path(successfile), options.path(outputfile)
    return surveys.results.run(at, success=success, output=output, layout=layout)


@market_task(
    called="extendHITs",
    old=True,
    successfile=_SUCCESS,
    assignments="How many more assignments each HIT gets.",
    hours="How many hours longer each HIT is open.",
)
def extend_hits(at: CommandContext, successfile: str = "", assignments: str = "", hours: str = "") -> Summary:
    """Offer HITs to more workers, or for longer."""
    options.need(successfile=successfile)
    request = surveys.extend.ExtendRequest(
        assignments=options.required_whole("-assignments", assignments, lowest=1, default=0),
        hours=options.required_whole("-hours", hours, lowest=1, default=0),
        expired=True,
    )
    return surveys.extend.run(at, request, success=options.path(successfile))


@market_task(
    called="updateHITs", old=True, success=_SUCCESS, properties="The HIT properties file with the new values."
)
def update_hits(at: CommandContext, success: str = "", properties: str = "") -> Summary:
    """Give HITs the properties of a changed file."""
    options.need(success=success, properties=properties)
    return surveys.update.run(at, success=options.path(success), properties=options.path(properties))


@market_task(
    called="deleteHITs",
    old=True,
    force=True,
    successfile=_SUCCESS,
    **CLEANING,
)
def delete_hits(
    at: CommandContext, successfile: str = "", approve: bool = False, expire: bool = False
) -> Summary:
    """Delete HITs."""
    options.need(successfile=successfile)
    return surveys.cleanup.run(at, success=options.path(successfile), approve=approve, expire=expire)
