"""The service's documents, whole, sparse and odd."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from promotion.adapters.azureml.documents import (
    describe,
    files_uri,
    table_references,
    target_version,
)
from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.errors import BrokenError, InvalidError


def asset(kind: AssetKind = AssetKind.MODELS) -> AssetRef:
    """Return a reference."""
    return AssetRef(home=Registry("dev"), kind=kind, name="m", version="1")


def test_everything_a_document_tells_is_described() -> None:
    document = {
        "properties": {
            "description": "d",
            "tags": {"a": "1", "none": None},
            "properties": {"n": 3},
            "flavors": {"sklearn": {"data": {"version": "1.5"}}, "odd": None},
            "modelType": "mlflow_model",
            "originAssetId": "azureml://locations/x",
            "jobName": "job",
            "isArchived": True,
        },
        "systemData": {"createdAt": "2026-03-01T12:00:00.1234567+00:00", "createdBy": "Author"},
    }

    found = describe(asset(), document)

    assert found.created_at == dt.datetime(2026, 3, 1, 12, 0, 0, 123456, dt.UTC)
    assert (found.created_by, found.job_name, found.archived) == ("Author", "job", True)
    assert found.tags == {"a": "1"}
    assert found.properties == {"n": "3"}
    assert found.flavors == {"sklearn": {"version": "1.5"}, "odd": {}}
    assert found.origin == "azureml://locations/x"


@pytest.mark.parametrize(
    "document",
    [
        {"properties": {}},
        {"properties": {"flavors": None, "tags": None, "description": None}, "systemData": None},
        {"properties": {"flavors": [], "tags": "x"}, "systemData": {"createdAt": "yesterday"}},
    ],
    ids=["empty", "nulls", "odd"],
)
def test_a_sparse_document_is_described_as_far_as_it_goes(document: dict[str, Any]) -> None:
    found = describe(asset(), document)

    assert (found.flavors, found.tags, found.created_at, found.archived) == ({}, {}, None, False)


def test_what_the_service_writes_about_the_latest_environment_is_not_said_of_it() -> None:
    said = {"properties": {"properties": {"team": "fares"}, "image": "i"}}
    labelled = {"properties": {"properties": {"team": "fares", "azureml.labels": "latest"}}}

    found = [describe(asset(AssetKind.ENVIRONMENTS), each) for each in (labelled, said)]

    # Once another version is registered, the label goes to that one: nothing approved is void by it.
    assert found[0].properties == found[1].properties == {"team": "fares"}
    assert found[0].digest == msgspec.structs.replace(found[1], type=found[0].type).digest


def test_a_document_without_properties_is_broken() -> None:
    with pytest.raises(BrokenError, match="no properties"):
        describe(asset(), {"value": []})


@pytest.mark.parametrize(
    ("kind", "properties", "found"),
    [
        (AssetKind.DATA, {"dataType": "uri_folder"}, "uri_folder"),
        (AssetKind.COMPONENTS, {"componentSpec": {"type": "command"}}, "command"),
        (AssetKind.ENVIRONMENTS, {"image": "i", "condaFile": "{}"}, "conda"),
        (AssetKind.ENVIRONMENTS, {"image": "i", "condaFile": None}, "image"),
        (AssetKind.ENVIRONMENTS, {"build": {"contextUri": "x"}}, "build_context"),
    ],
)
def test_each_kind_has_its_types(kind: AssetKind, properties: dict[str, Any], found: str) -> None:
    assert describe(asset(kind), {"properties": properties}).type == found


def test_a_listed_version_is_named_by_its_id() -> None:
    document = {"id": "azureml://registries/r/models/m/versions/1.0.3", "name": "m"}

    assert target_version({**document, "properties": {}}).version == "1.0.3"


@pytest.mark.parametrize("identifier", [None, 3, "azureml://registries/r/models/m"])
def test_a_listed_version_without_an_id_is_broken(identifier: object) -> None:
    with pytest.raises(BrokenError):
        target_version({"id": identifier, "properties": {}})


@pytest.mark.parametrize("properties", [{}, {"modelUri": None}, {"modelUri": ""}])
def test_a_version_without_files_has_no_address(properties: dict[str, Any]) -> None:
    with pytest.raises(InvalidError, match="no files"):
        files_uri(asset(), {"properties": properties})


def test_a_table_s_references_are_read() -> None:
    assert table_references({"properties": {"referencedUris": ["./a.csv"]}}) == ("./a.csv",)
    assert table_references({"properties": {"referencedUris": None}}) == ()
    assert table_references({}) == ()
