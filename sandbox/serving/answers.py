"""JSON in and out of the sandbox's servers, checked by msgspec. Must not know any one server."""

import msgspec
from aiohttp import web


def json_answer(value: object, status: int = 200) -> web.Response:
    """Return an answer with `value` as JSON."""
    return web.Response(
        body=msgspec.json.encode(value),
        status=status,
        content_type="application/json",
    )


async def read_json[T](request: web.Request, kind: type[T]) -> T:
    """Return the request's JSON as a value of `kind`.

    Raises:
        HTTPBadRequest: it is not JSON of that form; the answer says what is wrong, and where.
    """
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise problem(web.HTTPBadRequest, str(error)) from error


def problem(kind: type[web.HTTPError], text: str) -> web.HTTPError:
    """Return an HTTP error that carries `text` as JSON."""
    body = msgspec.json.encode({"problem": text}).decode()
    return kind(text=body, content_type="application/json")
