"""A trail that was touched is found out, wherever it was touched."""

import msgspec
import pytest

from promotion.domain import lifecycle
from promotion.domain.actors import VALIDATION
from promotion.domain.facts import Fact, seal
from promotion.domain.trail import verify
from tests.building import NOW, ballot, examination, opened, person, route


def trail() -> list[Fact]:
    """Return the facts of an approved request."""
    first = opened()
    second = lifecycle.start_validation(first.request, actor=VALIDATION, now=NOW)
    third = lifecycle.request_approval(
        second.request, route(), examination(), actor=VALIDATION, now=NOW
    )
    verdict = ballot(third.request, person("approver"))
    fourth = lifecycle.decide(third.request, verdict, now=NOW)
    return [step.fact for step in (first, second, third, fourth)]


def test_an_honest_trail_verifies() -> None:
    assert list(verify(trail())) == []


@pytest.mark.parametrize("place", range(3))
def test_a_missing_fact_is_found(place: int) -> None:
    facts = trail()
    del facts[place]

    assert list(verify(facts))


def test_swapped_facts_are_found() -> None:
    facts = trail()
    facts[1], facts[2] = facts[2], facts[1]

    assert list(verify(facts))


@pytest.mark.parametrize("place", range(4))
def test_changed_data_is_found_at_its_fact(place: int) -> None:
    facts = trail()
    facts[place] = msgspec.structs.replace(facts[place], data={"comment": "never said"})

    (problem,) = verify(facts)

    assert facts[place].id in problem


@pytest.mark.parametrize("place", range(3))
def test_a_fact_that_was_changed_and_sealed_again_breaks_the_next_link(place: int) -> None:
    facts = trail()
    facts[place] = seal(msgspec.structs.replace(facts[place], data={"comment": "never said"}))

    (problem,) = verify(facts)

    assert facts[place + 1].id in problem


def test_a_fact_of_another_request_is_found() -> None:
    facts = trail()
    facts.append(opened(attempt=2).fact)

    assert any("belongs to" in problem for problem in verify(facts))
