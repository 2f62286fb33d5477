"""People who cannot sign in decide by the links that their mails bring, each once; scanners change nothing."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests
import yaml
from justhtml import JustHTML

from sandbox.people import PEOPLE, TENANT_ID
from sandbox.running import Sandbox, open_state
from tests.e2e.asking import offered, pending, until
from tests.e2e.conftest import POLICIES

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]

_PATIENCE: Final = 90.0
#: Two people whom the sandbox knows, here without a session.
GUESTS: Final = {"approver": "first@guests.invalid", "second-approver": "second@guests.invalid"}


@pytest.fixture(scope="module")
def guests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox whose policy has links made for two people, behind no sign-in for requests' pages."""
    folder = tmp_path_factory.mktemp("guests")
    policy = yaml.safe_load((POLICIES / "strict.yaml").read_text())
    policy["links"] = {"people": [_invited(role, mail) for role, mail in GUESTS.items()]}
    (folder / "policy.yaml").write_text(yaml.safe_dump(policy))
    config, _ = open_state(folder / "state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMOTION_POLICY_FILE", str(folder / "policy.yaml"))
        patch.setenv("SANDBOX_EXCLUDED", "/api/health,/promotions/,/static/")
        running = Sandbox(config)
        running.start()
    yield running
    running.stop()


def test_two_people_without_a_session_decide_by_their_mails(
    guests: Sandbox, tmp_path: Path
) -> None:
    request = pending(guests, offered(guests, "by-mail", tmp_path))
    first, second = (_newest(guests, request, mail) for mail in GUESTS.values())

    scanned = [_scan(url) for url in (first, second)]
    untouched = until(guests, request["id"], bool)
    open_form = _fields(second)
    said = _decide(first, "first@guests.invalid")
    late = _decide(second, "second@guests.invalid", open_form)
    renewed = _newest(guests, request, "second@guests.invalid", besides=second)
    also = _decide(renewed, "SECOND@guests.invalid")

    assert {status for statuses in scanned for status in statuses} == {200, 422}
    assert (untouched["revision"], untouched["decisions"]) == (request["revision"], [])
    assert [answer.status_code for answer in (said, late, also)] == [303, 412, 303]
    decided = until(guests, request["id"], lambda found: len(found["decisions"]) == len(GUESTS))
    assert [each["by"]["name"] for each in decided["decisions"]] == ["Guest 1", "Guest 2"]
    assert [each["outcome"] for each in decided["stages"]] == ["approved", "open"]
    assert "Your decision is recorded." in requests.get(first, timeout=60).text


def test_no_log_of_the_app_and_no_other_message_has_a_link_that_decides(
    guests: Sandbox, tmp_path: Path
) -> None:
    request = pending(guests, offered(guests, "kept-secret", tmp_path))
    links = [_newest(guests, request, mail) for mail in GUESTS.values()]
    _decide(links[0], "first@guests.invalid")

    handles = [link.rpartition("/")[2] for link in links]
    logs = "".join(
        path.read_text("utf-8", "replace") for path in guests.config.folder.glob("logs/*")
    )
    others = str([each for each in _messages(guests) if each["to"] != [_to(each, handles)]])

    assert [handle for handle in handles if handle in logs] == []
    assert [handle for handle in handles if handle in others] == []


def _invited(role: str, mail: str) -> dict[str, Any]:
    person = PEOPLE[role]
    return {
        "person": f"{TENANT_ID}/{person.oid}",
        "name": f"Guest {list(GUESTS).index(role) + 1}",
        "mail": mail,
        "roles": list(person.app_roles),
    }


def _messages(running: Sandbox) -> list[dict[str, Any]]:
    url = f"{running.config.inbox_url}/api/messages"
    items: list[dict[str, Any]] = requests.get(url, timeout=60).json()["items"]
    return items


def _newest(running: Sandbox, request: dict[str, Any], mail: str, besides: str = "") -> str:
    deadline, pattern = (
        time.monotonic() + _PATIENCE,
        re.compile(rf"https?://\S+/{request['id']}/link/\S+"),
    )
    while time.monotonic() < deadline:
        mine = [each for each in _messages(running) if each["to"] == [mail]]
        links = [link for each in mine for link in pattern.findall(each["text"])]
        if links and links[0] != besides:
            return str(links[0])
        time.sleep(0.2)
    raise TimeoutError(f"no mail with a link for {mail} within {_PATIENCE} s")


def _to(message: dict[str, Any], handles: list[str]) -> str:
    # Whose mail a link may be in: the one it was made for.
    shown = [
        mail
        for mail, handle in zip(GUESTS.values(), handles, strict=True)
        if handle in message["text"]
    ]
    return shown[0] if len(shown) == 1 else ""


def _scan(url: str) -> list[int]:
    """Do what a mail gateway does: fetch the link with and without a head, send its form as it stands."""
    statuses = [requests.request(method, url, timeout=60).status_code for method in ("HEAD", "GET")]
    fields = _fields(url)
    for verdict in ("approve", "reject"):
        form = {**fields, "verdict": verdict, "comment": "x", "confirmed": "yes", "address": ""}
        statuses.append(
            requests.post(url, data=form, allow_redirects=False, timeout=60).status_code
        )
    return statuses


def _decide(url: str, mail: str, fields: dict[str, str] | None = None) -> requests.Response:
    fields = fields or _fields(url)
    form = {
        **fields,
        "verdict": "approve",
        "comment": "",
        "confirmed": "yes",
        "address": mail,
    }
    return requests.post(url, data=form, allow_redirects=False, timeout=60)


def _fields(url: str) -> dict[str, str]:
    page = JustHTML(requests.get(url, timeout=60).content, sanitize=False)
    hidden = (each.attrs or {} for each in page.query("form input[type=hidden]"))
    return {each["name"] or "": each.get("value") or "" for each in hidden}
