"""Links of a study that are one person's each: signed, good until a day, revocable. Operations of our own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.storage.schema import account, session, study, study_link
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.studies.studies import StudyRow, fetch, known_worker
from mturk_tasks.vocabulary.recruitment import SOURCES

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

_SALT: Final = "mturk-tasks.study-link"
_LASTS: Final = timedelta(days=90)  # where neither the link nor the study has an end
_LINKS: Final = select(
    study_link.c.external_id, study_link.c.serial, study_link.c.ends, study_link.c.revoked
).where(study_link.c.study == bindparam("of"))


class Link(NamedTuple):
    """A person's link; one of an earlier serial number is good no more."""

    external_id: str
    serial: int
    ends: Any
    revoked: bool


def put_study_links(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer PutStudyLinks: a link for each person, the same as before for who has one that is good.

    Raise RequestError for an ID of the wrong form, and for a study whose links are not signed.
    """
    own = fetch(transaction, parameters["StudyId"])
    if not SOURCES[own.source].signed:
        raise faults.RequestError(f"The links of a study from {own.source} are not one person's each.")
    wanted = list(dict.fromkeys(parameters["ExternalIds"]))
    for external_id in wanted:
        if not SOURCES[own.source].accepts(external_id):
            raise faults.RequestError(
                f"{faults.cut(external_id)!r} is no ID; letters, digits and _ . @ + - are."
            )
    ends = parameters.get("Ends") or own.until or transaction.now + _LASTS
    before = {link.external_id: link for link in _found(transaction, own)}
    links = [_kept(transaction, own, before.get(external_id), external_id, ends) for external_id in wanted]
    return {"Links": [_described(transaction, own, link) for link in links]}


def revoke_study_link(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer RevokeStudyLink: nobody comes in by it any more, and who came by it is sent out."""
    own = fetch(transaction, parameters["StudyId"])
    same = (study_link.c.study == own.id, study_link.c.external_id == parameters["ExternalId"])
    changed = transaction.db.execute(update(study_link).where(*same).values(revoked=True))
    if not changed.rowcount:
        raise faults.missing("Link", parameters["ExternalId"])
    worker = known_worker(transaction, own, parameters["ExternalId"])
    theirs = select(account.c.id).where(account.c.worker_id == worker)
    gone = delete(session).where(session.c.study == own.id, session.c.account.in_(theirs))
    transaction.db.execute(gone)
    return {}


def holder(transaction: Transaction, own: StudyRow, token: str) -> str | None:
    """Return whose link it is; None for one that we did not make, that is over, or was revoked."""
    from itsdangerous import BadSignature

    try:
        external_id, serial = _serializer(transaction, own).loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return external_id if is_good(transaction, own, external_id, serial) else None


def is_good(transaction: Transaction, own: StudyRow, external_id: str, serial: int | None = None) -> bool:
    """Say whether a person's link lets in now."""
    same = _LINKS.where(study_link.c.external_id == external_id)
    link = transaction.fetch_one(Link, same, of=own.id)
    if link is None or link.revoked or transaction.now > link.ends:
        return False
    return serial in (None, link.serial)


def _found(transaction: Transaction, own: StudyRow) -> list[Link]:
    return transaction.fetch_all(Link, _LINKS.params(of=own.id))


def _kept(transaction: Transaction, own: StudyRow, before: Link | None, external_id: str, ends: Any) -> Link:
    """Enter a link, or give a revoked one another number, so that the old one stays shut."""
    serial = 1 if before is None else before.serial + before.revoked
    link = Link(external_id, serial, ends, revoked=False)
    values = {"serial": serial, "ends": ends, "revoked": False}
    if before is None:
        transaction.db.execute(insert(study_link), {"study": own.id, "external_id": external_id, **values})
    else:
        same = (study_link.c.study == own.id, study_link.c.external_id == external_id)
        transaction.db.execute(update(study_link).where(*same).values(**values))
    return link


def _described(transaction: Transaction, own: StudyRow, link: Link) -> dict[str, Any]:
    token = _serializer(transaction, own).dumps([link.external_id, link.serial])
    return {"ExternalId": link.external_id, "Token": token, "Ends": link.ends}


def _serializer(transaction: Transaction, own: StudyRow) -> URLSafeSerializer:
    """Return what signs the links of one study, with a secret that is the study's alone."""
    from itsdangerous import URLSafeSerializer

    secret: str = transaction.db.execute(select(study.c.secret).where(study.c.id == own.id)).scalar_one()
    return URLSafeSerializer(secret, salt=_SALT)
