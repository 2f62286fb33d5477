"""The ready file: all that an outside program needs to use a running sandbox, as one JSON object."""

import datetime as dt
from typing import Any

from sandbox.config import REGISTRIES, RESOURCE_GROUP, SUBSCRIPTION_ID, WORKSPACES, Config
from sandbox.people import APP_AUDIENCE, AZURE_AUDIENCES, PEOPLE, TENANT_ID, issue_token


def ready(config: Config, *, now: dt.datetime) -> dict[str, Any]:
    """Return what the ready file says.

    `people` holds, by role, the headers that sign a person in to the app; `azureml.tokens` the bearer
    tokens of the same people for the local Azure ML service.
    """
    key = config.signing_key
    return {
        "functions_url": config.functions_url,
        "event_grid_webhook": config.event_grid_webhook,
        "event_grid_url": f"http://127.0.0.1:{config.ports.event_grid}",
        "inbox_url": config.inbox_url,
        "storage_connection_string": config.connection_string(),
        "tenant_id": TENANT_ID,
        "azureml": {
            "cloud_metadata": config.cloud_metadata,
            "ca_bundle": str(config.ca_bundle),
            "subscription_id": SUBSCRIPTION_ID,
            "resource_group": RESOURCE_GROUP,
            "workspaces": list(WORKSPACES),
            "registries": list(REGISTRIES),
            "tokens": {
                role: issue_token(person, AZURE_AUDIENCES[0], key, now=now)
                for role, person in PEOPLE.items()
            },
        },
        "people": {
            role: {"Authorization": f"Bearer {issue_token(person, APP_AUDIENCE, key, now=now)}"}
            for role, person in PEOPLE.items()
        },
        # For the sandbox's own levers: run a function now, refuse calls, deliver an event twice.
        "master_key": config.master_key,
    }
