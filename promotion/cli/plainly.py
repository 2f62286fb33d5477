"""Text from outside made harmless for a terminal: no escape sequences, nothing that turns text around."""

import unicodedata
from typing import Final

#: Control, format, surrogate, private use, unassigned; line and paragraph separators.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def line(text: str) -> str:
    """Return the text as one line in which every invisible character is written out."""
    return "".join(
        repr(letter)[1:-1] if unicodedata.category(letter) in _UNSEEN else letter for letter in text
    )
