"""Read every request of a query, page by page, where one that cannot be read back must stop the work."""

from collections.abc import Callable, Iterator
from typing import Final

from promotion.domain.errors import DamagedError
from promotion.domain.request import Request
from promotion.ports import Damage, Query, World

_PAGE: Final = 200


def every(
    world: World, query: Query, refusal: Callable[[Damage], DamagedError]
) -> Iterator[Request]:
    """Yield the requests of a query; `refusal` makes the error that says what a damaged one keeps from being told.

    Raises:
        DamagedError: one of them cannot be read back; those of its page and before were yielded.
    """
    cursor = ""
    while True:
        page = world.requests.page(query, cursor=cursor, limit=_PAGE)
        yield from page.items
        if page.damaged:
            raise refusal(page.damaged[0])
        cursor = page.next_cursor
        if not cursor:
            return
