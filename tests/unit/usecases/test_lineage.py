"""The lineage of what is gone: told by the requests that speak of it."""

from promotion.usecases.lineage import lineage
from tests import trails
from tests.building import PROD, model


def test_a_source_that_was_deleted_still_shows_where_it_went() -> None:
    stage = trails.stage()
    trails.promoted(stage)
    stage.registries.delete(model())

    found = lineage(stage.world, model())

    assert [(each.source, each.target) for each in found.edges] == [
        (model().id, model().moved(PROD).id)
    ]
    assert [(each.id, each.seen) for each in found.nodes] == [
        (model().id, False),
        (model().moved(PROD).id, True),
    ]
