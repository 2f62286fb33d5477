"""What workspaces give and how their own share works; needs LIVE_WORKSPACE."""

from http import HTTPStatus
from urllib.parse import urlsplit

import pytest

from promotion.adapters.azureml import AzureMLRegistries
from promotion.domain.assets import AssetRef, Workspace
from tests.live.report import Report, Verdict
from tests.live.surroundings import Surroundings
from tests.live.test_copying import journey
from tests.live.wire import DATASTORE_API, Wire, told

pytestmark = pytest.mark.live


@pytest.fixture
def workspace(place: Surroundings) -> Workspace:
    """The workspace."""
    if place.workspace is None:
        pytest.skip("needs LIVE_WORKSPACE=subscription/resource-group/name")
    return place.workspace


def test_secrets_of_the_default_datastore(wire: Wire, report: Report, workspace: Workspace) -> None:
    where = f"{wire.base(workspace)}/datastores/workspaceblobstore"
    found = wire.ask("GET", f"{where}?api-version={DATASTORE_API}").json()["properties"]
    kept = (found.get("credentials") or {}).get("credentialsType")
    answer = wire.ask(
        "POST",
        f"{where}/listSecrets?api-version={DATASTORE_API}",
        {"expirableSecret": True, "expireAfterHours": 1},
    )
    kind = answer.json().get("secretsType") if answer.ok else told(answer)

    report.settle(
        "What does the default datastore give to read with?",
        assumed="a signature (Sas), or a key; with credentials `None` the app signs itself",
        did=f"credentials {kept}, secrets {kind}",
        expected=kind in {"Sas", "AccountKey"} or kept == "None",
        otherwise=Verdict.CHANGE,
    )


def test_copying_from_a_workspace(
    place: Surroundings, report: Report, workspace_model: AssetRef, adapter: AzureMLRegistries
) -> None:
    copy = journey(adapter, place, workspace_model, "from-workspace")
    copy.travel()

    report.settle(
        "Does storage copy from a workspace's datastore to a registry?",
        assumed="yes; else block by block, else through this process",
        did=f"arrived by {copy.way}",
        expected=copy.way == "copy_whole",
    )


def test_sharing_twice(
    place: Surroundings, report: Report, workspace_model: AssetRef, adapter: AzureMLRegistries
) -> None:
    target = place.asset("shared", place.target)
    first = adapter.share(workspace_model, target)
    again = adapter.share(workspace_model, target)
    digests = {adapter.read_manifest(each).digest for each in (workspace_model, target)}

    report.settle(
        "Does the service's own share bring the very files, and may it be repeated?",
        assumed="yes; the second time finds the first, by `originAssetId`",
        did=f"digests {'equal' if len(digests) == 1 else 'DIFFER'}, "
        f"origin {first.origin or 'missing'}, {'same' if first.ref == again.ref else 'other'} again",
        expected=len(digests) == 1 and bool(first.origin),
        otherwise=Verdict.CHANGE,
    )


def test_how_a_share_ends(
    place: Surroundings, wire: Wire, report: Report, workspace_model: AssetRef, workspace: Workspace
) -> None:
    found = wire.below(workspace, "").json()
    guid, location = found["properties"]["workspaceId"], found["location"]
    origin = f"azureml://locations/{location}/workspaces/{guid}"
    origin += f"/models/{workspace_model.name}/versions/{workspace_model.version}"
    target = place.asset("imported-from-workspace", place.target)
    answer = wire.ended(wire.import_(origin, target))

    report.settle(
        "How does the operation of a share end?",
        assumed="204, or 200 with a body, which azure-ai-ml falls over and the app does not",
        did=f"{told(answer)} {'with' if answer.content else 'without'} a body",
        expected=answer.status_code in {HTTPStatus.NO_CONTENT, HTTPStatus.OK},
        otherwise=Verdict.CHANGE,
    )


def test_where_a_shared_version_keeps_its_files(
    place: Surroundings,
    wire: Wire,
    report: Report,
    workspace_model: AssetRef,
    adapter: AzureMLRegistries,
) -> None:
    target = place.asset("shared-files", place.target)
    adapter.share(workspace_model, target)
    account = urlsplit(wire.version(target).json()["properties"]["modelUri"]).netloc
    source = adapter._connections.to_read(workspace_model).grant.endpoint

    report.settle(
        "Does a shared version have files of its own?",
        assumed="yes, in the registry's storage; else the workspace could change them afterwards",
        did=f"{'its own' if account not in source else 'THE WORKSPACE' + chr(39) + 'S'} account",
        expected=account not in source,
        otherwise=Verdict.CHANGE,
    )


def test_an_unknown_name_in_a_workspace(
    place: Surroundings, wire: Wire, report: Report, workspace: Workspace
) -> None:
    answer = wire.below(workspace, f"/models/promotion-live-none-{place.run}/versions")

    report.settle(
        "How is the list of versions of an unknown name in a workspace answered?",
        assumed="404, or an empty list",
        did=told(answer),
        expected=answer.ok or answer.status_code == HTTPStatus.NOT_FOUND,
    )
