"""Finder for JSON: valid, not a notebook, and without anything that a framework's loader would run."""

from typing import Final

from promotion.checks.scan.credentials import sweep
from promotion.checks.scan.documents.json_objects import JsonObject, Kept, objects, validate
from promotion.checks.scan.frameworks import hub, keras_config, named_objects, skops
from promotion.checks.scan.names import extension
from promotion.checks.scan.subject import Subject

_NOTEBOOK: Final = frozenset({"nbformat", "cells"})
_WANTED: Final = keras_config.WANTED | skops.WANTED | hub.WANTED | named_objects.WANTED | _NOTEBOOK
#: Texts of one value a line.
_LINES: Final = {"jsonl", "ndjson"}


def find(subject: Subject) -> None:
    """Look at every object of the text."""
    if extension(subject.base) not in _LINES:
        validate(subject.source)
    for found in objects(subject.source, subject.budget, _WANTED):
        keras_config.check(subject, found)
        skops.check(subject, found)
        hub.check(subject, found)
        named_objects.check(subject, found)
        _check_notebook(subject, found)
    sweep(subject, subject.source)


def _check_notebook(subject: Subject, found: JsonObject) -> None:
    if found.under == "" and "nbformat" in found.others and found.others.get("cells") == Kept.ARRAY:
        subject.block(
            "notebook",
            "It is a notebook: it holds code, and outputs with data in them.",
            found.offset,
        )
