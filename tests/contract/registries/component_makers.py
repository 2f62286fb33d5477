"""Components of the development registry, made by azure-ai-ml as their author makes them. Asserts nothing.

The SDK is imported inside: it is slow to load.
"""

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from promotion.domain.assets import AssetKind, AssetRef, parse_asset_id
from tests.contract.azureml import sdk_assets
from tests.contract.registries.worlds import DEV

if TYPE_CHECKING:
    from azure.ai.ml import MLClient


def fresh(kind: AssetKind, version: str = "1") -> AssetRef:
    """Return an asset of the development registry that no other test uses."""
    name = f"{kind.singular}_{uuid.uuid4().hex[:10]}"
    return AssetRef(home=DEV, kind=kind, name=name, version=version)


def command_component(client: "MLClient", folder: Path) -> AssetRef:
    """Make a component with code of its own, over an environment that is made with it."""
    asset = fresh(AssetKind.COMPONENTS)
    folder = folder / asset.name
    folder.mkdir()
    made = sdk_assets.component(client, asset.name, asset.version, folder)
    client.components.create_or_update(made)
    return asset


def pipeline_component(client: "MLClient", *children: AssetRef) -> AssetRef:
    """Make a component whose steps are other components."""
    from azure.ai.ml import dsl

    asset = fresh(AssetKind.COMPONENTS)
    steps = [client.components.get(child.name, version=child.version) for child in children]

    @dsl.pipeline(name=asset.name, description=f"{len(steps)} steps")  # type: ignore[untyped-decorator] # the SDK ships no types
    def steps_in_a_row() -> None:
        for step in steps:
            step()

    made = steps_in_a_row._pipeline_builder.build(user_provided_kwargs={})
    made.name, made.version = asset.name, asset.version
    return parse_asset_id(client.components.create_or_update(made).id)
