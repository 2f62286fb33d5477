"""What every form that decides carries, and the ballot that it comes to. Knows no session and no link."""

import msgspec

from promotion.domain.actors import Person
from promotion.domain.approvals import Verdict
from promotion.domain.errors import InvalidError
from promotion.domain.lifecycle import Ballot
from promotion.web import reading


class BallotForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of such a form, as they are sent; what was looked at is among them."""

    token: str
    revision: int
    digest: str
    verdict: str = ""
    comment: str = ""
    confirmed: str = ""


def ballot_of(form: BallotForm, person: Person, stage: str) -> Ballot:
    """Return the ballot that a form asks for.

    Raises:
        InvalidError: nothing was chosen, or a rejection says nothing.
    """
    if form.verdict not in set(Verdict):
        raise InvalidError("Nothing was chosen.", "Choose to approve or to reject.")
    comment = reading.text_of(form.comment)
    if form.verdict == Verdict.REJECT and not comment:
        raise InvalidError("A rejection needs a comment.", "Say what must change.")
    return Ballot(
        person=person,
        verdict=Verdict(form.verdict),
        stage=stage,
        comment=comment,
        digest=form.digest,
        revision=form.revision,
    )
