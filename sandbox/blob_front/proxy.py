"""Carries one request to Azurite and its answer back: every header, every byte, in both directions.

Bodies stream through in bounded pieces. Knows HTTP; must not know what blobs are.
"""

import logging
from http import HTTPStatus
from typing import Final
from xml.sax.saxutils import escape

from aiohttp import ClientConnectionError, ClientResponse, ClientSession, hdrs, web
from multidict import CIMultiDict
from yarl import URL

from sandbox.blob_front.addresses import Addresses, UnknownAccountError

log = logging.getLogger(__name__)

_COPY_SOURCE: Final = "x-ms-copy-source"
# RFC 9110 section 7.6.1: between two neighbours only. `Expect` is answered here.
_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    },
)
# What the HTTP library would add of its own accord.
_ADDED: Final = (hdrs.ACCEPT, hdrs.ACCEPT_ENCODING, hdrs.CONTENT_TYPE, hdrs.USER_AGENT)
# How this connection's messages are delimited is between the front and its client.
_FRAMING: Final = frozenset({"connection", "content-length", "transfer-encoding"})
_PASSED: Final = web.ResponseKey("passed", frozenset[str])


class Proxy:
    """The handler of every request that reaches the front."""

    def __init__(self, addresses: Addresses, session: ClientSession) -> None:
        self._addresses = addresses
        self._session = session

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request with Azurite's answer.

        An unknown account and a header that is not text are answered 400, an Azurite that is away 503 (clients try again). An
        answer that breaks off half-way breaks off here too, so that no client takes it for whole.
        """
        try:
            account = self._addresses.account(request.host, _local_port(request))
            answer = await self._send(request, account)
        except UnknownAccountError as error:
            return _problem(HTTPStatus.BAD_REQUEST, "InvalidUri", str(error))
        except UnicodeDecodeError as error:
            message = f"a header is not UTF-8: {error}"
            return _problem(HTTPStatus.BAD_REQUEST, "InvalidHeaderValue", message)
        except ClientConnectionError as error:
            return self._away(request, error)
        async with answer:
            return await self._return(request, answer)

    def _away(self, request: web.Request, error: ClientConnectionError) -> web.Response:
        if request.content.exception() is not None:
            raise ConnectionResetError("the client left while it was sending") from error
        log.warning("azurite does not answer", extra={"reason": str(error)})
        message = f"Azurite does not answer on {self._addresses.upstream_host}: is it running?"
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "ServerBusy", message)

    async def _send(self, request: web.Request, account: str) -> ClientResponse:
        headers = _passed_on(request)
        headers[hdrs.HOST] = self._addresses.upstream_host
        if _COPY_SOURCE in headers:
            headers[_COPY_SOURCE] = self._addresses.to_azurite(headers[_COPY_SOURCE])
        return await self._session.request(
            request.method,
            URL(self._addresses.upstream(account, request.raw_path), encoded=True),
            headers=headers,
            data=request.content if request.body_exists else None,
            skip_auto_headers=_ADDED,
            allow_redirects=False,
        )

    async def _return(self, request: web.Request, answer: ClientResponse) -> web.StreamResponse:
        headers = _passed_on(answer)
        if _COPY_SOURCE in headers:
            headers[_COPY_SOURCE] = self._addresses.to_front(headers[_COPY_SOURCE])
        response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=headers)
        response[_PASSED] = frozenset(name.lower() for name in headers)
        await response.prepare(request)
        async for piece in answer.content.iter_any():
            await response.write(piece)
        await response.write_eof()
        return response


async def drop_additions(_request: web.Request, response: web.StreamResponse) -> None:
    """Take off what the HTTP library put on an answer of Azurite's (a signal before sending)."""
    if _PASSED not in response:
        return
    kept = response[_PASSED] | _FRAMING
    for name in [name for name in response.headers if name.lower() not in kept]:
        del response.headers[name]


def _passed_on(message: web.Request | ClientResponse) -> CIMultiDict[str]:
    # The raw ones: the parsed ones change the case of names, and metadata keeps its names' case.
    named = message.headers.get(hdrs.CONNECTION, "").split(",")
    dropped = _HOP_BY_HOP | {name.strip().lower() for name in named}
    pairs = ((name.decode(), value.decode()) for name, value in message.raw_headers)
    return CIMultiDict((name, value) for name, value in pairs if name.lower() not in dropped)


def _local_port(request: web.Request) -> int:
    if request.transport is None:
        raise ConnectionResetError("the client left before its request was read")
    port: int = request.transport.get_extra_info("sockname")[1]
    return port


def _problem(status: HTTPStatus, code: str, message: str) -> web.Response:
    # The shape of the storage services' own errors, so that their SDKs show the message.
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    headers = {"x-ms-error-code": code}
    return web.Response(status=status, text=body, content_type="application/xml", headers=headers)
