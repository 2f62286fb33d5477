"""What mail scanners, previews, impatient and simultaneous people do to a request: nothing that must not be."""

import concurrent.futures
import functools
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from justhtml import JustHTML

from sandbox.people import PEOPLE
from sandbox.running import Sandbox
from tests.e2e.asking import decision, offered, pending
from tests.e2e.conftest import Client

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]

_URL: Final = re.compile(r"https?://[^\s\"'<>\\)]+")
_PATIENCE: Final = 90.0
#: What programs that look at links call themselves; none of them may matter.
_SCANNERS: Final = ("Mozilla/5.0", "SafeLinks", "SkypeUriPreview Preview/0.5")


def test_a_scanner_that_fetches_every_link_and_sends_every_form_changes_nothing(
    strict: Sandbox,
    tmp_path: Path,
) -> None:
    request = pending(strict, offered(strict, "scanned", tmp_path))
    messages = _messages(strict, request["id"])
    links = {url for message in messages for url in _URL.findall(str(message))}
    ours = {url for url in links if url.startswith(strict.config.functions_url)}
    page = Client(strict, "approver").call("GET", f"/promotions/{request['id']}?verdict=approve")
    forms = _forms(page)
    linked = {urljoin(page.url, href) for href in _hrefs(page)}
    before = _everything(strict, request["id"])

    reached = [_fetch(url) for url in sorted(ours | linked)]
    sent = [_send(form) for form in forms]

    assert {message["channel"] for message in messages} == {"teams", "email"}
    assert any(f"/promotions/{request['id']}?verdict=approve" in url for url in ours)
    assert any(form["action"].endswith("/decision") for form in forms)
    assert all(status < 500 for statuses in reached for status in statuses)
    assert all(status in {401, 403} for statuses in sent for status in statuses)
    assert _everything(strict, request["id"]) == before


def test_a_form_with_a_session_but_from_another_site_changes_nothing(
    strict: Sandbox,
    tmp_path: Path,
) -> None:
    request = pending(strict, offered(strict, "forged", tmp_path))
    approver = Client(strict, "approver")
    page = approver.call("GET", f"/promotions/{request['id']}?verdict=approve")
    before = _everything(strict, request["id"])

    for form in _forms(page):
        path = urlsplit(form["action"]).path
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = approver.call("POST", path, data=form["fields"], headers=headers)
            assert answer.status_code == 403
        without = {**form["fields"], "token": "0" * 64}
        assert approver.call("POST", path, data=without).status_code == 403

    assert _everything(strict, request["id"]) == before


def test_two_people_who_approve_at_the_same_instant_count_as_two(
    strict: Sandbox,
    tmp_path: Path,
) -> None:
    for number in range(3):
        request = pending(strict, offered(strict, f"together-{number}", tmp_path))
        shown = _at_once(
            functools.partial(_until_counted, strict, request),
            ("approver", "second-approver"),
        )

        assert [answer.status_code for answer in shown] == [200, 200]
        decided = _everything(strict, request["id"])
        assert _who(decided) == {PEOPLE["approver"].oid, PEOPLE["second-approver"].oid}
        assert len(decided["request"]["decisions"]) == 2
        outcomes = [stage["outcome"] for stage in decided["request"]["stages"]]
        assert outcomes == ["approved", "open"]
        types = [fact["type"] for fact in decided["facts"]]
        assert types.count("decision.recorded") == 2


def test_the_same_person_who_approves_many_times_at_once_counts_as_one(
    strict: Sandbox,
    tmp_path: Path,
) -> None:
    request = pending(strict, offered(strict, "insisting", tmp_path))

    shown = _at_once(functools.partial(_until_counted, strict, request), ("approver",) * 6)
    later = _until_counted(strict, _everything(strict, request["id"])["request"], "approver")

    assert 200 in {answer.status_code for answer in shown}
    assert {answer.status_code for answer in (*shown, later)} <= {200, 403, 409}
    decided = _everything(strict, request["id"])
    assert decided["request"]["state"] == "pending"
    assert len(decided["request"]["decisions"]) == 1
    assert decided["request"]["stages"][0]["outcome"] == "open"


def _messages(running: Sandbox, request_id: str) -> list[dict[str, Any]]:
    url, deadline = f"{running.config.inbox_url}/api/messages", time.monotonic() + _PATIENCE
    found: list[dict[str, Any]] = []
    while time.monotonic() < deadline:
        items = requests.get(url, timeout=60).json()["items"]
        found = [item for item in items if request_id in str(item)]
        if {item["channel"] for item in found} == {"teams", "email"}:
            break
        time.sleep(0.2)
    return found


def _fetch(url: str) -> list[int]:
    # Scanners look at links with and without a head, and follow where they lead.
    return [
        requests.request(method, url, headers={"User-Agent": agent}, timeout=60).status_code
        for method in ("GET", "HEAD")
        for agent in _SCANNERS
    ]


def _send(form: dict[str, Any]) -> list[int]:
    return [
        requests.post(
            form["action"], data=form["fields"], headers=headers, allow_redirects=False, timeout=60
        ).status_code
        for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, {"X-MS-CLIENT-PRINCIPAL": "e30="})
    ]


def _forms(page: requests.Response) -> list[dict[str, Any]]:
    found = []
    for form in JustHTML(page.content, sanitize=False).query("form[method=post]"):
        fields = {"verdict": "approve", "confirmed": "yes", "comment": "Fine.", "reason": "Fine."}
        for each in form.query("input"):
            attributes = each.attrs or {}
            if attributes.get("type") == "hidden":
                fields[attributes["name"] or ""] = attributes.get("value") or ""
        known = {each.attrs["name"] for each in form.query("input, textarea") if each.attrs}
        action = urljoin(page.url, (form.attrs or {})["action"] or "")
        kept = {name: value for name, value in fields.items() if name in known}
        found.append({"action": action, "fields": kept})
    return found


def _hrefs(page: requests.Response) -> set[str]:
    links = JustHTML(page.content, sanitize=False).query("a[href]")
    return {(link.attrs or {})["href"] or "" for link in links}


def _everything(running: Sandbox, request_id: str) -> dict[str, Any]:
    reader = Client(running, "reader")
    return {
        "request": reader.call("GET", f"/api/promotions/{request_id}").json(),
        "facts": reader.call("GET", f"/api/promotions/{request_id}/audit").json()["items"],
    }


def _who(decided: dict[str, Any]) -> set[str]:
    return {each["by"]["oid"] for each in decided["request"]["decisions"]}


def _until_counted(running: Sandbox, request: dict[str, Any], role: str) -> requests.Response:
    # As a careful client does: after a 412, look again and decide on what it says now.
    answer = decision(running, role, request)
    for _ in range(10):
        if answer.status_code != requests.codes.precondition_failed:
            break
        answer = decision(running, role, answer.json()["current"])
    return answer


def _at_once[T](do: Callable[[str], T], roles: tuple[str, ...]) -> list[T]:
    barrier = threading.Barrier(len(roles))

    def together(role: str) -> T:
        barrier.wait(timeout=60)
        return do(role)

    with concurrent.futures.ThreadPoolExecutor(len(roles)) as pool:
        return list(pool.map(together, roles))
