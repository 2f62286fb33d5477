"""Starts a deployment when a model was promoted: once for each promotion, however often the event comes.

What is deployed is named by the registry's asset id, which cannot be given other content later.
"""

import contextlib
import os
from typing import Any

import azure.functions as func
import requests
from azure.core.exceptions import ResourceExistsError
from azure.data.tables import TableClient, TableServiceClient

app = func.FunctionApp()

_TIMEOUT = 30


@app.function_name("on_model_promoted")
@app.event_grid_trigger(arg_name="event")
def on_model_promoted(event: func.EventGridEvent) -> None:
    """Start the workflow, then note that it was started.

    A crash in between starts it twice: the workflow names its concurrency group after `fact`, so that
    the second run waits for the first and finds the version deployed.
    """
    done = _table()
    if _known(done, event.id):
        return
    _start(event.id, event.get_json())
    with contextlib.suppress(ResourceExistsError):
        done.create_entity({"PartitionKey": "started", "RowKey": event.id})


def _start(fact_id: str, fact: dict[str, Any]) -> None:
    server = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    answer = requests.post(
        f"{server}/repos/{os.environ['GITHUB_REPOSITORY']}/dispatches",
        headers={"Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}"},
        json={
            "event_type": "model-promoted",
            "client_payload": {
                "fact": fact_id,
                "model": fact["target"],
                "digest": fact["digest"],
                "attestation": fact["data"].get("attestation", ""),
            },
        },
        timeout=_TIMEOUT,
    )
    answer.raise_for_status()


def _table() -> TableClient:
    connection = os.environ["AzureWebJobsStorage"]  # noqa: SIM112 -- the name that the platform sets
    service = TableServiceClient.from_connection_string(connection)
    return service.create_table_if_not_exists("deployments")


def _known(table: TableClient, fact_id: str) -> bool:
    query = "PartitionKey eq 'started' and RowKey eq @id"
    return any(table.query_entities(query, parameters={"id": fact_id}))
