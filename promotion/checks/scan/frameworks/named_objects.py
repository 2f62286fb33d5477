"""Configurations that name what their loader imports and calls: Hydra's `_target_`, jsonpickle's `py/...`.

Facts: hydra-core's documentation, "Instantiating objects with Hydra"; jsonpickle's tags (jsonpickle/tags.py). What is named is
judged like a pickle's global: the lists hold it, or the policy allows it.
"""

from typing import Final

from promotion.checks.scan.documents.json_objects import JsonObject
from promotion.checks.scan.subject import Subject

#: Keys whose text is a name by its path.
_NAMING: Final = ("_target_", "py/object", "py/type", "py/class", "py/function", "py/mod")
#: Keys that call or evaluate whatever they hold.
_CALLING: Final = ("py/reduce", "py/repr", "py/property", "py/newobj")
WANTED: Final = frozenset((*_NAMING, *_CALLING))


def check(subject: Subject, found: JsonObject) -> None:
    """Judge one object of a configuration."""
    for key in _NAMING:
        path = found.texts.get(key)
        if path is not None and not _is_allowed(subject, path):
            _block(subject, found, key, path[:200])
    for key in _CALLING:
        if key in found.texts or key in found.others:
            _block(subject, found, key, "what it holds")


def _is_allowed(subject: Subject, path: str) -> bool:
    module, _, name = path.rpartition(".")
    return subject.lookup(module, name) is not None


def _block(subject: Subject, found: JsonObject, key: str, what: str) -> None:
    subject.block(
        "config-object",
        f"The configuration has {key!r}: its loader imports and calls {what}.",
        found.offset,
        key=key,
        name=what,
    )
