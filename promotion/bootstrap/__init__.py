"""The composition root: settings, ports and use cases put together, once a process, as they are needed.

Importing it loads no technology: every trigger pays for what the worker imports at its start.
"""

from promotion.bootstrap.entry import (
    anchor,
    answer,
    deliver,
    promote,
    receive_event,
    reconcile,
    site,
    sweep,
    validate,
)

__all__ = [
    "anchor",
    "answer",
    "deliver",
    "promote",
    "receive_event",
    "reconcile",
    "site",
    "sweep",
    "validate",
]
