"""What a route says about needed assets: read, and safe where it says nothing."""

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
