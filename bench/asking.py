"""Calls of the app's own site in this process: lists, and many decisions at once. Counts and times them."""

import json
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from bench import stored, wire
from promotion.bootstrap import entry
from promotion.domain.lifecycle import Step
from promotion.domain.request import State
from promotion.domain.trail import verify
from promotion.web import http
from sandbox.people import PEOPLE, Identity, client_principal

#: Rounds of optimistic concurrency that one decision may take.
_TRIES: Final = 100
_OK: Final = 200
_AGAIN: Final = {409, 412, 503}


def listing(times: int) -> dict[str, Any]:
    """Ask for the first page of what is pending; return requests, seconds and how many were shown."""
    query = "/api/promotions?state=pending&limit=50"
    _call("GET", query, PEOPLE["approver"])
    with wire.counted() as traffic:
        shown = json.loads(_call("GET", query, PEOPLE["approver"]).body)["items"]
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        _call("GET", query, PEOPLE["approver"])
        seconds.append(time.perf_counter() - started)
    return {
        "requests": len(traffic.requests),
        "received": traffic.received,
        "shown": len(shown),
        "seconds": statistics.median(seconds),
    }


def decisions(requests: int, each: int) -> dict[str, Any]:
    """Have `each` people decide on each of some requests, all at once; return times and what counted."""
    keys = [_store(f"decided-{number}", each) for number in range(requests)]
    people = [
        Identity(role=f"approver-{number}", name=f"Approver {number}", app_roles=(stored.ROLE,))
        for number in range(each)
    ]
    start = threading.Barrier(requests * each)
    jobs = [(key, person) for person in people for key in keys]
    with ThreadPoolExecutor(len(jobs)) as threads:
        done = list(threads.map(lambda job: _decide(job[0], job[1], start), jobs))
    seconds = sorted(second for second, _ in done)
    return {
        "p50": seconds[len(seconds) // 2],
        "p99": seconds[int(len(seconds) * 0.99) - 1],
        "tries": sum(tries for _, tries in done),
        "decisions": len(done),
        "problems": [problem for key in keys for problem in _problems(key, each)],
    }


def _store(name: str, quorum: int) -> str:
    requests = entry.world().requests
    first, *further = stored.pending(name, entry.world().clock.now(), quorum=quorum)
    kept, _ = requests.add(first)
    for step in further:
        kept = requests.save(kept, Step(request=step.request, fact=step.fact))
    return kept.request.id


def _decide(key: str, person: Identity, start: threading.Barrier) -> tuple[float, int]:
    start.wait()
    started = time.perf_counter()
    for tries in range(_TRIES):
        looked = _call("GET", f"/api/promotions/{key}", person)
        seen = json.loads(looked.body)
        if looked.status == _OK and _given(seen, person):
            return time.perf_counter() - started, tries
        if looked.status == _OK:
            _vote(key, person, seen)
    raise RuntimeError(f"{person.name} did not get through in {_TRIES} tries.")


def _given(seen: dict[str, Any], person: Identity) -> bool:
    return person.oid in {decision["by"]["oid"] for decision in seen["decisions"]}


def _vote(key: str, person: Identity, seen: dict[str, Any]) -> None:
    answer = _call(
        "POST",
        f"/api/promotions/{key}/decisions",
        person,
        body={"verdict": "approve", "digest": seen["digest"]},
        revision=seen["revision"],
    )
    # Changed meanwhile, or storage did not answer: whoever asks looks again, and tries again.
    if answer.status not in {_OK, *_AGAIN}:
        raise RuntimeError(f"A decision was answered {answer.status}: {answer.body.decode()}")


def _problems(key: str, each: int) -> list[str]:
    request = entry.world().requests.get(key).request
    facts = entry.world().requests.facts(key)
    people = {decision.by.key for decision in request.decisions}
    found = list(verify(facts))
    if request.state is not State.APPROVED or len(people) != each or len(request.decisions) != each:
        found.append(f"{key} is {request.state} with {len(request.decisions)} decisions.")
    return found


def _call(
    method: str,
    url: str,
    who: Identity,
    *,
    body: object = None,
    revision: int | None = None,
) -> http.Response:
    headers = [*client_principal(who).items(), ("Content-Type", "application/json")]
    if revision is not None:
        headers.append(("If-Match", f'"{revision}"'))
    content = b"" if body is None else json.dumps(body).encode()
    return entry.site().handle(http.read(method=method, url=url, headers=headers, body=content))
