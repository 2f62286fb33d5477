"""Versions at the target: settled before people are asked, given once, kept for good."""

import pytest

from promotion.domain.facts import FactType
from promotion.domain.policy import Naming, VersionRule
from promotion.domain.request import State
from promotion.domain.results import Outcome
from promotion.ports import Query
from promotion.usecases.cancel import cancel
from promotion.usecases.promote import promote
from promotion.usecases.settle_target import NAME
from promotion.usecases.validate import validate
from promotion.usecases.wish import Wish
from tests.building import FILES, description, model, person
from tests.settling import (
    COUNTED,
    TAGGED,
    again,
    approve,
    ask,
    bring,
    leading,
    put,
    reject,
    settled,
    there,
    world_of,
)

OPERATOR = person("operator", "Promotion.Operator")


def test_a_counted_version_is_shown_and_approved_and_created() -> None:
    stage = world_of(**COUNTED)
    put(stage, there("3"))
    put(stage, there("6"), archived=True)

    request = ask(stage, "40")
    done = bring(stage, request)

    assert request.target == there("7")
    assert settled(request).summary == (
        "It becomes version 7 of taxi-fare: prod-mlops-registry has versions up to 6."
    )
    assert done.state is State.PROMOTED
    made = stage.registries.describe(there("7"))
    assert made.properties["promotion.source"] == model(version="40").id
    facts = {fact.type: fact for fact in stage.requests.facts(request.id)}
    assert facts[FactType.REQUEST_OPENED].target == ""
    assert facts[FactType.APPROVAL_REQUESTED].target == there("7").id
    assert facts["model.promoted"].target == there("7").id


def test_two_that_wait_at_once_get_two_versions() -> None:
    stage = world_of(**COUNTED)

    first, second = ask(stage, "8"), ask(stage, "9")

    assert (first.target, second.target) == (there("1"), there("2"))
    assert bring(stage, second).state is State.PROMOTED
    assert bring(stage, first).state is State.PROMOTED
    assert stage.registries.content(there("1"))["version"] == b"8"
    assert stage.registries.content(there("2"))["version"] == b"9"


def test_other_names_are_counted_for_themselves() -> None:
    stage = world_of(**COUNTED)
    ask(stage, "8")

    assert ask(stage, "8", "tip").target == there("1", "tip")


def test_a_version_that_was_turned_down_is_given_to_the_next() -> None:
    stage = world_of(**COUNTED)
    reject(stage, ask(stage, "8"))

    second = ask(stage, "9")

    assert second.target == there("1")
    assert bring(stage, second).state is State.PROMOTED


def test_a_version_that_failed_keeps_its_number_until_somebody_gives_it_up() -> None:
    stage = world_of(**COUNTED)
    request = ask(stage, "8")
    put(stage, there("1"))
    failed = bring(stage, request)

    assert failed.state is State.FAILED
    assert failed.problem is not None
    assert "other content" in failed.problem.message
    assert "Asked for again, it gets another version" in failed.problem.remedy
    stage.registries.delete(there("1"))
    assert ask(stage, "9").target == there("2")
    cancel(stage.world, request.id, Wish(person=OPERATOR, reason="Taken.", revision=None))
    anew = again(stage, request.asset)
    assert anew.attempt == 2
    assert anew.target == there("3")


def test_the_very_same_files_under_the_settled_version_are_success() -> None:
    stage = world_of(**COUNTED)
    request = ask(stage, "8")
    stage.registries.put(description(there("1")), stage.registries.content(request.asset))

    done = bring(stage, request)

    assert done.state is State.PROMOTED
    assert stage.requests.facts(request.id)[-1].data["already_there"] is True


def test_a_number_whose_version_was_deleted_is_never_given_again() -> None:
    stage = world_of(**COUNTED)
    bring(stage, ask(stage, "8"))
    stage.registries.delete(there("1"))

    assert ask(stage, "9").target == there("2")


def test_an_approval_that_became_void_leaves_its_number_to_its_successor() -> None:
    stage = world_of(**COUNTED)
    request = ask(stage, "8")
    approve(stage, request)
    stage.registries.put(description(request.asset), {"model.pkl": b"changed"})

    assert promote(stage.world, request.id).state is State.SUPERSEDED
    successor = stage.requests.page(Query(name=request.asset.name)).items[0]
    assert successor.attempt == 2
    # Its copy had begun: files may be lying under the first number.
    assert validate(stage.world, successor.id).target == there("2")


def test_a_version_is_taken_from_its_tag() -> None:
    stage = world_of(**TAGGED)

    request = ask(stage, "8", semver="1.4.0")

    assert request.target == there("1.4.0")
    assert bring(stage, request).state is State.PROMOTED
    assert stage.registries.describe(there("1.4.0")).tags["semver"] == "1.4.0"


def test_another_tag_may_name_the_version() -> None:
    stage = world_of(version="semver", version_tag="release")
    stage.policy.policy = leading(
        VersionRule(scheme="semver"), version="semver", version_tag="release"
    )

    assert ask(stage, "8", release="2.0.0", semver="1.0.0").target == there("2.0.0")


@pytest.mark.parametrize(
    ("tags", "told"),
    [({}, "It has no tag 'semver'"), ({"semver": "v1"}, "Its tag 'semver' is 'v1'")],
)
def test_a_tag_that_is_missing_or_wrong_refuses_like_a_check(
    tags: dict[str, str], told: str
) -> None:
    stage = world_of(**TAGGED)

    request = ask(stage, "8", **tags)

    assert request.state is State.REFUSED
    assert settled(request).outcome is Outcome.FAILED
    assert settled(request).summary.startswith(told)
    # The other checks have their say as well.
    assert [each.name for each in request.checks] == [NAME, "version_rule"]
    assert request.digest
    assert stage.reservations.under(request.target) == ()


def test_a_version_below_what_the_target_has_is_refused_by_the_version_rule() -> None:
    stage = world_of(**TAGGED)
    put(stage, there("1.10.0"))

    request = ask(stage, "8", semver="1.9.0")

    assert [each.outcome for each in request.checks] == [Outcome.PASSED, Outcome.FAILED]
    # What it was given is given up with it.
    assert ask(stage, "9", semver="1.9.0").target == there("1.9.0")


def test_the_same_tag_is_given_once_until_it_is_given_up() -> None:
    stage = world_of(**TAGGED)
    first = ask(stage, "8", semver="1.4.0")

    second = ask(stage, "9", semver="1.4.0")

    assert second.state is State.REFUSED
    assert settled(second).summary == (
        f"taxi-fare:1.4.0 was given to the request {first.id} (taxi-fare:8, pending). Wait for its "
        "end, or: Set a higher version in the tag 'semver' and ask again."
    )
    reject(stage, first)
    third = again(stage, second.asset)
    assert (third.state, third.target) == (State.PENDING, there("1.4.0"))


@pytest.mark.parametrize(
    ("content", "state"),
    [(b"8", State.PENDING), (b"changed", State.REFUSED)],
)
def test_a_tag_whose_version_is_there_is_compared_by_its_files(
    content: bytes, state: State
) -> None:
    stage = world_of(**TAGGED)
    stage.registries.put(description(there("1.4.0")), {**FILES, "version": content})

    assert ask(stage, "8", semver="1.4.0").state is state


def test_a_deleted_version_is_not_promised_to_anyone() -> None:
    stage = world_of(**TAGGED)
    bring(stage, ask(stage, "8", semver="1.4.0"))
    stage.registries.delete(there("1.4.0"))

    assert "was deleted" in settled(ask(stage, "9", semver="1.4.0")).summary


def test_a_name_by_template_is_judged_and_shown_and_created() -> None:
    template = "{environment}-{model}"
    stage = world_of()
    stage.policy.policy = leading(
        Naming(template=template, environments=("live",), of="target"),
        VersionRule(),
        name=template,
        environment="live",
    )

    request = ask(stage, "8")

    assert request.target == there("8", "live-taxi-fare")
    assert [each.outcome for each in request.checks] == [Outcome.PASSED] * 3
    assert bring(stage, request).state is State.PROMOTED
    made = stage.registries.describe(there("8", "live-taxi-fare"))
    assert made.properties["promotion.source"] == request.asset.id


def test_a_name_that_azure_ml_does_not_take_is_refused_before_it_is_asked_for() -> None:
    stage = world_of(name="live-{model}")

    request = ask(stage, "8", "größe")

    assert request.state is State.REFUSED
    assert settled(request).summary == (
        "'live-gr\\xf6\\xdfe' would be its name, which Azure ML does not take. Rename it."
    )
