"""Who gets which mail about a fact. Knows no mail server and no storage.

Told are the app's own list and whom the policy names for the route: everyone it lists, and those of the
stages that are concerned. Who decides by a link gets a mail of their own with it, and nobody else sees it.
"""

from collections.abc import Callable

import msgspec

from promotion.domain.approvals import StageOutcome, opened_by, stage_outcome
from promotion.domain.facts import Fact, FactType
from promotion.domain.policy import Notifications, StageSpec
from promotion.domain.request import Request, State
from promotion.messages import about, mail, plain
from promotion.messages.compose import builder, compose, kind_of
from promotion.messages.mail import Mail
from promotion.messages.notice import Notice
from promotion.usecases.invite import Invitation

type Invite = Callable[[Request, Fact], tuple[Invitation, ...]]
type Named = Callable[[Request], Notifications]


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """The mails of one deployment."""

    #: The app's own address, to which links lead.
    public_url: str
    #: The app's own list.
    everyone: tuple[str, ...]
    #: Whom the policy names for a request.
    named: Named = lambda _request: Notifications()
    #: Links for people who cannot sign in.
    invite: Invite = lambda _request, _fact: ()

    def letters(self, request: Request, fact: Fact) -> dict[str, Mail]:
        """Return each recipient's mail about a fact; none when people are not told it.

        Raises:
            RetryableError: it cannot be found out now who is told.
        """
        notice = compose(request, fact, self.public_url)
        letters = self._common(request, fact, notice) if notice else {}
        for invitation in self.invite(request, fact):
            # Further links follow from any decision: those sent before it are worth nothing now.
            shown = notice or self._further(request, fact)
            own = invitation.link.addressee.upn
            letters = {
                each: letter for each, letter in letters.items() if each.lower() != own.lower()
            }
            letters[own] = mail.mail(_personal(shown, request, invitation, self.public_url))
        return letters

    def _further(self, request: Request, fact: Fact) -> Notice:
        return builder(request, FactType.DECISION_RECORDED)(request, fact, self.public_url)

    def _common(self, request: Request, fact: Fact, notice: Notice) -> dict[str, Mail]:
        listed = self.named(request).recipients(_concerned(request, fact))
        once: dict[str, str] = {}
        for each in (*self.everyone, *listed):
            once.setdefault(each.lower(), each)
        return dict.fromkeys(once.values(), mail.mail(notice))


def _concerned(request: Request, fact: Fact) -> tuple[StageSpec, ...]:
    """Return the stages whose people a fact is for: those asked by it; at the end, all that were asked."""
    if kind_of(fact) is FactType.DECISION_RECORDED:
        return opened_by(request.stages, request.decisions, fact.sequence)
    if request.order is not None and request.order.emergency:
        # Those who were not asked hear of it all the more.
        return request.stages
    asked = [
        (stage, stage_outcome(request.stages, request.decisions, stage.name))
        for stage in request.stages
    ]
    if fact.after == State.PENDING:
        return tuple(stage for stage, outcome in asked if outcome is StageOutcome.OPEN)
    return tuple(stage for stage, outcome in asked if outcome is not StageOutcome.WAITING)


def _personal(notice: Notice, request: Request, invitation: Invitation, public_url: str) -> Notice:
    until = plain.moment(invitation.link.expires_at)
    return msgspec.structs.replace(
        notice,
        advice=(
            "The link below was made for you alone and works once, until "
            f"{until}. Whoever has it can decide in your name: do not forward this mail. "
            "Opening it decides nothing."
        ),
        links=(about.personal_link(request, invitation.handle, public_url),),
    )
