"""Sends one POST to a subscriber and names its outcome. Must not know what follows from it."""

import datetime as dt
import io
import logging
from typing import Final

import aiohttp
from yarl import URL

from sandbox.event_grid.deliveries import Outcome
from sandbox.event_grid.payload import Payload

#: An answer that comes later than a delivery waits for still counts until this has passed.
LATE_ANSWER: Final = dt.timedelta(minutes=3)

log = logging.getLogger(__name__)


def client_session() -> aiohttp.ClientSession:
    """Return a session that gives up when even a late answer would not count any more."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=LATE_ANSWER.total_seconds()),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def post(session: aiohttp.ClientSession, url: str, payload: Payload) -> Outcome:
    """Return how the POST ended; an unreachable receiver is an outcome, not an error."""
    try:
        async with session.post(
            URL(url, encoded=True),
            data=io.BytesIO(payload.body),  # a large body sent as bytes would block the loop
            headers=payload.headers,
            allow_redirects=False,
        ) as response:
            await response.content.read(1024)  # enough to let the receiver finish its answer
            return Outcome.of_status(response.status)
    except TimeoutError:
        return Outcome("TimedOut")
    except aiohttp.ClientConnectorDNSError:
        return Outcome("ResolutionError")
    except aiohttp.ClientError as error:
        log.info("receiver not reached", extra={"error": type(error).__name__})
        return Outcome("SocketError")
