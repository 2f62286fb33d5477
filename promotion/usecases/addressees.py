"""Whom the policy has told about a request by mail. Knows no mail."""

from promotion.domain.errors import BrokenError, RetryableError
from promotion.domain.policy import Notifications, Policy
from promotion.domain.request import Request
from promotion.ports import World


def named(world: World, request: Request) -> Notifications:
    """Return whom the policy names for the request's route; nobody when it has no such route any more.

    Raises:
        RetryableError: there is no policy that can be read.
    """
    route = policy(world).routes.get(request.route)
    return (route.notifications if route else None) or Notifications()


def policy(world: World) -> Policy:
    """Return the policy in force, for telling people.

    Raises:
        RetryableError: there is none that can be read. Who is to be told waits until it is mended.
    """
    try:
        return world.policy.current()
    except BrokenError as error:
        raise RetryableError(
            f"It cannot be found out who gets mail: {error.problem}", error.remedy
        ) from error
