"""Lists: which items a query asks for, in which order, and the link to the rest.

Pure. Newest first unless `$orderBy` says otherwise; `$top` is how many in all; archived ones are
left out unless `listViewType` asks for them [UNK for calls without it: the SDK drops the parameter
in some registry calls]. Reads the enum's Python name too (`ListViewType.ACTIVE_ONLY`): that is what
azure-ai-ml 1.35.2 sends to registries.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sandbox.azureml.errors import bad_request

PAGE: Final = 30
_ORDERS: Final = {
    "createdtime desc": ("created", True),
    "createdtime asc": ("created", False),
    "createdtime": ("created", False),
    "updatetime desc": ("modified", True),
    "updatetime asc": ("modified", False),
    "updatetime": ("modified", False),
}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a list, with what lists are sorted and filtered by."""

    name: str
    created: dt.datetime
    modified: dt.datetime
    archived: bool
    content: Any


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What a list request asks for."""

    view: str
    order: tuple[str, bool]
    #: How many are still wanted; None: all.
    top: int | None
    #: Sort key of the last item of the page before.
    after: tuple[str, str] | None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page: its items, and the parameters that ask for the next one."""

    items: list[Any]
    following: dict[str, str] | None


def read_query(parameters: Mapping[str, str]) -> Query:
    """Return what the parameters of a request ask for.

    Raises:
        ServiceError: 400, `$orderBy`, `$top` or `$skip` cannot be read.
    """
    given = {name.lower(): value for name, value in parameters.items()}
    order = given.get("$orderby", "createdtime desc").lower().strip()
    if order not in _ORDERS:
        raise bad_request(f"Unknown $orderBy {order!r}. Known are {', '.join(_ORDERS)}.")
    return Query(
        view=_view(given.get("listviewtype", "")),
        order=_ORDERS[order],
        top=_top(given.get("$top")),
        after=_decode(given.get("$skip")),
    )


def cut(items: list[Item], query: Query) -> Page:
    """Return the page of `items` the query asks for."""
    field, descending = query.order
    wanted = [item for item in items if _wanted(item, query.view)]
    wanted.sort(key=lambda item: _key(item, field), reverse=descending)
    if query.after is not None:
        last = query.after
        wanted = [
            item
            for item in wanted
            if (_key(item, field) < last) == descending and _key(item, field) != last
        ]
    size = min(PAGE, len(wanted) if query.top is None else query.top)
    shown = wanted[:size]
    left = None if query.top is None else query.top - size
    more = len(wanted) > size and left != 0 and bool(shown)
    following = _following(_key(shown[-1], field), left) if more else None
    return Page(items=[item.content for item in shown], following=following)


def _following(key: tuple[str, str], left: int | None) -> dict[str, str]:
    parameters = {"$skip": base64.urlsafe_b64encode("|".join(key).encode()).decode()}
    return parameters if left is None else {**parameters, "$top": str(left)}


def _key(item: Item, field: str) -> tuple[str, str]:
    moment: dt.datetime = getattr(item, field)
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds"), item.name


def _wanted(item: Item, view: str) -> bool:
    return view == "all" or item.archived == (view == "archivedonly")


def _view(text: str) -> str:
    word = text.rpartition(".")[2].replace("_", "").lower()
    return word if word in {"all", "archivedonly"} else "activeonly"


def _top(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise bad_request(f"$top must be a whole number above 0, not {text!r}.")
    return int(text)


def _decode(token: str | None) -> tuple[str, str] | None:
    if token is None:
        return None
    try:
        moment, _, name = base64.urlsafe_b64decode(token).decode().partition("|")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise bad_request("$skip is not a token this service gave out.") from error
    return moment, name
