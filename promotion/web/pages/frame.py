"""What every page shows around its own content, and how a page becomes an answer."""

from typing import Any

from promotion.web import answers
from promotion.web.http import Response
from promotion.web.render import render
from promotion.web.routing import Call


def page(
    call: Call,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,  # noqa: ANN401 -- what the template shows
) -> Response:
    """Return a page with the frame filled in: who is signed in, what time it is."""
    text = render(template, person=call.person, now=call.world.clock.now(), **values)
    return answers.html(text, status, headers)
