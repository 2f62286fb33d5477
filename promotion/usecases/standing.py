"""Find what stands for a version in a target: the requests that say that they bring it. Reads only."""

import logging
from collections.abc import Iterator

from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import DamagedError, NotFoundError
from promotion.domain.request import Request, is_request_id
from promotion.ports import Damage, Query, World
from promotion.usecases.paging import every
from promotion.usecases.settle_target import given

_log = logging.getLogger(__name__)


def records(world: World, found: AssetDescription) -> Iterator[Request]:
    """Yield the requests whose target is this version: the one that the version names first, each once.

    The version's own properties say which request brought it, but anyone who can create a version can
    write them: what counts is that the request itself names the version. Orders bring nothing.

    Raises:
        DamagedError: a request that may stand for it cannot be read back.
    """
    told: set[str] = set()
    for request in _candidates(world, found):
        if request.order is None and request.id not in told and same(request.target, found.ref):
            told.add(request.id)
            yield request


def same(one: AssetRef, other: AssetRef) -> bool:
    """Whether two references are of one version."""
    # Azure compares resource names without case; asset names keep theirs.
    same_home = one.home.path.lower() == other.home.path.lower()
    return same_home and one.moved(other.home) == other


def claimed_request(world: World, found: AssetDescription) -> Request | None:
    """Return the request that a version's own properties name; none when there is no such request."""
    claimed = found.properties.get("promotion.request", "")
    if not is_request_id(claimed):
        return None
    try:
        return world.requests.get(claimed).request
    except NotFoundError:
        fields = {"asset": found.ref.id, "request_id": claimed}
        _log.warning("version names a request that does not exist", extra=fields)
        return None


def _candidates(world: World, found: AssetDescription) -> Iterator[Request]:
    if (claimed := claimed_request(world, found)) is not None:
        yield claimed
    yield from given(world, found.ref)
    query = Query(name=found.ref.name, version=found.ref.version)

    def unclear(damage: Damage) -> DamagedError:
        return DamagedError(
            f"Whether a request stands for {found.ref.id} cannot be told: {damage.problem}",
            "Restore that record; the version is judged at the next look.",
        )

    yield from every(world, query, unclear)
