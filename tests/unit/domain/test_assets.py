"""Asset ids: written, read, refused."""

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.assets import (
    AssetDescription,
    AssetKind,
    AssetRef,
    Registry,
    Workspace,
    legal_name,
    parse_asset_id,
)
from promotion.domain.errors import InvalidError
from promotion.domain.request import is_request_id, request_id
from tests.building import DEV, ROUTE, WORKSPACE, model

NAMES = st.text(
    st.characters(blacklist_categories=("Cc", "Cs"), blacklist_characters="/"),
    min_size=1,
    max_size=255,
).filter(lambda text: text not in {".", ".."})


@given(name=NAMES, version=NAMES, kind=st.sampled_from(AssetKind))
def test_what_is_written_is_read_back(name: str, version: str, kind: AssetKind) -> None:
    for home in (DEV, WORKSPACE):
        asset = AssetRef(home=home, kind=kind, name=name, version=version)

        assert parse_asset_id(asset.id) == asset


def test_the_long_form_of_a_workspace_is_read_too() -> None:
    text = (
        "azureml://subscriptions/s/resourcegroups/g/providers/Microsoft.MachineLearningServices"
        "/workspaces/w/models/m/versions/1"
    )

    assert parse_asset_id(text).home == Workspace("s", "g", "w")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "taxi-fare:1",
        "azureml://registries/r/models/m",
        "azureml://registries/r/models/m/versions/1/2",
        "azureml://registries/r/jobs/m/versions/1",
        "azureml://registries/r/models/m\n/versions/1",
        "azureml://registries/r/models/m\ud800/versions/1",
        "azureml://registries/r/models/m/versions/1\n",
        "https://example.invalid",
        "azureml://registries/r/models/../versions/1",
        "azureml://registries/r/models/m/versions/..",
        "azureml://registries/r/models/m/versions/.",
        "azureml://registries/r/models/" + "m" * 256 + "/versions/1",
    ],
)
def test_what_is_no_asset_id_is_refused_with_the_form_expected(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        parse_asset_id(text)

    assert refused.value.problem
    assert refused.value.remedy
    assert "\n" not in str(refused.value)


def test_a_name_as_long_as_azure_ml_takes_is_read() -> None:
    assert parse_asset_id(model("m" * 255).id) == model("m" * 255)


@pytest.mark.parametrize("length", [255, 256])
def test_a_name_has_as_many_characters_as_azure_ml_takes(length: int) -> None:
    assert legal_name("m" * length) is (length == 255)


@pytest.mark.parametrize("text", ["", ".m", "m m", "m/m", "m\n", "\u00fc"])
def test_a_name_has_no_characters_that_azure_ml_refuses(text: str) -> None:
    assert not legal_name(text)


SAID = AssetDescription(
    ref=model(),
    type="mlflow_model",
    description="Of fares.",
    tags={"b": "2", "a": "\ud800"},
    properties={"licence": "MIT"},
    flavors={"sklearn": {"version": "1.5"}},
    created_by="Author",
)


def test_the_digest_of_what_is_said_can_be_computed_by_anyone() -> None:
    listing = (
        r'["mlflow_model","Of fares.",{"a":"\ud800","b":"2"},{"licence":"MIT"},'
        r'{"sklearn":{"version":"1.5"}}]'
    )

    assert SAID.digest == f"sha256:{hashlib.sha256(listing.encode()).hexdigest()}"


def test_the_digest_of_what_is_said_is_the_same_whoever_says_it_in_whatever_order() -> None:
    again = msgspec.structs.replace(
        SAID,
        ref=model("other"),
        tags={"a": "\ud800", "b": "2"},
        created_by="Somebody",
        archived=True,
        origin="elsewhere",
    )

    assert again.digest == SAID.digest


def test_the_same_journey_has_the_same_id_whatever_the_case_of_its_home() -> None:
    shouted = model().moved(Registry(DEV.name.upper()))

    assert request_id(route=ROUTE, asset=model(), attempt=1) == request_id(
        route=ROUTE,
        asset=shouted,
        attempt=1,
    )


@given(first=st.tuples(NAMES, NAMES), second=st.tuples(NAMES, NAMES))
def test_two_assets_never_share_an_id(first: tuple[str, str], second: tuple[str, str]) -> None:
    ids = {request_id(route=ROUTE, asset=model(*each), attempt=1) for each in (first, second)}

    assert len(ids) == len({first, second})
    assert all(is_request_id(each) for each in ids)


def test_a_name_that_is_no_text_has_an_id_too() -> None:
    ids = {request_id(route=ROUTE, asset=model(name), attempt=1) for name in ("\udc80", "\udc81")}

    assert len(ids) == 2


def test_each_attempt_and_each_route_has_its_own_id() -> None:
    ids = {
        request_id(route=route, asset=model(), attempt=attempt)
        for route in ("a", "b")
        for attempt in (1, 2)
    }

    assert len(ids) == 4
