"""Parts of the API's document that no structure says: shared parameters, and statuses in words."""

from typing import Any, Final


def _segment(name: str, description: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": example,
    }


PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "id": {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The request's id.",
        "schema": {"type": "string", "pattern": "^[a-z2-7]{26}$"},
        "example": "mfrggzdfmztwq2lknnwg23tpob",
    },
    "registry": _segment("registry", "The registry's name.", "prod-mlops-registry"),
    "model": _segment("model", "The model's name, percent-encoded.", "taxi-fare"),
    "version": _segment("version", "The model's version.", "3"),
    "if-match": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag of the request that was looked at. `*` is refused.",
        "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$'},
        "example": '"4"',
    },
    "idempotency-key": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": (
            "Accepted, 1 to 255 visible ASCII characters. Every write is idempotent by what it says, with "
            "and without a key."
        ),
        "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
        "example": "6f7d1a4e-2b8c-4f0f-9d53-0f2f6a0c9b11",
    },
}

#: What each status means here.
STATUS_TEXTS: Final = {
    200: "Done; the answer shows how things stand now.",
    201: "Recorded; the answer is the request.",
    400: "The query, a header or the body cannot be read; `errors` lists what is wrong.",
    401: "Nobody is signed in, or it cannot be told who. The platform says so without a body, the app with a problem.",
    403: "The caller may not do this; `remedy` says who may.",
    404: "There is no such request.",
    409: "The state of things does not allow it.",
    412: "The request has changed since it was looked at; `current` is how it stands now.",
    413: "The body is larger than this call takes; `remedy` says how large it may be.",
    415: "The body is not declared as JSON.",
    422: "The body is JSON, but not what this call takes; `errors` lists all that is wrong.",
    428: "The call must name the revision that it is about, in `If-Match`.",
    429: "The caller writes too often; `Retry-After` says how long to wait.",
    500: "An error on the app's side; `instance` finds it in the logs.",
    503: "Something the app needs is not available now; `Retry-After` says when to try again.",
}
