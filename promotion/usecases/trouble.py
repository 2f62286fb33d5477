"""Note on a request why an attempt had to stop, so that a page can say it before anyone reads a log."""

import contextlib
from collections.abc import Iterator

import msgspec

from promotion.domain.errors import DamagedError, PromotionError, RetryableError
from promotion.ports import World


@contextlib.contextmanager
def noted(world: World, request_id: str) -> Iterator[None]:
    """Note why work stopped beside the request's progress, and let the error pass on."""
    try:
        yield
    except (RetryableError, DamagedError) as error:
        # When even the note cannot be written, the error itself is the better one to tell.
        with contextlib.suppress(PromotionError):
            now = world.requests.progress(request_id)
            world.requests.save_progress(
                request_id,
                msgspec.structs.replace(now, trouble=str(error)),
            )
        raise
