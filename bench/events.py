"""Registrations as Event Grid announces them. Knows the schema, not who takes them."""

import uuid
from typing import Any

from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID

_TOPIC = (
    f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{RESOURCE_GROUP}/providers"
    "/Microsoft.MachineLearningServices/workspaces/dev-mlops-workspace"
)


def registered(name: str) -> dict[str, Any]:
    """Return the event of version 1 of a model, in the Event Grid schema."""
    return {
        "id": str(uuid.uuid4()),
        "topic": _TOPIC,
        "subject": f"models/{name}:1",
        "eventType": "Microsoft.MachineLearningServices.ModelRegistered",
        "eventTime": "2026-03-01T12:00:00Z",
        "data": {"ModelName": name, "ModelVersion": "1"},
        "dataVersion": "2",
        "metadataVersion": "1",
    }
