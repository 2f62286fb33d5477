"""The argument that names a request. Knows how ids look, not what is asked of the request."""

from typing import Annotated

import typer

from promotion.domain.request import is_request_id


def _checked(text: str) -> str:
    # An address is made of it: what is no id could lead to another call, and its answer would mislead.
    if text and not is_request_id(text):
        raise typer.BadParameter(
            f"{text!r} is no request's id: those have 26 letters and digits, as `requests list` shows them."
        )
    return text


RequestId = Annotated[
    str,
    typer.Argument(metavar="ID", help="The request's id.", show_default=False, callback=_checked),
]
