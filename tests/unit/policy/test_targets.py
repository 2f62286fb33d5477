"""Where routes lead: names and versions at the target, and routes that lead to the same ones."""

import msgspec
import pytest

from promotion.adapters.policy_file import check_policy
from promotion.domain.policy import Place, Route, Target, target_of
from tests.building import PROD, model, route

POLICY = """\
version: 1
routes:
  dev-to-central:
    source: {{workspace: dev}}
    target: {{registry: central{target}}}
    checks: [{{check: version_rule{check}}}]
    stages: [{{name: business, roles: [Promotion.Approver]}}]
"""
OTHER = """\
  test-to-central:
    source: {{workspace: test}}
    target: {{registry: Central{target}}}
    checks: [{{check: custom, name: a, run: 'a:b'}}]
    stages: [{{name: business, roles: [Promotion.Approver]}}]
"""


def told(target: str, check: str = "", other: str | None = None) -> list[tuple[int, str, str]]:
    text = POLICY.format(target=target, check=check)
    if other is not None:
        text += OTHER.format(target=other)
    found = check_policy(text.encode()).problems
    return [(each.line, each.path.removeprefix("routes."), each.problem) for each in found]


def leading(**target: str) -> Route:
    return msgspec.structs.replace(
        route(), target=msgspec.convert({"registry": PROD.name, **target}, Target)
    )


@pytest.mark.parametrize(
    ("target", "check"),
    [
        (", version: same", ""),
        (", version: next", ""),
        (", version: semver, version_tag: release", ", scheme: semver"),
        (", name: '{environment}-{model}-v{version}', environment: prod", ""),
        (", name: '{model}.{registry}', version: next", ""),
    ],
)
def test_a_target_that_works_is_taken(target: str, check: str) -> None:
    assert told(target, check) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (", version: next", ""),
        ("", ", version: next"),
        (", name: '{environment}-{model}', environment: a", ", name: 'a-{model}'"),
        (", name: '{model}'", ""),
    ],
)
def test_two_routes_to_the_same_names_are_told_at_the_second(one: str, other: str) -> None:
    ((line, where, what),) = told(one, "", other)

    assert (line, where) == (10, "test-to-central.target")
    assert what == (
        "its assets get the same names in 'Central' as those of the route 'dev-to-central'"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Names are the sources' own business where nothing is changed about them.
        ("", ""),
        # Counted versions are given once each.
        (", version: next", ", version: next"),
        (
            ", name: '{environment}-{model}', environment: a",
            ", name: '{environment}-{model}', environment: b",
        ),
    ],
)
def test_routes_that_keep_apart_are_taken(one: str, other: str) -> None:
    assert told(one, "", other) == []


def test_one_mistake_is_not_told_again_for_the_routes_together() -> None:
    ((_, where, _),) = told(", name: '{modle}'", "", "")

    assert where == "dev-to-central.target.name"


def test_a_target_keeps_name_and_version_unless_told_otherwise() -> None:
    assert target_of(leading(), model()).id.endswith("/models/taxi-fare/versions/1")


def test_a_name_follows_its_template() -> None:
    made = target_of(
        leading(name="{environment}-{model}-v{version}.{registry}", environment="live"),
        model(version="7"),
    )

    assert made.label == "live-taxi-fare-v7.prod-mlops-registry:7"


@pytest.mark.parametrize("version", ["next", "semver"])
def test_a_version_that_is_found_out_later_is_empty_until_then(version: str) -> None:
    made = target_of(leading(version=version), model())

    assert made.id == "azureml://registries/prod-mlops-registry/models/taxi-fare"
    assert made.label == "taxi-fare"


def test_a_workspace_is_a_source_like_any_other() -> None:
    shared = msgspec.structs.replace(leading(version="next"), source=Place(workspace="dev"))

    assert target_of(shared, model()).home == PROD
