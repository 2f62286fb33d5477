"""What stands for a version in a target: requests that say so themselves, each once, however they are found."""

import msgspec
import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain.assets import AssetDescription
from promotion.domain.errors import DamagedError
from promotion.ports import Damage, Page, Query
from promotion.usecases.standing import records
from tests.building import Stage, description
from tests.ordering import carried_out, furnished, target, there


def claiming(request_id: str) -> AssetDescription:
    """Return a version whose properties name a request."""
    properties = {"promotion.request": request_id}
    return msgspec.structs.replace(description(target()), properties=properties)


def test_the_request_that_the_version_names_comes_first_and_once() -> None:
    on = furnished("1", "2")
    found = there(on)

    (only,) = records(on.world, found)

    assert only.id == found.properties["promotion.request"]


@pytest.mark.parametrize("claimed", ["b" * 26, "no id at all"])
def test_a_claim_that_leads_nowhere_stands_for_nothing(claimed: str) -> None:
    assert list(records(Stage().world, claiming(claimed))) == []


def test_a_claim_on_another_versions_request_stands_for_nothing() -> None:
    on = furnished("1")
    (other,) = records(on.world, there(on, "1"))

    assert list(records(on.world, claiming(other.id))) == []


def test_an_order_about_a_version_did_not_bring_it() -> None:
    on = furnished("1", "2")
    carried_out(on)

    assert [each.order for each in records(on.world, there(on))] == [None]


class Paged(MemoryRequests):
    """Requests that come one a page, or whose page holds one that cannot be read."""

    damaged: tuple[Damage, ...] = ()

    def page(self, query: Query, *, cursor: str = "", limit: int = 50) -> Page:
        """Return one request at a time."""
        del limit
        found = super().page(query, cursor=cursor, limit=1)
        return msgspec.structs.replace(found, damaged=self.damaged)


def test_every_page_of_a_name_is_read() -> None:
    on = furnished("1", "2")
    carried_out(on)
    unclaimed = msgspec.structs.replace(there(on), properties={})
    requests = Paged()
    assert isinstance(on.requests, MemoryRequests)
    requests.__dict__.update(on.requests.__dict__)
    on.requests = requests

    assert len(list(records(on.world, unclaimed))) == 1


def test_a_record_that_cannot_be_read_leaves_it_open() -> None:
    requests = Paged()
    requests.damaged = (Damage(request_id="b" * 26, problem="Its row is cut."),)

    with pytest.raises(DamagedError, match="Its row is cut"):
        list(records(Stage(requests=requests).world, claiming("")))
