"""Event subscriptions: which events of a topic go to which webhook, and under which rules.

The defaults are those of Event Grid's management API. Must not know how a delivery is made.
"""

from typing import Annotated, Final, Literal

import msgspec

from sandbox.config import Config
from sandbox.event_grid.events import Event, Schema
from sandbox.event_grid.storage import Storage

MODEL_REGISTERED: Final = "Microsoft.MachineLearningServices.ModelRegistered"

_PREFIX: Final = "subscriptions/"


class Subscription(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    forbid_unknown_fields=True,
):
    """One webhook's wish for events of one topic."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{3,64}$")]
    topic: Literal["system", "facts"]
    #: None is the Functions app's own webhook, whose key stands in the sandbox's configuration.
    endpoint: Annotated[str, msgspec.Meta(pattern="^https?://")] | None = None
    event_delivery_schema: Literal["EventGridSchema", "CloudEventSchemaV1_0"] = "EventGridSchema"
    #: Empty is every type.
    included_event_types: tuple[str, ...] = ()
    max_events_per_batch: Annotated[int, msgspec.Meta(ge=1, le=5000)] = 1
    max_delivery_attempts: Annotated[int, msgspec.Meta(ge=1, le=30)] = 30
    event_time_to_live_in_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 1440
    #: Real seconds until an unanswered delivery counts as failed: the receiver is not sped up.
    answer_seconds: Annotated[float, msgspec.Meta(gt=0, le=30)] = 30

    def __post_init__(self) -> None:
        """Refuse what the service refuses: events do not turn from CloudEvents into its own schema.

        Raises:
            ValueError: the topic `facts` with Event Grid's schema.
        """
        if self.topic == "facts" and self.delivers is not Schema.CLOUD_EVENTS:
            raise ValueError(
                "the topic `facts` takes CloudEvents and delivers them so: "
                f"set eventDeliverySchema to {Schema.CLOUD_EVENTS.value}",
            )

    @property
    def delivers(self) -> Schema:
        """The schema events are delivered in."""
        return Schema(self.event_delivery_schema)

    def wants(self, event: Event) -> bool:
        """Whether the event passes the subscription's filter."""
        return not self.included_event_types or event.type in self.included_event_types

    def url(self, config: Config) -> str:
        """Return the webhook's address; it may hold a secret: never log it."""
        return self.endpoint or config.event_grid_webhook


class Subscriptions:
    """All subscriptions, kept in storage."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._by_name: dict[str, Subscription] = {}

    async def load(self) -> None:
        """Read what is stored; a new sandbox starts with the app's model registrations."""
        for name in await self._storage.names(_PREFIX):
            stored = msgspec.json.decode(await self._storage.read(name), type=Subscription)
            self._by_name[stored.name] = stored
        if not self._by_name:
            await self.put(
                Subscription(
                    name="on-model-registered",
                    topic="system",
                    included_event_types=(MODEL_REGISTERED,),
                ),
            )

    async def put(self, subscription: Subscription) -> None:
        """Create or replace the subscription of that name."""
        await self._storage.write(
            f"{_PREFIX}{subscription.name}.json",
            msgspec.json.encode(subscription),
        )
        self._by_name[subscription.name] = subscription

    async def remove(self, name: str) -> None:
        """Remove the subscription; nothing happens when there is none of that name."""
        await self._storage.delete(f"{_PREFIX}{name}.json")
        self._by_name.pop(name, None)

    def get(self, name: str) -> Subscription | None:
        """Return the subscription of that name."""
        return self._by_name.get(name)

    def all(self) -> list[Subscription]:
        """Return every subscription, by name."""
        return sorted(self._by_name.values(), key=lambda each: each.name)
