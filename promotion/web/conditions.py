"""`If-Match`, `ETag` and `Idempotency-Key`: which revision a call is about, and whether it is a repetition.

A request's ETag is its revision in quotes. Idempotency keys are checked for their form and need no store
of their own, because every write is idempotent by what it says:

* asking for a promotion derives the request's id from route and asset: the second call finds the first's;
* a verdict is the same by person, verdict, stage, revision and digest: the second is answered with what the
  first led to;
* cancelling and retrying leave a fact with who, why and on which revision.

So the same key with the same body is answered with the present state of the same request, and the same key
with another body is another call, answered as the rules of the domain say (412, 409, or done).
"""

import re
from typing import Final

from promotion.web.http import Request
from promotion.web.problems import MALFORMED, UNCONDITIONAL, HttpError

REQUIRED: Final = "required"
OPTIONAL: Final = "optional"

#: An entity tag (RFC 9110, 8.8.3), weak or not, or its bare content, which is how people type it.
_TAG: Final = re.compile(r'(?:W/)?"([\x21\x23-\x7e]{0,64})"|([0-9]{1,10})', re.ASCII)
_REVISION: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
#: Visible ASCII, as draft-ietf-httpapi-idempotency-key-header leaves to the server.
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)

#: What an entity tag means that is none of ours: a revision no request ever has.
_NEVER: Final = 0


def etag(revision: int) -> str:
    """Return a revision as an entity tag."""
    return f'"{revision}"'


def seen_revision(request: Request) -> int | None:
    """Return the revision that `If-Match` names, None without the header.

    `"5"`, `5` and `W/"5"` all mean revision 5. The weak form is accepted although RFC 9110 compares
    strongly here: proxies that compress weaken tags, and the revision names the state, not the bytes. A tag
    that was never ours is 0, which matches nothing. `*` is refused: it would agree to whatever is there.

    Raises:
        HttpError: 428 for `*`, 400 for a list, for nothing and for what is no entity tag.
    """
    written = request.headers.get("if-match")
    if written is None:
        return None
    value = written.strip()
    if value == "*":
        raise HttpError(
            UNCONDITIONAL,
            "`If-Match: *` agrees to whatever the request says by then.",
            "Send the ETag of the request that you looked at.",
        )
    found = _TAG.fullmatch(value)
    if found is None:
        raise HttpError(
            MALFORMED,
            "The header If-Match is not one entity tag.",
            'Send the ETag of the request that you looked at, for example If-Match: "4".',
        )
    text = found[1] if found[1] is not None else found[2]
    return int(text) if _REVISION.fullmatch(text) else _NEVER


def require_revision(request: Request) -> int:
    """Return the revision that `If-Match` names.

    Raises:
        HttpError: 428 without the header or for `*`, 400 for what is no entity tag.
    """
    seen = seen_revision(request)
    if seen is None:
        raise HttpError(
            UNCONDITIONAL,
            "A decision is about one revision of a request, and this call names none.",
            "Send the ETag of the request that you looked at as If-Match.",
        )
    return seen


def check_idempotency_key(request: Request) -> None:
    """Raise HttpError (400) when there is an `Idempotency-Key` that is not 1 to 255 visible characters."""
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise HttpError(
            MALFORMED,
            "The header Idempotency-Key must be 1 to 255 visible ASCII characters.",
            "Send a UUID, for example.",
        )
