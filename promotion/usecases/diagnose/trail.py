"""Probes of what makes the audit trail provable: the signing key and the daily anchors. They read only."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from promotion.domain.anchor import read_anchor
from promotion.domain.findings import Finding, bad, ok, warn
from promotion.ports import Anchors, World

#: Anchored every day; a day late is a day missed.
_ANCHORED_WITHIN: Final = dt.timedelta(days=2)


def proof(world: World) -> Iterator[Finding]:
    """Yield whether statements are signed, and when heads were anchored last.

    Raises:
        RetryableError: key or storage is not available.
    """
    if world.signer is None:
        yield warn(
            "signing key",
            "No key is set up: promotions are not signed.",
            "Set PROMOTION_SIGNING_KEY to a Key Vault key (docs/audit.md).",
        )
    else:
        yield ok("signing key", f"Signs as {world.signer.keyid}.")
    if world.anchors is not None:
        yield _anchored(world.anchors, world.clock.now())


def _anchored(anchors: Anchors, now: dt.datetime) -> Finding:
    tip = anchors.tip()
    if not tip.line:
        return warn(
            "anchors",
            "Nothing was anchored yet.",
            "The function `anchor` does so at night; `promotion audit anchor` does it now.",
        )
    try:
        last = read_anchor(tip.line)[0]
    except ValueError as error:
        return bad(
            "anchors",
            f"The last line cannot be read: {error}.",
            "Compare the anchors with an earlier copy (docs/audit.md).",
        )
    if now - last.looked_at > _ANCHORED_WITHIN:
        return warn(
            "anchors",
            f"Anchored last at {last.looked_at:%Y-%m-%d %H:%M}Z.",
            "Look at the function `anchor`'s last runs; `promotion audit anchor` does it now.",
        )
    return ok("anchors", f"Anchored at {last.looked_at:%Y-%m-%d %H:%M}Z.")
