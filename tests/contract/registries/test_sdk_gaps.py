"""Pins what is wrong in azure-ai-ml 1.35.2 and why the adapter sends plain requests in its place.

Each test shows the defect of the SDK alone, and fails when a release mends it: then the module that is
named in it may use the SDK instead. Where it says something, the adapter is shown beside it.
"""

import os
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy

from promotion.domain.assets import AssetDescription, AssetRef
from sandbox.azureml.client import SandboxCredential, cloud_name, ml_client
from sandbox.azureml.documents import Operation
from sandbox.azureml.knobs import Fault
from sandbox.azureml.operations import Operations
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID
from sandbox.people import APP
from tests.contract.azureml.local_service import LocalService
from tests.contract.registries.copies import Copy
from tests.contract.registries.test_kinds_and_homes import in_workspace
from tests.contract.registries.worlds import DEV, PROD, WORKSPACE, LocalWorld, model

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

pytestmark = pytest.mark.azurite


class Spy(SansIOHTTPPolicy[Any, Any]):
    """Keeps the address of every request that passes a client's own pipeline."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Keep it."""
        self.urls.append(request.http_request.url)

    def of(self, part: str) -> list[str]:
        """Return the addresses with this in them."""
        return [url for url in self.urls if part in url]


@pytest.fixture
def spy() -> Spy:
    """What the clients of `spied` asked for."""
    return Spy()


@pytest.fixture
def spied(local: LocalWorld, spy: Spy) -> Callable[..., "MLClient"]:
    """Make clients whose requests are kept."""
    from azure.ai.ml import MLClient

    def make(**where: str) -> "MLClient":
        return MLClient(
            SandboxCredential(local.config, APP),
            SUBSCRIPTION_ID,
            RESOURCE_GROUP,
            cloud=cloud_name(local.config),
            cloud_metadata=local.config.cloud_metadata,
            per_call_policies=[spy],
            polling_interval=1,
            **where,
        )

    return make


@pytest.fixture
def imports_answer_with_a_body(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operation of an import ends with 200 and the asset's id, as every other one does."""
    plan = Operations.plan

    def changed(*arguments: Any, **options: Any) -> Operation:  # noqa: ANN401 - the method's own
        return msgspec.structs.replace(plan(*arguments, **options), answer="asset")

    monkeypatch.setattr(Operations, "plan", changed)


@pytest.fixture
def environment() -> Iterator[None]:
    """The variable by which the SDK remembers its cloud is as it was, afterwards."""
    before = os.environ.pop("AZUREML_CURRENT_CLOUD", None)
    yield
    os.environ.pop("AZUREML_CURRENT_CLOUD", None)
    if before is not None:
        os.environ["AZUREML_CURRENT_CLOUD"] = before


def registered(local: LocalWorld) -> AssetRef:
    """Return a new model of the development registry."""
    asset = model()
    local.register(AssetDescription(ref=asset, type="custom_model"), {"a": b"1" * 1000})
    return asset


def test_lists_ask_for_a_view_that_no_service_knows(
    spied: Callable[..., "MLClient"], spy: Spy
) -> None:
    """`plane.containers` and `plane.versions` send the words of the service."""
    list(spied(registry_name=DEV.name).models.list())

    assert spy.of("listViewType=ListViewType.ACTIVE_ONLY")


def test_a_list_of_versions_forgets_which_view_was_asked_for(
    local: LocalWorld, spied: Callable[..., "MLClient"], spy: Spy
) -> None:
    """`plane.versions` lists archived ones, too: their numbers are taken."""
    from azure.ai.ml.constants import ListViewType

    asset = registered(local)
    local.archive(asset)
    listed = spied(registry_name=DEV.name).models.list(
        name=asset.name, list_view_type=ListViewType.ALL
    )

    assert [each.version for each in listed] == []
    assert not any("listViewType=All" in url for url in spy.of(asset.name))
    assert [each.version for each in local.registries.versions(asset)] == ["1"]


def test_a_list_that_is_not_there_is_no_missing_resource(
    local: LocalWorld, cloud: LocalService
) -> None:
    """`errors` looks at the status alone."""
    client = ml_client(local.config, APP, registry=DEV.name)
    cloud.service.knobs.faults.append(Fault(path="/models/", status=404))

    with pytest.raises(HttpResponseError) as caught:
        list(client.models.list(name=model().name))

    assert caught.value.status_code == 404
    assert not isinstance(caught.value, ResourceNotFoundError)


def test_share_leaves_its_client_s_policies_behind(
    local: LocalWorld, spied: Callable[..., "MLClient"], spy: Spy
) -> None:
    """`sharing` sends the request itself: retries, transport and patience are the app's."""
    asset = in_workspace(local)
    client = spied(workspace_name=WORKSPACE.name)
    told = {"share_with_name": asset.name, "share_with_version": "1"}

    client.models.share(asset.name, "1", registry_name=DEV.name, **told)

    assert len(spy.of("/workspaces/")) == len(spy.urls) > 0


def test_share_takes_an_import_that_answers_for_a_failure(
    local: LocalWorld, imports_answer_with_a_body: None
) -> None:
    """`sharing` looks at the version, not at the answer."""
    assert imports_answer_with_a_body is None
    theirs, ours = in_workspace(local), in_workspace(local)
    client = ml_client(local.config, APP, workspace=WORKSPACE.name)
    told = {"share_with_name": theirs.name, "share_with_version": "1"}

    with pytest.raises(AttributeError, match="datastore"):
        client.models.share(theirs.name, "1", registry_name=DEV.name, **told)

    assert local.registries.describe(theirs.moved(DEV)).origin
    assert local.registries.share(ours, ours.moved(DEV)).origin


def test_creating_from_files_cannot_be_repeated(local: LocalWorld, tmp_path: Path) -> None:
    """`creation` creates over files that are there, and compares what it finds."""
    from azure.ai.ml.entities import Model

    (tmp_path / "a").write_bytes(b"1")
    client = ml_client(local.config, APP, registry=DEV.name)
    name = model().name
    client.models.create_or_update(Model(name=name, version="1", path=tmp_path))

    with pytest.raises(ValueError, match="No value for given attribute"):
        client.models.create_or_update(Model(name=name, version="1", path=tmp_path))


def test_a_download_holds_every_file_in_memory(local: LocalWorld, tmp_path: Path) -> None:
    """`hashing` and `ways` read into buffers that are lent out, and nothing is downloaded."""
    asset = registered(local)
    client = ml_client(local.config, APP, registry=DEV.name)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client.models.download(asset.name, "1", download_path=tmp_path)

    assert any("content_as_bytes is deprecated" in str(each.message) for each in caught)


def test_a_registry_that_gives_no_signature_is_not_understood(
    local: LocalWorld, cloud: LocalService, tmp_path: Path
) -> None:
    """`sas` refuses, and says which registries do so."""
    asset = registered(local)
    client = ml_client(local.config, APP, registry=DEV.name)
    cloud.service.knobs.change({"no_credentials": True})

    with pytest.raises(KeyError, match="sasUri"):
        client.models.download(asset.name, "1", download_path=tmp_path)


def test_the_first_endpoints_under_a_cloud_s_name_stay(
    local: LocalWorld, environment: None
) -> None:
    """`CloudSettings.sdk_arguments` gives a cloud of one's own a name that changes with its endpoints."""
    from azure.ai.ml import MLClient
    from azure.ai.ml._azure_environments import _get_base_url_from_metadata

    assert environment is None
    name, metadata = f"cloud-{uuid.uuid4().hex[:6]}", local.config.cloud_metadata
    for manager in (metadata["resource_manager"], "https://elsewhere.invalid/"):
        given = {**metadata, "resource_manager": manager}
        credential = SandboxCredential(local.config, APP)
        MLClient(credential, registry_name=DEV.name, cloud=name, cloud_metadata=given)

    found = _get_base_url_from_metadata(name)
    assert found.rstrip("/") == metadata["resource_manager"].rstrip("/")


def test_a_client_changes_the_whole_process(local: LocalWorld, environment: None) -> None:
    """`Sdk._client` makes one at a time; outside programs are started without what was written."""
    assert environment is None

    ml_client(local.config, APP, registry=DEV.name)

    assert os.environ["AZUREML_CURRENT_CLOUD"] == cloud_name(local.config)


def test_no_registry_shares_with_another(local: LocalWorld) -> None:
    """Which is why there is this product."""
    asset = Copy(local).source
    client = ml_client(local.config, APP, registry=DEV.name)
    told = {"share_with_name": asset.name, "share_with_version": "1"}

    with pytest.raises(ValueError, match="No value for given attribute"):
        client.models.share(asset.name, "1", registry_name=PROD.name, **told)
