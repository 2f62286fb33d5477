"""Pins what is wrong in azure-ai-ml 1.35.2 and met in the adapter.

Each test of the SDK alone fails when a release mends its defect: then the workaround named in it can
go. Each test of the adapter shows that the defect does not reach the product.
"""

import subprocess
import sys
import uuid
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError

from promotion.adapters.azureml.sdk import Blueprint, Sdk
from promotion.domain.assets import AssetDescription
from promotion.domain.errors import RefusedError
from sandbox.azureml import shapes
from sandbox.azureml.client import ml_client
from sandbox.people import APP
from tests.contract.registries.copies import Copy
from tests.contract.registries.worlds import PROD, LocalWorld, model

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

pytestmark = pytest.mark.azurite


@pytest.fixture
def prod(local: LocalWorld) -> "MLClient":
    """azure-ai-ml's own client for the production registry."""
    return ml_client(local.config, APP, registry="prod-mlops-registry")


@pytest.fixture
def without_flavors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service answers `flavors: null` for models, as it may for those without any."""
    shape = shapes.SHAPES["models"]

    def show(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - a shape's own arguments
        return {**shape.show(*arguments), "flavors": None}

    monkeypatch.setitem(shapes.SHAPES, "models", msgspec.structs.replace(shape, show=show))


def test_the_release_is_the_one_whose_defects_are_known() -> None:
    assert version("azure-ai-ml") == "1.35.2"


def test_the_adapter_is_imported_without_azure_ai_ml() -> None:
    code = "import sys, promotion.adapters.azureml; print('azure.ai.ml' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def test_reading_loads_no_azure_ai_ml(local: LocalWorld) -> None:
    source = Copy(local).source
    code = f"""
import sys, msgspec
from pathlib import Path
from promotion.adapters.azureml import AzureMLRegistries, CloudSettings
from promotion.domain.assets import parse_asset_id
from sandbox import resolver
from sandbox.azureml.client import SandboxCredential
from sandbox.config import Config
from sandbox.people import APP
resolver.install()
config = msgspec.json.decode(sys.stdin.buffer.read(), type=Config)
cloud = CloudSettings.of("sandbox", config.cloud_metadata)
adapter = AzureMLRegistries(SandboxCredential(config, APP), cloud)
asset = parse_asset_id({source.id!r})
adapter.describe(asset), adapter.versions(asset)
print(len(adapter.read_manifest(asset).files), "azure.ai.ml" in sys.modules)
"""

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        input=msgspec.json.encode(local.config),
        check=True,
    )

    assert done.stdout.decode().strip() == "4 False"


def test_the_sdk_cannot_read_a_model_without_flavors(
    local: LocalWorld, prod: "MLClient", without_flavors: None
) -> None:
    assert without_flavors is None
    target = model().moved(PROD)
    local.register(AssetDescription(ref=target, type="custom_model"), {"a": b"1"})

    with pytest.raises(AttributeError, match="items"):
        prod.models.get(target.name, target.version)

    assert local.registries.describe(target).flavors == {}


def test_the_sdk_cannot_create_beside_a_model_without_flavors(
    local: LocalWorld, prod: "MLClient", without_flavors: None
) -> None:
    from azure.ai.ml.entities import Model

    assert without_flavors is None
    copy = Copy(local)
    first = copy.target.moved(PROD, version="0")
    local.register(AssetDescription(ref=first, type="custom_model"), {"a": b"1"})
    copy.transfer()
    uri = local.document(first)["properties"]["modelUri"]

    with pytest.raises(AttributeError, match="items"):
        prod.models.create_or_update(Model(name=first.name, version="2", path=uri))

    assert [each.version for each in local.registries.versions(first)] == ["0"]
    copy.create()
    assert copy.arrived()


def test_the_sdk_reports_a_conflict_as_any_other_answer(
    local: LocalWorld, prod: "MLClient"
) -> None:
    from azure.ai.ml.entities import Model

    other = model().moved(PROD)
    local.register(AssetDescription(ref=other, type="custom_model"), {"a": b"1"})
    target = model().moved(PROD)
    local.register(AssetDescription(ref=target, type="custom_model"), {"a": b"1"})
    uri = local.document(other)["properties"]["modelUri"]

    with pytest.raises(HttpResponseError) as caught:
        prod.models.create_or_update(Model(name=target.name, version="1", path=uri))

    assert caught.value.status_code == 409
    assert not isinstance(caught.value, ResourceExistsError)


def test_the_sdk_cannot_create_a_table_over_protected_files(
    local: LocalWorld, prod: "MLClient"
) -> None:
    from azure.ai.ml.entities import Data
    from azure.ai.ml.exceptions import MlException

    uri = f"https://localhost:{local.config.ports.accounts['stprodreg1']}/container/model"
    table = Data(name=f"data-{uuid.uuid4().hex[:8]}", version="1", type="mltable", path=uri)

    with pytest.raises(MlException, match="MLTable"):
        prod.data.create_or_update(table)


def test_the_methods_that_are_left_out_are_still_the_sdk_s_own(prod: "MLClient") -> None:
    assert callable(type(prod.models)._get_model_properties)
    assert callable(type(prod.data)._validate)


def test_an_evaluator_is_refused_before_the_sdk_does(local: LocalWorld) -> None:
    copy = Copy(local)
    copy.transfer()
    description = msgspec.structs.replace(copy.description, properties={"is-evaluator": "true"})

    with pytest.raises(RefusedError, match="evaluator"):
        copy.worker().create(description, copy.manifest, copy.target, {})


def test_what_the_sdk_does_not_accept_is_refused(local: LocalWorld) -> None:
    target = model().moved(PROD)
    single_file = Blueprint(
        target=target,
        description=AssetDescription(ref=target, type="mlflow_model"),
        uri="https://localhost/container/model.pkl",
        properties={},
    )

    with pytest.raises(RefusedError, match="does not accept"):
        local.registries._sdk.create(single_file)


def test_one_client_is_made_for_a_registry(local: LocalWorld) -> None:
    sdk: Sdk = local.registries._sdk

    assert sdk._client(PROD.name) is sdk._client(PROD.name)
