"""The overview: what waits for me, what is under way, what was done; or what a search found."""

from promotion.domain.errors import InvalidError
from promotion.domain.request import State, is_request_id
from promotion.ports import Query
from promotion.usecases import access, options, views
from promotion.web import words
from promotion.web.http import Response
from promotion.web.pages.frame import page
from promotion.web.routing import Call

_LONGEST = 255


def show(call: Call) -> Response:
    """Show the overview, or the list of what the search form asks for."""
    wanted = Query(
        name=_asked(call, "name").strip(),
        state=_state(_asked(call, "state")),
        batch=_migration(_asked(call, "migration")),
    )
    if wanted != Query():
        return _found(call, wanted)
    seen = views.overview(call.world, call.caller, limit=call.settings.page_size)
    return page(
        call,
        "dashboard.html",
        overview=seen,
        states=words.STATES,
        may_ask=access.may_ask(call.caller),
        missing=options.approvals_missing,
        public_url=call.settings.public_url,
        name="",
        state="",
    )


def _found(call: Call, wanted: Query) -> Response:
    cursor, problem = _asked(call, "cursor"), ""
    limit = call.settings.page_size
    try:
        found = views.browse(call.world, wanted, cursor=cursor, limit=limit)
    except InvalidError as error:
        # A link that was cut or altered: begin at the beginning, and say so.
        found, cursor, problem = views.browse(call.world, wanted, limit=limit), "", str(error)
    return page(
        call,
        "found.html",
        found=found,
        states=words.STATES,
        missing=options.approvals_missing,
        name=wanted.name,
        state=wanted.state.value if wanted.state else "",
        migration=wanted.batch,
        first_page=not cursor,
        problem=problem,
    )


def _asked(call: Call, name: str) -> str:
    return next(iter(call.request.query.get(name, ())), "")[:_LONGEST]


def _migration(text: str) -> str:
    return text if is_request_id(text) else ""


def _state(text: str) -> State | None:
    return State(text) if text in set(State) else None
