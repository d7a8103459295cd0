"""Let simulated workers ask for a qualification and take its test, some well and some badly."""

from __future__ import annotations

from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.qualification.register import Registered
from mturk_tasks.commands.rehearse import Request
from mturk_tasks.errors import UsageError
from mturk_tasks.files import answerkey
from mturk_tasks.files.definition import Definition
from mturk_tasks.report.summary import Summary, count


def run(desk: Desk, found: Registered, request: Request, definition: Definition) -> Summary:
    """Have the qualification requested; who is good knows the answers of the folder's own key too.

    Raise UsageError anywhere but in the embedded sandbox.
    """
    if desk.market is None:
        raise UsageError("simulated workers take part in the embedded sandbox only")
    if desk.dry:
        return Summary((f"Dry run: {count(request.workers, 'worker')} would ask for {found.type_id}.",))
    known = answerkey.read(definition.key).expected() if definition.key else {}
    done = desk.market().rehearse_requests(
        found.type_id, workers=request.workers, seed=request.seed, known=known
    )
    lines = (
        f"{count(request.workers, 'simulated worker')} asked for it: {done.granted} have it now, "
        f"{done.waiting} wait for your decision, {done.refused} may not ask, or not again yet.",
    )
    return Summary(lines, {"granted": done.granted, "waiting": done.waiting, "refused": done.refused})
