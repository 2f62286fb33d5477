"""The targets of the forms that cancel a request, have a failed one tried again, or take note of a bypass."""

from collections.abc import Callable
from typing import Final

import msgspec

from promotion.domain.request import Request
from promotion.ports import World
from promotion.usecases import acknowledge, cancel, retry
from promotion.usecases.wish import Wish
from promotion.web import answers, guards, reading
from promotion.web.http import Response
from promotion.web.routing import Call

#: The address's last part -> the use case.
_DO: Final[dict[str, Callable[[World, str, Wish], Request]]] = {
    "acknowledge": acknowledge.acknowledge,
    "cancel": cancel.cancel,
    "retry": retry.retry,
}


class WishForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form's fields, as they are sent."""

    token: str
    revision: int
    reason: str = ""


def submit(call: Call) -> Response:
    """Do what the address says and lead back to the request.

    Raises:
        PromotionError: nothing was changed; the page of errors says why.
    """
    form = reading.read_form(call.request, WishForm)
    request_id = call.path["id"]
    key = call.settings.csrf_key
    guards.require_form_token(key, form.token, call.caller, request_id, form.revision)
    wish = Wish(
        person=call.caller,
        reason=reading.text_of(form.reason),
        revision=form.revision,
    )
    _DO[call.route.path.rpartition("/")[2]](call.world, request_id, wish)
    return answers.see_other(f"/promotions/{request_id}")
