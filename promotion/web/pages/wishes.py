"""The targets of the forms that cancel a request or have a failed one tried again."""

import msgspec

from promotion.usecases import cancel, retry
from promotion.usecases.wish import Wish
from promotion.web import answers, guards, reading
from promotion.web.http import Response
from promotion.web.routing import Call


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
    do = cancel.cancel if call.route.path.endswith("/cancel") else retry.retry
    do(call.world, request_id, wish)
    return answers.see_other(f"/promotions/{request_id}")
