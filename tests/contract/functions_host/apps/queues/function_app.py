"""An app with queue triggers that records what they get. For the host's contract tests."""

import asyncio
import json
import os
import threading
import time
from pathlib import Path

import azure.functions as func

app = func.FunctionApp()
_lock = threading.Lock()


def _record(**fields: object) -> None:
    with _lock, Path(os.environ["RECORDS"]).open("a") as records:
        records.write(json.dumps(fields) + "\n")


def _seen(message: func.QueueMessage) -> dict[str, object]:
    inserted, expires = message.insertion_time, message.expiration_time
    return {
        "body": message.get_body().decode(),
        "id": message.id,
        "dequeue_count": message.dequeue_count,
        "inserted": inserted.isoformat() if inserted else None,
        "expires": expires.isoformat() if expires else None,
    }


@app.queue_trigger(arg_name="msg", queue_name="%QUEUE%", connection="Store")
def work(msg: func.QueueMessage) -> None:
    body = msg.get_body().decode()
    started = time.time()
    _record(step="started", at=started, **_seen(msg))
    if body.startswith("sleep "):
        time.sleep(float(body.split()[1]))
    if body == "fail" or (body == "fail once" and msg.dequeue_count == 1):
        raise ValueError("as told")
    _record(step="done", started=started, ended=time.time(), **_seen(msg))


@app.queue_trigger(arg_name="msg", queue_name="%QUEUE%-poison", connection="Store")
def bury(msg: func.QueueMessage) -> None:
    _record(step="poison", **_seen(msg))


@app.queue_trigger(arg_name="msg", queue_name="%QUEUE%-async", connection="Store")
async def work_async(msg: func.QueueMessage) -> None:
    started = time.time()
    words = msg.get_body().decode().split()
    await asyncio.sleep(float(words[1]) if words[0] == "sleep" else 0.05)
    _record(step="async", started=started, ended=time.time(), **_seen(msg))
