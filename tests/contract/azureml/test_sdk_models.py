"""azure-ai-ml alone against the service: models, from creation to restoration."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from sandbox.people import APP, PEOPLE

if TYPE_CHECKING:
    from azure.ai.ml import MLClient
    from azure.ai.ml.entities import Model

pytestmark = pytest.mark.azurite

DEV = "dev-mlops-registry"
PROD = "prod-mlops-registry"
WORKSPACE = "dev-mlops-workspace"
type Sdk = Callable[..., MLClient]


@pytest.fixture
def workspace(sdk: Sdk) -> "MLClient":
    """The development workspace, as the author."""
    return sdk(PEOPLE["author"], workspace=WORKSPACE)


@pytest.fixture
def registry(sdk: Sdk) -> "MLClient":
    """The development registry, as the author."""
    return sdk(PEOPLE["author"], registry=DEV)


def model(name: str, path: Path | str, version: str | None = "1", **more: object) -> "Model":
    """Return a model entity of a local path."""
    from azure.ai.ml.entities import Model

    return Model(
        name=name,
        version=version,
        path=str(path),
        type="custom_model",
        tags={"metric": "0.9"},
        properties={"origin": "test"},
        description="A model",
        **more,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("home", ["workspace", "registry"])
def test_a_folder_comes_back_byte_for_byte(
    home: str, request: pytest.FixtureRequest, name: str, model_folder: Path, tmp_path: Path
) -> None:
    client = request.getfixturevalue(home)
    created = client.models.create_or_update(model(name, model_folder))
    read = client.models.get(name, version="1")
    client.models.download(name, "1", download_path=tmp_path / "out")

    assert contents(tmp_path / "out" / name / "model") == contents(model_folder)
    assert (read.description, read.tags, read.type) == (
        "A model",
        {"metric": "0.9"},
        "custom_model",
    )
    assert read.properties == {"origin": "test"}
    assert read.creation_context.created_by == "Author"
    assert (created.name, created.version) == (name, "1")


@pytest.mark.parametrize("home", ["workspace", "registry"])
def test_a_single_file_comes_back_byte_for_byte(
    home: str, request: pytest.FixtureRequest, name: str, tmp_path: Path
) -> None:
    client = request.getfixturevalue(home)
    file = tmp_path / "model.onnx"
    file.write_bytes(b"\x08\x07" * 1000)
    client.models.create_or_update(model(name, file))
    client.models.download(name, "1", download_path=tmp_path / "out")

    assert list(contents(tmp_path / "out").values()) == [file.read_bytes()]


@pytest.mark.parametrize("home", ["workspace", "registry"])
def test_versions_are_listed_and_the_latest_is_the_last_created(
    home: str, request: pytest.FixtureRequest, name: str, model_folder: Path
) -> None:
    client = request.getfixturevalue(home)
    for version in ("2", "1"):
        client.models.create_or_update(model(name, model_folder, version))

    assert [one.version for one in client.models.list(name=name)] == ["1", "2"]
    assert client.models.get(name, label="latest").version == "1"
    containers = {one.name: one.latest_version for one in client.models.list()}
    assert containers[name] == "1"


@pytest.mark.parametrize("home", ["workspace", "registry"])
def test_an_archived_version_is_not_listed_until_it_is_restored(
    home: str, request: pytest.FixtureRequest, name: str, model_folder: Path
) -> None:
    client = request.getfixturevalue(home)
    client.models.create_or_update(model(name, model_folder))

    client.models.archive(name, version="1")
    assert list(client.models.list(name=name)) == []
    client.models.restore(name, version="1")
    assert [one.version for one in client.models.list(name=name)] == ["1"]


@pytest.mark.parametrize("home", ["workspace", "registry"])
def test_an_archived_model_is_not_listed_until_it_is_restored(
    home: str, request: pytest.FixtureRequest, name: str, model_folder: Path
) -> None:
    client = request.getfixturevalue(home)
    client.models.create_or_update(model(name, model_folder))

    client.models.archive(name)
    assert name not in {one.name for one in client.models.list()}
    client.models.restore(name)
    assert name in {one.name for one in client.models.list()}


def test_without_a_version_the_next_number_is_taken(
    registry: "MLClient", name: str, model_folder: Path
) -> None:
    registry.models.create_or_update(model(name, model_folder, "7"))

    assert registry.models.create_or_update(model(name, model_folder, None)).version == "8"


def test_a_shared_model_has_its_files_and_its_description(
    workspace: "MLClient", registry: "MLClient", name: str, model_folder: Path, tmp_path: Path
) -> None:
    workspace.models.create_or_update(model(name, model_folder))
    target = {"share_with_name": f"{name}_shared", "share_with_version": "3"}
    shared = workspace.models.share(name, "1", registry_name=DEV, **target)
    registry.models.download(f"{name}_shared", "3", download_path=tmp_path / "out")

    assert contents(tmp_path / "out" / f"{name}_shared" / "model") == contents(model_folder)
    assert (shared.version, shared.description) == ("3", "A model")
    assert (shared.tags, shared.properties) == ({"metric": "0.9"}, {"origin": "test"})


def test_sharing_twice_is_refused_by_the_sdk(
    workspace: "MLClient", name: str, model_folder: Path
) -> None:
    from azure.ai.ml.exceptions import ValidationException

    workspace.models.create_or_update(model(name, model_folder))
    target = {"share_with_name": name, "share_with_version": "1", "registry_name": DEV}
    workspace.models.share(name, "1", **target)

    with pytest.raises(ValidationException, match="already exists in registry"):
        workspace.models.share(name, "1", **target)


def test_sharing_what_is_not_there_is_not_found(workspace: "MLClient", name: str) -> None:
    target = {"share_with_name": name, "share_with_version": "1", "registry_name": DEV}

    with pytest.raises(HttpResponseError, match="Could not find asset") as refused:
        workspace.models.share(name, "1", **target)
    assert refused.value.status_code == 404


def test_an_unknown_model_is_not_found(
    workspace: "MLClient", registry: "MLClient", name: str
) -> None:
    for client in (workspace, registry):
        with pytest.raises(ResourceNotFoundError):
            client.models.get(name, version="1")


def test_an_existing_version_keeps_its_content(
    workspace: "MLClient", registry: "MLClient", name: str, model_folder: Path
) -> None:
    from azure.ai.ml.entities import Model

    for client in (workspace, registry):
        made = client.models.create_or_update(model(name, model_folder))
        other = Model(name=name, version="1", path=f"{made.path}/MLmodel", type="custom_model")

        with pytest.raises(HttpResponseError) as refused:
            client.models.create_or_update(other)
        assert refused.value.status_code == 409
        assert client.models.get(name, version="1").path.endswith("/model")


def test_the_author_cannot_write_the_production_registry(
    sdk: Sdk, name: str, model_folder: Path
) -> None:
    production = sdk(PEOPLE["author"], registry=PROD)

    with pytest.raises(HttpResponseError, match="not allowed to access registry") as refused:
        production.models.create_or_update(model(name, model_folder))
    assert refused.value.status_code == 401


def test_a_reader_reads_what_the_app_wrote_and_writes_nothing(
    sdk: Sdk, name: str, model_folder: Path, tmp_path: Path
) -> None:
    sdk(APP, registry=PROD).models.create_or_update(model(name, model_folder))
    reader = sdk(PEOPLE["reader"], registry=PROD)
    reader.models.download(name, "1", download_path=tmp_path / "out")

    assert contents(tmp_path / "out" / name / "model") == contents(model_folder)
    with pytest.raises(HttpResponseError) as refused:
        reader.models.archive(name, version="1")
    assert refused.value.status_code == 401


def test_a_reader_cannot_upload_to_the_workspace(sdk: Sdk, name: str, model_folder: Path) -> None:
    (model_folder / "new").write_text(name)
    reader = sdk(PEOPLE["reader"], workspace=WORKSPACE)

    with pytest.raises(HttpResponseError) as refused:
        reader.models.create_or_update(model(name, model_folder))
    assert refused.value.status_code in {401, 403}


def test_a_reader_cannot_register_in_the_workspace_what_was_uploaded(
    sdk: Sdk, name: str, model_folder: Path
) -> None:
    made = sdk(PEOPLE["author"], workspace=WORKSPACE).models.create_or_update(
        model(name, model_folder)
    )
    reader = sdk(PEOPLE["reader"], workspace=WORKSPACE)

    with pytest.raises(HttpResponseError, match="does not have authorization") as refused:
        reader.models.create_or_update(model(name, made.path, "2"))
    assert refused.value.status_code == 403
