"""Clouds: the public ones by name, one's own by its endpoints."""

import pytest

from promotion.adapters.azureml import CLOUDS, CloudSettings
from promotion.domain.errors import InvalidError

OWN = {key: f"https://{key}.invalid/" for key in CloudSettings().metadata}


def test_nothing_given_is_the_public_azure() -> None:
    assert CloudSettings().scope == "https://management.azure.com/.default"
    assert CloudSettings().sdk_arguments == {"cloud": "AzureCloud"}


@pytest.mark.parametrize("name", CLOUDS)
def test_public_clouds_are_known_by_name(name: str) -> None:
    cloud = CloudSettings.of(name)

    assert cloud.name == name
    assert cloud.sdk_arguments == {"cloud": name}


def test_public_clouds_are_the_ones_azure_ai_ml_knows() -> None:
    from azure.ai.ml._azure_environments import _environments

    known = {name: cloud.metadata for name, cloud in CLOUDS.items()}

    assert {name: dict(_environments[name]) for name in known} == known


def test_one_s_own_cloud_has_a_name_that_changes_with_its_endpoints() -> None:
    one = CloudSettings.of("own", OWN).sdk_arguments
    other = CloudSettings.of("own", {**OWN, "storage_endpoint": "x.invalid"}).sdk_arguments

    assert one["cloud_metadata"] == OWN
    assert one["cloud"] != other["cloud"]


def test_an_unknown_name_alone_is_refused() -> None:
    with pytest.raises(InvalidError, match="AzureChinaCloud"):
        CloudSettings.of("nowhere")


@pytest.mark.parametrize(
    "metadata",
    [
        {key: value for key, value in OWN.items() if key != "storage_endpoint"},
        {**OWN, "telemetry": "x"},
    ],
    ids=["missing", "unknown"],
)
def test_endpoints_that_are_missing_or_unknown_are_named(metadata: dict[str, str]) -> None:
    with pytest.raises(InvalidError, match=r"storage_endpoint|telemetry"):
        CloudSettings.of("own", metadata)
