"""Finder for SentencePiece's tokenizers: pieces with scores, and settings; nothing in them is run.

Facts: google/sentencepiece, src/sentencepiece_model.proto (ModelProto and its parts). Every byte must belong to a known field.
"""

from typing import Final

from promotion.checks.scan.documents.protobuf import whole
from promotion.checks.scan.problems import unreadable
from promotion.checks.scan.subject import Subject

_PIECE: Final = 1
_PARTS: Final = range(1, 6)
_PIECE_FIELDS: Final = range(1, 4)


def find(subject: Subject) -> None:
    """Step through the model; it must have pieces, and nothing that the format does not know."""
    message = whole(subject.source, subject.budget)
    pieces = 0
    for field in message.fields():
        if field.number not in _PARTS or not field.is_bytes:
            raise unreadable(f"A SentencePiece model has no field {field.number}.", field.start)
        if field.number == _PIECE:
            pieces += 1
            if any(part.number not in _PIECE_FIELDS for part in message.inner(field).fields()):
                raise unreadable(
                    "A piece of the SentencePiece model has an unknown field.", field.start
                )
    if not pieces:
        raise unreadable("The SentencePiece model has no pieces.")
