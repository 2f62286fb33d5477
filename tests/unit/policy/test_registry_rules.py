"""A registry's own rules for what has arrived: who withdraws, who restores, what is archived by age."""

from promotion.adapters.policy_file import check_policy
from promotion.domain.assets import AssetKind, Registry
from promotion.domain.orders import Verb
from promotion.domain.policy import Policy, every_stage, order_stages, routes_into
from promotion.usecases.access import may_read
from tests.building import Stage, model, person

BASE = """\
version: 1
registries:
  dev: {{}}
  prod: {{{settings}}}
routes:
  dev-to-prod:
    source: {{registry: dev}}
    target: {{registry: prod}}
    checks: [{{check: version_rule}}]
    stages: [{{name: business, roles: [Promotion.Approver]}}]
"""
DUTY = "withdrawal: {stages: [{name: duty, roles: [On.Duty]}]}"


def read(settings: str) -> Policy:
    """Return the policy with these settings of the target registry."""
    checked = check_policy(BASE.format(settings=settings).encode())
    assert checked.policy is not None, checked.problems
    return checked.policy


def names(policy: Policy, verb: Verb) -> list[str]:
    """Return the stages of an order."""
    return [each.name for each in order_stages(policy, verb, policy.routes["dev-to-prod"])]


def test_without_a_rule_the_routes_stages_hold_for_orders_as_well() -> None:
    policy = read("")

    assert names(policy, Verb.WITHDRAW) == names(policy, Verb.RESTORE) == ["business"]
    assert policy.registry("PROD").withdrawal.emergency


def test_each_direction_has_a_rule_of_its_own() -> None:
    policy = read(f"{DUTY}, restoration: {{stages: [{{name: board, roles: [Board]}}]}}")

    assert (names(policy, Verb.WITHDRAW), names(policy, Verb.RESTORE)) == (["duty"], ["board"])
    assert [stage.name for stage in every_stage(policy)] == ["business", "duty", "board"]


def test_who_is_told_of_a_withdrawal_may_be_listed_by_its_own_role() -> None:
    policy = read(f"{DUTY}, notifications: {{roles: {{On.Duty: [duty@example.org]}}}}")

    lists = policy.registry("prod").notifications
    assert lists is not None
    assert lists.recipients(policy.registry("prod").withdrawal.stages) == ("duty@example.org",)


def test_whoever_decides_on_withdrawals_alone_may_look() -> None:
    stage = Stage()
    stage.policy.policy = read(DUTY)

    assert may_read(person("on duty", "On.Duty"), stage.world)
    assert not may_read(person("stranger", "Off.Duty"), stage.world)


def test_routes_into_a_registry_are_found_without_letter_case_and_by_kind() -> None:
    policy = read("")
    target = model()
    prod = target.moved(Registry("PROD"))

    assert routes_into(policy, prod) == ("dev-to-prod",)
    assert routes_into(policy, target) == ()
    assert AssetKind.DATA not in policy.routes["dev-to-prod"].kinds
