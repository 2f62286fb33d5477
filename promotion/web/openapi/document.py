"""An OpenAPI 3.1 document out of routes and structures. Knows the form, not the calls."""

import re
from typing import Any, Final

import msgspec

from promotion import __version__
from promotion.usecases.access import Role
from promotion.web.http import JSON, PROBLEM
from promotion.web.openapi.pieces import PARAMETERS, STATUS_TEXTS
from promotion.web.problems import UNAUTHENTICATED, Problem
from promotion.web.routing import Access, Operation, Route

_REF: Final = "#/components/schemas/{name}"
_ALWAYS_PROBLEMS: Final = (500, 503)
_ROLE_PROBLEMS: Final = (401, 403)
_WRITE_PROBLEMS: Final = (400, 413, 415, 422, 429)


def describe(routes: tuple[Route, ...], public_url: str) -> dict[str, Any]:
    """Return the document of every route that has an operation."""
    described = [route for route in routes if route.operation is not None]
    paths: dict[str, dict[str, Any]] = {}
    for route in described:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Azure ML registry promotion",
            "version": __version__,
            "summary": "Ask for, decide on and follow promotions of Azure ML assets.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {"schemas": _schemas(described), "securitySchemes": _security_schemes()},
    }


def _operation(route: Route) -> dict[str, Any]:
    operation = _declared(route)
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": _parameters(route, operation),
        "responses": _responses(route, operation),
        "security": [{"entra": []}] if route.access is Access.ROLES else [],
    }
    if operation.description:
        described["description"] = operation.description
    if operation.body:
        content: dict[str, Any] = {"schema": _ref(operation.body)}
        if operation.example:
            content["example"] = operation.example
        described["requestBody"] = {"required": True, "content": {JSON: content}}
    return described


def _parameters(route: Route, operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    found.extend(PARAMETERS[name] for name in re.findall(r"{([a-z]+)}", route.path))
    if operation.query:
        found.extend(_query_parameters(operation.query))
    if operation.if_match:
        required = operation.if_match == "required"
        found.append({**PARAMETERS["if-match"], "required": required})
    if route.writes:
        found.append(PARAMETERS["idempotency-key"])
    return found


def _query_parameters(query: type[msgspec.Struct]) -> list[dict[str, Any]]:
    _, components = msgspec.json.schema_components([query], ref_template=_REF)
    schema = components[query.__name__]
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": value.get("description", ""),
            "schema": _not_null(value),
        }
        for name, value in schema["properties"].items()
    ]


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    # A query cannot say null: what is left out is what it would mean.
    choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    kept = {key: value for key, value in schema.items() if key not in {"anyOf", "description"}}
    if kept.get("default", ...) is None:
        del kept["default"]
    return {**kept, **choices[0]} if len(choices) == 1 else kept


def _responses(route: Route, operation: Operation) -> dict[str, Any]:
    responses = {
        str(status): _answer(status, types, operation)
        for status, types in operation.answers.items()
    }
    for status in statuses_of_problems(route, operation):
        if str(status) in responses:
            responses[str(status)]["content"][PROBLEM] = {"schema": _ref(Problem)}
        else:
            responses[str(status)] = _problem(status)
    return dict(sorted(responses.items()))


def statuses_of_problems(route: Route, operation: Operation) -> list[int]:
    """Return every status that a call of this route can be refused with."""
    found = {*_ALWAYS_PROBLEMS, *operation.problems}
    if route.access is Access.ROLES:
        found |= {*_ROLE_PROBLEMS}
    if route.writes:
        found |= {*_WRITE_PROBLEMS}
    if operation.query:
        found.add(400)
    if "{" in route.path:
        found.add(404)
    if operation.if_match:
        found |= {412, 428}
    return sorted(found)


def _answer(
    status: int,
    types: tuple[type[msgspec.Struct], ...],
    operation: Operation,
) -> dict[str, Any]:
    schemas = [_ref(each) for each in types]
    schema: dict[str, Any] = {"type": "object"}
    if schemas:
        schema = schemas[0] if len(schemas) == 1 else {"oneOf": schemas}
    elif operation.media != JSON:
        schema = {"type": "string"}
    return {
        "description": STATUS_TEXTS[status],
        "headers": {
            name: {"description": meaning, "schema": {"type": "string"}}
            for name, meaning in operation.sends.items()
        },
        "content": {operation.media: {"schema": schema}},
    }


def _problem(status: int) -> dict[str, Any]:
    if status == UNAUTHENTICATED.status:
        # Mostly the platform answers it, before the app is asked; what it sends is not ours to promise.
        return {"description": STATUS_TEXTS[status]}
    return {
        "description": STATUS_TEXTS[status],
        "content": {PROBLEM: {"schema": _ref(Problem)}},
    }


def _schemas(routes: list[Route]) -> dict[str, Any]:
    types: set[type[msgspec.Struct]] = {Problem}
    for route in routes:
        operation = _declared(route)
        types.update(each for some in operation.answers.values() for each in some)
        if operation.body:
            types.add(operation.body)
    ordered = sorted(types, key=lambda each: each.__name__)
    _, components = msgspec.json.schema_components(ordered, ref_template=_REF)
    return {name: _tidy(schema) for name, schema in components.items()}


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    # Docstrings are broken into lines where the source is; the document's readers break their own.
    if "description" in schema:
        schema["description"] = re.sub(r"(?<!\n)\n(?!\n)", " ", schema["description"])
    return schema


def _ref(struct: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": _REF.format(name=struct.__name__)}


def _security_schemes() -> dict[str, Any]:
    roles = ", ".join(Role)
    return {
        "entra": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": (
                "A token of Microsoft Entra ID for this app, checked by the platform (Easy Auth); "
                f"browsers sign in and carry its cookie. App roles: {roles}, and the stages' own."
            ),
        },
    }


def _declared(route: Route) -> Operation:
    if route.operation is None:
        raise RuntimeError(f"{route.path} has no operation and belongs in no document")
    return route.operation
