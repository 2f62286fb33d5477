"""What the use cases need from the world, as protocols. Adapters implement them; tests swap them.

Every method may raise RetryableError when the technology behind it is not available now. Methods are
synchronous: the functions that call them run in the worker's thread pool.
"""

from promotion.ports.clock import Clock
from promotion.ports.keeping import Anchors, DeadLetters, Evidence, PolicySource, Signer, Tip
from promotion.ports.probing import Probe
from promotion.ports.queues import Hints, Poisoned, Queue
from promotion.ports.registries import EVER, Name, Registries, Watermark, Watermarks
from promotion.ports.requests import (
    LOOK_AFTER,
    Damage,
    Delivered,
    Page,
    Query,
    Requests,
    Stored,
    Watch,
)
from promotion.ports.reservations import Reservation, Reservations
from promotion.ports.telling import Channel
from promotion.ports.world import Ports, World

__all__ = [
    "EVER",
    "LOOK_AFTER",
    "Anchors",
    "Channel",
    "Clock",
    "Damage",
    "DeadLetters",
    "Delivered",
    "Evidence",
    "Hints",
    "Name",
    "Page",
    "Poisoned",
    "PolicySource",
    "Ports",
    "Probe",
    "Query",
    "Queue",
    "Registries",
    "Requests",
    "Reservation",
    "Reservations",
    "Signer",
    "Stored",
    "Tip",
    "Watch",
    "Watermark",
    "Watermarks",
    "World",
]
