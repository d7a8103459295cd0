"""The marketplace's tables, the same for SQLite and PostgreSQL.

A partial index holds only what its query looks for, so that a million finished HITs cost nothing.
Its condition must stand in the query word for word, bound parameters do not match: the conditions
are therefore named here and used by both. An index that begins with `status` would be preferred to
them and then walked from end to end: there is none.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    exists,
    false,
    literal_column,
    text,
    true,
)

from mturk_tasks.marketplace.storage.column_types import Dollars, InCodePoints, Moment
from mturk_tasks.vocabulary.statuses import ASSIGNABLE, DISPOSED, REVIEWABLE, REVIEWING, SUBMITTED

VERSION: Final = 6
SANDBOX: Final = 1  # the key of the one requester that an embedded sandbox has from the beginning
ACCEPTED: Final = "Accepted"
RETURNED: Final = "Returned"
ABANDONED: Final = "Abandoned"
DISPOSING: Final = "Disposing"  # of a qualification type: HITs made before still ask for it
TESTING: Final = "Testing"  # of a request: the worker is taking the test
PENDING: Final = "Pending"
ANSWERED: Final = "Answered"  # granted or rejected
WITHDRAWN: Final = "Withdrawn"


def _key() -> Column[int]:
    """Return a table's own short key; SQLite numbers rows by itself only in an INTEGER column."""
    return Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)


def _public_id(name: str) -> Column[str]:
    return Column(name, String(64), nullable=False, unique=True)


def word(text: str) -> ColumnElement[str]:
    """Return a status as it stands in an index's condition, not as a bound parameter."""
    return literal_column(f"'{text}'", String)


def _partial(
    name: str, *columns: ColumnElement[Any], where: ColumnElement[bool], unique: bool = False
) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("version", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),  # milliseconds the sandbox's clock is ahead
    Column("play", Boolean, nullable=False, server_default=true()),  # whether money never runs out here
    Column("address", Text),  # where browsers found the worker site when it was last served
    Column("marketplace_id", String(64), nullable=False),  # random, from the beginning
    Column("fee", Text),  # what the operator takes, in JSON; none for Amazon's table
)

former_marketplace = Table(  # of which something was imported into this one
    "former_marketplace",
    metadata,
    Column("marketplace_id", String(64), primary_key=True),
)

requester = Table(
    "requester",
    metadata,
    _key(),
    _public_id("requester_id"),
    Column("name", String(64), nullable=False, unique=True),
    Column("registered", Moment, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("balance", Dollars, nullable=False),  # what is there to spend: neither held nor paid
)

access_key = Table(
    "access_key",
    metadata,
    _key(),
    _public_id("access_key_id"),
    Column("requester", ForeignKey("requester.id"), nullable=False, index=True),
    Column("secret", Text, nullable=False),  # encrypted; the key to it is in no database
    Column("created", Moment, nullable=False),
    Column("ended", Moment),
)

deposit = Table(
    "deposit",
    metadata,
    _key(),
    Column("requester", ForeignKey("requester.id"), nullable=False, index=True),
    Column("time", Moment, nullable=False),
    Column("amount", Dollars, nullable=False),
)


def _owner() -> Column[int]:
    """Return the column of the requester that a row belongs to; only the system's rows have none."""
    return Column("requester", ForeignKey("requester.id"))


hit_type = Table(
    "hit_type",
    metadata,
    _key(),
    _owner(),
    _public_id("hit_type_id"),
    _public_id("hit_group_id"),
    Column("digest", String(64), nullable=False, unique=True),  # of all that makes two types equal
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("keywords", Text),
    Column("reward", Dollars, nullable=False),
    Column("assignment_duration", Integer, nullable=False),  # seconds
    Column("auto_approval_delay", Integer, nullable=False),  # seconds
    Column("requirements", Text),  # as the API writes them, in JSON; none for a type without any
    Column("newest", Moment, nullable=False, server_default=text("0")),  # when it last got a HIT, to a minute
)

question = Table(
    "question",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("text", Text, nullable=False),
)

hit = Table(
    "hit",
    metadata,
    _key(),
    _owner(),
    _public_id("hit_id"),
    Column("hit_type", ForeignKey("hit_type.id"), nullable=False),
    Column("question", ForeignKey("question.digest"), nullable=False),
    Column("annotation", Text),
    Column("created", Moment, nullable=False),
    Column("expiration", Moment, nullable=False),
    Column("expired", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    Column("changed", Moment, nullable=False),  # when `status` last became what it is
    Column("created_with", Integer, nullable=False),  # assignments at creation: below 10 stays below 10
    Column("max_assignments", Integer, nullable=False),
    Column("available", Integer, nullable=False),
    Column("pending", Integer, nullable=False),
    Column("completed", Integer, nullable=False),
    Column("fee", Dollars, nullable=False),  # for one assignment, as it was when the money was held
    Column("shuffle", Integer, nullable=False),  # a random place among the HITs offered
    Column("review_policies", Text),  # as the API writes them, in JSON; none for a HIT without any
    Column("review_due", Moment),  # when it became Reviewable, until its policies have run
)

assignment = Table(
    "assignment",
    metadata,
    _key(),
    _public_id("assignment_id"),
    Column("hit", ForeignKey("hit.id"), nullable=False),
    Column("worker", ForeignKey("worker.worker_id"), nullable=False),
    Column("status", String(16), nullable=False),
    Column("accepted", Moment, nullable=False),
    Column("deadline", Moment, nullable=False),
    Column("ended", Moment),  # when it was returned or abandoned
    Column("submitted", Moment),
    Column("auto_approval", Moment),
    Column("approved", Moment),
    Column("rejected", Moment),
    Column("answer", Text),
    Column("feedback", Text),
)

bonus = Table(
    "bonus",
    metadata,
    _key(),
    Column("assignment", ForeignKey("assignment.id"), nullable=False, index=True),
    Column("hit", ForeignKey("hit.id"), nullable=False, index=True),
    Column("amount", Dollars, nullable=False),
    Column("reason", Text, nullable=False),
    Column("granted", Moment, nullable=False),
)

worker = Table(
    "worker",
    metadata,
    Column("worker_id", String(64), primary_key=True),
    Column("simulated", Boolean, nullable=False),
    Column("registered", Moment, nullable=False),
    Column("country", String(2)),  # of the profile: what the system qualification types say
    Column("subdivision", String(2)),
    Column("adult", Boolean, nullable=False, server_default=false()),
    Column("master", Boolean, nullable=False, server_default=false()),
    Column("submitted_before", Integer, nullable=False, server_default=text("0")),  # work done elsewhere
    Column("approved_before", Integer, nullable=False, server_default=text("0")),
    Column("tests_for", ForeignKey("requester.id")),  # tries a requester's HITs out: meets its requirements
)

account = Table(  # how a person comes to be a worker on the site; without one the work stays
    "account",
    metadata,
    _key(),
    Column("name", String(64), nullable=False, unique=True),
    Column("worker_id", ForeignKey("worker.worker_id"), nullable=False, unique=True),
    Column("password", Text, nullable=False),  # a hash; empty where nobody can sign in yet
    Column("created", Moment, nullable=False),
    Column("disabled", Boolean, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("digest", String(64), primary_key=True),  # of what the browser holds
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
    Column("began", Moment, nullable=False),
    Column("ends", Moment, nullable=False, index=True),
    Column("study", ForeignKey("study.id")),  # of a participant's, which reaches nothing else
)

invitation = Table(
    "invitation",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the code in the link
    Column("worker_id", String(64)),  # of a panel's member; anybody else is given a new one
    Column("created", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("used", Moment),
)

password_link = Table(  # on which a worker sets a new password, once
    "password_link",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the code in the link
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
    Column("created", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("used", Moment),
)

attempt = Table(  # to sign in with a wrong password, or to sign up
    "attempt",
    metadata,
    _key(),
    Column("subject", String(64), nullable=False),  # the digest of a name or of an address
    Column("time", Moment, nullable=False, index=True),
)

block = Table(  # of any well-formed ID: a block may wait for a worker who signs up later
    "block",
    metadata,
    _key(),
    Column("requester", ForeignKey("requester.id"), nullable=False),
    Column("worker_id", String(64), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    UniqueConstraint("requester", "worker_id"),
)

token = Table(
    "token",
    metadata,
    Column("requester", ForeignKey("requester.id"), primary_key=True),
    Column("operation", String(64), primary_key=True),
    Column("token", String(64), primary_key=True),
    Column("spent", Moment, nullable=False, index=True),
    Column("hit_id", String(64)),  # what the first call made
)

ledger = Table(
    "ledger",
    metadata,
    _key(),
    _owner(),
    Column("time", Moment, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("amount", Dollars, nullable=False),
    Column("hit", ForeignKey("hit.id"), nullable=False, index=True),
    Column("assignment", ForeignKey("assignment.id")),
    Column("worker", ForeignKey("worker.worker_id")),
)

qualification_type = Table(
    "qualification_type",
    metadata,
    _key(),
    _owner(),
    _public_id("qualification_type_id"),
    Column("system", Boolean, nullable=False),  # computed from a worker's record, never granted
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("keywords", Text),
    Column("status", String(16), nullable=False),
    Column("created", Moment),  # the system's own have no date
    Column("retry_delay", BigInteger),  # seconds; none lets a worker ask once
    Column("test", ForeignKey("question.digest")),
    Column("test_duration", BigInteger),  # seconds
    Column("answer_key", Text),
    Column("auto_granted", Boolean, nullable=False),
    Column("auto_granted_value", Integer),
)

requirement = Table(  # which types a HIT type's requirements name; what they ask stands in the HIT type
    "requirement",
    metadata,
    Column("hit_type", ForeignKey("hit_type.id"), primary_key=True),
    Column("qualification_type", ForeignKey("qualification_type.id"), primary_key=True, index=True),
)

participation_type = Table(  # a qualification type whose value is how many HITs of some a worker has
    "participation_type",
    metadata,
    Column("qualification_type", ForeignKey("qualification_type.id"), primary_key=True, autoincrement=False),
    Column("counts_held", Boolean, nullable=False),  # or only what is submitted
)

counted_hit = Table(  # by such a type
    "counted_hit",
    metadata,
    Column("qualification_type", ForeignKey("qualification_type.id"), primary_key=True),
    Column("hit", ForeignKey("hit.id"), primary_key=True, index=True),
)

counted_hit_type = Table(  # whose HITs such a type counts, those of later too
    "counted_hit_type",
    metadata,
    Column("qualification_type", ForeignKey("qualification_type.id"), primary_key=True),
    Column("hit_type", ForeignKey("hit_type.id"), primary_key=True, index=True),
)

qualification = Table(  # of any well-formed ID: a grant may wait for a worker who signs up later
    "qualification",
    metadata,
    _key(),
    Column("qualification_type", ForeignKey("qualification_type.id"), nullable=False),
    Column("worker_id", String(64), nullable=False, index=True),
    Column("score", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("granted", Moment, nullable=False),
    UniqueConstraint("qualification_type", "worker_id"),
)

qualification_request = Table(
    "qualification_request",
    metadata,
    _key(),
    _public_id("request_id"),
    Column("qualification_type", ForeignKey("qualification_type.id"), nullable=False),
    Column("worker_id", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("requested", Moment, nullable=False),
    Column("deadline", Moment),  # of the test
    Column("submitted", Moment),
    Column("test", ForeignKey("question.digest")),  # as it was asked, whatever becomes of the type
    Column("answer_key", Text),
    Column("answer", Text),
)

draft = Table(  # what a worker typed for a HIT and has not handed in
    "draft",
    metadata,
    Column("hit", ForeignKey("hit.id"), primary_key=True),
    Column("worker", ForeignKey("worker.worker_id"), primary_key=True),
    Column("assignment", ForeignKey("assignment.id"), nullable=False),  # under which it was saved last
    Column("answers", Text, nullable=False),  # as the form's fields have it, in JSON
    Column("saved", Moment, nullable=False),
)

test_draft = Table(  # the same of a qualification's test
    "test_draft",
    metadata,
    Column("qualification_type", ForeignKey("qualification_type.id"), primary_key=True),
    Column("worker_id", String(64), primary_key=True),
    Column("answers", Text, nullable=False),
    Column("saved", Moment, nullable=False),
)

late_answer = Table(  # of an assignment whose time was over; the requester may accept it
    "late_answer",
    metadata,
    Column("assignment", ForeignKey("assignment.id"), primary_key=True, autoincrement=False),
    Column("answer", Text, nullable=False),
    Column("received", Moment, nullable=False),
    Column("accepted", Moment),
)

uploaded_file = Table(
    "uploaded_file",
    metadata,
    _key(),
    _public_id("file_id"),
    Column("hit", ForeignKey("hit.id"), nullable=False),
    Column("worker", ForeignKey("worker.worker_id"), nullable=False),
    Column("assignment", ForeignKey("assignment.id"), nullable=False),
    Column("question", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("claimed_type", Text, nullable=False),  # what the browser said; nothing is decided by it
    Column("size", Integer, nullable=False),
    Column("received", Moment, nullable=False),
    Column("secret", String(64), nullable=False),  # signs the addresses the file is fetched from
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("assignment", "question"),
)

message = Table(
    "message",
    metadata,
    _key(),
    Column("worker_id", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sent", Moment, nullable=False),
    _owner(),  # who wrote it; none for the marketplace's own
)

notification = Table(  # what a requester asked to be told about the HITs of a type
    "notification",
    metadata,
    Column("hit_type", ForeignKey("hit_type.id"), primary_key=True),
    Column("destination", Text, nullable=False),
    Column("transport", String(16), nullable=False),
    Column("version", String(16), nullable=False),
    Column("event_types", Text, nullable=False),  # names with a blank between them
    Column("active", Boolean, nullable=False),
)

event = Table(  # what would have been sent; nothing is delivered
    "event",
    metadata,
    _key(),
    _owner(),
    Column("kind", String(32), nullable=False),
    Column("time", Moment, nullable=False),
    Column("destination", Text, nullable=False),
    Column("hit_type_id", String(64)),
    Column("hit_id", String(64)),
    Column("assignment_id", String(64)),
)

review = Table(  # what review policies did, each followed by what it found
    "review",
    metadata,
    _key(),
    Column("hit", ForeignKey("hit.id"), nullable=False),
    Column("level", String(16), nullable=False),  # of the policy: Assignment or HIT
    Column("action_id", String(64), nullable=False),  # a result has that of the review it came from
    Column("subject", String(64), nullable=False),
    Column("subject_type", String(16), nullable=False),
    Column("action", String(16)),  # this and the next four of actions, the last three of results
    Column("status", String(16)),
    Column("completed", Moment),
    Column("outcome", Text),
    Column("error", Text),
    Column("question", Text),
    Column("key", String(64)),
    Column("value", Text),
)

study = Table(  # what participants come to by a link: some HITs, and how one takes part
    "study",
    metadata,
    _key(),
    _owner(),
    _public_id("study_id"),  # in the link; nobody can guess it
    Column("secret", String(64), nullable=False),  # signs the links of single persons
    Column("source", String(16), nullable=False),  # where participants come from
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("codes", Text, nullable=False),  # by the ways in which it ends, in JSON
    Column("screenout", Text, nullable=False),  # answers that end it, in JSON
    Column("back", Text, nullable=False),  # the address of return, empty for the source's own
    Column("hits", Integer, nullable=False),  # that a participant does
    Column("participants", Integer),  # at most
    Column("estimate", Integer),  # minutes that it takes, as participants are told
    Column("minutes", Integer, nullable=False),  # without an answer, after which a place is free again
    Column("until", Moment),
    Column("consent", ForeignKey("question.digest")),  # the text that is agreed to first
    Column("open", Boolean, nullable=False),
    Column("created", Moment, nullable=False),
)

study_hit = Table(
    "study_hit",
    metadata,
    Column("hit", ForeignKey("hit.id"), primary_key=True, autoincrement=False),
    Column("study", ForeignKey("study.id"), nullable=False, index=True),
)

study_link = Table(  # of one person, where links are signed
    "study_link",
    metadata,
    Column("study", ForeignKey("study.id"), primary_key=True, autoincrement=False),
    Column("external_id", String(128), primary_key=True),
    Column("serial", Integer, nullable=False),  # in the link; one of an earlier number was revoked
    Column("ends", Moment, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

panel_member = Table(  # which worker somebody is whom a source knows by an ID
    "panel_member",
    metadata,
    Column("scope", String(128), primary_key=True),  # the source, or the source and the requester
    Column("external_id", String(128), primary_key=True),
    Column("worker", ForeignKey("worker.worker_id"), nullable=False, unique=True),
)

participant = Table(
    "participant",
    metadata,
    _key(),
    Column("study", ForeignKey("study.id"), nullable=False),
    Column("worker", ForeignKey("worker.worker_id"), nullable=False, index=True),
    Column("external_id", Text, nullable=False),
    Column("external_study", Text, nullable=False),
    Column("external_session", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("entered", Moment, nullable=False),
    Column("active", Moment, nullable=False),  # when a place was taken, or an answer came, last
    Column("consented", Moment),
    Column("consent", ForeignKey("question.digest")),  # the text that was agreed to
    Column("ended", Moment),
    Column("resume", String(64), nullable=False),  # the digest of what lets another browser go on
    UniqueConstraint("study", "worker"),
)

OFFERED = hit.c.status == word(ASSIGNABLE)
LISTED = hit.c.status != word(DISPOSED)
UNEXPIRED = hit.c.expired.is_(false())
FINISHED = hit.c.status.in_([word(REVIEWABLE), word(REVIEWING)])
UNREVIEWED = hit.c.review_due.is_not(None)
HELD = assignment.c.status == word(ACCEPTED)
UNDECIDED = assignment.c.status == word(SUBMITTED)
POSSIBLY_LATE = and_(  # of an assignment: the deadline took it, and nothing came late yet
    assignment.c.status == ABANDONED,
    ~exists().where(late_answer.c.assignment == assignment.c.id).correlate(assignment),
)
STANDING = assignment.c.ended.is_(None)
NAMED = qualification_type.c.status != word(DISPOSING)
TYPE_NAME = InCodePoints(qualification_type.c.name)
WAITING = qualification_request.c.status == word(PENDING)

_partial("hit_offered", hit.c.shuffle, where=OFFERED)
_partial("hit_offered_of_type", hit.c.hit_type, hit.c.shuffle, where=OFFERED)
_partial("hit_of_requester", hit.c.requester, hit.c.created, hit.c.id, where=LISTED)
_partial("hit_unexpired", hit.c.expiration, where=UNEXPIRED)
_partial("hit_finished", hit.c.changed, where=FINISHED)
_partial("hit_to_review", hit.c.requester, hit.c.expiration, hit.c.id, where=FINISHED)
_partial("hit_unreviewed", hit.c.review_due, where=UNREVIEWED)
_partial("assignment_held", assignment.c.deadline, where=HELD)
_partial("assignment_undecided", assignment.c.auto_approval, where=UNDECIDED)
_partial("assignment_standing", assignment.c.hit, assignment.c.worker, where=STANDING, unique=True)
Index("participant_by_external_id", participant.c.external_id)
Index("assignment_by_hit", assignment.c.hit, assignment.c.submitted, assignment.c.id)
Index("assignment_by_worker", assignment.c.worker)
Index("hit_type_by_newest", hit_type.c.newest, hit_type.c.id)
_partial("hit_by_type", hit.c.hit_type, hit.c.created, hit.c.id, where=LISTED)
Index("uploaded_file_by_hit", uploaded_file.c.hit, uploaded_file.c.worker)
Index("review_by_hit", review.c.hit, review.c.id)
Index("ledger_of_requester", ledger.c.requester, ledger.c.kind)
Index("qualification_type_by_name", qualification_type.c.name)
Index("qualification_type_in_order", TYPE_NAME, qualification_type.c.id)
_partial(
    "request_waiting",
    qualification_request.c.submitted,
    qualification_request.c.id,
    where=WAITING,
)
Index("message_by_worker", message.c.worker_id, message.c.id)
Index("attempt_by_subject", attempt.c.subject, attempt.c.time)
Index("request_by_worker", qualification_request.c.worker_id, qualification_request.c.qualification_type)
