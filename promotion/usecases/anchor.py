"""Anchor the heads of trails: once a day, and when an operator asks.

Reads the requests that changed since the look before, and an hour more, for clocks that differ and writes
that took long; an anchor of everything closes whatever may have slipped through even so.
"""

import datetime as dt
import itertools
import logging
from collections.abc import Iterator
from typing import Final

import msgspec

from promotion.domain.anchor import Anchor, Head, hash_of, read_anchor
from promotion.domain.dsse import ANCHOR, canonical, pae, wrap
from promotion.domain.errors import BrokenError, DamagedError
from promotion.domain.ordering import EPOCH
from promotion.ports import Anchors, Query, Tip, World

_log = logging.getLogger(__name__)

#: Changes that were under way at the last look are looked at again.
_OVERLAP: Final = dt.timedelta(hours=1)
#: Heads of one line: some 600 KB, as an append blob takes 4 MiB at once.
_MOST: Final = 4_000
#: Anchors so often hold everything, whatever was asked for.
_WHOLE_EVERY: Final = 30


class Anchored(msgspec.Struct, frozen=True, kw_only=True):
    """What one anchoring came to."""

    heads: int
    lines: int
    whole: bool


def anchor(world: World, *, whole: bool = False) -> Anchored:
    """Anchor what changed since the last time, or everything.

    Raises:
        StaleError: another worker anchored at the same time; what it wrote stands.
        RetryableError: storage or key are not available now.
        BrokenError: no place for anchors is set up, or the last line there is none of ours.
    """
    log = _log_of(world)
    tip = log.tip()
    last = _last(tip)
    began = world.clock.now()
    whole = whole or last is None or not last.complete or last.sequence % _WHOLE_EVERY == 0
    since = EPOCH if last is None or whole else last.looked_at - _OVERLAP
    heads = lines = 0
    sequence = last.sequence if last else 0
    for complete, part in _parts(_heads(world, since)):
        sequence += 1
        made = Anchor(
            sequence=sequence,
            at=world.clock.now(),
            looked_at=began,
            complete=complete,
            heads=tuple(part),
            previous=hash_of(tip.line),
        )
        tip = _append(world, log, tip, made)
        heads, lines = heads + len(part), lines + 1
    _log.info("heads anchored", extra={"heads": heads, "lines": lines, "whole": whole})
    return Anchored(heads=heads, lines=lines, whole=whole)


def _append(world: World, log: Anchors, tip: Tip, made: Anchor) -> Tip:
    payload = canonical(made)
    signer = world.signer
    signed = (signer.keyid, signer.sign(pae(ANCHOR, payload))) if signer else ("", b"")
    line = canonical(wrap(ANCHOR, payload, *signed)) + b"\n"
    log.append(line, position=tip.position)
    return Tip(line=line, position=tip.position + len(line))


def _heads(world: World, since: dt.datetime) -> Iterator[Head]:
    cursor = ""
    while True:
        page = world.requests.page(Query(), cursor=cursor, limit=200)
        if page.damaged:
            # Its head is anchored already, if it ever was: that the trail is damaged shows there.
            _log.error("damaged requests not anchored", extra={"count": len(page.damaged)})
        for request in page.items:
            if request.updated_at >= since:
                yield Head(request=request.id, revision=request.revision, hash=request.head)
        cursor = page.next_cursor
        if not cursor:
            return


def _parts(heads: Iterator[Head]) -> Iterator[tuple[bool, list[Head]]]:
    # At least one, so that a quiet day is anchored as a quiet day.
    part = list(itertools.islice(heads, _MOST))
    while True:
        following = list(itertools.islice(heads, _MOST))
        yield not following, part
        if not following:
            return
        part = following


def _last(tip: Tip) -> Anchor | None:
    if not tip.line:
        return None
    try:
        return read_anchor(tip.line)[0]
    except ValueError as error:
        raise DamagedError(
            f"The last line of the anchors cannot be read: {error}.",
            "Nothing was added. Compare it with an earlier copy of the anchors.",
        ) from error


def _log_of(world: World) -> Anchors:
    if world.anchors is None:
        raise BrokenError(
            "There is no place for anchors.",
            "Set PROMOTION_ANCHOR_CONTAINER to a container with an immutability policy.",
        )
    return world.anchors
