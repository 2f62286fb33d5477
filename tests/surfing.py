"""A site over a world in memory, callers by role, and pages as trees.

Every answer of the API is held against the API's own document on its way out.
"""

import base64
import functools
import json
import uuid
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from jsonschema import Draft202012Validator
from justhtml import JustHTML
from justhtml.dom import Node

from promotion.domain.actors import PROMOTION, Person, acting
from promotion.domain.assets import AssetRef
from promotion.domain.errors import BrokenError
from promotion.domain.lifecycle import Opening, fail, start_copy
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request
from promotion.usecases.decide import decide
from promotion.usecases.open_request import ask
from promotion.usecases.validate import validate
from promotion.web import http
from promotion.web.api.proving import JSON_LINES
from promotion.web.http import Response
from promotion.web.settings import WebSettings
from promotion.web.site import Site
from tests.building import Stage, ballot, model, policy

TENANT: Final = str(uuid.uuid5(uuid.NAMESPACE_DNS, "tenant.tests.invalid"))
PUBLIC_URL: Final = "https://promotion.example"
ABSENT: Final = "a" * 26

STAGES: Final = (
    StageSpec(name="business", roles=("Promotion.Approver",), quorum=2),
    StageSpec(name="security", roles=("Promotion.Approver.Security",)),
)


def somebody(name: str, *roles: str) -> Person:
    """Return a person as the principal header yields them."""
    return Person(
        oid=str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.people.tests.invalid")),
        tid=TENANT,
        name=name,
        upn=f"{name}@tests.invalid",
        roles=frozenset(roles),
    )


READER: Final = somebody("Reading", "Promotion.Reader")
REQUESTER: Final = somebody("Requesting", "Promotion.Requester")
APPROVER: Final = somebody("Approving", "Promotion.Approver")
SECOND: Final = somebody("Approving too", "Promotion.Approver")
SECURITY: Final = somebody("Securing", "Promotion.Approver.Security")
OPERATOR: Final = somebody("Operating", "Promotion.Operator")
NOBODY: Final = somebody("Without a role")


def principal(person: Person) -> str:
    """Return the header's value that Easy Auth makes for a person."""
    claims = [
        {"typ": "http://schemas.microsoft.com/identity/claims/objectidentifier", "val": person.oid},
        {"typ": "http://schemas.microsoft.com/identity/claims/tenantid", "val": person.tid},
        {"typ": "name", "val": person.name},
        {"typ": "preferred_username", "val": person.upn},
        *({"typ": "roles", "val": role} for role in sorted(person.roles)),
    ]
    content = {"auth_typ": "aad", "claims": claims, "name_typ": "name", "role_typ": "roles"}
    return base64.b64encode(json.dumps(content).encode()).decode()


@dataclass
class Surfer:
    """Calls a site and reads what it answers."""

    stage: Stage = field(default_factory=Stage)
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Build the site with two stages of approval."""
        self.stage.policy.policy = policy(*STAGES)
        self.site = Site(
            self.stage.world,
            WebSettings(
                **{
                    "public_url": PUBLIC_URL,
                    "auth_enabled": True,
                    "csrf_key": b"0123456789abcdef0123456789abcdef",
                    **self.settings,
                },
            ),
        )

    def call(
        self,
        method: str,
        url: str,
        who: Person | None = READER,
        *,
        body: object = None,
        form: dict[str, str] | None = None,
        etag: str = "",
        extra: dict[str, str] | None = None,
        **headers: str,
    ) -> Response:
        """Send one request; `body` goes as JSON (bytes as they are), `form` as a form, `etag` in If-Match.

        Headers are keywords (`Idempotency_Key`), or stand in `extra`.
        """
        fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
        fields += list((extra or {}).items())
        if etag:
            fields.append(("If-Match", etag))
        if who is not None:
            fields.append(("X-MS-CLIENT-PRINCIPAL", principal(who)))
        raw = body if isinstance(body, bytes) else b""
        if body is not None and not isinstance(body, bytes):
            raw = json.dumps(body).encode()
            fields.append(("Content-Type", "application/json"))
        if form is not None:
            raw = urlencode(form).encode()
            fields.append(("Content-Type", "application/x-www-form-urlencoded"))
        request = http.read(method=method, url=url, headers=fields, body=raw)
        response = self.site.handle(request)
        _hold_to_contract(request, response)
        return response

    def json(self, method: str, url: str, who: Person | None = READER, **more: Any) -> Any:  # noqa: ANN401 -- JSON
        """Return the JSON that a successful call answers."""
        response = self.call(method, url, who, **more)
        assert response.status < 300, response.body
        return json.loads(response.body)

    def page(self, url: str, who: Person = READER, *, status: int = 200) -> JustHTML:
        """Return a page as a tree; a page that is not well-formed HTML fails here."""
        response = self.call("GET", url, who)
        assert response.status == status, response.body.decode()
        return tree(response)

    def pending(self, asset: AssetRef | None = None, reason: str = "", **tags: str) -> Request:
        """Return a request that waits for people, asked for by the requester."""
        self.stage.register(asset, **tags)
        request = self.asked(asset, reason)
        return validate(self.stage.world, request.id)

    def asked(self, asset: AssetRef | None = None, reason: str = "") -> Request:
        """Return a request that was received."""
        opening = Opening(actor=acting(REQUESTER), requester=REQUESTER, reason=reason)
        return ask(self.stage.world, asset or model(), "", opening).request

    def approved(self, asset: AssetRef | None = None) -> Request:
        """Return a request that everyone needed agreed to."""
        request = self.pending(asset)
        for person in (APPROVER, SECOND, SECURITY):
            request = decide(self.stage.world, request.id, ballot(request, person))
        return request

    def failed(self, asset: AssetRef | None = None) -> Request:
        """Return a request whose copy failed."""
        stored = self.stage.requests.get(self.approved(asset).id)
        now = self.stage.clock.now()
        started = start_copy(stored.request, actor=PROMOTION, now=now)
        stored = self.stage.requests.save(stored, started)
        error = BrokenError("The storage refuses.", "Have its firewall looked at.")
        broken = fail(stored.request, error, actor=PROMOTION, now=now)
        return self.stage.requests.save(stored, broken).request

    def state(self, request: Request) -> str:
        """Return a request's state now."""
        return self.stage.requests.get(request.id).request.state.value


def tree(response: Response) -> JustHTML:
    """Return a page's tree, by a parser that refuses what the HTML standard calls an error."""
    return JustHTML(response.body, strict=True, sanitize=False)


def words(page: JustHTML, selector: str = "body") -> str:
    """Return the text of the first element that a selector finds."""
    (first, *_) = page.query(selector)
    return said(first)


def said(node: Node) -> str:
    """Return an element's text as it reads: pieces joined as they stand, blanks as one."""
    return " ".join(node.to_text(separator="", strip=False).split())


def attributes(node: Node) -> dict[str, str]:
    """Return an element's attributes; one without a value has an empty one."""
    return {name: value or "" for name, value in (node.attrs or {}).items()}


def fields(page: JustHTML, action: str) -> dict[str, str]:
    """Return what the form with that target would send as it stands."""
    (form,) = page.query(f'form[action="{action}"]')
    sent = {}
    for each in map(attributes, form.query("input")):
        if each.get("type") in {"radio", "checkbox"} and "checked" not in each:
            continue
        sent[each["name"]] = each.get("value", "")
    for area in form.query("textarea"):
        sent[attributes(area)["name"]] = area.to_text(separator="", strip=False)
    return sent


def decision(surfer: Surfer, request: Request, who: Person, **filled: str) -> dict[str, str]:
    """Return the decision form as a person would send it, their box ticked."""
    page = surfer.page(f"/promotions/{request.id}?verdict=approve", who)
    return {
        **fields(page, f"/promotions/{request.id}/decision"),
        "confirmed": "yes",
        **filled,
    }


@functools.cache
def api_document() -> dict[str, Any]:
    """Return the API's document."""
    site = Surfer().site
    answer = site.handle(http.read(method="GET", url="/api/openapi.json"))
    document: dict[str, Any] = json.loads(answer.body)
    return document


def _hold_to_contract(request: http.Request, response: Response) -> None:
    method, url = request.method, request.path
    operation = _operation(method, url)
    if operation is None:
        return
    described = operation["responses"].get(str(response.status))
    assert described is not None, f"{method} {url}: {response.status} is not described"
    kind = response.headers["Content-Type"]
    if response.status == 401:
        # The platform's answer has no body to describe; the app's own is a problem as all others are.
        described = operation["responses"]["403"]
    assert kind in described["content"], f"{method} {url}: {kind} is not described"
    schema = {**described["content"][kind]["schema"], "components": api_document()["components"]}
    if kind != JSON_LINES:
        Draft202012Validator(schema).validate(json.loads(response.body))


def _operation(method: str, path: str) -> dict[str, Any] | None:
    if path == "/api/openapi.json":
        return None
    parts = ["{id}" if len(part) == 26 else part for part in path.split("/")]
    operation: dict[str, Any] | None = (
        api_document()["paths"].get("/".join(parts), {}).get(method.lower())
    )
    return operation
