"""Who may publish: the topic's access key, or the app's identity by bearer token."""

from typing import Final

from aiohttp import web

from sandbox import people
from sandbox.config import Config
from sandbox.event_grid.errors import PublishError
from sandbox.serving.admin_key import same_secret

KEY_HEADER: Final = "aeg-sas-key"

_AUDIENCES: Final = ("https://eventgrid.azure.net", "https://eventgrid.azure.net/")


def require_publisher(request: web.Request, config: Config, *, tokens: bool) -> None:
    """Check that the request may publish.

    Args:
        request: with the key in `aeg-sas-key` or a token in `Authorization`.
        config: knows the key, and what signs tokens.
        tokens: whether this topic takes tokens at all.

    Raises:
        PublishError: 401 without a credential or with an unknown one, 403 for an identity that has
            no right to send.
    """
    if same_secret(request.headers.get(KEY_HEADER), config.topic_key):
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if tokens and scheme.lower() == "bearer":
        _require_sender(token.strip(), config)
        return
    raise PublishError(
        401,
        f"The request needs the topic's access key in the header {KEY_HEADER}"
        + (" or a bearer token of an identity that may send" if tokens else ""),
    )


def _require_sender(token: str, config: Config) -> None:
    try:
        identity = people.read_token(token, _AUDIENCES, config.signing_key)
    except people.UnknownTokenError as error:
        raise PublishError(401, f"The bearer token is not valid here: {error}") from error
    if identity != people.APP:
        raise PublishError(
            403,
            f"{identity.upn} lacks the role EventGrid Data Sender on this topic",
        )
