"""What the service answers when it refuses: each exception is also the error on the wire.

The texts are the recorded ones where there is a record; clients match them by prefix or substring.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from mturk_tasks.marketplace.storage.column_types import to_milliseconds

_PREFIX: Final = "AWS.MechanicalTurk."
_SHOWN: Final = 200  # characters of a value that is refused
INVALID_VALUE: Final = f"{_PREFIX}InvalidParameterValue"
OUT_OF_RANGE: Final = "AWS.ParameterOutOfRange"
NOT_OFFERED: Final = f"{_PREFIX}NotSupported"
INVALID_HIT_STATE: Final = f"{_PREFIX}InvalidHITState"
INVALID_ASSIGNMENT_STATE: Final = f"{_PREFIX}InvalidAssignmentState"
INVALID_TYPE_STATE: Final = f"{_PREFIX}InvalidQualificationTypeState"
INVALID_ENDPOINT: Final = f"{_PREFIX}InvalidTransportEndpoint"
NOT_PERMITTED: Final = f"{_PREFIX}PermissionDeniedException"
INVALID_INCREASE: Final = f"{_PREFIX}InvalidMaximumAssignmentsIncrease"


class Fault(Exception):
    """Be an answer other than success; `code` is the TurkErrorCode, `extra` further members."""

    status: ClassVar[int] = 400
    dated: ClassVar[bool] = True

    def __init__(self, text: str, code: str = "", **extra: str) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.extra = extra

    def members(self, now: datetime) -> dict[str, Any]:
        """Return the body; the sandbox ended its messages with the moment in milliseconds."""
        text = f"{self.text} ({to_milliseconds(now)} s)" if self.dated else self.text
        code = {"TurkErrorCode": self.code} if self.code else {}
        extra = {name: cut(value) for name, value in self.extra.items()}
        return {"__type": type(self).__name__, "Message": text, **code, **extra}


class RequestError(Fault):
    """Refuse because of a state, a missing object or a token used before."""


class ParameterValidationError(Fault):
    """Refuse a value that fits the API's description but not the service."""


class ValidationException(Fault):
    """Refuse a value that breaks the API's description."""

    dated = False


class SerializationException(Fault):
    """Refuse a body that cannot be read at all."""

    dated = False


class UnknownOperationException(Fault):
    """Refuse an operation that the API does not have."""

    dated = False


class ServiceFault(Fault):
    """Admit a mistake of the service; clients try again."""

    status = 500


def cut(value: object) -> str:
    """Return a value as a fault shows it: its first 200 characters."""
    text = value if isinstance(value, str) else str(value[:_SHOWN] if isinstance(value, list) else value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def missing(kind: str, public_id: str) -> RequestError:
    """Return the fault for an ID nobody knows; `kind` is Hit, Assignment or the like."""
    name = "HIT" if kind == "Hit" else kind
    return RequestError(f"{kind} {public_id} does not exist.", f"{_PREFIX}{name}DoesNotExist")


def wrong_hit_state(current: str, *expected: str) -> RequestError:
    """Return the fault for a HIT that is not in one of the expected states."""
    return RequestError(
        f"This HIT is currently in the state '{current}'.  "
        f"This operation can be called with a status of: {', '.join(expected)}",
        INVALID_HIT_STATE,
    )


def wrong_assignment_state(expected: str) -> RequestError:
    """Return the fault for an assignment that is not in the expected states."""
    return RequestError(_wanted(expected), INVALID_ASSIGNMENT_STATE)


def _wanted(statuses: str) -> str:
    return f"This operation can be called with a status of: {statuses}"


def wrong_type_state(*expected: str) -> RequestError:
    """Return the fault for a qualification type that is not in one of the expected states."""
    return RequestError(_wanted(",".join(expected)), INVALID_TYPE_STATE)


def wrong_qualification_state(expected: str) -> RequestError:
    """Return the fault for a qualification that is not in the expected state."""
    return RequestError(_wanted(expected), f"{_PREFIX}InvalidQualificationState")


def wrong_request_state(expected: str) -> RequestError:
    """Return the fault for a qualification request that was decided or withdrawn before."""
    return RequestError(_wanted(expected), f"{_PREFIX}InvalidQualificationRequestState")


def no_qualification() -> RequestError:
    """Return the fault for a qualification that a worker was never granted."""
    text = "You requested a Qualification that does not exist."
    return RequestError(text, f"{_PREFIX}QualificationDoesNotExist")


def no_file(assignment_id: str, question: str) -> RequestError:
    """Return the fault for an answer that is no uploaded file."""
    text = f"Assignment {assignment_id} has no uploaded file for the question {question}."
    return RequestError(text, f"{_PREFIX}FileUploadDoesNotExist")


def no_funds() -> RequestError:
    """Return the fault for what the requester's money does not cover."""
    text = "This Requester has insufficient funds in their account to complete this transaction."
    return RequestError(text, f"{_PREFIX}InsufficientFunds")


def name_taken() -> RequestError:
    """Return the fault for a second qualification type of one name."""
    text = (
        "You have already created a QualificationType with this name. A QualificationType's name must be "
        "unique among all of the QualificationTypes created by the same user."
    )
    return RequestError(text, f"{_PREFIX}QualificationTypeAlreadyExists")


def not_yours(qualification_type_id: str) -> RequestError:
    """Return the fault for changing or reading what belongs to the system."""
    text = f"QualificationType {qualification_type_id} is the system's; only your own can be used here."
    return RequestError(text, NOT_PERMITTED)


def invalid_value(name: str, value: str, reason: str) -> ParameterValidationError:
    """Return the fault for a value that is not valid for the parameter of that name.

    The first sentence is the recorded one, by which clients know it; `reason`, a sentence too, is what
    they have to mend it by.
    """
    text = f'The value "{cut(value)}" is not valid for the parameter {name}. {reason}'
    return ParameterValidationError(text, INVALID_VALUE, Parameter=name)


def invalid_document(name: str, text: str, found: Sequence[object]) -> ParameterValidationError:
    """Return the fault for a document; the first of what was found in it is told, with its line."""
    return invalid_value(name, text, f"Details: {str(found[0]).rstrip('.')}.")


def too_long(name: str, value: str, longest: int) -> ParameterValidationError:
    """Return the fault for a text of more than so many characters."""
    return invalid_value(name, value, f"It is longer than {longest} characters.")


def too_short(name: str) -> ParameterValidationError:
    """Return the fault for a required text that is empty; the two blanks are the service's."""
    text = f"Your request parameter {name}  has a minimum length of 1."
    return ParameterValidationError(text, INVALID_VALUE, Parameter=name)


def out_of_range(name: str, value: object, lowest: object, highest: object) -> ParameterValidationError:
    """Return the fault for a number outside its range."""
    text = f"The value {cut(value)} is invalid for {name}. Valid values range from {lowest} to {highest}."
    return ParameterValidationError(text, OUT_OF_RANGE, Parameter=name)


def one_of(*names: str) -> ParameterValidationError:
    """Return the fault for a request that gives none of these parameters, or too many."""
    text = f"Exactly one of the parameters {' and '.join(names)} must be given."
    return ParameterValidationError(text, INVALID_VALUE)


def hit_already_exists(hit_id: str) -> RequestError:
    """Return the fault for a token that made a HIT before; the HIT's ID is in the message."""
    text = f"The HIT {hit_id} has already been created with this UniqueRequestToken."
    return RequestError(text, f"{_PREFIX}HitAlreadyExists")


def token_spent(token: str) -> RequestError:
    """Return the fault for a token used before."""
    text = f'The idempotency token "{token}" has already been processed.'
    return RequestError(text, f"{_PREFIX}DuplicateRequest")


def not_offered(what: str) -> RequestError:
    """Return the fault for what this marketplace does not do, or not yet."""
    return RequestError(f"This marketplace does not offer {what} yet.", NOT_OFFERED)


def violations(found: Iterable[str]) -> ValidationException:
    """Return the fault that lists every constraint a request breaks."""
    each = list(found)
    noun = "error" if len(each) == 1 else "errors"
    return ValidationException(f"{len(each)} validation {noun} detected: {'; '.join(each)}")
