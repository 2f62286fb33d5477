"""The decision form's target. A GET never gets here; what it takes is a POST from a form made for its sender.

The form carries what the person looked at: revision and digest. Unless its box was ticked, a page asks once
more before anything is recorded.
"""

from promotion.domain.errors import InvalidError, StaleError
from promotion.usecases import decide, options, views
from promotion.web import answers, entries, guards, reading, words
from promotion.web.http import Response
from promotion.web.pages import request_page
from promotion.web.pages.ballots import BallotForm, ballot_of
from promotion.web.pages.frame import page
from promotion.web.pages.sheet import Draft, consequence
from promotion.web.routing import Call


class DecisionForm(BallotForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form's fields, as they are sent."""

    stage: str = ""

    @property
    def draft(self) -> Draft:
        """What a person filled in themselves."""
        return Draft(verdict=self.verdict, stage=self.stage, comment=self.comment)


def submit(call: Call) -> Response:
    """Record the verdict and lead back to the request; a stale form shows what changed.

    Raises:
        ForbiddenError, ConflictError, HttpError: nothing was recorded; the page of errors says why.
    """
    form = reading.read_form(call.request, DecisionForm)
    request_id = call.path["id"]
    key = call.settings.csrf_key
    guards.require_form_token(key, form.token, call.caller, request_id, form.revision)
    try:
        ballot = ballot_of(form, call.caller, form.stage)
        if form.confirmed != "yes":
            return _confirm(call, form)
        decide.decide(call.world, request_id, ballot)
    except InvalidError as error:
        return request_page.show_with(call, form.draft, error=error)
    except StaleError as error:
        return _stale(call, form, error)
    return answers.see_other(f"/promotions/{request_id}")


def _confirm(call: Call, form: DecisionForm) -> Response:
    request = views.show(call.world, call.path["id"]).request
    if request.revision != form.revision:
        raise StaleError(
            f"The request is {request.state} at revision {request.revision} now.",
            "Look at it again and decide on what it says now.",
        )
    if blocked := options.why_not(request, call.caller):
        raise blocked
    return page(
        call,
        "confirm.html",
        request=request,
        form=form,
        words=words.state_of(request),
        consequence=consequence(request),
    )


def _stale(call: Call, form: DecisionForm, error: StaleError) -> Response:
    dossier = views.dossier(call.world, call.path["id"])
    since = [entries.entry(fact) for fact in dossier.facts if fact.sequence > form.revision]
    return page(
        call,
        "stale.html",
        status=409,
        request=dossier.request,
        words=words.state_of(dossier.request),
        form=form,
        error=error,
        since=since,
    )
