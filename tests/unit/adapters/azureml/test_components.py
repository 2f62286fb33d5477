"""A component's specification: what it names, and the one spelling that holds in any home."""

import json
from typing import Any

import pytest

from promotion.adapters.azureml.components import Specification, read_specification
from promotion.domain.assets import AssetKind, AssetRef, Registry, Workspace
from promotion.domain.errors import BrokenError, InvalidError

DEV = Registry("dev")
PROD = Registry("prod")
WORKSPACE = Workspace("sub", "group", "ws")
ARM = "/subscriptions/sub/resourceGroups/group/providers/Microsoft.MachineLearningServices/workspaces/ws"
CODE = "azureml://registries/dev/codes/4f1c/versions/1"
ENVIRONMENT = "azureml://registries/dev/environments/fares/versions/3"


def component(home: Registry | Workspace = DEV, version: str = "2") -> AssetRef:
    """Return a component."""
    return AssetRef(home=home, kind=AssetKind.COMPONENTS, name="train", version=version)


def specified(spec: dict[str, Any], asset: AssetRef | None = None) -> Specification:
    """Return the specification as the service answers it."""
    asset = asset or component()
    return read_specification(asset, {"properties": {"componentSpec": spec}})


COMMAND = {
    "name": "train",
    "version": "2",
    "type": "command",
    "code": CODE,
    "environment": ENVIRONMENT,
    "is_deterministic": "True",
    "inputs": {"rate": {"type": "number", "default": "0.1"}},
}


def test_code_is_a_part_and_everything_else_a_reference() -> None:
    found = specified(COMMAND)

    assert [(each.where, each.id) for each in found.references] == [("environment", ENVIRONMENT)]
    assert found.code is not None
    assert found.code.id == CODE


def test_steps_and_defaults_are_references_where_they_stand() -> None:
    data = "azureml://registries/dev/data/fares/versions/1"
    step = "azureml://registries/dev/components/step/versions/1"
    found = specified(
        {
            "type": "pipeline",
            "inputs": {"table": {"type": "uri_folder", "default": data}},
            "jobs": {"one": {"componentId": step, "inputs": {"x": {"uri": data}}}},
        }
    )

    assert {each.where: each.id for each in found.references} == {
        "inputs.table.default": data,
        "jobs.one.componentId": step,
        "jobs.one.inputs.x.uri": data,
    }


@pytest.mark.parametrize(
    "name", ["description", "display_name", "displayName", "tags", "properties"]
)
def test_what_people_write_refers_to_nothing_and_is_left_alone(name: str) -> None:
    text: Any = ENVIRONMENT if name.startswith("d") else {"see": ENVIRONMENT}
    found = specified({"type": "command", name: text})

    assert found.references == ()
    assert found.written_for(component(PROD))[name] == text


def test_the_canonical_form_is_the_same_wherever_it_is() -> None:
    there = json.loads(json.dumps(COMMAND).replace("registries/dev", "registries/prod"))

    here = specified(COMMAND).canonical

    assert specified({**there, "version": "9"}, component(PROD, "9")).canonical == here
    assert b'"code":"code"' in here
    assert b'"environment":"environments/fares/versions/3"' in here
    assert b"dev" not in here


def test_the_canonical_form_is_the_same_as_the_service_writes_it() -> None:
    sent = {
        **COMMAND,
        "is_deterministic": True,
        "inputs": {"rate": {"type": "number", "default": 0.1}},
        "_source": "BUILDER",
        "tags": {},
        "outputs": None,
    }

    assert specified(sent).canonical == specified(COMMAND).canonical


def test_the_canonical_form_of_a_workspace_s_component_is_that_of_a_registry_s() -> None:
    spec = {
        **COMMAND,
        "code": f"azureml:{ARM}/codes/4f1c/versions/1",
        "environment": f"{ARM}/environments/fares/versions/3",
    }

    found = specified(spec, component(WORKSPACE))

    assert found.canonical == specified(COMMAND).canonical
    assert found.code is not None
    assert found.code.home == WORKSPACE


@pytest.mark.parametrize("changed", [{"command": "other"}, {"environment": f"{ENVIRONMENT}0"}])
def test_another_specification_has_another_form(changed: dict[str, str]) -> None:
    assert specified({**COMMAND, **changed}).canonical != specified(COMMAND).canonical


def test_it_is_written_for_the_target_with_its_name_and_version_there() -> None:
    outside = "azureml://registries/azureml/environments/base/versions/1"

    written = specified({**COMMAND, "other": outside}).written_for(component(PROD, "5"))

    assert written["environment"] == "azureml://registries/prod/environments/fares/versions/3"
    assert written["code"] == "azureml://registries/prod/codes/4f1c/versions/1"
    assert written["other"] == outside
    assert (written["name"], written["version"]) == ("train", "5")


def test_code_of_several_assets_is_refused() -> None:
    found = specified({**COMMAND, "task": {"code": CODE.replace("4f1c", "other")}})

    with pytest.raises(InvalidError, match="runs the code of 2 assets"):
        _ = found.code


def test_the_same_code_twice_is_one() -> None:
    found = specified({**COMMAND, "task": {"code": CODE}})

    assert found.code is not None


def test_code_elsewhere_is_refused() -> None:
    found = specified({**COMMAND, "code": CODE.replace("/dev/", "/elsewhere/")})

    with pytest.raises(InvalidError, match="is in elsewhere, not beside it"):
        _ = found.code


def test_code_that_cannot_be_named_is_refused() -> None:
    with pytest.raises(InvalidError, match="not the id of an Azure ML asset"):
        _ = specified({**COMMAND, "code": "azureml:nowhere/codes/x/versions/1"}).code


def test_one_registry_has_one_spelling() -> None:
    spec = {**COMMAND, "environment": ENVIRONMENT.replace("/dev/", "/DEV/")}

    assert specified(spec).canonical == specified(COMMAND).canonical


@pytest.mark.parametrize(
    "document", [{}, {"properties": None}, {"properties": {"componentSpec": []}}]
)
def test_a_document_without_a_specification_is_broken(document: dict[str, Any]) -> None:
    with pytest.raises(BrokenError, match="no specification"):
        read_specification(component(), document)
