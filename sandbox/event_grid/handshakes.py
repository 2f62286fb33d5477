"""Asks each webhook whether it wants events, before the first one is sent.

Sources: Microsoft's articles `end-point-validation-event-grid-events-schema` and
`end-point-validation-cloud-events-schema` (CloudEvents' web hook specification, section 4). In the
cloud a subscription is only created when this succeeds; here the question is repeated until the
receiver is there, because the sandbox's processes start in any order. Also asked anew when a
subscription changes and when this process starts.
"""

import asyncio
import datetime as dt
import logging
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

import aiohttp
from yarl import URL

from sandbox.config import Config
from sandbox.event_grid.events import Schema
from sandbox.event_grid.subscriptions import Subscription

_ORIGIN: Final = "eventgrid.azure.net"
_ANSWER_SECONDS: Final = 30
#: Seconds between two questions, before scaling, and the least there is.
_PAUSE: Final = 10
_LEAST_PAUSE: Final = 0.1
_NOT_THERE: Final = "the receiver is not there"

log = logging.getLogger(__name__)


class Handshakes:
    """Which subscriptions' receivers have agreed."""

    def __init__(
        self,
        config: Config,
        session: aiohttp.ClientSession,
        on_agreed: Callable[[], None],
    ) -> None:
        self._config = config
        self._session = session
        self._on_agreed = on_agreed
        self._agreed: dict[str, Subscription] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._codes: dict[str, Subscription] = {}

    def start(self, subscription: Subscription) -> None:
        """Ask the subscription's receiver until it agrees."""
        self.stop(subscription.name)
        self._asking[subscription.name] = asyncio.create_task(self._ask(subscription))

    def stop(self, name: str) -> None:
        """Ask no longer, and forget the agreement."""
        self._agreed.pop(name, None)
        task = self._asking.pop(name, None)
        if task is not None:
            task.cancel()

    def close(self) -> None:
        """Stop every question."""
        for name in list(self._asking):
            self.stop(name)

    def agreed(self, subscription: Subscription) -> bool:
        """Whether the receiver agreed to the subscription as it is now."""
        return self._agreed.get(subscription.name) == subscription

    def confirm(self, code: str) -> bool:
        """Accept the receiver's agreement by the validation address; False for an unknown code."""
        subscription = self._codes.get(code)
        if subscription is None:
            return False
        self.stop(subscription.name)
        self._agree(subscription)
        return True

    def _agree(self, subscription: Subscription) -> None:
        self._agreed[subscription.name] = subscription
        self._codes = {k: v for k, v in self._codes.items() if v != subscription}
        log.info("receiver agreed", extra={"subscription": subscription.name})
        self._on_agreed()

    async def _ask(self, subscription: Subscription) -> None:
        pause = max(_PAUSE * self._config.time_scale, _LEAST_PAUSE)
        last_problem = ""
        while problem := await self._problem(subscription):
            if problem != last_problem:
                fields = {"subscription": subscription.name, "problem": problem}
                # Not there yet is the ordinary way a sandbox starts; a wrong answer is not.
                level = logging.INFO if problem == _NOT_THERE else logging.WARNING
                log.log(level, "receiver did not agree yet, asking again", extra=fields)
            last_problem = problem
            await asyncio.sleep(pause)
        self._agree(subscription)

    async def _problem(self, subscription: Subscription) -> str | None:
        """Ask once; return what is wrong, None when the receiver agreed."""
        url = URL(subscription.url(self._config), encoded=True)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                if subscription.delivers is Schema.CLOUD_EVENTS:
                    return await self._ask_by_options(url)
                return await self._ask_by_event(url, subscription)
        except aiohttp.ClientConnectorError:
            return _NOT_THERE
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return f"{type(error).__name__}"

    async def _ask_by_options(self, url: URL) -> str | None:
        headers = {"WebHook-Request-Origin": _ORIGIN, "WebHook-Request-Rate": "120"}
        async with self._session.options(url, headers=headers) as response:
            allowed = response.headers.get("WebHook-Allowed-Origin")
            if response.ok and allowed in {_ORIGIN, "*"}:
                return None
            return f"status {response.status}, WebHook-Allowed-Origin {allowed!r}"

    async def _ask_by_event(self, url: URL, subscription: Subscription) -> str | None:
        code = str(uuid.uuid4())
        self._codes = {k: v for k, v in self._codes.items() if v.name != subscription.name}
        self._codes[code] = subscription
        headers = {
            "aeg-event-type": "SubscriptionValidation",
            "aeg-subscription-name": subscription.name.upper(),
            "aeg-delivery-count": "0",
            "aeg-data-version": "2",
            "aeg-metadata-version": "1",
        }
        async with self._session.post(url, json=[self._event(code)], headers=headers) as response:
            if response.status != HTTPStatus.OK:  # 202 is no agreement
                return f"status {response.status} instead of 200"
            answer = await response.json(content_type=None)
        if isinstance(answer, dict) and answer.get("validationResponse") == code:
            return None
        return "the answer does not repeat the validation code"

    def _event(self, code: str) -> dict[str, Any]:
        address = f"http://127.0.0.1:{self._config.ports.event_grid}/validate?code={code}"
        return {
            "id": str(uuid.uuid4()),
            "topic": "/subscriptions/sandbox/providers/Microsoft.EventGrid/topics/sandbox",
            "subject": "",
            "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
            "eventTime": dt.datetime.now(dt.UTC).isoformat().replace("+00:00", "Z"),
            "data": {"validationCode": code, "validationUrl": address},
            "dataVersion": "2",
            "metadataVersion": "1",
        }
