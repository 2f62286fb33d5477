"""The page of one request: what is asked, on what evidence, who agreed, what happened, and the form."""

from typing import Final

from promotion.domain.errors import PromotionError
from promotion.domain.request import State
from promotion.usecases import options, views
from promotion.web import ancestry, guards, problems, words
from promotion.web.http import Response
from promotion.web.pages.frame import page
from promotion.web.pages.sheet import Draft, panel, sheet
from promotion.web.routing import Call

#: States that change by themselves; the page then comes back by itself too.
_MOVING: Final = (State.RECEIVED, State.VALIDATING, State.APPROVED, State.PROMOTING)
_REFRESH_SECONDS: Final = 5


def show(call: Call) -> Response:
    """Show a request. `?verdict=approve`, as links in cards and mails have it, only fills in the form."""
    asked = next(iter(call.request.query.get("verdict", ())), "")
    return show_with(call, Draft(verdict=asked if asked in {"approve", "reject"} else ""))


def show_with(call: Call, draft: Draft, *, error: PromotionError | None = None) -> Response:
    """Show a request with the form as it was filled in, and what was wrong with it."""
    dossier = views.dossier(call.world, call.path["id"])
    request = dossier.request
    token = guards.form_token(call.settings.csrf_key, call.caller, request.id, request.revision)
    moving = request.state in _MOVING
    refresh = moving and call.request.query.get("refresh") != ("off",)
    return page(
        call,
        "request.html",
        status=problems.kind_of(error).status if error else 200,
        # A header, not an element: readers of the page can turn it off by a link on the page.
        headers={"Refresh": str(_REFRESH_SECONDS)} if refresh else None,
        sheet=sheet(dossier),
        lineage=ancestry.address_of(request),
        request=request,
        words=words.state_of(request),
        panel=panel(request, call.caller, token=token, draft=draft),
        offers=options.offers(request, call.caller),
        token=token,
        error=error,
        moving=moving,
        refresh=refresh,
        refresh_seconds=_REFRESH_SECONDS,
    )
