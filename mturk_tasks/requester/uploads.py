"""Files that workers sent with their answers."""

from __future__ import annotations

from mturk_tasks.errors import ServiceError, Unavailable
from mturk_tasks.service.calls import call
from mturk_tasks.service.fetching import fetch
from mturk_tasks.service.session import Client


def content(client: Client, assignment_id: str, question: str, size: int) -> bytes:
    """Return a file of that many bytes; raise ServiceError where there is none, or it cannot be fetched.

    The address that the service gives is good for a minute (API, GetFileUploadURL).
    """
    operation = "get_file_upload_url"
    answer = call(client, operation, AssignmentId=assignment_id, QuestionIdentifier=question)
    try:
        return fetch(str(answer["FileUploadURL"]), size)
    except Unavailable as error:  # of this one file: others may be there
        raise ServiceError(operation, "FileNotFetched", str(error)) from error
