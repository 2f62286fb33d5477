"""The call that shows a version's lineage, in this API's own form or in OpenLineage's."""

import datetime as dt
import uuid
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from promotion.domain.assets import AssetKind, AssetRef, Registry, asset_ref
from promotion.domain.errors import InvalidError
from promotion.usecases import lineage as usecase
from promotion.usecases.lineage import Edge, Lineage, Node
from promotion.web import answers, lineage_shapes, present
from promotion.web.http import Response
from promotion.web.inputs import POSSIBLE_NAME, LineageQuery
from promotion.web.problems import NOT_FOUND, HttpError
from promotion.web.routing import Call

_PRODUCER: Final = "urn:mlpromotion"
_SCHEMA: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
#: A name of our own under which run ids are derived (RFC 9562, version 5).
_RUNS: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:mlpromotion:runs")


def show(call: Call) -> Response:
    """Show where a model of a registry came from and where it went."""
    asked: LineageQuery = call.query
    found = usecase.lineage(call.world, asset_of(call))
    if asked.format == "openlineage":
        now = call.world.clock.now()
        events = [_event(edge, edge.at or now) for edge in found.edges]
        return answers.json(lineage_shapes.LineageEvents(events=events))
    return answers.json(shown(found))


def asset_of(call: Call) -> AssetRef:
    """Return the model that the address names.

    Raises:
        HttpError: 404, there can be no such model.
    """
    parts = {name: unquote(value) for name, value in call.path.items()}
    if not all(map(POSSIBLE_NAME.fullmatch, parts.values())):
        raise HttpError(
            NOT_FOUND,
            "There can be no such model.",
            "Names and versions are letters, digits, '_', '-' and '.'.",
        )
    try:
        return asset_ref(
            home=Registry(parts["registry"]),
            kind=AssetKind.MODELS,
            name=parts["model"],
            version=parts["version"],
        )
    except InvalidError as error:
        raise HttpError(NOT_FOUND, error.problem, error.remedy) from error


def shown(found: Lineage) -> lineage_shapes.Lineage:
    """Return a lineage as the API shows it."""
    return lineage_shapes.Lineage(
        root=found.root,
        nodes=[_node(node) for node in found.nodes],
        edges=[_edge(edge) for edge in found.edges],
    )


def _node(node: Node) -> lineage_shapes.LineageNode:
    return lineage_shapes.LineageNode(
        id=node.id,
        kind="version" if node.kind == "version" else "run",
        asset=present.asset(node.asset) if node.asset else None,
        digest=node.digest or None,
        seen=node.seen,
        archived=node.archived,
    )


def _edge(edge: Edge) -> lineage_shapes.LineageEdge:
    request = edge.request
    return lineage_shapes.LineageEdge(
        source=edge.source,
        target=edge.target,
        kind=edge.kind,
        request=request.id if request else None,
        digest=request.digest if request else None,
        policy_hash=request.policy_hash if request else None,
        attestation=request.attestation or None if request else None,
        decisions=[present.decision(each) for each in edge.decisions],
        at=edge.at,
    )


def _event(edge: Edge, at: dt.datetime) -> dict[str, Any]:
    # OpenLineage 2-0-2, RunEvent: a step is a run of a job from one dataset to another. An event must have
    # a time; where the registry tells none, it is when this was asked.
    request = edge.request
    run = request.id if request else f"{edge.source} {edge.target}"
    facets: dict[str, Any] = {}
    if request:
        facets = {
            "promotion": {
                "_producer": _PRODUCER,
                "_schemaURL": "urn:mlpromotion:openlineage:1",
                "request": request.id,
                "digest": request.digest,
                "policyHash": request.policy_hash,
                "attestation": request.attestation,
                "decisions": msgspec.to_builtins([present.decision(d) for d in edge.decisions]),
            },
        }
    return {
        "eventType": "COMPLETE",
        "eventTime": msgspec.to_builtins(at),
        "producer": _PRODUCER,
        "schemaURL": _SCHEMA,
        "run": {"runId": str(uuid.uuid5(_RUNS, run)), "facets": facets},
        "job": {"namespace": _PRODUCER, "name": request.route if request else edge.kind},
        "inputs": [_dataset(edge.source)],
        "outputs": [_dataset(edge.target)],
    }


def _dataset(node_id: str) -> dict[str, str]:
    # `azureml://{home}/{kind}/{name}/versions/{version}`, or `azureml://{home}/jobs/{job}`.
    parts = node_id.split("/")
    name = parts[-2:] if parts[-2] == "jobs" else parts[-4:]
    return {"namespace": "/".join(parts[: -len(name)]), "name": "/".join(name)}
