"""A model whose whole way can be shown: trained, registered, shared, promoted. Builds, never asserts."""

import msgspec

from promotion.domain.request import Request
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from tests.building import FILES, PROD, WORKSPACE, description, model
from tests.surfing import Surfer

TARGET = model().moved(PROD)
#: How registries remember a workspace: by its GUID, which no other address has.
PLACED = "azureml://locations/westeurope/workspaces/0f1e2d3c-0000-4000-8000-000000000001/models"


def surfer_after_a_promotion() -> Surfer:
    """Return a site whose one model was trained, registered, shared and promoted."""
    surfer = Surfer()
    source, workspace = model(), model().moved(WORKSPACE)
    request = surfer.approved(source)
    trained = msgspec.structs.replace(description(workspace), job_name="calm_wheel_7")
    shared = msgspec.structs.replace(description(source), origin=workspace.id)
    surfer.stage.registries.put(trained, FILES)
    surfer.stage.registries.put(shared, FILES)
    promote(surfer.stage.world, request.id)
    return surfer


def waiting_after_a_share(surfer: Surfer, name: str = "taxi-fare") -> Request:
    """Return a request for a model that was shared from the workspace; it waits for people."""
    asset = model(name)
    shared = msgspec.structs.replace(description(asset), origin=f"{PLACED}/{name}/versions/1")
    surfer.stage.registries.put(shared, FILES)
    return validate(surfer.stage.world, surfer.asked(asset).id)
