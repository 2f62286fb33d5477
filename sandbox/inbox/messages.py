"""A received message, and the folder that keeps all of them: one JSON file each.

Must not know where a message came from or how it is shown.
"""

import datetime as dt
import logging
import os
import uuid
from pathlib import Path
from typing import Any, Literal

import msgspec

type Channel = Literal["teams", "email"]

log = logging.getLogger(__name__)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One card or mail, as it was received. Its id begins with the time: ids sort by age."""

    id: str
    channel: Channel
    at: dt.datetime
    sender: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    #: The mail's text part, or the texts of the card, one a line.
    text: str = ""
    #: Addresses the message offers, in their order, each once.
    links: tuple[str, ...] = ()
    #: The Adaptive Card, when it could be read.
    card: dict[str, Any] | None = None
    #: The mail's HTML part.
    html: str | None = None
    #: Why the real receiver would not have shown it; None when all is well.
    problem: str | None = None


def new_id(now: dt.datetime) -> str:
    """Return a message id for a message received at `now`."""
    return f"{now:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:12]}"


class Messages:
    """The messages of one sandbox, newest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._by_id = {message.id: message for message in map(_read, sorted(folder.glob("*.json")))}

    def add(self, message: Message) -> None:
        """Keep a message: when this returns, a crash does not lose it."""
        path = self._folder / f"{message.id}.json"
        draft = path.with_suffix(".draft")
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(message))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        self._by_id[message.id] = message
        fields = {"message": message.id, "channel": message.channel, "problem": message.problem}
        log.info("message received", extra={f"inbox_{k}": v for k, v in fields.items()})

    def get(self, message_id: str) -> Message | None:
        """Return the message of that id."""
        return self._by_id.get(message_id)

    def newest(self, channel: str | None = None) -> list[Message]:
        """Return all messages, or those of one channel, newest first."""
        found = (m for m in self._by_id.values() if channel in {None, m.channel})
        return sorted(found, key=lambda message: message.id, reverse=True)

    def clear(self) -> int:
        """Delete every message; return how many there were."""
        count = len(self._by_id)
        for message_id in list(self._by_id):
            (self._folder / f"{message_id}.json").unlink(missing_ok=True)
            del self._by_id[message_id]
        return count


def _read(path: Path) -> Message:
    return msgspec.json.decode(path.read_bytes(), type=Message)
