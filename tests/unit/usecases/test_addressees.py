"""Whom the policy has told by mail about a request."""

import msgspec
import pytest

from promotion.domain.errors import BrokenError, RetryableError
from promotion.domain.policy import Notifications, Policy
from promotion.usecases.addressees import named
from tests.building import ROUTE, Stage, pending, policy

WANTED = Notifications(everyone=("all@tests.invalid",))


class Unreadable:
    """A policy file that somebody broke."""

    def current(self) -> Policy:
        """Fail as the file's adapter does."""
        raise BrokenError("The policy is not valid.", "Mend it.")


def test_the_routes_recipients_are_told() -> None:
    stage = Stage()
    route = msgspec.structs.replace(policy().routes[ROUTE], notifications=WANTED)
    stage.policy.policy = msgspec.structs.replace(policy(), routes={ROUTE: route})

    assert named(stage.world, pending()) == WANTED


def test_a_route_without_recipients_and_one_that_is_gone_name_nobody() -> None:
    stage = Stage()
    gone = msgspec.structs.replace(pending(), route="gone")

    assert named(stage.world, pending()) == Notifications()
    assert named(stage.world, gone) == Notifications()


def test_people_wait_for_their_mail_until_the_policy_can_be_read() -> None:
    stage = Stage()
    stage.policy = Unreadable()  # type: ignore[assignment]  # a policy source

    with pytest.raises(RetryableError, match="who gets mail") as raised:
        named(stage.world, pending())

    assert raised.value.remedy == "Mend it."
