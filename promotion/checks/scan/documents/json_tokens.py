"""The tokens of a JSON text, and the stretch of it that is held while they are taken. Knows no nesting."""

import re
from typing import Final

from promotion.checks.scan.problems import LimitError, TruncatedError
from promotion.checks.scan.sources import Source

#: Arrays of plain values and empty objects, each with a comma, many at once or one without; a text; a bracket; what lies
#: between. Possessive, so that no text is tried twice.
TOKEN: Final = re.compile(
    rb'(?:\[[^"{}\[\]]*+\]\s*+,\s*+)++|\[[^"{}\[\]]*+\]|(?:\{\s*+\}\s*+,\s*+)++|\{\s*+\}'
    rb'|"(?:[^"\\]++|\\.)*+"|[{}\[\]]|[^"{}\[\]]++|"',
    re.DOTALL,
)
#: A text whose end is not held.
UNFINISHED: Final = b'"'
_CHUNK: Final = 64 * 1024
#: Longest text token, for instance a picture in base64.
_LONGEST_TOKEN: Final = 8 * 1024 * 1024


class Window:
    """The stretch of a text that is held: read in chunks, a token that reaches over the end completed first."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._ended = False
        self.base = 0
        self.held = b""
        #: How much of what is held was taken.
        self.used = 0

    def fill(self) -> bool:
        """Drop what was taken and read on; return whether there is something to take.

        Raises:
            ProblemError: a token goes on to the text's end, or for too long.
        """
        self.base += self.used
        self.held = self.held[self.used :]
        self.used = 0
        if self._ended or len(self.held) > _LONGEST_TOKEN:
            if self.held and self._ended:
                raise TruncatedError("a JSON text", self.base)
            if self.held:
                raise LimitError("A JSON text is too long to be judged.", self.base)
            return False
        more = self._source.read(self.base + len(self.held), max(_CHUNK, len(self.held)))
        self._ended = not more
        self.held += more
        return bool(self.held)

    def may_go_on(self, token: bytes) -> bool:
        """Whether the last token held could be cut off there; long stretches of numbers are split."""
        if self._ended or token[-1:] in b"}]":
            return False
        return token[:1] == b'"' or len(token) < _CHUNK
