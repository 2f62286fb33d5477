"""What people do in the demo, with the tools they would use: the ML SDK, the browser's forms, the inbox.

Knows the public interfaces only: azure-ai-ml, the pages, the JSON API, the inbox. Nothing in here looks
into the app.
"""

import datetime as dt
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import requests

from sandbox.azureml.client import ml_client, quietly
from sandbox.config import Config
from sandbox.people import APP_AUDIENCE, PEOPLE, issue_token

WORKSPACE: Final = "dev-mlops-workspace"
SOURCE: Final = "dev-mlops-registry"
TARGET: Final = "prod-mlops-registry"

_TIMEOUT: Final = 60


class DemoError(Exception):
    """Something in the demo is off; the text says what was expected and what came."""


def register(
    config: Config,
    name: str,
    version: str | None,
    path: Path,
    tags: dict[str, str],
    *,
    kind: str = "mlflow_model",
) -> str:
    """The author registers a model in the development workspace; return its version, the next one for none."""
    from azure.ai.ml.entities import Model

    client = ml_client(config, PEOPLE["author"], workspace=WORKSPACE)
    model = Model(name=name, version=version, path=str(path), type=kind, tags=tags)
    with quietly(config):
        registered: str = client.models.create_or_update(model).version
    return registered


def share(config: Config, name: str, version: str) -> None:
    """The author shares the model to the development registry."""
    client = ml_client(config, PEOPLE["author"], workspace=WORKSPACE)
    with quietly(config):
        client.models.share(
            name,
            version,
            share_with_name=name,
            share_with_version=version,
            registry_name=SOURCE,
        )


def read_back(config: Config, name: str, version: str, into: Path) -> dict[str, str]:
    """Someone who may only read downloads the production model; return its properties."""
    client = ml_client(config, PEOPLE["reader"], registry=TARGET)
    model = client.models.get(name, version)
    with quietly(config):
        client.models.download(name, version, download_path=str(into))
    return {key: str(value) for key, value in (model.properties or {}).items()}


class Api:
    """The JSON API, as one of the sandbox's people."""

    def __init__(self, config: Config, role: str) -> None:
        self._base = config.functions_url
        now = dt.datetime.now(dt.UTC)
        token = issue_token(PEOPLE[role], APP_AUDIENCE, config.signing_key, now=now)
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Return the JSON object of an address.

        Raises:
            DemoError: any answer but 200.
        """
        answer = requests.get(
            self._base + path,
            params=query,
            headers=self._headers,
            timeout=_TIMEOUT,
        )
        if answer.status_code != requests.codes.ok:
            raise DemoError(f"GET {path} answered {answer.status_code}: {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found

    def download(self, path: str) -> bytes:
        """Return what a GET answers, as it is.

        Raises:
            DemoError: it was not 200.
        """
        answer = requests.get(self._base + path, headers=self._headers, timeout=_TIMEOUT)
        if answer.status_code != requests.codes.ok:
            raise DemoError(f"GET {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer.content

    def wait_for(self, name: str, version: str, state: str, seconds: float) -> dict[str, Any]:
        """Return the newest request of a model once it is in `state`.

        Raises:
            DemoError: it ended elsewhere, or not in time.
        """
        deadline = time.monotonic() + seconds
        seen: dict[str, Any] = {}
        while time.monotonic() < deadline:
            items = self._tolerant(name, version)
            seen = items[0] if items else {}
            if seen.get("state") == state:
                return seen
            if seen.get("state") in {"refused", "failed", "rejected", "expired", "cancelled"}:
                break
            time.sleep(0.2)
        raise DemoError(f"{name}:{version} is not {state}, but: {_brief(seen)}")

    def _tolerant(self, name: str, version: str) -> list[dict[str, Any]]:
        # The host may be restarting; waiting is what this is for.
        try:
            found = self.get("/api/promotions", name=name, version=version)
        except requests.ConnectionError:
            return []
        items: list[dict[str, Any]] = found["items"]
        return items


class Browser:
    """A person at the pages: signs in, opens a page, fills in its form. Without JavaScript, as any mailer."""

    def __init__(self, config: Config, role: str) -> None:
        self._base = config.functions_url
        self._session = requests.Session()
        self._sign_in(role)

    def decide(self, request_id: str, verdict: str, comment: str) -> None:
        """Open the link from the card, fill in the page's form, and confirm what it then shows."""
        url = f"{self._base}/promotions/{request_id}?verdict={verdict}"
        page = self._session.get(url, timeout=_TIMEOUT)
        shown = self._send(page, verdict=verdict, comment=comment)
        answer = self._send(shown)
        if answer.status_code != requests.codes.ok:
            raise DemoError(f"The form was answered {answer.status_code}: {answer.text[:500]}")

    def _send(self, page: requests.Response, **filled_in: str) -> requests.Response:
        form = _form(page, "/decision")
        return self._session.post(
            urljoin(page.url, form.action),
            data={**form.fields, **filled_in},
            headers={"Origin": self._base, "Sec-Fetch-Site": "same-origin"},
            timeout=_TIMEOUT,
        )

    def _sign_in(self, role: str) -> None:
        page = self._session.get(
            f"{self._base}/", headers={"Accept": "text/html"}, timeout=_TIMEOUT
        )
        form = _form(page, "/callback")
        fields = {**form.fields, "role": role}
        self._session.post(urljoin(page.url, form.action), data=fields, timeout=_TIMEOUT)
        if not self._session.cookies:
            raise DemoError(f"Signing in as {role} gave no session.")


def inbox(config: Config, seconds: float) -> list[dict[str, Any]]:
    """Return the messages in the inbox, once there is at least one card and one mail."""
    deadline = time.monotonic() + seconds
    while True:
        answer = requests.get(f"{config.inbox_url}/api/messages", timeout=_TIMEOUT)
        found = answer.json()
        messages: list[dict[str, Any]] = found["items"] if isinstance(found, dict) else found
        if {"teams", "email"} <= {message["channel"] for message in messages}:
            return messages
        if time.monotonic() > deadline:
            raise DemoError(f"The inbox has {len(messages)} messages, but not a card and a mail.")
        time.sleep(0.2)


class _Form(HTMLParser):
    """The form that is sent to an address with a given ending, and its hidden fields."""

    def __init__(self, ending: str) -> None:
        super().__init__()
        self._ending = ending
        self._inside = False
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        action = values.get("action", "")
        if tag == "form" and action.endswith(self._ending):
            self._inside, self.action = True, action
        elif self._inside and tag == "input" and values.get("type") == "hidden":
            self.fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


def _form(page: requests.Response, ending: str) -> _Form:
    form = _Form(ending)
    form.feed(page.text)
    if not form.action:
        raise DemoError(f"{page.url} ({page.status_code}) has no form that leads to {ending!r}.")
    return form


def _brief(request: dict[str, Any]) -> str:
    if not request:
        return "there is no request"
    failed = [check["summary"] for check in request["checks"] if check["outcome"] != "passed"]
    return f"{request['state']} {request.get('problem') or ''} {' '.join(failed)}".strip()
