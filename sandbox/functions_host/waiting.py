"""Waiting for an event, but not for ever. Must not know what the event means."""

import asyncio


async def happens(event: asyncio.Event, *, within: float) -> bool:
    """Return whether the event is set before `within` seconds are over."""
    try:
        async with asyncio.timeout(within):
            return await event.wait()
    except TimeoutError:
        return False
