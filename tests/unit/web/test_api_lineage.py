"""The lineage of a model: from the run to production, both ways, with decisions and digests on the edges."""

import json

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from promotion.domain.assets import AssetRef
from promotion.domain.errors import DamagedError
from promotion.ports import Reservation
from tests.building import FILES, WORKSPACE, description, model
from tests.lineages import TARGET, surfer_after_a_promotion
from tests.surfing import APPROVER, NOBODY, SECOND, SECURITY, Surfer


def address(asset: AssetRef) -> str:
    return f"/api/lineage/{asset.home.name}/{asset.name}/{asset.version}"


@pytest.mark.parametrize("asset", [model(), TARGET], ids=["from the source", "from the target"])
def test_the_whole_way_is_shown_from_either_end(asset: AssetRef) -> None:
    shown = surfer_after_a_promotion().json("GET", address(asset))

    assert shown["root"] == asset.id
    assert sorted(
        (edge["kind"], edge["source"].rsplit("/", 1)[-1], edge["target"]) for edge in shown["edges"]
    ) == [
        ("promoted", "1", TARGET.id),
        ("shared", "1", model().id),
        ("trained", "calm_wheel_7", model().moved(WORKSPACE).id),
    ]
    assert [node["kind"] for node in shown["nodes"]].count("run") == 1


def test_decisions_and_digest_stand_on_the_edge_of_a_promotion() -> None:
    surfer = surfer_after_a_promotion()

    shown = surfer.json("GET", address(TARGET))

    (edge,) = [edge for edge in shown["edges"] if edge["kind"] == "promoted"]
    people = {each["by"]["oid"] for each in edge["decisions"]}
    assert people == {APPROVER.oid, SECOND.oid, SECURITY.oid}
    request = surfer.stage.requests.get(edge["request"]).request
    assert (edge["digest"], edge["attestation"]) == (request.digest, request.attestation)
    assert edge["policy_hash"] == request.policy_hash


def test_openlineage_is_a_run_for_each_step() -> None:
    surfer = surfer_after_a_promotion()

    response = surfer.call("GET", f"{address(TARGET)}?format=openlineage")
    answer = json.loads(response.body)["events"]

    assert [event["eventType"] for event in answer] == ["COMPLETE"] * 3
    (step,) = [event for event in answer if event["job"]["name"] == "dev-to-prod"]
    assert step["inputs"][0]["name"] == "models/taxi-fare/versions/1"
    assert step["outputs"][0]["namespace"] == "azureml://registries/prod-mlops-registry"
    assert len(step["run"]["facets"]["promotion"]["decisions"]) == 3


#: What the specification (2-0-2) requires of a run event, with the formats of its texts.
RUN_EVENT = {
    "type": "object",
    "required": ["eventTime", "producer", "schemaURL", "run", "job", "inputs", "outputs"],
    "properties": {
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "eventTime": {"type": "string", "format": "date-time"},
        "producer": {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:[^ ]+$"},
        "schemaURL": {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:[^ ]+$"},
        "run": {
            "type": "object",
            "required": ["runId"],
            "properties": {
                "runId": {"type": "string", "format": "uuid"},
                "facets": {"additionalProperties": {"$ref": "#/$defs/facet"}},
            },
        },
        "job": {"$ref": "#/$defs/named"},
        "inputs": {"type": "array", "items": {"$ref": "#/$defs/named"}},
        "outputs": {"type": "array", "items": {"$ref": "#/$defs/named"}},
    },
    "$defs": {
        "named": {
            "type": "object",
            "required": ["namespace", "name"],
            "properties": {
                "namespace": {"type": "string", "minLength": 1},
                "name": {"type": "string", "minLength": 1},
                "facets": {"additionalProperties": {"$ref": "#/$defs/facet"}},
            },
        },
        "facet": {
            "type": "object",
            "required": ["_producer", "_schemaURL"],
            "properties": {
                "_producer": {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:[^ ]+$"},
                "_schemaURL": {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:[^ ]+$"},
            },
        },
    },
}


def test_every_step_is_a_valid_run_event_of_openlineage() -> None:
    surfer = surfer_after_a_promotion()
    checker = Draft202012Validator(RUN_EVENT, format_checker=FormatChecker())

    first, second = (
        surfer.json("GET", f"{address(asset)}?format=openlineage")["events"]
        for asset in (TARGET, model())
    )

    assert [error.message for event in first for error in checker.iter_errors(event)] == []
    # One step is one run, from whichever end it is looked at.
    runs = [{event["run"]["runId"] for event in each} for each in (first, second)]
    assert runs[0] == runs[1]
    # What one step makes, the next one takes.
    made = {(each["namespace"], each["name"]) for event in first for each in event["outputs"]}
    taken = {(each["namespace"], each["name"]) for event in first for each in event["inputs"]}
    assert len(made & taken) == 2


def test_a_version_that_nobody_knows_is_404() -> None:
    assert Surfer().call("GET", "/api/lineage/prod-mlops-registry/nothing/1").status == 404


@pytest.mark.parametrize("path", ["a%2Fb/1", "%00/1", "x/" + "9" * 400])
def test_names_that_cannot_be_are_404(path: str) -> None:
    assert Surfer().call("GET", f"/api/lineage/prod-mlops-registry/{path}").status == 404


def test_properties_that_lead_in_a_circle_end() -> None:
    surfer = Surfer()
    asset = msgspec.structs.replace(
        description(model()), properties={"promotion.source": model().id}
    )
    surfer.stage.registries.put(asset, FILES)

    shown = surfer.json("GET", address(model()))

    assert [node["id"] for node in shown["nodes"]] == [model().id]
    assert shown["edges"] == []


def test_a_target_that_was_deleted_is_told_by_its_request() -> None:
    surfer = surfer_after_a_promotion()
    surfer.stage.registries.delete(TARGET)

    shown = surfer.json("GET", address(TARGET))

    (node,) = [node for node in shown["nodes"] if node["id"] == TARGET.id]
    assert node["seen"] is False
    assert "promoted" in {edge["kind"] for edge in shown["edges"]}


def test_lineage_takes_a_role() -> None:
    assert Surfer().call("GET", address(TARGET), NOBODY).status == 403


@pytest.mark.parametrize("told", ["nonsense", "a" * 26, ""])
def test_a_promotion_whose_request_is_gone_is_shown_without_decisions(told: str) -> None:
    surfer = Surfer()
    says = {"promotion.source": model().id, "promotion.request": told}
    arrived = msgspec.structs.replace(description(TARGET), properties=says)
    surfer.stage.registries.put(arrived, FILES)

    (edge,) = surfer.json("GET", address(TARGET))["edges"]

    assert (edge["kind"], edge["request"], edge["decisions"]) == ("promoted", None, [])


@pytest.mark.parametrize(
    "says",
    [{}, {"promotion.source": model(version="7").id}],
    ids=["another version", "another source"],
)
def test_a_version_that_claims_the_approval_of_another_is_shown_without_it(
    says: dict[str, str],
) -> None:
    surfer = surfer_after_a_promotion()
    approved = surfer.stage.registries.describe(TARGET)
    forged = TARGET if says else TARGET.moved(TARGET.home, version="9")
    surfer.stage.registries.put(
        msgspec.structs.replace(description(forged), properties={**approved.properties, **says}),
        {"MLmodel": b"something else"},
    )

    shown = surfer.json("GET", address(forged))

    (node,) = [each for each in shown["nodes"] if each["id"] == forged.id]
    assert node["digest"] is None
    claimed = says.get("promotion.source", model().id)
    assert (claimed, forged.id) not in {(each["source"], each["target"]) for each in shown["edges"]}


def test_an_origin_that_is_no_asset_is_no_origin() -> None:
    surfer = Surfer()
    surfer.stage.registries.put(
        msgspec.structs.replace(description(model()), origin="somewhere"), FILES
    )

    assert surfer.json("GET", address(model()))["edges"] == []


def test_a_chain_without_end_is_cut() -> None:
    surfer = Surfer()
    for version in range(1, 30):
        origin = model(version=str(version + 1)).id
        asset = msgspec.structs.replace(description(model(version=str(version))), origin=origin)
        surfer.stage.registries.put(asset, FILES)

    assert len(surfer.json("GET", address(model()))["edges"]) == 12


def test_records_that_cannot_be_read_leave_what_the_versions_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    surfer = surfer_after_a_promotion()
    surfer.stage.registries.delete(TARGET)

    def damaged(_: AssetRef) -> tuple[Reservation, ...]:
        raise DamagedError("A reservation cannot be read.", "Look at the table.")

    monkeypatch.setattr(surfer.stage.reservations, "under", damaged)

    shown = surfer.json("GET", address(TARGET))
    assert "promoted" in {edge["kind"] for edge in shown["edges"]}


def test_a_job_name_that_travelled_to_a_registry_is_no_run() -> None:
    surfer = Surfer()
    named = msgspec.structs.replace(description(model()), job_name="calm_wheel_7")
    surfer.stage.registries.put(named, FILES)

    assert [node["kind"] for node in surfer.json("GET", address(model()))["nodes"]] == ["version"]
