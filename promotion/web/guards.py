"""What keeps other sites from making a signed-in person's browser write. Knows no route and no page.

Two independent guards: where a browser says the call comes from, and a token in the form that only a page
made for this person, this request and this revision can hold.
"""

import hashlib
import hmac
from typing import Final
from urllib.parse import urlsplit

from promotion.domain.actors import Person
from promotion.domain.errors import ForbiddenError
from promotion.web.http import Request
from promotion.web.settings import WebSettings

_PURPOSE: Final = "mlpromotion.form/1"


def require_same_site(request: Request, settings: WebSettings) -> None:
    """Raise ForbiddenError when a browser says that another site caused this call.

    Browsers send `Sec-Fetch-Site` with every call; older ones send `Origin` with every POST. A call with
    neither does not come from a browser and cannot be forged through one. `Origin: null` counts as
    another site: this app's own pages send it too (their referrer policy is `no-referrer`), but only
    browsers that also send `Sec-Fetch-Site` get so far.
    """
    site = request.headers.get("sec-fetch-site", "")
    origin = request.headers.get("origin", "")
    if site:
        allowed = site in {"same-origin", "none"}
    else:
        allowed = not origin or _same_origin(origin, settings.public_url)
    if not allowed:
        raise ForbiddenError(
            "Another site caused this call; nothing was changed.",
            "Open the request's page in this app and decide there.",
        )


def form_token(key: bytes, person: Person, request_id: str, revision: int) -> str:
    """Return the token for a form about one request at one revision, made for one person."""
    parts = (_PURPOSE, person.key, request_id, str(revision))
    text = "\n".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def require_form_token(
    key: bytes,
    token: str,
    person: Person,
    request_id: str,
    revision: int,
) -> None:
    """Raise ForbiddenError unless the form was made for this person, request and revision."""
    expected = form_token(key, person, request_id, revision)
    # As bytes: compare_digest refuses text outside ASCII with a TypeError.
    if not hmac.compare_digest(expected.encode(), token.encode("utf-8", "surrogatepass")):
        raise ForbiddenError(
            "This form was not made for you, or not for this request; nothing was changed.",
            "Open the request's page again and decide there.",
        )


def _same_origin(first: str, second: str) -> bool:
    try:
        return _origin(first) == _origin(second)
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port
