"""The targets of the forms that have a version withdrawn or restored; each leads to the order's own page."""

from typing import Final

import msgspec

from promotion.domain.orders import Verb
from promotion.usecases import views
from promotion.usecases.roll_back import Plea, roll_back
from promotion.web import answers, guards, reading
from promotion.web.http import Response
from promotion.web.routing import Call

#: The address's last part -> what is done, and whether those who decide are waited for.
_WHAT: Final = {
    "withdraw": (Verb.WITHDRAW, False),
    "withdraw-now": (Verb.WITHDRAW, True),
    "restore": (Verb.RESTORE, False),
}


class OrderForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form's fields, as they are sent."""

    token: str
    revision: int
    reason: str = ""
    leave_none: str = ""


def submit(call: Call) -> Response:
    """Order what the address says and lead to the order.

    Raises:
        PromotionError: nothing was ordered; the page of errors says why.
    """
    form = reading.read_form(call.request, OrderForm)
    request_id = call.path["id"]
    key = call.settings.csrf_key
    guards.require_form_token(key, form.token, call.caller, request_id, form.revision)
    verb, emergency = _WHAT[call.route.path.rpartition("/")[2]]
    plea = Plea(
        person=call.caller,
        verb=verb,
        asset=views.show(call.world, request_id).request.target,
        reason=reading.text_of(form.reason),
        emergency=emergency,
        leave_none=form.leave_none == "yes",
    )
    opened = roll_back(call.world, plea)
    return answers.see_other(f"/promotions/{opened.request.id}")
