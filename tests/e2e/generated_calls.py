"""Hooks for schemathesis: who calls, about which requests, and how many calls were answered how.

Loaded by schemathesis in its own process. `CALLS_PEOPLE` is a JSON object of role -> headers,
`CALLS_COUNT` the file that gets the number of answers by status and operation at the end.
"""

import atexit
import itertools
import json
import os
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import requests
import schemathesis

_PEOPLE: list[dict[str, str]] = list(json.loads(os.environ["CALLS_PEOPLE"]).values())
_URL = os.environ["CALLS_URL"]
_ASSET = "azureml://registries/dev-mlops-registry/models/generated-{turn}/versions/1"
#: Each so many calls that ask for an asset ask for one nobody asked for.
_NEW = 5
_turns = itertools.count()
_answers: Counter[str] = Counter()
_lock = threading.Lock()


def _known() -> list[dict[str, Any]]:
    answer = requests.get(f"{_URL}/api/promotions", headers=_PEOPLE[0], timeout=60)
    answer.raise_for_status()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


_REQUESTS = _known()


@schemathesis.hook
def before_call(
    _context: schemathesis.HookContext,
    case: "schemathesis.Case[Any]",
    _options: dict[str, Any],
) -> None:
    """Let the sandbox's people take turns, and most calls be about requests that there are."""
    turn = next(_turns)
    case.headers.update(_PEOPLE[turn % len(_PEOPLE)])
    about = _REQUESTS[turn % len(_REQUESTS)]
    for name, value in case.path_parameters.items():
        # Clients resolve such segments before they call: it would be another address.
        if not str(value).strip("."):
            case.path_parameters[name] = "dots"
    if case.path_parameters and turn % 4:
        case.path_parameters["id"] = about["id"]
    if turn % 2 and isinstance(case.body, dict) and "digest" in case.body and about["digest"]:
        case.body["digest"] = about["digest"]
    if turn % _NEW == 0 and isinstance(case.body, dict) and "asset" in case.body:
        case.body["asset"] = _ASSET.format(turn=turn)
    if turn % 3 and case.headers.get("If-Match"):
        case.headers["If-Match"] = f'"{about["revision"] + turn % 2}"'


@schemathesis.hook
def after_call(
    _context: schemathesis.HookContext,
    case: "schemathesis.Case[Any]",
    response: schemathesis.Response,
) -> None:
    """Count the answer."""
    with _lock:
        _answers[f"{response.status_code} {case.method} {case.operation.path}"] += 1


@atexit.register
def _write() -> None:
    Path(os.environ["CALLS_COUNT"]).write_text(json.dumps(_answers))
