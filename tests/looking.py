"""Snapshots for tests of checks: an asset with files, a target with versions. Builds, never asserts."""

import datetime as dt
from typing import Any

from promotion.adapters.memory import MemoryRegistries
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.policy import CheckSpec, Route
from promotion.domain.results import CheckResult, TargetVersion
from promotion.domain.snapshot import NoOutside, Outside, Snapshot
from tests.building import NOW, PROD, model, route

MLMODEL = b"""\
artifact_path: model
flavors:
  python_function: {loader_module: mlflow.sklearn}
metadata: {license: Apache-2.0, metrics: {rmse: 3.5}}
signature:
  inputs: '[{"type": "double", "name": "distance"}, {"type": "long", "name": "hour"}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'
"""
FILES = {"MLmodel": MLMODEL, "model.pkl": b"\x80\x04N."}


def snapshot(
    files: dict[str, bytes] | None = None,
    *,
    versions: tuple[TargetVersion, ...] = (),
    champion_files: dict[str, bytes] | None = None,
    ref: AssetRef | None = None,
    outside: Outside | None = None,
    **description: Any,  # noqa: ANN401 -- fields of AssetDescription
) -> Snapshot:
    """Return a snapshot of a model with these files, beside these versions in the target."""
    registries = MemoryRegistries()
    asset = ref or model()
    said = AssetDescription(ref=asset, **{"type": "mlflow_model", **description})
    registries.put(said, FILES if files is None else files)
    champion = asset.moved(PROD, version="champion")
    registries.put(AssetDescription(ref=champion), champion_files or {"none": b""})
    manifest = registries.read_manifest(asset)
    return Snapshot(
        asset=said,
        manifest=manifest,
        target=asset.moved(PROD),
        target_versions=versions,
        now=NOW,
        files=registries.open_files(asset, manifest),
        champion_files=registries.open_files(champion),
        outside=outside or NoOutside(),
    )


def route_with(*checks: CheckSpec) -> Route:
    """Return a route with these checks instead of the usual ones."""
    usual = route()
    return Route(
        source=usual.source,
        target=usual.target,
        announced_by=usual.announced_by,
        checks=checks,
        stages=usual.stages,
    )


class Answering:
    """An outside that always answers the same, and remembers what it was asked."""

    def __init__(self, answer: CheckResult) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, Any], dt.timedelta]] = []

    def run(
        self,
        function: str,
        settings: dict[str, Any],
        snapshot: Snapshot,  # noqa: ARG002 -- the protocol's signature
        time_limit: dt.timedelta,
    ) -> CheckResult:
        """Answer."""
        self.asked.append((function, settings, time_limit))
        return self.answer
