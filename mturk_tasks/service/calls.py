"""Call one operation, or page through a list, and name what goes wrong in our own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mturk_tasks.errors import (
    AlreadyExists,
    DoesNotExist,
    InsufficientFunds,
    InvalidState,
    MTurkTasksError,
    ServiceError,
    Unavailable,
    UsageError,
)
from mturk_tasks.service.session import Client, without_credentials

PAGE = 100
_PREFIX = "AWS.MechanicalTurk."
_STAMP = re.compile(r" \(\d+( s)?\)$")  # of the service's clock, at the end of its sentences
_REFUSED = re.compile(r'(The value "?.{200}).+?("? is (?:not valid|invalid) for )', re.DOTALL)


def call(client: Client, operation: str, **parameters: Any) -> dict[str, Any]:
    """Call an operation by its API name in snake_case and return its answer.

    Raise ServiceError, or one of its kinds, when the service refuses; Unavailable when it cannot be
    reached or the credentials are not accepted.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    given = {name: value for name, value in parameters.items() if value is not None}
    try:
        answer: dict[str, Any] = getattr(client, operation)(**given)
    except ClientError as error:
        raise refusal(operation, error.response) from error
    except BotoCoreError as error:
        raise _unusable(operation, error) from error
    return answer


def every(client: Client, operation: str, key: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    """Yield every item that a list operation has under `key`, page after page to the end.

    A page is the last one where its member `More` says so. Of a service without that member it is the
    last when it is empty or has no token: a token comes with every page that holds something.
    """
    token = None
    while True:
        page = call(client, operation, MaxResults=PAGE, NextToken=token, **parameters)
        yield from page[key]
        token = page.get("NextToken")
        if not token or not page.get("More", bool(page[key])):
            return


def refusal(operation: str, response: dict[str, Any]) -> MTurkTasksError:
    """Return our error for an error answer; `TurkErrorCode` tells more than the type where it is there."""
    error = response.get("Error", {})
    code = response.get("TurkErrorCode") or error.get("Code", "")
    message = _STAMP.sub("", response.get("Message") or error.get("Message", ""))
    message = _REFUSED.sub(r"\1…\2", message, count=1)  # a service may show a whole document
    if code in _CREDENTIALS:
        return Unavailable(f"the service did not accept the credentials ({code}: {message})")
    if response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500 or code in _TRANSIENT:
        return Unavailable(f"the service did not do {operation}: {message or code}")
    return _kind(code.removeprefix(_PREFIX), message)(operation, code, message)


_CREDENTIALS = {
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "AWS.NotAuthorized",
    "AWS.BadCredentialSupplied",
}
_TRANSIENT = {"ThrottlingException", "ServiceFault", "RequestTimeout"}


def _kind(code: str, message: str) -> type[ServiceError]:
    if code == "InsufficientFunds":
        return InsufficientFunds
    if code.endswith("DoesNotExist"):
        return DoesNotExist
    if code.endswith("AlreadyExists") or "has already been processed" in message:
        return AlreadyExists
    if code.startswith("Invalid") and code.endswith("State"):
        return InvalidState
    return ServiceError


def _unusable(operation: str, error: Exception) -> MTurkTasksError:
    from botocore.exceptions import (
        NoCredentialsError,
        ParamValidationError,
        PartialCredentialsError,
        ProfileNotFound,
    )

    if isinstance(error, NoCredentialsError | PartialCredentialsError | ProfileNotFound):
        return without_credentials(error)
    if isinstance(error, ParamValidationError):
        return UsageError(f"{operation}: {error}")
    return Unavailable(f"the service cannot be reached ({error})")
