"""An app with timers that records when they run. For the host's contract tests."""

import json
import os
import time
from pathlib import Path

import azure.functions as func

app = func.FunctionApp()


def _record(name: str, timer: func.TimerRequest) -> None:
    fields = {"name": name, "past_due": timer.past_due, "at": time.time()}
    with Path(os.environ["RECORDS"]).open("a") as records:
        records.write(json.dumps(fields) + "\n")


@app.timer_trigger(arg_name="timer", schedule="%OFTEN%")
def often(timer: func.TimerRequest) -> None:
    _record("often started", timer)
    time.sleep(1.2)
    _record("often ended", timer)


@app.timer_trigger(arg_name="timer", schedule="%NIGHTLY%")
def nightly(timer: func.TimerRequest) -> None:
    _record("nightly", timer)


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *", run_on_startup=True)
def at_start(timer: func.TimerRequest) -> None:
    _record("at_start", timer)
