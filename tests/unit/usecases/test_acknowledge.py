"""Taking note of a version that came past every request: by an operator, with a reason, once; then it is quiet."""

import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain.actors import Person
from promotion.domain.errors import ConflictError, ForbiddenError, InvalidError, StaleError
from promotion.domain.lifecycle import Step, bypass_id
from promotion.domain.request import Request, State
from promotion.ports import Stored
from promotion.usecases import bypass
from promotion.usecases.acknowledge import acknowledge
from promotion.usecases.views import overview
from promotion.usecases.wish import Wish
from tests.building import FILES, Stage, description
from tests.ordering import OPERATOR, REQUESTER, target
from tests.surfing import somebody
from tests.trails import PEOPLE

OTHER = somebody("Operating too", "Promotion.Operator")
REASON = "Created by hand during the outage; its files were compared."


def bypassed(stage: Stage | None = None) -> tuple[Stage, Request]:
    """Return a world with a version that nobody had asked for."""
    stage = stage or Stage()
    stage.registries.put(description(target("9")), FILES)
    bypass.judge(stage.world, stage.policy.policy, stage.registries.describe(target("9")))
    return stage, stage.requests.get(bypass_id(target("9"))).request


def test_the_line_on_the_overview_goes_away() -> None:
    stage, record = bypassed()
    before = overview(stage.world, OPERATOR).bypassed

    after = acknowledge(stage.world, record.id, Wish(person=OPERATOR, reason=REASON))

    seen = overview(stage.world, OPERATOR)
    assert before == (record,)
    assert seen.bypassed == ()
    assert (after.state, after.problem) == (State.ACKNOWLEDGED, None)


def test_the_trail_says_who_took_note_and_why() -> None:
    stage, record = bypassed()

    acknowledge(stage.world, record.id, Wish(person=OPERATOR, reason=REASON))

    fact = stage.requests.facts(record.id)[-1]
    assert (fact.type, fact.actor.name) == ("bypass.acknowledged", "operator")
    assert fact.data == {"reason": REASON}


def test_an_acknowledged_version_is_not_reported_again() -> None:
    stage, record = bypassed()
    acknowledge(stage.world, record.id, Wish(person=OPERATOR, reason=REASON))

    found = stage.registries.describe(target("9"))

    assert bypass.judge(stage.world, stage.policy.policy, found) is bypass.Verdict.APPROVED


@pytest.mark.parametrize("person", [REQUESTER, PEOPLE[0]])
def test_others_may_not(person: Person) -> None:
    stage, record = bypassed()

    with pytest.raises(ForbiddenError):
        acknowledge(stage.world, record.id, Wish(person=person, reason=REASON))


@pytest.mark.parametrize("reason", ["", "\u200b\u2060"])
def test_a_reason_is_needed(reason: str) -> None:
    stage, record = bypassed()

    with pytest.raises(InvalidError, match="A reason is needed"):
        acknowledge(stage.world, record.id, Wish(person=OPERATOR, reason=reason))


@pytest.mark.parametrize("revision", [None, 1])
def test_the_same_wish_again_changes_nothing(revision: int | None) -> None:
    stage, record = bypassed()
    wish = Wish(person=OPERATOR, reason=REASON, revision=revision)
    first = acknowledge(stage.world, record.id, wish)

    assert acknowledge(stage.world, record.id, wish) == first


def test_another_operator_comes_too_late() -> None:
    stage, record = bypassed()
    acknowledge(stage.world, record.id, Wish(person=OPERATOR, reason=REASON))

    with pytest.raises(ConflictError, match="cannot be acknowledged"):
        acknowledge(stage.world, record.id, Wish(person=OTHER, reason=REASON))


def test_a_wish_about_another_revision_is_stale() -> None:
    stage, record = bypassed()

    with pytest.raises(StaleError):
        acknowledge(stage.world, record.id, Wish(person=OPERATOR, reason=REASON, revision=7))


class Racing(MemoryRequests):
    """Requests in which somebody is faster: ourselves, whose answer was lost, or another operator."""

    stage: Stage | None = None
    faster: Person = OPERATOR

    def save(self, stored: Stored, step: Step) -> Stored:
        """Let the other one go first."""
        if self.stage is not None:
            stage, self.stage = self.stage, None
            acknowledge(stage.world, stored.request.id, Wish(person=self.faster, reason=REASON))
        return super().save(stored, step)


def test_a_lost_answer_is_found_again() -> None:
    requests = Racing()
    stage, record = bypassed(Stage(requests=requests))
    requests.stage = stage

    after = acknowledge(stage.world, record.id, Wish(person=OPERATOR, reason=REASON))

    assert (after.state, after.revision) == (State.ACKNOWLEDGED, 2)


def test_being_overtaken_by_another_operator_is_told() -> None:
    requests = Racing()
    stage, record = bypassed(Stage(requests=requests))
    requests.stage, requests.faster = stage, OTHER

    with pytest.raises(StaleError):
        acknowledge(stage.world, record.id, Wish(person=OPERATOR, reason=REASON))
