"""The exported trail of the demo: written as JSON Lines, read back, verified."""

from pathlib import Path

import msgspec

from promotion.domain.facts import Fact
from promotion.domain.trail import verify
from sandbox.demo.people_at_work import Api, DemoError


def export(api: Api, request_id: str, path: Path) -> int:
    """Write every fact of a request to `path`, one a line; return how many."""
    facts: list[object] = []
    cursor = ""
    while True:
        query = {"cursor": cursor} if cursor else {}
        page = api.get(f"/api/promotions/{request_id}/audit", **query)
        facts += page["items"]
        cursor = page.get("next_cursor") or ""
        if not cursor:
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(msgspec.json.encode(fact) + b"\n" for fact in facts))
    return len(facts)


def check(path: Path) -> int:
    """Verify the trail in a file; return the number of its facts.

    Raises:
        DemoError: it is not intact, with everything that is wrong.
    """
    facts = [msgspec.json.decode(line, type=Fact) for line in path.read_bytes().splitlines()]
    problems = list(verify(facts))
    if problems or not facts:
        raise DemoError("The trail does not verify: " + " ".join(problems or ["it is empty."]))
    return len(facts)
