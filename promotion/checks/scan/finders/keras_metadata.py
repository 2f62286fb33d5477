"""Finder for `keras_metadata.pb`: one JSON configuration for each object of an older Keras SavedModel.

Facts: keras/protobuf/saved_metadata.proto (SavedMetadata.nodes, SavedObject.metadata).
"""

from typing import Final

from promotion.checks.scan.documents.protobuf import Message, whole
from promotion.checks.scan.finders import json_document
from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.sources import PartSource
from promotion.checks.scan.subject import Subject

_NODES: Final = 1
_METADATA: Final = 4


def find(subject: Subject) -> None:
    """Look at every configuration."""
    message = whole(subject.source, subject.budget)
    for field in message.fields():
        if field.number == _NODES and field.is_bytes:
            _node(subject, message.inner(field))


def _node(subject: Subject, node: Message) -> None:
    for field in node.fields():
        if field.number == _METADATA and field.is_bytes and field.end > field.start:
            part = PartSource(subject.source, field.start, field.end - field.start)
            subject.examine(
                subject.child(f"metadata at {field.start}", part), json_document.find, Kind.JSON
            )
