"""A trail that was touched is found out, wherever it was touched."""

from typing import Any

import msgspec
import pytest

from promotion.domain import lifecycle
from promotion.domain.actors import VALIDATION
from promotion.domain.errors import DamagedError
from promotion.domain.facts import SPEC, Fact, seal
from promotion.domain.trail import cut_off, require_whole, verify
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


def told(facts: list[Fact]) -> list[str]:
    """Return everything that is wrong with facts, the request's id written as F."""
    name = facts[0].request
    return [each.replace(name, "F") for each in verify(facts)]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"request": "G", "id": "G-3"}, "Fact G-3 belongs to request G, not to F."),
        ({"sequence": 4, "id": "F-4"}, "Fact F-4 has sequence 4 where 3 was expected."),
        (
            {"previous_hash": "00"},
            "Fact F-3 names 00 as its predecessor, which has {previous}.",
        ),
        (
            {"before": "received", "after": "received"},
            "Fact F-3 starts from 'received', but the request was 'validating'.",
        ),
        ({"spec": "another/1"}, f"Fact F-3 follows 'another/1'; this version verifies {SPEC}."),
        ({"id": "F-2"}, "Fact F-2 does not have the id of its request and sequence."),
        (
            {"after": "promoted"},
            "Fact F-3 moves from 'validating' to 'promoted', which no request does.",
        ),
    ],
)
def test_each_thing_that_is_wrong_with_a_fact_is_told_once(
    changes: dict[str, Any], problem: str
) -> None:
    first, second, third, _ = trail()
    own = {
        name: value.replace("F", third.request) if name == "id" else value
        for name, value in changes.items()
    }

    found = told([first, second, seal(msgspec.structs.replace(third, **own))])

    assert found == [problem.format(previous=second.hash)]


@pytest.mark.parametrize("kind", ["bypass.detected", "withdrawal.requested", "x"])
def test_a_trail_begins_with_a_beginning(kind: str) -> None:
    first = seal(msgspec.structs.replace(trail()[0], type=kind))

    assert told([first]) == ["Fact F-1 moves from '' to 'received', which no request does."]


def test_a_fact_may_leave_the_request_where_it_is() -> None:
    first = trail()[0]
    again = msgspec.structs.replace(
        first,
        id=f"{first.request}-2",
        sequence=2,
        before="received",
        type="problem.reported",
        previous_hash=first.hash,
    )

    assert list(verify([first, seal(again)])) == []


REQUEST = msgspec.structs.replace(opened().request, id="r", revision=3, head="03")


@pytest.mark.parametrize(
    ("after", "hashes", "problem"),
    [
        (0, "01 02 03", ""),
        (2, "03", ""),
        (3, "", ""),
        # The request was read first: its trail may have gone on.
        (0, "01 02 03 04", ""),
        (2, "03 04", ""),
        (3, "04", ""),
        (0, "01 02", "Facts 3 to 3 of request r are missing."),
        (1, "", "Facts 2 to 3 of request r are missing."),
        (0, "", "Facts 1 to 3 of request r are missing."),
        (0, "01 02 99", "Fact 3 of request r is not the one it was left with."),
        (2, "99 03", "Fact 3 of request r is not the one it was left with."),
        (1, "03 02", "Fact 3 of request r is not the one it was left with."),
    ],
)
def test_a_trail_reaches_the_end_that_its_request_knows_of(
    after: int, hashes: str, problem: str
) -> None:
    facts = [msgspec.structs.replace(opened().fact, hash=each) for each in hashes.split()]

    assert cut_off(facts, REQUEST, after=after) == problem


def test_a_trail_without_its_end_is_damaged_and_says_what_to_do() -> None:
    facts = [opened().fact]

    with pytest.raises(DamagedError) as damaged:
        require_whole(facts, REQUEST, after=1)

    assert damaged.value.problem == "Facts 3 to 3 of request r are missing."
    assert damaged.value.remedy == ("Restore it from the exported trail; others are not affected.")
    require_whole(facts, msgspec.structs.replace(REQUEST, head=facts[0].hash), after=2)
    with pytest.raises(DamagedError, match="Facts 2 to 3"):
        require_whole(facts, REQUEST)
