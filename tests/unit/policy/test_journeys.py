"""Which routes an asset sets off, in what order, and where they lead."""

import msgspec
import pytest

from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.errors import ConflictError
from promotion.domain.policy import Journey, Place, Policy, journeys, route_of, target_of
from tests.building import DEV, PROD, ROUTE, WORKSPACE, model, policy, route

ELSEWHERE = Place(registry="elsewhere")
DATA = msgspec.structs.replace(route(), kinds=(AssetKind.DATA,))
FOREIGN = msgspec.structs.replace(route(), source=ELSEWHERE, announced_by=())
STRAIGHT = msgspec.structs.replace(route(), source=Place(workspace=WORKSPACE.name), announced_by=())


def several() -> Policy:
    """Return a policy with routes that do not take a model of the workspace before some that do."""
    routes = {"data": DATA, "foreign": FOREIGN, ROUTE: route(), "straight": STRAIGHT}
    return msgspec.structs.replace(policy(), routes=routes)


def test_an_asset_sets_off_every_route_that_takes_it_in_the_policys_order() -> None:
    asset = model().moved(WORKSPACE)

    assert journeys(several(), asset) == (
        Journey(route=ROUTE, asset=model()),
        Journey(route="straight", asset=asset),
    )
    assert journeys(several(), model()) == (Journey(route=ROUTE, asset=model()),)


def test_a_journey_that_began_goes_by_its_route() -> None:
    assert route_of(several(), Journey(route=ROUTE, asset=model())) == route()


@pytest.mark.parametrize(
    "asset",
    [
        model().moved(WORKSPACE),
        model().moved(Registry("elsewhere")),
        msgspec.structs.replace(model(), kind=AssetKind.DATA),
    ],
)
def test_a_route_that_does_not_take_the_asset_any_more_says_so(asset: AssetRef) -> None:
    with pytest.raises(ConflictError) as refused:
        route_of(several(), Journey(route=ROUTE, asset=asset))

    assert refused.value.problem == (f"The policy's route 'dev-to-prod' does not take {asset.id}.")
    assert refused.value.remedy == (
        "It was changed since the asset was asked for. Ask again where a route takes it."
    )


def test_a_migration_keeps_its_name_and_version_wherever_it_goes() -> None:
    whole = AssetRef(home=DEV, kind=AssetKind.MIGRATIONS, name=ROUTE, version="ab12")

    assert target_of(route(), whole) == whole.moved(PROD)
