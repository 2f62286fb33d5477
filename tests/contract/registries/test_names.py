"""Names that no asset can have are refused in words, wherever they are asked for."""

import datetime as dt
from collections.abc import Callable

import pytest

from promotion.domain.assets import AssetKind, AssetRef, Home, Workspace
from promotion.domain.errors import InvalidError
from sandbox.azureml.knobs import Fault
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID
from tests.contract.azureml.local_service import LocalService
from tests.contract.registries.worlds import DEV, LocalWorld, model

pytestmark = pytest.mark.azurite

_WORKSPACE = Workspace(SUBSCRIPTION_ID, RESOURCE_GROUP, "dev-mlops-workspace")
_LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def named(name: str, version: str = "1", home: Home = DEV) -> AssetRef:
    """Return a model's reference, whatever its name."""
    return AssetRef(home=home, kind=AssetKind.MODELS, name=name, version=version)


@pytest.mark.parametrize(
    "asset",
    [
        named("taxi fare"),
        named("taxi?fare=1#x"),
        named("taxi%2Ffare"),
        named("größe"),
        named("-taxi"),
        named("a" * 300),
        named("taxi", "1 0"),
        named("taxi", "v" * 300),
        named("taxi fare", home=_WORKSPACE),
    ],
    ids=lambda asset: f"{asset.name[:8]} {asset.version[:8]} in {asset.home.name}",
)
def test_a_name_that_no_version_can_have_is_refused_in_words(
    local: LocalWorld, asset: AssetRef
) -> None:
    with pytest.raises(InvalidError) as caught:
        local.registries.describe(asset)

    assert asset.home.name in caught.value.problem
    assert asset.name[:100] in caught.value.problem
    assert "letters, digits" in caught.value.remedy
    assert len(str(caught.value)) < 2000


@pytest.mark.parametrize(
    "ask",
    [
        lambda world, asset: world.registries.versions(asset),
        lambda world, asset: list(world.registries.recent(asset, _LONG_AGO)),
        lambda world, asset: world.registries.read_manifest(asset),
    ],
    ids=["versions", "recent", "read_manifest"],
)
def test_such_a_name_is_refused_by_every_question(
    local: LocalWorld, ask: Callable[[LocalWorld, AssetRef], object]
) -> None:
    with pytest.raises(InvalidError, match="no possible name"):
        ask(local, named("taxi fare"))


def test_a_registry_s_name_that_is_none_is_refused_in_words(
    local: LocalWorld, cloud: LocalService
) -> None:
    cloud.service.knobs.faults.append(Fault(path="/discovery", status=400, message="odd name"))

    with pytest.raises(InvalidError, match="registries/dev-mlops-registry for no possible name"):
        local.adapter().describe(model())
