"""What is said of an asset travels into the target as well: it is approved like its bytes, or not at all."""

from typing import Any

import msgspec
import pytest

from promotion.domain.actors import PROMOTION
from promotion.domain.errors import NotFoundError
from promotion.domain.lifecycle import start_copy
from promotion.domain.request import Request, State
from promotion.usecases.decide import decide
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from tests.building import PROD, Stage, ballot, model
from tests.unit.usecases.needing import STEP, furnished
from tests.unit.usecases.needing import approved as approved_with_needs
from tests.unit.usecases.test_straight_way import APPROVER, approved, received

CHANGES: dict[str, dict[str, Any]] = {
    "tags": {"tags": {"owner": "team-fares", "r2": "0.93", "validated": "by-audit"}},
    "properties": {"properties": {"licence": "proprietary"}},
    "type": {"type": "custom_model"},
    "description": {"description": "Approved for everything."},
    "flavors": {"flavors": {"python_function": {"loader_module": "elsewhere"}}},
}


def retold(stage: Stage, asset: Any, **changes: Any) -> None:  # noqa: ANN401 -- fields of AssetDescription
    """Say something else of an asset, and leave its files as they are."""
    said = msgspec.structs.replace(stage.registries.describe(asset), **changes)
    stage.registries.put(said, stage.registries.content(asset))


@pytest.mark.parametrize("changes", CHANGES.values(), ids=list(CHANGES))
def test_what_is_said_otherwise_after_the_approval_voids_it(changes: dict[str, Any]) -> None:
    stage = Stage()
    request = approved(stage)
    retold(stage, model(), **changes)

    after = promote(stage.world, request.id)

    assert after.state is State.SUPERSEDED
    assert after.problem is not None
    assert "what is said of" in after.problem.message.lower()
    with pytest.raises(NotFoundError):
        stage.registries.describe(model().moved(PROD))


def test_who_said_it_and_whether_it_is_archived_says_nothing_else_of_it() -> None:
    stage = Stage()
    request = approved(stage)
    retold(stage, model(), created_by="Somebody else", archived=True)

    assert promote(stage.world, request.id).state is State.PROMOTED


def test_what_is_said_otherwise_of_what_travels_along_voids_the_approval() -> None:
    stage = furnished()
    request = approved_with_needs(stage)
    retold(stage, STEP, tags={"validated": "by-audit"})

    assert promote(stage.world, request.id).state is State.SUPERSEDED


def test_what_earlier_releases_had_approved_is_still_promoted() -> None:
    stage = Stage()
    request = approved(stage)
    earlier = without_description(stage, request)

    retold(stage, model(), tags={"owner": "team-fares", "r2": "0.94"})

    assert promote(stage.world, earlier.id).state is State.PROMOTED


def test_what_this_app_marked_in_one_registry_says_nothing_in_the_next() -> None:
    stage = Stage()
    marks = {"promotion.withdrawn": "a" * 26, "promotion.reinstated": "b" * 26}
    stage.register(model(), team="fares", **marks)
    request = validate(stage.world, received(stage).id)

    promote(stage.world, decide(stage.world, request.id, ballot(request, APPROVER)).id)

    arrived = stage.registries.describe(model().moved(PROD)).tags
    assert arrived["team"] == "fares"
    assert not {"promotion.withdrawn", "promotion.reinstated"} & arrived.keys()


def without_description(stage: Stage, request: Request) -> Request:
    """Return the request as a release wrote it that kept no digest of the description."""
    stored = stage.requests.get(request.id)
    earlier = msgspec.structs.replace(stored.request, described="")
    step = start_copy(earlier, actor=PROMOTION, now=stage.clock.now())
    return stage.requests.save(stored, step).request
