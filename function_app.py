"""Every trigger of the app: decode, one call, encode. Knows no rule and no technology behind the ports.

The worker imports this file to index the functions, so that every trigger pays for what it imports:
azure-ai-ml, templates and telemetry are loaded inside the functions that need them.
"""

import logging

import azure.functions as func

from promotion import bootstrap
from promotion.domain.announcement import Announcement
from promotion.web import http

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

_log = logging.getLogger(__name__)


@app.function_name("on_model_registered")
@app.event_grid_trigger(arg_name="event")
def on_model_registered(event: func.EventGridEvent, context: func.Context) -> None:
    """Record that a model was registered and ask for its validation; nothing else."""
    bootstrap.receive_event(_announcement(event), trace=_trace(event, context))


@app.function_name("validate_model")
@app.queue_trigger(arg_name="message", queue_name="validations", connection="AzureWebJobsStorage")
def validate_model(message: func.QueueMessage) -> None:
    """Read the asset, run the checks, ask people or refuse."""
    bootstrap.validate(message.get_body())


@app.function_name("execute_promotion")
@app.queue_trigger(arg_name="message", queue_name="promotions", connection="AzureWebJobsStorage")
def execute_promotion(message: func.QueueMessage) -> None:
    """Copy what was approved, as far as one call gets."""
    bootstrap.promote(message.get_body())


@app.function_name("deliver_facts")
@app.queue_trigger(arg_name="message", queue_name="deliveries", connection="AzureWebJobsStorage")
def deliver_facts(message: func.QueueMessage) -> None:
    """Publish facts, send cards and mails."""
    bootstrap.deliver(message.get_body())


@app.function_name("sweep")
@app.timer_trigger(arg_name="timer", schedule="0 * * * * *")
def sweep(timer: func.TimerRequest) -> None:
    """Relay what is undelivered, expire, resume what stalled."""
    swept = bootstrap.sweep()
    fields = {"visited": swept.visited, "problems": swept.problems, "late": timer.past_due}
    _log.info("sweep ended", extra=fields)


@app.function_name("reconcile")
@app.timer_trigger(arg_name="timer", schedule="0 */15 * * * *")
def reconcile(timer: func.TimerRequest) -> None:
    """Open requests for versions nobody announced; report versions that came past every request."""
    done = bootstrap.reconcile()
    fields = {
        "opened": done.opened,
        "bypassed": done.bypassed,
        "retired": done.retired,
        "problems": done.problems,
        "late": timer.past_due,
    }
    _log.info("reconcile ended", extra=fields)


@app.function_name("anchor")
@app.timer_trigger(arg_name="timer", schedule="0 20 2 * * *")
def anchor(timer: func.TimerRequest) -> None:
    """Anchor the heads of the trails, once a day."""
    anchored = bootstrap.anchor()
    fields = {"heads": anchored.heads, "lines": anchored.lines, "late": timer.past_due}
    _log.info("anchoring ended", extra=fields)


@app.function_name("web")
@app.route(route="{*path}", methods=["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"])
def web(req: func.HttpRequest) -> func.HttpResponse:
    """Serve the pages and the JSON API; what each address means stands in `promotion/web`."""
    answer = bootstrap.answer(
        http.read(
            method=req.method,
            url=req.url,
            headers=req.headers.items(),
            body=req.get_body(),
        ),
    )
    return func.HttpResponse(
        body=answer.body,
        status_code=answer.status,
        headers=dict(answer.headers),
    )


def _trace(event: func.EventGridEvent, context: func.Context) -> str:
    # The publisher's own, where it sends CloudEvents' extension for it; otherwise the platform's.
    sent = event.extension_attrs.get("traceparent") if isinstance(event, func.CloudEvent) else None
    return str(sent or context.trace_context.trace_parent or "")


def _announcement(event: func.EventGridEvent) -> Announcement:
    # The worker hands over a CloudEvent in the same parameter when the subscription sends CloudEvents.
    if isinstance(event, func.CloudEvent):
        return Announcement(
            id=str(event.id or ""),
            type=str(event.type or ""),
            source=str(event.source or ""),
            subject=str(event.subject or ""),
            data=event.get_json(),
        )
    return Announcement(
        id=str(event.id or ""),
        type=str(event.event_type or ""),
        source=str(event.topic or ""),
        subject=str(event.subject or ""),
        data=event.get_json(),
    )
