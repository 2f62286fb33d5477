"""Publishes every fact to an Event Grid custom topic (CloudEvents schema). Knows no chat and no mail.

What an event holds is decided in `promotion.messages.event`. A fact is given up only when the topic says
that the event itself is malformed. All else is tried again: a missing role, a missing topic or one that
expects another schema is mended by an operator, and no fact may be lost over it.
"""

import datetime as dt
import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from azure.core.credentials import AzureKeyCredential, TokenCredential
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.messaging import CloudEvent

from promotion.domain.errors import BrokenError, RetryableError
from promotion.domain.facts import Fact
from promotion.domain.request import Request
from promotion.messages import event
from promotion.messages.event import Event
from promotion.ports import Evidence
from promotion.wire import answers
from promotion.wire.addresses import check_address

if TYPE_CHECKING:
    from azure.eventgrid import EventGridPublisherClient

#: Event Grid takes 1 MiB per event and per request; the rest is for the array around the event.
_LIMIT: Final = 1_048_576 - 4_096
_TOO_LARGE: Final = 413
_BAD_REQUEST: Final = 400
_WHO: Final = "The Event Grid topic"
_ROLE: Final = (
    "Give the app's identity the role EventGrid Data Sender on the topic; it takes effect within "
    "minutes."
)
_ADDRESS: Final = "Check PROMOTION_TOPIC_ENDPOINT: there is no such topic at that address."
_REMEDIES: Final = {
    401: _ROLE,
    403: _ROLE,
    404: _ADDRESS,
    405: _ADDRESS,
    410: _ADDRESS,
    415: _ADDRESS,
}
_SCHEMA: Final = "Create the topic with the input schema CloudEventSchemaV1_0."

#: Timeouts in seconds. Trying again is the queue's business: the SDK would sleep through any Retry-After.
#: Given with each call, as azure-eventgrid 4.22 drops what its constructor is given.
_OPTIONS: Final[dict[str, Any]] = {"retry_total": 0, "connection_timeout": 10, "read_timeout": 30}
#: That SDK offers its calls' options to its models as well, which then complain of each one.
_COMPLAINT: Final = "%s is not a known attribute of class %s and will be ignored"
_COMPLAINER: Final = "azure.eventgrid._legacy._generated._serialization"


class EventGridTopic:
    """The channel of programs: takes every fact, in order, each under its own id."""

    name = "topic"

    def __init__(
        self,
        endpoint: str,
        credential: TokenCredential | AzureKeyCredential,
        evidence: Evidence,
        *,
        source: str = "/azureml-promotion",
        allow_loopback: bool = False,
    ) -> None:
        """Publish to the topic at `endpoint`.

        Args:
            endpoint: `https://{topic}.{region}-1.eventgrid.azure.net/api/events`.
            credential: the app's identity, or the topic's key where there is none (the sandbox).
            evidence: keeps facts that are too large to be published.
            source: URI that begins the events' `source`; name the deployment in it where several
                publish to one topic.
            allow_loopback: whether the endpoint may be on this machine, without TLS.

        Raises:
            InvalidError: the endpoint is not one that may be called.
        """
        setting = "PROMOTION_TOPIC_ENDPOINT"
        self._endpoint = check_address(endpoint, setting=setting, allow_loopback=allow_loopback)
        self._credential = credential
        self._evidence = evidence
        self._source = source

    def deliver(self, request: Request, fact: Fact) -> None:
        """Publish one fact; one that is too large is kept as evidence and published by reference.

        Raises:
            RetryableError: the topic is away, throttles, or an operator has to mend something first.
            BrokenError: the topic calls the event malformed.
        """
        whole = event.event_of(request, fact, source=self._source)
        if whole.size > _LIMIT:
            self._refer(whole, fact)
            return
        try:
            self._publish(whole)
        except _TooLargeError:
            self._refer(whole, fact)

    def close(self) -> None:
        """Close the connections, where there are any."""
        if "_client" in self.__dict__:
            self._client.close()

    def _refer(self, whole: Event, fact: Fact) -> None:
        told = self._by_reference(whole, fact)
        try:
            self._publish(told)
        except _TooLargeError as error:
            # No fact may be lost over it: a topic that takes nothing is a topic that is down.
            raise RetryableError(
                f"The Event Grid topic answered 413 to an event of {told.size} bytes.",
                "Look at what stands between the app and the topic.",
            ) from error

    def _by_reference(self, whole: Event, fact: Fact) -> Event:
        # Kept first: whoever reads the event finds what it refers to.
        reference = self._evidence.put(event.content_of(fact))
        return event.by_reference(whole, fact, reference)

    def _publish(self, told: Event) -> None:
        try:
            self._client.send(_cloud_event(told), **_OPTIONS)
        except HttpResponseError as error:
            raise _meaning(error) from error
        except AzureError as error:
            raise answers.translate(_WHO, error, remedies=_REMEDIES, now=_now()) from error

    @cached_property
    def _client(self) -> "EventGridPublisherClient":
        # 84 ms and 250 modules: loaded by the function that publishes, not by those that do not.
        from azure.eventgrid import EventGridPublisherClient  # noqa: PLC0415 -- see above

        logging.getLogger(_COMPLAINER).addFilter(_is_no_complaint)
        return EventGridPublisherClient(self._endpoint, self._credential)


def _is_no_complaint(record: logging.LogRecord) -> bool:
    return record.msg != _COMPLAINT


class _TooLargeError(BrokenError):
    """The topic's limit is below ours."""


def _meaning(error: HttpResponseError) -> RetryableError | BrokenError:
    if error.status_code is None and isinstance(error.__cause__, HttpResponseError):
        # The SDK puts an error without the answer around a 404.
        error = error.__cause__
    if error.status_code == _TOO_LARGE:
        return _TooLargeError("The Event Grid topic answered 413: the event is too large for it.")
    remedies = dict(_REMEDIES)
    if error.status_code == _BAD_REQUEST and _expects_another_schema(error.message):
        remedies[_BAD_REQUEST] = _SCHEMA
    return answers.translate(_WHO, error, remedies=remedies, now=_now())


def _expects_another_schema(said: str) -> bool:
    # "This resource is configured to receive event in 'EventGridEvent' schema. ..."
    return "is configured to receive" in said and "'CloudEvent" not in said


def _cloud_event(told: Event) -> CloudEvent[object]:
    return CloudEvent(
        id=told.id,
        source=told.source,
        type=told.type,
        subject=told.subject,
        time=dt.datetime.fromisoformat(told.time),
        datacontenttype="application/json",
        dataschema=told.dataschema,
        data=told.data,
        extensions=told.extensions,
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
