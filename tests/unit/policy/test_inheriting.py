"""What routes inherit from their target registry, the hash, and who is told."""

import msgspec
import pytest

from promotion.adapters.policy_file import check_policy
from promotion.domain.assets import AssetKind, Registry
from promotion.domain.errors import ConflictError
from promotion.domain.policy import (
    Check,
    CustomCheck,
    Licence,
    MalwareScan,
    MetricThreshold,
    MlflowSignature,
    Notifications,
    Policy,
    SecondOpinion,
    StageSpec,
    VersionRule,
    journeys,
)
from tests.building import model

TEXT = """\
version: 1
registries:
  dev: {}
  Prod:
    checks: [{check: version_rule}]
    stages: [{name: business, roles: [Promotion.Approver]}]
    notifications: {everyone: [all@example.org]}
routes:
  plain:
    source: {registry: dev}
    target: {registry: prod}
  own:
    source: {workspace: w}
    target: {registry: prod}
    checks: [{check: lineage}]
    stages: [{name: security, roles: [Promotion.Approver.Security]}]
    notifications: {}
"""


def policy(text: str = TEXT) -> Policy:
    checked = check_policy(text.encode())
    assert checked.policy is not None, checked.problems
    return checked.policy


def test_a_route_that_says_nothing_inherits_what_its_target_says() -> None:
    route = policy().route("plain")

    assert [check.label for check in route.checks] == ["version_rule"]
    assert [stage.name for stage in route.stages] == ["business"]
    assert route.notifications == Notifications(everyone=("all@example.org",))


def test_what_a_route_says_itself_holds() -> None:
    route = policy().route("own")

    assert [check.label for check in route.checks] == ["lineage"]
    assert [stage.name for stage in route.stages] == ["security"]
    assert route.notifications == Notifications()


def test_the_hash_changes_with_what_is_inherited() -> None:
    stricter = TEXT.replace("version_rule", "lineage, require: both", 1)

    assert policy().hash != policy(stricter).hash


def test_the_hash_does_not_change_with_spelling() -> None:
    commented = "# A comment.\n" + TEXT.replace(
        "[{check: version_rule}]", "\n      - check: version_rule"
    )

    assert policy().hash == policy(commented).hash


def test_a_registry_is_found_whatever_its_case_and_may_be_unknown() -> None:
    found = policy()

    assert found.registry("PROD").stages[0].name == "business"
    assert found.registry("other").checks == ()


@pytest.mark.parametrize(
    ("stages", "wanted"),
    [
        ((), ("all@x.org",)),
        (("business",), ("all@x.org", "b@x.org", "r@x.org")),
        (("security",), ("all@x.org",)),
        (("business", "security"), ("all@x.org", "b@x.org", "r@x.org")),
    ],
)
def test_recipients_are_those_of_the_stages_each_once(
    stages: tuple[str, ...], wanted: tuple[str, ...]
) -> None:
    told = Notifications(
        everyone=("all@x.org",),
        stages={"business": ("b@x.org", "ALL@x.org")},
        roles={"R": ("r@x.org", "b@x.org")},
    )
    asked = [
        StageSpec(name=name, roles=("R",) if name == "business" else ("S",)) for name in stages
    ]

    assert told.recipients(tuple(asked)) == wanted


def test_a_policy_survives_being_written_and_read() -> None:
    found = policy()

    assert msgspec.json.decode(msgspec.json.encode(found), type=Policy) == found


def test_a_route_that_the_policy_has_no_more_is_named_with_those_it_has() -> None:
    with pytest.raises(ConflictError, match="It has: own, plain"):
        policy().route("gone")


def test_an_asset_of_another_kind_sets_nothing_off() -> None:
    data = msgspec.structs.replace(model().moved(Registry("dev")), kind=AssetKind.DATA)

    assert journeys(policy(), data) == ()


@pytest.mark.parametrize(
    ("check", "reads"),
    [
        (MlflowSignature(), True),
        (Licence(allowed=("MIT",)), True),
        (MalwareScan(), True),
        (SecondOpinion(), True),
        (CustomCheck(name="x", run="a:b"), True),
        (MetricThreshold(metric="x", read_from="file", file="f"), True),
        (MetricThreshold(metric="x"), False),
        (VersionRule(), False),
    ],
)
def test_a_check_says_whether_it_reads_files(check: Check, *, reads: bool) -> None:
    assert check.reads_files is reads
