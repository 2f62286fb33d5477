"""Output bindings: sends what a function put out, once it has succeeded.

Must not know why the function ran. Queue outputs take `str`, `bytes` and `List[str]`; Event Grid
outputs one event or a list, as `EventGridOutputEvent` or JSON text.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import aiohttp
import msgspec
from azure.core.exceptions import AzureError
from azure.functions.meta import Datum
from azure.storage.queue.aio import QueueClient

from sandbox.functions_host.app_settings import HOST_STORAGE, connection_string
from sandbox.functions_host.errors import HostError
from sandbox.functions_host.functions import Binding, Function
from sandbox.functions_host.host_json import Encoding
from sandbox.functions_host.invocations import OutputError
from sandbox.functions_host.storage import encode, queue_client, send

_log: Final = logging.getLogger(__name__)
_SECONDS: Final = 30
_TEXT: Final = 300


class Outputs:
    """The output bindings of one app."""

    def __init__(
        self,
        functions: Sequence[Function],
        environment: Mapping[str, str],
        encoding: Encoding,
    ) -> None:
        """Check the settings of every output.

        Raises:
            HostError: one that an output needs is missing.
        """
        self._environment = environment
        self._encoding = encoding
        self._clients: dict[tuple[str, str], QueueClient] = {}
        #: Called with a queue's address after something was put into it.
        self.sent: Callable[[str], None] = lambda _address: None
        for function in functions:
            for binding in function.outputs:
                self._check(function, binding)

    async def send(self, function: Function, outputs: Sequence[tuple[str, Datum]]) -> None:
        """Send what `function` put out.

        Args:
            function: whose outputs they are.
            outputs: parameter and value of each.

        Raises:
            OutputError: one could not be sent; those before it were.
        """
        for name, value in outputs:
            binding = function.output(name)
            if binding.kind == "queue":
                await self._send_messages(binding, value)
            elif binding.kind == "eventGrid":
                await self._send_events(binding, value)

    async def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            await client.close()

    def _check(self, function: Function, binding: Binding) -> None:
        try:
            if binding.kind == "queue":
                self._client(binding)
            elif binding.kind == "eventGrid":
                _topic(binding, self._environment)
        except HostError as error:
            raise HostError(f"{function.name}, output {binding.name}: {error}") from error

    def _client(self, binding: Binding) -> QueueClient:
        setting = binding.text("connection") or HOST_STORAGE
        name = binding.text("queueName")
        if not name:
            raise HostError("it has no queue name")
        if (setting, name) not in self._clients:
            connection = connection_string(setting, self._environment)
            self._clients[setting, name] = queue_client(connection, name, setting)
        return self._clients[setting, name]

    async def _send_messages(self, binding: Binding, value: Datum) -> None:
        client = self._client(binding)
        try:
            for body in _bodies(value):
                await send(client, encode(body, self._encoding))
        except (AzureError, ValueError) as error:
            raise OutputError(f"cannot put into queue {client.queue_name}: {error}") from error
        self.sent(str(client.url).split("?")[0])

    async def _send_events(self, binding: Binding, value: Datum) -> None:
        endpoint, key = _topic(binding, self._environment)
        try:
            events = _events(value)
            await _post(endpoint, key, events)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise OutputError(f"cannot publish to {endpoint}: {error!r}") from error


def _bodies(value: Datum) -> list[bytes]:
    match value.type:
        case "string":
            return [value.value.encode()]
        case "bytes":
            return [value.value]
        case "json":
            texts = msgspec.json.decode(value.value)
            if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
                return [text.encode() for text in texts]
    raise ValueError("a queue output must be str, bytes or List[str]")


def _events(value: Datum) -> list[dict[str, Any]]:
    decoded = msgspec.json.decode(value.value)
    events = decoded if isinstance(decoded, list) else [decoded]
    # A list of texts holds one event in each.
    events = [msgspec.json.decode(one) if isinstance(one, str) else one for one in events]
    if not all(isinstance(event, dict) for event in events):
        raise ValueError("an Event Grid output must be an event or a list of events")
    return events


async def _post(endpoint: str, key: str, events: list[dict[str, Any]]) -> None:
    cloud = any("specversion" in event for event in events)
    kind = "application/cloudevents-batch+json" if cloud else "application/json"
    headers = {"Content-Type": kind, "aeg-sas-key": key}
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.post(endpoint, data=msgspec.json.encode(events), headers=headers) as answer,
    ):
        if not answer.ok:
            raise ValueError(f"status {answer.status}: {(await answer.text())[:_TEXT]}")


def _topic(binding: Binding, environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the topic's address and key; the binding names the app settings that hold them."""
    found = []
    for prop in ("topicEndpointUri", "topicKeySetting"):
        setting = binding.text(prop)
        if not setting or not environment.get(setting):
            raise HostError(f"{prop} names the app setting {setting!r}, which is missing")
        found.append(environment[setting])
    return found[0], found[1]
