"""Environments: a definition that is approved by its digest, and a build context that is copied."""

import json
import uuid
from typing import Any

import pytest

from promotion.adapters.azureml import environments
from promotion.adapters.azureml.environments import read_definition
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.errors import ConflictError, InvalidError, NotFoundError, StaleError
from tests.contract.registries.front import Front
from tests.contract.registries.worlds import DEV, PROD, LocalWorld

pytestmark = pytest.mark.azurite

IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"
CONDA = "name: env\ndependencies:\n  - python=3.13\n  - pip:\n      - scikit-learn==1.5\n"
DOCKER = {"Dockerfile": b"FROM scratch\n", "src/run me.py": b"print()\n"}
ROUTES = {"livenessRoute": {"port": 5001, "path": "/live"}}


def environment(version: str = "1") -> AssetRef:
    """Return an environment of the development registry that no other test uses."""
    name = f"env-{uuid.uuid4().hex[:10]}"
    return AssetRef(home=DEV, kind=AssetKind.ENVIRONMENTS, name=name, version=version)


def registered(local: LocalWorld, **properties: Any) -> AssetRef:  # noqa: ANN401 - the service's own
    """Return an environment with these properties."""
    asset = environment()
    local.put(asset, {"description": "For scoring.", "tags": {"a": "b"}, **properties})
    return asset


def built(local: LocalWorld, files: dict[str, bytes]) -> AssetRef:
    """Return an environment that is built from files."""
    asset = environment()
    container, uri = local._upload_place(asset)
    for path, content in files.items():
        container.upload_blob(f"up/{path}", content)
    local.put(asset, {"build": {"contextUri": f"{uri}/up", "dockerfilePath": "Dockerfile"}})
    return asset


def copied(local: LocalWorld, source: AssetRef) -> AssetRef:
    """Copy an environment to the production registry; return it there."""
    worker, target = local.registries, source.moved(PROD)
    manifest = worker.read_manifest(source)
    assert worker.transfer(source, manifest, target).complete
    worker.create(worker.describe(source), manifest, target, {"promotion.request": "r1"})
    return target


@pytest.mark.parametrize(
    "properties",
    [
        {"image": IMAGE},
        {"image": IMAGE, "condaFile": CONDA},
        {"image": IMAGE, "inferenceConfig": ROUTES},
    ],
    ids=["image", "conda", "routes"],
)
def test_a_definition_is_created_again(local: LocalWorld, properties: dict[str, Any]) -> None:
    source = registered(local, **properties)

    target = copied(local, source)

    found, given = (local.document(each)["properties"] for each in (target, source))
    assert (found["image"], found.get("inferenceConfig")) == (IMAGE, given.get("inferenceConfig"))
    assert json.loads(found["condaFile"] or "0") == json.loads(given["condaFile"] or "0")
    assert (found["description"], found["tags"]) == ("For scoring.", {"a": "b"})
    assert found["properties"]["promotion.request"] == "r1"
    approved, arrived = (local.registries.read_manifest(each) for each in (source, target))
    assert arrived.digest == approved.digest


def test_a_build_context_is_copied_server_side(local: LocalWorld, front: Front) -> None:
    source = built(local, DOCKER)
    manifest = local.registries.read_manifest(source)
    front.reset()

    target = source.moved(PROD)
    assert local.registries.transfer(source, manifest, target).complete
    description = local.registries.describe(source)
    local.registries.create(description, manifest, target, {})

    assert front.content_bytes == 0
    assert sorted(front.copies) == ["Dockerfile", "run%20me.py"]
    assert local.registries.read_manifest(target).digest == manifest.digest
    assert description.type == "build_context"


def test_the_manifest_tells_the_definition_and_the_context(local: LocalWorld) -> None:
    manifest = local.registries.read_manifest(built(local, DOCKER))

    assert [file.path for file in manifest.files] == [
        "context/Dockerfile",
        "context/src/run me.py",
        "environment.json",
    ]


def test_doing_everything_twice_changes_nothing(local: LocalWorld) -> None:
    source = built(local, DOCKER)

    assert copied(local, source) == copied(local, source)


def test_another_definition_under_the_same_version_is_a_conflict(local: LocalWorld) -> None:
    source = registered(local, image=IMAGE)
    local.put(source.moved(PROD), {"image": "other"})

    with pytest.raises(ConflictError, match="other content"):
        copied(local, source)


def test_a_definition_that_changed_since_is_not_created(local: LocalWorld) -> None:
    source = registered(local, image=IMAGE)
    approved = local.registries.read_manifest(registered(local, image="another"))
    description = local.registries.describe(source)

    with pytest.raises(StaleError, match="definition"):
        local.registries.create(description, approved, source.moved(PROD), {})

    with pytest.raises(NotFoundError):
        local.registries.describe(source.moved(PROD))


def test_the_way_a_conda_file_is_written_does_not_matter() -> None:
    asset = environment()
    texts = [CONDA, json.dumps({"dependencies": _packages(), "name": "env"}, indent=2)]

    definitions = [
        read_definition(asset, {"properties": {"image": IMAGE, "condaFile": text}})
        for text in texts
    ]

    assert definitions[0].canonical == definitions[1].canonical


def _packages() -> list[Any]:
    return ["python=3.13", {"pip": ["scikit-learn==1.5"]}]


@pytest.mark.parametrize("text", ["a: b: c", "[", "%!"])
def test_a_conda_file_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="conda"):
        read_definition(environment(), {"properties": {"image": IMAGE, "condaFile": text}})


def test_the_digest_is_that_of_the_written_definition(local: LocalWorld) -> None:
    source = registered(local, image=IMAGE)

    written = environments.read_definition(source, local.document(source)).canonical

    assert written == f'{{"image":"{IMAGE}","osType":"Linux"}}'.encode()


def test_a_later_version_says_nothing_else_of_an_earlier_one(local: LocalWorld) -> None:
    asset = registered(local, image=IMAGE)
    before = local.registries.describe(asset).digest

    local.put(asset.moved(DEV, version="2"), {"image": IMAGE})

    assert local.registries.describe(asset).digest == before
