"""Probe of the app's own identity: whether it gets tokens, and as whom."""

import base64
import binascii
from collections.abc import Iterator
from typing import Final

import msgspec

from promotion.bootstrap.storage import Identity
from promotion.domain.findings import Finding, bad, ok
from promotion.domain.ready import ready

_PROBE: Final = "identity"
_SCOPE: Final = "https://management.azure.com/.default"
_REMEDY: Final = (
    "Assign the user-assigned identity to the app and name it in AZURE_CLIENT_ID; on one machine, sign in "
    "with `az login`."
)


class _Claims(msgspec.Struct):
    """What is used of a token. It is the app's own, fresh from the issuer: nothing is decided by it."""

    oid: str = ""
    tid: str = ""


def identity(credential: Identity) -> Iterator[Finding]:
    """Yield as whom the app reaches Azure."""
    from azure.core.exceptions import AzureError

    try:
        token = credential().get_token(_SCOPE).token
    except AzureError as error:
        first = str(error).partition("\n")[0][:200]
        yield bad(_PROBE, f"No token for {_SCOPE}: {first}", _REMEDY)
        return
    claims = _claims(token)
    yield ok(_PROBE, f"Reaches Azure as {claims.oid or 'an unnamed identity'}.", claims.tid)


def _claims(token: str) -> _Claims:
    try:
        part = token.split(".")[1]
        content = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        return msgspec.json.decode(content, type=ready(_Claims))
    except (IndexError, binascii.Error, msgspec.DecodeError, UnicodeDecodeError):
        return _Claims()
