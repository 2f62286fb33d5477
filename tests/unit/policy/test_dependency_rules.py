"""What a route says about needed assets: read, judged, safe where it says nothing."""

import pytest

from promotion.adapters.policy_file import check_policy
from promotion.domain.assets import AssetKind
from promotion.domain.policy import Dependencies

BASE = """\
version: 1
routes:
  dev-to-prod:
    source: {registry: dev}
    target: {registry: prod}
    checks: [{check: version_rule}]
    stages: [{name: business, roles: [Promotion.Approver]}]
    dependencies: {%s}
"""
CHECKS = "checks: [{check: version_rule}]"


def told(rules: str) -> list[tuple[str, str]]:
    """Return the problems of a policy with these rules: where, and what."""
    found = check_policy((BASE % rules).encode()).problems
    return [(each.path.removeprefix("routes.dev-to-prod."), each.problem) for each in found]


def test_rules_are_read() -> None:
    checked = check_policy(
        (
            BASE
            % f"travel: [environments], present: [data], stay: [azureml], named_by: [env], {CHECKS}"
        ).encode()
    )

    assert checked.problems == ()
    assert checked.policy is not None
    rules = checked.policy.routes["dev-to-prod"].dependencies
    assert rules.travel == (AssetKind.ENVIRONMENTS,)
    assert rules.present == (AssetKind.DATA,)
    assert (rules.stay, rules.named_by) == (("azureml",), ("env",))
    assert len(rules.checks) == 1


def test_without_rules_nothing_travels_along() -> None:
    assert Dependencies() == Dependencies(travel=(), present=(), stay=(), named_by=(), checks=())


@pytest.mark.parametrize(
    ("rules", "path", "problem"),
    [
        ("travel: [environments]", "dependencies.checks", "nothing may travel unchecked"),
        (CHECKS, "dependencies.checks", "nothing travels along"),
        (f"travel: [data, data], {CHECKS}", "dependencies.travel", "stands here 2 times"),
        (
            f"travel: [data], present: [data], {CHECKS}",
            "dependencies.present",
            "both travel along and have to be there",
        ),
        ("stay: [DEV]", "dependencies.stay[0]", "is an end of the route"),
        ("stay: [prod]", "dependencies.stay[0]", "is an end of the route"),
        ("stay: [' a']", "dependencies.stay[0]", "is no registry"),
        ("named_by: [a, A]", "dependencies.named_by", "stands here 2 times"),
        ("named_by: [' ']", "dependencies.named_by[0]", "is no tag"),
        (
            "travel: [data], checks: [{check: required_evidence, name: load-test}]",
            "dependencies.checks[0]",
            "evidence is about the asset",
        ),
        (
            "travel: [data], checks: [{check: maximum_age, at_most: PT0S}]",
            "dependencies.checks[0].at_most",
            "no duration above zero",
        ),
        (
            "travel: [migrations], checks: [{check: version_rule}]",
            "dependencies.travel",
            "migration",
        ),
        ("travel: [models, code]", "dependencies.travel[1]", ""),
        ("travels: [data]", "dependencies.travels", ""),
    ],
)
def test_every_mistake_is_told_where_it_is(rules: str, path: str, problem: str) -> None:
    assert any(at == path and problem in what for at, what in told(rules)), told(rules)
