"""Components: a specification whose ids are written for the target, and code that travels along."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from promotion.adapters.azureml.codes import code_ref
from promotion.domain.assets import AssetKind, AssetRef, Reference, parse_asset_id
from promotion.domain.errors import BrokenError, ConflictError, NotFoundError, StaleError
from promotion.ports import EVER
from sandbox.azureml.client import ml_client
from sandbox.people import PEOPLE
from tests.contract.registries.component_makers import (
    command_component,
    fresh,
    pipeline_component,
)
from tests.contract.registries.front import Front
from tests.contract.registries.worlds import DEV, PROD, WORKSPACE, LocalWorld

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

pytestmark = pytest.mark.azurite


@pytest.fixture
def author(local: LocalWorld) -> "MLClient":
    """azure-ai-ml as the author has it, in the development registry."""
    return ml_client(local.config, PEOPLE["author"], registry=DEV.name)


def copied(local: LocalWorld, source: AssetRef) -> AssetRef:
    """Copy an asset to the production registry; return it there."""
    worker, target = local.registries, source.moved(PROD)
    manifest = worker.read_manifest(source)
    assert worker.transfer(source, manifest, target).complete
    worker.create(worker.describe(source), manifest, target, {"promotion.request": "r1"})
    return target


def environment_of(component: AssetRef) -> AssetRef:
    """Return the environment that was made with a component."""
    name = f"{component.name}_env"
    return AssetRef(home=DEV, kind=AssetKind.ENVIRONMENTS, name=name, version="1")


def spec_of(local: LocalWorld, asset: AssetRef) -> dict[str, object]:
    """Return the specification that the service has."""
    spec: dict[str, object] = local.document(asset)["properties"]["componentSpec"]
    return spec


def test_a_component_names_its_environment_and_keeps_its_code_to_itself(
    local: LocalWorld, author: "MLClient", tmp_path: Path
) -> None:
    source = command_component(author, tmp_path)

    found = local.registries.describe(source)

    environment = f"azureml://registries/{DEV.name}/environments/{source.name}_env/versions/1"
    assert found.references == (Reference(where="environment", id=environment),)
    assert found.type == "command"
    paths = [file.path for file in local.registries.read_manifest(source).files]
    assert paths == ["code/train.py", "component.json"]


def test_a_list_of_versions_tells_what_components_name(
    local: LocalWorld, author: "MLClient", tmp_path: Path
) -> None:
    source = command_component(author, tmp_path)

    (found,) = local.registries.recent(source, EVER)

    assert found.references == local.registries.describe(source).references != ()


def test_a_pipeline_names_the_components_of_its_steps(
    local: LocalWorld, author: "MLClient", tmp_path: Path
) -> None:
    steps = [command_component(author, tmp_path) for _ in range(2)]

    found = local.registries.describe(pipeline_component(author, *steps))

    assert {each.id for each in found.references} == {step.id for step in steps}
    assert all(each.where.endswith(".componentId") for each in found.references)
    assert found.type == "pipeline"


def test_a_component_arrives_with_the_ids_of_its_target(
    local: LocalWorld, author: "MLClient", tmp_path: Path
) -> None:
    source = command_component(author, tmp_path)
    copied(local, environment_of(source))

    target = copied(local, source)

    given, arrived = spec_of(local, source), spec_of(local, target)
    assert DEV.name not in str(arrived)
    assert str(given).replace(DEV.name, PROD.name) == str(arrived)
    digests = {local.registries.read_manifest(each).digest for each in (source, target)}
    assert len(digests) == 1
    properties = local.document(target)["properties"]
    assert properties["properties"]["promotion.request"] == "r1"


def test_an_arrived_component_is_read_and_used_by_the_sdk(
    local: LocalWorld, author: "MLClient", tmp_path: Path
) -> None:
    target = copied(local, command_component(author, tmp_path))
    reader = ml_client(local.config, PEOPLE["reader"], registry=PROD.name)

    found = reader.components.get(target.name, version=target.version)

    assert found.inputs["rate"].type == "number"
    assert found.environment == (
        f"azureml://registries/{PROD.name}/environments/{target.name}_env/versions/1"
    )
    code = code_ref(str(spec_of(local, target)["code"]))
    assert code is not None
    assert reader._code.get(code.name, version=code.version).path.endswith("/code")


def test_a_workspace_s_component_is_created_from_its_specification(
    local: LocalWorld, tmp_path: Path
) -> None:
    workspace = ml_client(local.config, PEOPLE["author"], workspace=WORKSPACE.name)
    source = command_component(workspace, tmp_path).moved(WORKSPACE)
    copied(local, environment_of(source).moved(WORKSPACE))

    target = copied(local, source)

    spec = spec_of(local, target)
    environment = environment_of(source).moved(PROD).id
    assert spec["environment"] == environment
    assert str(spec["code"]).startswith(f"azureml://registries/{PROD.name}/codes/")
    (reference,) = local.registries.describe(source).references
    assert parse_asset_id(reference.id) == environment_of(source).moved(WORKSPACE)
    manifests = [local.registries.read_manifest(each) for each in (source, target)]
    assert manifests[0].digest == manifests[1].digest
    assert [file.path for file in manifests[1].files] == ["code/train.py", "component.json"]


def test_code_travels_server_side(
    local: LocalWorld, author: "MLClient", tmp_path: Path, front: Front
) -> None:
    source = command_component(author, tmp_path)
    manifest = local.registries.read_manifest(source)
    front.reset()

    assert local.registries.transfer(source, manifest, source.moved(PROD)).complete

    assert front.content_bytes == 0
    assert front.copies == ["train.py"]


def test_doing_everything_twice_changes_nothing(
    local: LocalWorld, author: "MLClient", tmp_path: Path
) -> None:
    source = command_component(author, tmp_path)

    first = copied(local, source)
    properties = local.document(first)["properties"]

    assert copied(local, source) == first
    assert local.document(first)["properties"] == properties


def test_a_component_goes_on_where_only_its_code_had_arrived(
    local: LocalWorld, author: "MLClient", tmp_path: Path
) -> None:
    one = command_component(author, tmp_path)
    code = str(spec_of(local, one)["code"])
    other = fresh(AssetKind.COMPONENTS)
    local.put(other, {"componentSpec": {**spec_of(local, one), "display_name": "Another"}})
    copied(local, one)

    target = copied(local, other)

    assert spec_of(local, target)["code"] == code.replace(DEV.name, PROD.name)


def test_another_specification_under_the_same_version_is_a_conflict(
    local: LocalWorld, author: "MLClient", tmp_path: Path
) -> None:
    source = command_component(author, tmp_path)
    spec = {**spec_of(local, source), "command": "echo other", "code": None}
    local.put(source.moved(PROD), {"componentSpec": spec})

    with pytest.raises(ConflictError, match="other content"):
        copied(local, source)


def test_a_specification_that_is_not_the_approved_one_is_not_created(
    local: LocalWorld, author: "MLClient", tmp_path: Path
) -> None:
    source = command_component(author, tmp_path)
    approved = local.registries.read_manifest(command_component(author, tmp_path))

    with pytest.raises(StaleError, match="definition"):
        local.registries.transfer(source, approved, source.moved(PROD))
    with pytest.raises(StaleError, match="definition"):
        local.registries.create(local.registries.describe(source), approved, source.moved(PROD), {})
    with pytest.raises(NotFoundError):
        local.registries.describe(source.moved(PROD))


def test_nothing_is_created_over_code_that_did_not_arrive(
    local: LocalWorld, author: "MLClient", tmp_path: Path
) -> None:
    source = command_component(author, tmp_path)
    manifest = local.registries.read_manifest(source)

    with pytest.raises(BrokenError, match="not what was approved"):
        local.registries.create(local.registries.describe(source), manifest, source.moved(PROD), {})
    with pytest.raises(NotFoundError):
        local.registries.describe(source.moved(PROD))


def test_checks_read_the_specification_and_the_code(
    local: LocalWorld, author: "MLClient", tmp_path: Path
) -> None:
    source = command_component(author, tmp_path)

    files = local.registries.open_files(source, local.registries.read_manifest(source))

    reader = files.open("code/train.py")
    sent = (tmp_path / source.name / "code" / "train.py").read_bytes()
    assert reader.read(0, reader.size) == sent
    assert b'"type":"command"' in files.open("component.json").read(0, 100_000)
    with pytest.raises(NotFoundError):
        files.open("train.py")
