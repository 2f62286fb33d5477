"""An Event Grid subscription as Azure Resource Manager tells of it, asked as whoever is signed in. Reads only."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
import requests

from promotion.domain.announcement import MODEL_REGISTERED
from promotion.domain.findings import Finding, bad, ok, warn
from promotion.domain.ready import ready

_MANAGER: Final = "https://management.azure.com"
_VERSION: Final = "2022-06-15"
_TIMEOUT: Final = 30
_PROBE: Final = "event subscription"


class _Filter(msgspec.Struct, rename="camel"):
    included_event_types: list[str] | None = None


class _Properties(msgspec.Struct, rename="camel"):
    provisioning_state: str = ""
    filter: _Filter = msgspec.field(default_factory=_Filter)
    dead_letter_destination: dict[str, object] | None = None
    dead_letter_with_resource_identity: dict[str, object] | None = None


class _Subscription(msgspec.Struct):
    name: str
    properties: _Properties


def subscription(
    resource_id: str, token: Callable[[str], str], manager: str = _MANAGER
) -> Iterator[Finding]:
    """Yield whether a subscription delivers model registrations, and keeps what it cannot deliver.

    Args:
        resource_id: `/subscriptions/.../providers/Microsoft.EventGrid/.../eventSubscriptions/...`
        token: gives a token for an audience.
        manager: address of Azure Resource Manager.
    """
    url = f"{manager}/{resource_id.strip('/')}"
    headers = {"Authorization": f"Bearer {token(_MANAGER)}"}
    try:
        answer = requests.get(
            url, params={"api-version": _VERSION}, headers=headers, timeout=_TIMEOUT
        )
        answer.raise_for_status()
        found = msgspec.json.decode(answer.content, type=ready(_Subscription))
    except (requests.RequestException, msgspec.DecodeError, UnicodeDecodeError) as error:
        yield bad(
            _PROBE,
            f"It cannot be read: {error}",
            "Check the id, and that you may read it (the role Reader). `infra/hooks/subscribe.py` makes it.",
        )
        return
    yield from _judged(found)


def _judged(found: _Subscription) -> Iterator[Finding]:
    said = found.properties
    types = said.filter.included_event_types
    if said.provisioning_state != "Succeeded":
        yield bad(
            _PROBE,
            f"Its state is {said.provisioning_state or 'not told'}: events are not delivered.",
            "Have the webhook's system key and the app's network rules looked at, then make it anew: docs/deploy.md.",
            found.name,
        )
    elif types is not None and MODEL_REGISTERED not in types:
        yield bad(
            _PROBE,
            f"It does not deliver {MODEL_REGISTERED}.",
            "Add that type to its filter.",
            found.name,
        )
    else:
        yield ok(_PROBE, "It delivers model registrations.", found.name)
    if not (said.dead_letter_destination or said.dead_letter_with_resource_identity):
        yield warn(
            _PROBE,
            "What it cannot deliver is lost.",
            "Give it a dead-letter container (infra/ does).",
            found.name,
        )
