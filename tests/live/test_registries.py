"""What registries say and allow, asked plainly: each test settles one thing that is not established."""

from http import HTTPStatus
from typing import Any

import pytest

from promotion.adapters.azureml import AzureMLRegistries
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.errors import NotFoundError
from tests.live.conftest import FILES, client
from tests.live.report import Report, Verdict
from tests.live.surroundings import Surroundings
from tests.live.wire import Wire, told

pytestmark = pytest.mark.live

_READS = 8


def put(wire: Wire, asset: AssetRef, **properties: Any) -> str:  # noqa: ANN401 - any JSON
    """Make or change a version; return how it ended."""
    answer = wire.version(asset, "PUT", {"properties": {"modelType": "custom_model", **properties}})
    return told(wire.ended(answer))


def properties_of(wire: Wire, asset: AssetRef) -> dict[str, Any]:
    """Return what the service says of a version."""
    found: dict[str, Any] = wire.version(asset).json()["properties"]
    return found


def refused(answer: str) -> bool:
    """Whether an answer in words is a refusal."""
    return answer.startswith("4")


def test_importing_from_another_registry(
    place: Surroundings, wire: Wire, report: Report, model: AssetRef
) -> None:
    answer = told(wire.ended(wire.import_(model.id, place.asset("imported", place.target))))

    report.settle(
        "Does `import` take over an asset of another registry?",
        assumed="no; the app copies the files itself, and never asks for this",
        did=answer,
        expected=refused(answer),
    )


def test_a_version_over_another_registry_s_asset_id(
    place: Surroundings, wire: Wire, report: Report, model: AssetRef
) -> None:
    target = place.asset("by-id", place.target)
    answer = put(wire, target, modelUri=model.id)
    kept = "" if refused(answer) else f", keeps {properties_of(wire, target).get('modelUri')}"

    report.settle(
        "Does a version made over `azureml://registries/...` copy the files?",
        assumed="no; the app never makes such versions",
        did=f"{answer}{kept}",
        expected=refused(answer) or model.id in kept,
    )


def test_a_version_over_another_registry_s_files(
    place: Surroundings, wire: Wire, report: Report, model: AssetRef
) -> None:
    uri = properties_of(wire, model)["modelUri"]
    target = place.asset("by-address", place.target)
    answer = put(wire, target, modelUri=uri)
    same = not refused(answer) and properties_of(wire, target).get("modelUri") == uri

    report.settle(
        "Does a version made over the other registry's blob address copy the files?",
        assumed="no: it is refused, or points at the other registry; the app never does this",
        did=f"{answer}{', points there' if same else ''}",
        expected=refused(answer) or same,
    )


def test_the_place_of_a_version_to_come(place: Surroundings, wire: Wire, report: Report) -> None:
    asset = place.asset("to-come", place.target)
    uris = {
        wire.write_reference(asset).json()["blobReferenceForConsumption"]["blobUri"]
        for _ in range(3)
    }

    report.settle(
        "Is the container of a version to come the same each time it is asked for?",
        assumed="yes; otherwise a copy begins anew after every interruption",
        did=f"{len(uris)} container(s) in 3 answers",
        expected=len(uris) == 1,
    )


def test_the_place_of_a_version_that_is_there(wire: Wire, report: Report, model: AssetRef) -> None:
    answer = wire.write_reference(model)

    report.settle(
        "May one write into the container of a version that exists?",
        assumed="no: 409",
        did=told(answer),
        expected=answer.status_code == HTTPStatus.CONFLICT,
        otherwise=Verdict.CHANGE,
    )


def test_the_same_version_again(wire: Wire, report: Report, model: AssetRef) -> None:
    found = properties_of(wire, model)
    answer = put(wire, model, modelUri=found["modelUri"], flavors=found.get("flavors") or {})

    report.settle(
        "How is the same version, sent again, answered?",
        assumed="with success or 409; the app compares digests after both",
        did=answer,
        expected=not refused(answer) or answer.startswith("409"),
        otherwise=Verdict.CHANGE,
    )


def test_properties_that_are_added_later(wire: Wire, report: Report, model: AssetRef) -> None:
    found = properties_of(wire, model)
    more = {**(found.get("properties") or {}), "promotion.request": "live"}
    answer = put(wire, model, modelUri=found["modelUri"], properties=more)
    kept = properties_of(wire, model).get("properties") or {}

    report.settle(
        "Can properties be added to a version that exists?",
        assumed="yes; a shared version gets its lineage so",
        did=f"{answer}; the property is {'there' if 'promotion.request' in kept else 'not there'}",
        expected="promotion.request" in kept,
    )


def test_replicas(wire: Wire, report: Report, model: AssetRef, adapter: AzureMLRegistries) -> None:
    hosts = {properties_of(wire, model)["modelUri"].split("/")[2] for _ in range(_READS)}
    manifests = [adapter.read_manifest(model) for _ in range(2)]
    same = len({each.digest for each in manifests}) == 1

    report.settle(
        "Do readings of one version lead to several storage accounts?",
        assumed="perhaps; the app takes address and signature from one reading",
        did=f"{len(hosts)} account(s) in {_READS} readings; digests {'equal' if same else 'DIFFER'}",
        expected=same,
        otherwise=Verdict.CHANGE,
    )


def test_what_a_version_tells_of_itself(
    report: Report, model: AssetRef, adapter: AzureMLRegistries
) -> None:
    found = adapter.describe(model)

    report.settle(
        "Does a registry tell when and by whom a version was created?",
        assumed="yes; authors may not approve, and champions are ordered by time",
        did=f"created_at {found.created_at is not None}, created_by {bool(found.created_by)}",
        expected=found.created_at is not None and bool(found.created_by),
        otherwise=Verdict.CHANGE,
    )


def test_flavors_of_a_model_without_any(wire: Wire, report: Report, model: AssetRef) -> None:
    found = properties_of(wire, model).get("flavors", "missing")

    report.settle(
        "What are the flavors of a model without any?",
        assumed="null, missing or empty; azure-ai-ml falls over the first two, the app over none",
        did=repr(found),
        expected=not found or found == "missing",
    )


def test_archived_versions_in_lists(
    place: Surroundings, wire: Wire, report: Report, adapter: AzureMLRegistries
) -> None:
    asset = place.asset("archived", place.source)
    uri = wire.write_reference(asset).json()["blobReferenceForConsumption"]["blobUri"]
    put(wire, asset, modelUri=f"{uri}/nothing")
    client(place, asset.home).models.archive(asset.name, asset.version)
    found = {each.version: each.archived for each in adapter.versions(asset)}

    report.settle(
        "Does `listViewType=All` list archived versions?",
        assumed="yes; version numbers of archived ones are taken",
        did=f"{found}",
        expected=found == {"1": True},
        otherwise=Verdict.CHANGE,
    )


def test_the_order_of_versions(
    place: Surroundings, wire: Wire, report: Report, model: AssetRef
) -> None:
    uri = properties_of(wire, model)["modelUri"]
    second = place.throwaway(model.moved(place.source, version="2"))
    made = put(wire, second, modelUri=uri)
    answer = wire.below(
        place.source, f"/models/{model.name}/versions", query="&$orderBy=createdtime desc"
    )
    found = [each["id"].rpartition("/")[2] for each in answer.json().get("value", [])]

    report.settle(
        "Are versions listed newest first with `$orderBy=createdtime desc`?",
        assumed="yes; reconciling reads no further than to the first old one",
        did=f"made 2 after 1 ({made}), listed {found}",
        expected=refused(made) or found == ["2", "1"],
        otherwise=Verdict.CHANGE,
    )


def test_the_latest_version_of_a_name(
    place: Surroundings, report: Report, model: AssetRef, adapter: AzureMLRegistries
) -> None:
    names = adapter.names(place.source, AssetKind.MODELS)
    found = next((each for each in names if each.name == model.name), None)

    report.settle(
        "Does the list of names tell each one's latest version?",
        assumed="yes; without it reconciling looks into every name each time",
        did=f"{found}",
        expected=found is not None and bool(found.latest),
    )


@pytest.mark.parametrize("name", ["promotion live", "größe", "x" * 300], ids=["space", "ö", "300"])
def test_a_name_that_no_asset_can_have(
    place: Surroundings, wire: Wire, report: Report, name: str
) -> None:
    answer = wire.below(place.source, f"/models/{name}/versions/1")

    report.settle(
        f"How is the name {name[:20]!r} answered?",
        assumed="400 or 404",
        did=told(answer),
        expected=answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND},
    )


def test_a_name_that_is_not_there(place: Surroundings, wire: Wire, report: Report) -> None:
    answer = wire.below(place.source, f"/models/promotion-live-none-{place.run}/versions")

    report.settle(
        "How is the list of versions of an unknown name answered?",
        assumed="an empty list, or 404",
        did=f"{told(answer)} {answer.text[:80] if answer.ok else ''}",
        expected=(answer.ok and not answer.json()["value"])
        or answer.status_code == HTTPStatus.NOT_FOUND,
        otherwise=Verdict.CHANGE,
    )


def test_a_registry_that_is_not_there(wire: Wire, place: Surroundings, report: Report) -> None:
    answer = wire.discovery(f"promotion-live-none-{place.run}")

    report.settle(
        "How is an unknown registry answered?",
        assumed="404",
        did=told(answer),
        expected=answer.status_code == HTTPStatus.NOT_FOUND,
    )


def test_a_deleted_version(
    place: Surroundings, wire: Wire, report: Report, adapter: AzureMLRegistries
) -> None:
    asset = place.asset("deleted", place.source)
    uri = wire.write_reference(asset).json()["blobReferenceForConsumption"]["blobUri"]
    put(wire, asset, modelUri=f"{uri}/nothing")
    deleted = told(wire.version(asset, "DELETE"))
    if refused(deleted):
        report.settle(
            "How is a deleted version answered?",
            assumed="it cannot be created again",
            did=f"not settled: deleting was answered {deleted}",
            expected=False,
        )
        return
    again = told(wire.write_reference(asset))
    with pytest.raises(NotFoundError):
        adapter.describe(asset)

    report.settle(
        "How is a deleted version answered when it is to be created again?",
        assumed="409, with `cannot be recreated` or `was deleted` in its words",
        did=again,
        expected=again.startswith("409") and ("recreated" in again or "deleted" in again),
    )


def test_an_environment_over_a_private_image(
    place: Surroundings, wire: Wire, report: Report
) -> None:
    if not place.private_image:
        pytest.skip(
            "needs LIVE_PRIVATE_IMAGE: an image that the target registry cannot pull freely"
        )
    asset = place.asset("environment", place.target, AssetKind.ENVIRONMENTS)
    body = {"properties": {"image": place.private_image, "osType": "Linux"}}
    answer = told(wire.ended(wire.version(asset, "PUT", body)))

    report.settle(
        "Does a registry take an environment over a private image?",
        assumed="not established: the target needs access to the image's registry",
        did=answer,
        expected=not refused(answer),
    )


def test_what_was_registered_is_what_is_read(
    report: Report, model: AssetRef, adapter: AzureMLRegistries
) -> None:
    found = {file.path: file.size for file in adapter.read_manifest(model).files}
    wanted = {path: len(content) for path, content in FILES.items()}

    report.settle(
        "Are the files of a model those it was registered from?",
        assumed="yes, names with spaces and letters beyond ASCII among them, empty ones too",
        did=f"{sorted(found)}",
        expected=found == wanted,
        otherwise=Verdict.CHANGE,
    )
