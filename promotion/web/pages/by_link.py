"""The page behind a link that was made for one person, and its form's target. Knows no session.

A GET shows what is asked and spends nothing. The POST asks for what no scanner fills in by itself: the
address of the mailbox that the link was sent to, beside a verdict and a ticked box; its token is bound to
this very link and revision. The link is spent together with the decision.
"""

import hmac

from promotion.domain import links
from promotion.domain.errors import InvalidError, PromotionError
from promotion.domain.lifecycle import Ballot
from promotion.domain.links import Link
from promotion.usecases import decide, views
from promotion.web import answers, guards, problems, reading, words
from promotion.web.http import Response
from promotion.web.pages.ballots import BallotForm, ballot_of
from promotion.web.pages.frame import page
from promotion.web.pages.sheet import Draft, consequence, refusal, sheet
from promotion.web.routing import Call


class LinkForm(BallotForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form's fields, as they are sent."""

    #: The addressee's own mail address, typed.
    address: str = ""

    @property
    def draft(self) -> Draft:
        """What a person filled in themselves."""
        return Draft(verdict=self.verdict, comment=self.comment)


def show(call: Call) -> Response:
    """Show the request with the form; without it when the link is of no use any more.

    Raises:
        ConflictError: the link has expired: nothing is shown to who holds it.
    """
    return _show(call, Draft())


def submit(call: Call) -> Response:
    """Record the verdict, spend the link, and lead back to the page.

    Raises:
        ForbiddenError, ConflictError, StaleError, HttpError: nothing was recorded; the page of errors
            says why.
    """
    form = reading.read_form(call.request, LinkForm)
    link = call.by_link
    subject = _subject(link)
    key = call.settings.csrf_key
    guards.require_form_token(key, form.token, link.addressee, subject, form.revision)
    try:
        ballot = _ballot(form, link)
    except InvalidError as error:
        return _show(call, form.draft, error)
    decide.decide(call.world, link.request, ballot, link)
    return answers.see_other(call.request.path)


def _show(call: Call, draft: Draft, error: PromotionError | None = None) -> Response:
    link = call.by_link
    dossier = views.dossier(call.world, link.request)
    request, now = dossier.request, call.world.clock.now()
    blocked = links.why_not(link, request, now)
    if blocked and link.expires_at <= now:
        raise blocked
    key = call.settings.csrf_key
    return page(
        call,
        "by_link.html",
        status=problems.kind_of(error).status if error else 200,
        sheet=sheet(dossier),
        request=request,
        words=words.state_of(request),
        link=link,
        blocked=blocked,
        given=next((each for each in request.decisions if each.by.key == link.addressee.key), None),
        consequence=consequence(request),
        refusal=refusal(request, (link.stage,)),
        token=guards.form_token(key, link.addressee, _subject(link), request.revision),
        target=call.request.path,
        draft=draft,
        error=error,
    )


def _subject(link: Link) -> str:
    # A token made behind one link is worth nothing behind another, nor in a session.
    return f"{link.request}/{link.hash}"


def _ballot(form: LinkForm, link: Link) -> Ballot:
    ballot = ballot_of(form, link.addressee, link.stage)
    if form.confirmed != "yes":
        raise InvalidError("The box is not ticked.", "Tick it once you have looked.")
    if not _same(form.address, link.addressee.upn):
        raise InvalidError(
            "This is not the mail address that the link was sent to.",
            "Type the address of the mailbox in which you found it.",
        )
    return ballot


def _same(typed: str, wanted: str) -> bool:
    first, second = (each.strip().casefold().encode("utf-8", "replace") for each in (typed, wanted))
    return hmac.compare_digest(first, second)
