"""Writes every fact into a Log Analytics table. A repetition writes a second row: query with `arg_max` by Id."""

import json
import os

import azure.functions as func
from azure.identity import DefaultAzureCredential
from azure.monitor.ingestion import (  # type: ignore[import-untyped]  # the sample's own need
    LogsIngestionClient,
)

app = func.FunctionApp()


@app.function_name("on_fact")
@app.event_grid_trigger(arg_name="event")
def on_fact(event: func.EventGridEvent) -> None:
    """Upload one fact; an error has Event Grid deliver it again."""
    fact = event.get_json()
    row = {
        "TimeGenerated": fact.get("at"),
        "Id": event.id,
        "Request": fact.get("request", event.id.rpartition("-")[0]),
        "Sequence": fact["sequence"],
        "Type": fact.get("type", ""),
        "Asset": event.subject,
        "Hash": fact["hash"],
        # A fact that was too large has a reference here, to the app's evidence.
        "Fact": json.dumps(fact),
    }
    with LogsIngestionClient(os.environ["LOGS_ENDPOINT"], DefaultAzureCredential()) as client:
        client.upload(
            rule_id=os.environ["LOGS_RULE_ID"],
            stream_name=os.environ["LOGS_STREAM"],
            logs=[row],
        )
