"""Queries and JSON bodies as typed structures, with everything that is wrong with them told at once.

msgspec stops at the first error; a person who writes a call wants them all. So each field is converted
on its own. Knows no route.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec

from promotion.domain.errors import InvalidError
from promotion.domain.ready import ready
from promotion.web.http import FORM, JSON, MAX_BODY, Request, media_type
from promotion.web.inputs import MAX_TEXT
from promotion.web.problems import (
    INVALID,
    MALFORMED,
    MEDIA_TYPE,
    TOO_LARGE,
    FieldError,
    HttpError,
    Kind,
)

_MAX_FIELDS: Final = 50


def require_body(request: Request, wanted: str, limit: int = MAX_BODY) -> None:
    """Raise HttpError (413, 415) unless the body is small enough and declared as `wanted`."""
    if len(request.body) > limit:
        raise HttpError(
            TOO_LARGE,
            f"The body has {len(request.body)} bytes.",
            f"Send at most {limit} bytes.",
        )
    if media_type(request) != wanted:
        raise HttpError(
            MEDIA_TYPE,
            f"The body is declared as {media_type(request)[:80] or 'nothing'!r}.",
            f"Send it with Content-Type: {wanted}.",
        )


def read_body[T: msgspec.Struct](
    request: Request,
    wanted: type[T],
    limit: int = MAX_BODY,
) -> T:
    """Return a JSON body as `wanted`.

    Raises:
        HttpError: 413, 415; 400 when it is no JSON object; 422 with every field that is wrong.
    """
    require_body(request, JSON, limit)
    try:
        content: Any = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise HttpError(
            MALFORMED, f"The body is not JSON: {why}.", "Send a JSON object."
        ) from error
    if not isinstance(content, dict):
        raise HttpError(INVALID, "The body is JSON, but not an object.", "Send a JSON object.")
    return _convert(content, wanted, prefix="$.", strict=True)


def read_query[T: msgspec.Struct](request: Request, wanted: type[T]) -> T:
    """Return the query as `wanted`.

    Raises:
        HttpError: 400 with every parameter that is wrong, unknown or given twice.
    """
    return _convert(_singles(request.query), wanted, prefix="", strict=False)


def read_form[T: msgspec.Struct](request: Request, wanted: type[T]) -> T:
    """Return a form's fields as `wanted`.

    Raises:
        HttpError: 413, 415; 400 when it is no form, or when fields are missing, unknown or doubled.
    """
    require_body(request, FORM)
    try:
        fields = parse_qs(
            request.body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(request.body),
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError as error:
        raise HttpError(
            MALFORMED,
            "The form cannot be read.",
            "Open the page again and send its form as it is.",
        ) from error
    return _convert(_singles(fields), wanted, prefix="", strict=False)


def text_of(field: str) -> str:
    """Return what a person wrote into a form's field, with plain line breaks and no blanks around it.

    Raises:
        InvalidError: it is longer than the API would take.
    """
    text = field.replace("\r\n", "\n").strip()
    if len(text) > MAX_TEXT:
        raise InvalidError(
            f"The text has {len(text)} characters.",
            f"Write at most {MAX_TEXT}.",
        )
    return text


def _convert[T: msgspec.Struct](
    content: dict[str, Any],
    wanted: type[T],
    *,
    prefix: str,
    strict: bool,
) -> T:
    fields = {field.encode_name: field for field in msgspec.structs.fields(wanted)}
    errors = [
        FieldError(f"{prefix}{name[:80]}", f"Unknown; known are: {', '.join(fields)}.")
        for name in content
        if name not in fields
    ]
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in content:
            if field.required:
                errors.append(FieldError(f"{prefix}{name}", "Missing."))
            continue
        try:
            values[field.name] = _value(content[name], field.type, strict=strict)
        except msgspec.ValidationError as error:
            errors.append(_field_error(f"{prefix}{name}", error))
    if errors:
        raise _wrong(INVALID if strict else MALFORMED, tuple(errors))
    return wanted(**values)


def _value(written: Any, wanted: Any, *, strict: bool) -> Any:  # noqa: ANN401 -- any field of any structure
    value = msgspec.convert(written, ready(wanted), strict=strict)
    if value is None and not strict:
        # msgspec takes the text `null` for nothing; a query and a form leave out what they do not mean.
        raise msgspec.ValidationError("Leave it out to mean nothing")
    return value


def _singles(found: Mapping[str, Sequence[str]]) -> dict[str, str]:
    doubled = [name for name, values in found.items() if len(values) > 1]
    if doubled:
        errors = tuple(FieldError(name[:80], "Given more than once.") for name in doubled)
        raise _wrong(MALFORMED, errors)
    return {name: values[0] for name, values in found.items()}


def _field_error(path: str, error: msgspec.ValidationError) -> FieldError:
    # msgspec ends with ` - at `$.inner`` where the error lies deeper.
    text, _, inner = str(error).partition(" - at `$")
    return FieldError(f"{path}{inner.rstrip('`')}", f"{text}.")


def _wrong(kind: Kind, errors: tuple[FieldError, ...]) -> HttpError:
    count = "One thing is" if len(errors) == 1 else f"{len(errors)} things are"
    what = "; ".join(f"{error.field}: {error.detail}" for error in errors[:10])
    return HttpError(
        kind,
        f"{count} wrong with the input. {what}",
        "Correct what `errors` lists; /api/openapi.json describes each call.",
        errors=errors,
    )
