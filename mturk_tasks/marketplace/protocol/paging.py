"""Long lists, a page at a time.

A token holds the sort key of the last item seen, not a count: pages neither repeat nor lose an item
when others come and go. As on the service, every page that holds something has a token; the page
after the last is empty. A page ends at a size too, before it has as many items as were asked for;
`More`, a member of our own, says whether the list goes on.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    literal,
    select,
    tuple_,
    type_coerce,
)

from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.storage.transactions import Shape, Transaction

LARGEST: Final = 10 * 2**20  # characters of a page's items in JSON; one that is larger is a page of its own
_DEFAULT: Final = 10
_AT_ONCE: Final = 8  # rows that are fetched ahead: each may be large
_PAGING: Final = ("NextToken", "MaxResults")

Key = list[int]
Item = TypeVar("Item")


def page(
    transaction: Transaction,
    listing: str,
    rows: Select[Any],
    order: Sequence[Column[Any]],
    parameters: Mapping[str, Any],
    shape: type[Shape],
    describe: Callable[[Shape], Item],
    *,
    descending: bool = False,
    named: ColumnElement[str] | None = None,
    bound: Mapping[str, Any] | None = None,
) -> tuple[list[Item], dict[str, Any]]:
    """Return the items of the page asked for, and the answer's `NumResults`, `NextToken` and `More`.

    `listing` names the list; `rows` has the columns of `shape`, of which `describe` makes an item. `order`
    are columns kept as integers that tell any two rows apart. A text that comes before them is `named`: it
    never changes and may not fit in a token, so it is looked up by them. `bound` are the parameters of a
    query that is made once for all calls. A token that did not come from
    the same list with the same filters raises ParameterValidationError.
    """
    whole = [type_coerce(column, BigInteger) for column in order]
    mark = _fingerprint(listing, parameters)
    if "NextToken" in parameters:
        last = [literal(number, BigInteger) for number in _read(parameters["NextToken"], mark, len(order))]
        rows = rows.where(_beyond(whole, last, named, descending=descending))
    keyed = _keyed if bound is None or "NextToken" in parameters else _keyed_once
    most = parameters.get("MaxResults", _DEFAULT)
    added = len(order)
    items, last_row, more = _filled(
        transaction,
        keyed(rows, tuple(order), named, descending=descending),
        {**(bound or {}), "limit": most + 1},
        most,
        lambda row: describe(shape._make(row[:-added])),
    )
    answer: dict[str, Any] = {"NumResults": len(items), "More": more}
    if last_row is not None:
        answer["NextToken"] = _write([mark, *last_row[-added:]])
    return items, answer


def _keyed(
    rows: Select[Any],
    order: tuple[Column[Any], ...],
    named: ColumnElement[str] | None,
    *,
    descending: bool,
) -> Select[Any]:
    """Return the query in its order, with the columns that a token is made of."""
    by = order if named is None else (named, *order)
    ordered = rows.order_by(*(column.desc() if descending else column.asc() for column in by))
    keys = (type_coerce(column, BigInteger).label(f"key_{n}") for n, column in enumerate(order))
    keyed = ordered.add_columns(*keys).limit(bindparam("limit", type_=Integer))
    return keyed.execution_options(stream_results=True, max_row_buffer=_AT_ONCE)


_keyed_once = cache(_keyed)


def _filled(
    transaction: Transaction,
    rows: Select[Any],
    bound: Mapping[str, Any],
    most: int,
    describe: Callable[[Sequence[Any]], Item],
) -> tuple[list[Item], Sequence[Any] | None, bool]:
    """Return a page's items, the row of its last one, and whether others follow."""
    items: list[Item] = []
    last: Sequence[Any] | None = None
    size = 0
    with transaction.db.execute(rows, bound) as found:
        for row in found:
            if len(items) == most:
                return items, last, True
            item = describe(row)
            size += len(json.dumps(item, default=str))
            if items and size > LARGEST:
                return items, last, True
            items.append(item)
            last = row
    return items, last, False


def _beyond(
    columns: Sequence[ColumnElement[int]],
    last: Sequence[Any],
    named: ColumnElement[str] | None,
    *,
    descending: bool,
) -> ColumnElement[bool]:
    """Return what is true of the rows that come after the last one seen."""
    here, there = tuple_(*columns), tuple_(*last)
    if named is not None:
        name = select(named).where(here == there).correlate(None).scalar_subquery()
        here, there = tuple_(named, *columns), tuple_(name, *last)
    return here < there if descending else here > there


def _fingerprint(listing: str, parameters: Mapping[str, Any]) -> int:
    """Return a number that tells one list with its filters from another."""
    filters = sorted((name, value) for name, value in parameters.items() if name not in _PAGING)
    text = json.dumps([listing, filters], default=str)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def _write(numbers: Sequence[int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(numbers)).encode()).decode()


def _read(token: str, mark: int, count: int) -> Key:
    try:
        numbers = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
    except ValueError:
        raise _foreign(token) from None
    fits = isinstance(numbers, list) and all(type(n) is int and abs(n) < 2**63 for n in numbers)
    if not fits or len(numbers) != count + 1 or numbers[0] != mark:
        raise _foreign(token)
    key: Key = numbers[1:]
    return key


def _foreign(token: str) -> faults.ParameterValidationError:
    return faults.invalid_value("NextToken", token, "It did not come with a page of this list.")
