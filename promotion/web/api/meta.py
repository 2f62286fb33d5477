"""Calls about the API itself: whether it works, and what it is."""

import logging

from promotion import __version__
from promotion.domain.errors import PromotionError
from promotion.ports import Query, World
from promotion.web import answers, shapes
from promotion.web.http import Response
from promotion.web.routing import Call

_log = logging.getLogger(__name__)


def health(call: Call) -> Response:
    """Say whether policy and storage can be read; anyone may ask, so reasons go to the log alone."""
    checks = {"policy": _policy_works(call.world), "storage": _storage_works(call.world)}
    well = all(checks.values())
    answer = shapes.Health(
        status="ok" if well else "unavailable",
        version=__version__,
        checks={name: "ok" if works else "unavailable" for name, works in checks.items()},
    )
    return answers.json(answer, 200 if well else 503)


def _policy_works(world: World) -> bool:
    try:
        world.policy.current()
    except PromotionError as error:
        _log.warning("policy cannot be read", extra={"reason": str(error)})
        return False
    return True


def _storage_works(world: World) -> bool:
    try:
        world.requests.page(Query(), limit=1)
    except PromotionError as error:
        _log.warning("storage cannot be read", extra={"reason": str(error)})
        return False
    return True
