"""An app that shows what its HTTP and Event Grid triggers get. For the host's contract tests."""

import asyncio
import base64
import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import List  # noqa: UP035 - the worker refuses `list[str]`

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
log = logging.getLogger("everything")


def _record(**fields: object) -> None:
    with Path(os.environ["RECORDS"]).open("a") as records:
        records.write(json.dumps(fields) + "\n")


@app.route(route="echo/{*rest}")
def echo(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    seen = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "query": dict(req.params),
        "route": dict(req.route_params),
        "body": base64.b64encode(req.get_body()).decode(),
        "invocation": context.invocation_id,
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")


@app.route(route="items/{id:int}", methods=["GET"])
def item_by_number(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(f"number {req.route_params['id']}")


@app.route(route="items/{name}", methods=["GET"])
def item_by_name(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(f"name {req.route_params['name']}")


@app.route(route="items/special", methods=["GET"])
def item_special(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(f"special {dict(req.route_params)}")


@app.route(route="items/{name}", methods=["PUT"])
async def put_item(req: func.HttpRequest) -> func.HttpResponse:
    await asyncio.sleep(0)
    return func.HttpResponse(f"put {req.route_params['name']}", status_code=201)


@app.route(route="optional/{a}/{b?}")
def optional(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(dict(req.route_params)))


@app.route(route="{nothing:maxlength(0)?}", methods=["GET"])
def home(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(f"home of {req.headers.get('x-ms-client-principal-name')}")


@app.route(route="api/health", methods=["GET"])
def health(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(f"healthy {req.headers.get('x-ms-client-principal')}")


@app.route(route="locked", auth_level=func.AuthLevel.FUNCTION)
def locked(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.method)


@app.route(route="owners", auth_level=func.AuthLevel.ADMIN)
def owners(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.method)


@app.route(route="answers/{kind}")
def answers(req: func.HttpRequest) -> func.HttpResponse:
    kind = req.route_params["kind"]
    if kind == "bytes":
        return func.HttpResponse(bytes(range(256)), mimetype="application/octet-stream")
    if kind == "cookies":
        response = func.HttpResponse("cookies", status_code=418, headers={"X-Two": "2"})
        response.headers.add("Set-Cookie", "a=1; Path=/; HttpOnly; SameSite=Strict; Max-Age=60")
        response.headers.add("Set-Cookie", "b=2; Secure")
        return response
    if kind == "empty":
        return func.HttpResponse(status_code=204)
    if kind == "exit":
        sys.exit(3)
    if kind == "odd-status":
        return func.HttpResponse(status_code=42)
    raise ValueError(f"no answer for {kind}, code=super-secret-value")


@app.route(route="slow/{seconds}")
def slow(req: func.HttpRequest) -> func.HttpResponse:
    time.sleep(float(req.route_params["seconds"]))
    return func.HttpResponse("late")


@app.route(route="stuck")
async def stuck(req: func.HttpRequest) -> func.HttpResponse:
    await asyncio.sleep(600)
    return func.HttpResponse(req.method)


@app.route(route="logs")
def logs(req: func.HttpRequest) -> func.HttpResponse:
    log.info("a fact", extra={"request_id": "r-1", "secret": os.environ["TOPIC_KEY"]})
    log.debug("a detail")
    log.warning("called with %s", req.headers.get("x-test"))
    return func.HttpResponse(os.environ["WEBSITE_AUTH_ENABLED"])


@app.route(route="put-out/{what}", methods=["POST"])
@app.queue_output(arg_name="one", queue_name="%ONE_QUEUE%", connection="AzureWebJobsStorage")
@app.queue_output(arg_name="many", queue_name="%MANY_QUEUE%", connection="AzureWebJobsStorage")
@app.event_grid_output(
    arg_name="facts",
    topic_endpoint_uri="TOPIC_ENDPOINT",
    topic_key_setting="TOPIC_KEY",
)
def put_out(
    req: func.HttpRequest,
    one: func.Out[str],
    many: func.Out[List[str]],  # noqa: UP006 - as above
    facts: func.Out[str],
) -> func.HttpResponse:
    one.set("one <&> é")
    many.set(["first", "second"])
    if req.route_params["what"] == "facts":
        facts.set(req.get_body().decode())
    if req.route_params["what"] == "failure":
        raise ValueError("after the outputs were set")
    return func.HttpResponse("out")


@app.event_grid_trigger(arg_name="event")
def on_event(event: func.EventGridEvent) -> None:
    data = event.get_json()
    started = time.time()
    time.sleep(data.get("seconds", 0))
    if data.get("fail"):
        raise ValueError(f"cannot take {event.id}")
    _record(id=event.id, type=event.event_type, data=data, started=started, ended=time.time())


@app.event_grid_trigger(arg_name="event")
def on_cloud_event(event: func.CloudEvent) -> None:
    _record(id=event.id, type=event.type, source=event.source, data=event.get_json())
