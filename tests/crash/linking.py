"""The platform where nobody can sign in: people decide by the links that their mails bring."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import msgspec

from promotion.adapters.memory import FixedPolicy, RecordingChannel
from promotion.domain.actors import Person
from promotion.domain.approvals import Verdict
from promotion.domain.facts import Fact
from promotion.domain.policy import Invited, Links
from promotion.domain.request import Request, State
from promotion.usecases.decide import decide
from promotion.usecases.invite import Invitation, invite, opened
from tests.building import Stage, ballot, policy
from tests.crash.faults import Plan
from tests.crash.platform import BOARD, Platform

NAMES: Final = ("first", "second")


def linked() -> FixedPolicy:
    """Return a policy that has links made for two people."""
    people = tuple(
        Invited(person=f"tenant/oid-{name}", name=name, mail=f"{name}@x.invalid", roles=BOARD.roles)
        for name in NAMES
    )
    return FixedPolicy(msgspec.structs.replace(policy(BOARD), links=Links(people=people)))


@dataclass
class Mailboxes(RecordingChannel):
    """A mail channel that has links made, and people's mailboxes behind it."""

    invite: Callable[[Request, Fact], tuple[Invitation, ...]] = lambda _request, _fact: ()
    boxes: dict[str, list[Invitation]] = field(default_factory=dict)

    def deliver(self, request: Request, fact: Fact) -> None:
        """Mail each person their link."""
        made = self.invite(request, fact)
        super().deliver(request, fact)
        for each in made:
            self.boxes.setdefault(each.link.addressee.name, []).append(each)


@dataclass
class Linking(Platform):
    """People who open the newest mail they have, and send its form; some send it twice."""

    def __post_init__(self) -> None:
        """Put mailboxes in the place of the plain channel."""
        super().__post_init__()
        self.mail: RecordingChannel = Mailboxes(name="mail")
        self.world = self._world()

    def _world(self) -> Any:  # noqa: ANN401 -- as the platform's own
        world = super()._world()
        if isinstance(self.mail, Mailboxes):
            # Through the app's own ports: making links can crash as well.
            self.mail.invite = partial(invite, world)
        return world

    def _vote(self, someone: Person) -> None:
        for each in self._mails(someone)[-1:]:
            request = self.stage.requests.get(each.link.request).request
            if request.state is State.PENDING:
                link = opened(self.world, request.id, each.handle)
                vote = ballot(request, link.addressee, Verdict.APPROVE)
                decide(self.world, request.id, vote, link)
                decide(self.world, request.id, vote, link)

    def _mails(self, someone: Person) -> list[Invitation]:
        boxes = self.mail.boxes if isinstance(self.mail, Mailboxes) else {}
        return boxes.get(someone.name, [])

    def spending(self) -> Iterator[str]:
        """Yield what is wrong with the links that were spent."""
        (request,) = self.requests()
        spent = []
        for someone in self.people:
            mails = self._mails(someone)
            kept = [self.stage.requests.link(request.id, each.link.hash) for each in mails]
            spent += [(each.addressee.key, each.revision) for each in kept if each.spent_at]
        given = [(each.by.key, each.revision) for each in request.decisions]
        if sorted(spent) != sorted(given):
            yield f"links spent: {spent}; decisions: {given}"


def linking(plan: Plan | None = None) -> Linking:
    """Return a platform under a policy with links."""
    return Linking(plan=plan or {}, stage=Stage(policy=linked()))
