"""The decision form's target. A GET never gets here; what it takes is a POST from a form made for its sender.

The form carries what the person looked at: revision and digest. Unless its box was ticked, a page asks once
more before anything is recorded.
"""

import msgspec

from promotion.domain.approvals import Verdict
from promotion.domain.errors import InvalidError, StaleError
from promotion.domain.lifecycle import Ballot
from promotion.usecases import decide, options, views
from promotion.web import answers, entries, guards, reading, words
from promotion.web.http import Response
from promotion.web.pages import request_page
from promotion.web.pages.frame import page
from promotion.web.pages.sheet import Draft, consequence
from promotion.web.routing import Call


class DecisionForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form's fields, as they are sent."""

    token: str
    revision: int
    digest: str
    verdict: str = ""
    stage: str = ""
    comment: str = ""
    confirmed: str = ""

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
        ballot = _ballot(call, form)
        if form.confirmed != "yes":
            return _confirm(call, form)
        decide.decide(call.world, request_id, ballot)
    except InvalidError as error:
        return request_page.show_with(call, form.draft, error=error)
    except StaleError as error:
        return _stale(call, form, error)
    return answers.see_other(f"/promotions/{request_id}")


def _ballot(call: Call, form: DecisionForm) -> Ballot:
    if form.verdict not in set(Verdict):
        raise InvalidError("Nothing was chosen.", "Choose to approve or to reject.")
    comment = reading.text_of(form.comment)
    if form.verdict == Verdict.REJECT and not comment:
        raise InvalidError("A rejection needs a comment.", "Say what must change.")
    return Ballot(
        person=call.caller,
        verdict=Verdict(form.verdict),
        stage=form.stage,
        comment=comment,
        digest=form.digest,
        revision=form.revision,
    )


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
