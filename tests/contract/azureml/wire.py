"""Compares answers with what was recorded of the real service (`recorded.yaml`).

Knows the notation of that file, nothing of how answers are provoked.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import requests
import yaml

#: Decoded JSON or YAML.
type Json = Any

_FILE: Final = Path(__file__).with_name("recorded.yaml")
RECORDED: Final[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["exchanges"]

_UUID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KINDS: Final = "models|environments|components|data|codes"
_FORMATS: Final = {
    "uuid": _UUID,
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(\+00:00|Z)",
    "https": r"https://[^/\s]+(/\S*)?",
    "https/": r"https://\S+/",
    "arm": r"/subscriptions/[^/]+/resource[gG]roups/[^/]+(/providers/.+)?",
    "registry-asset": rf"azureml://registries/[^/]+/({_KINDS})/[^/]+(/versions/[^/]+)?",
    "workspace-asset": rf"azureml://locations/[^/]+/workspaces/{_UUID}/({_KINDS})/[^/]+/versions/.+",
    "datastore-path": (
        r"azureml://subscriptions/[^/]+/resource[gG]roups/[^/]+/workspaces/[^/]+"
        r"/datastores/[^/]+/paths/\S+"
    ),
    "container-sas": r"https://[^/]+/[^?/]+\?(?=.*\bsr=c\b)(?=.*\bsp=(rcwl|rl)\b)(?=.*\bsig=).*",
    "sas-token": r"\?(?=.*\bsv=)(?=.*\bse=)(?=.*\bsp=)(?=.*\bsig=).*",
}
_SYSTEM: Final = {
    "createdAt": "string:datetime",
    "createdBy": "string",
    "createdByType": "string",
    "lastModifiedAt": "string:datetime",
    "lastModifiedBy": "string",
    "lastModifiedByType": "string",
}
_FAILURE: Final = {
    "ComponentName": "string",
    "Correlation": {"operation": "string", "request": "string"},
    "Environment": "string",
    "Location": "string",
    "Time": "string:datetime",
}
_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "object": dict,
    "array": list,
    "any": object,
}
_JSON: Final = "application/json; charset=utf-8"


def check(exchange: str, response: requests.Response, **names: str) -> None:
    """Assert that an answer is one of those recorded; `names` fill `{name}` and the like."""
    differences = [_differences(one, response, names) for one in RECORDED[exchange]["answers"]]
    assert [] in differences, f"{exchange}: {differences}\n{response.text[:2000]}"


def compare(tree: Json, value: Json, names: dict[str, str], at: str = "body") -> list[str]:
    """Return how a JSON value differs from a recorded tree; nothing when it does not."""
    match tree:
        case "@system":
            return compare(_SYSTEM, value, names, at)
        case {"@failure": inner}:
            return _compare_failure(inner, value, names, at)
        case dict():
            return _compare_object(tree, value, names, at)
        case []:
            return [] if value == [] else [f"{at} is not an empty array: {value!r}"]
        case [element]:
            return _compare_array(element, value, names, at)
        case str():
            return [] if _is(tree, value, names) else [f"{at} is {value!r}, not {tree}"]
    raise TypeError(f"{at}: the recording has {tree!r}, which is no tree")


def _differences(recorded: Json, response: requests.Response, names: dict[str, str]) -> list[str]:
    found = []
    if response.status_code not in recorded["status"]:
        found.append(f"status {response.status_code} is not in {recorded['status']}")
    for header, pattern in recorded.get("headers", {}).items():
        value = response.headers.get(header)
        if value is None or not _text_matches(pattern, value, names):
            found.append(f"header {header} is {value!r}, not {pattern}")
    present = [name for name in recorded.get("absent", []) if name in response.headers]
    found += [f"header {name} was never seen" for name in present]
    return [*found, *_body_differences(recorded, response, names)]


def _body_differences(
    recorded: Json, response: requests.Response, names: dict[str, str]
) -> list[str]:
    match recorded.get("body", "bytes"):
        case "bytes":
            return _missing_elements(recorded.get("xml", []), response.text)
        case "empty":
            return [f"there is a body: {response.text[:200]}"] if response.content else []
        case tree:
            if response.headers.get("Content-Type") != _JSON:
                return [f"content type is {response.headers.get('Content-Type')}"]
            return compare(tree, json.loads(response.content), names)


def _missing_elements(paths: list[str], text: str) -> list[str]:
    names = {part for path in paths for part in path.split("/")}
    return [f"no element {name}" for name in sorted(names) if not re.search(rf"<{name}[ />]", text)]


def _compare_failure(inner: Json, value: Json, names: dict[str, str], at: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{at} is no array: {value!r}"]
    ending = {"InnerError?": "any"} if inner is None else {"InnerError": inner}
    by_type = {one["type"]: one["info"]["value"] for one in value}
    return compare({**_FAILURE, "DebugInfo?": "object", **ending}, by_type, names, at)


def _compare_object(tree: dict[str, Any], value: Json, names: dict[str, str], at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at} is no object: {value!r}"]
    named = {key.removesuffix("?"): one for key, one in tree.items() if key != "*"}
    found = [
        f"{at}.{key} is missing"
        for key in tree
        if not key.endswith("?") and key != "*" and key not in value
    ]
    for key, one in value.items():
        if key in named:
            found += compare(named[key], one, names, f"{at}.{key}")
        elif "*" in tree:
            found += compare(tree["*"], one, names, f"{at}.{key}")
        else:
            found.append(f"{at}.{key} was never seen")
    return found


def _compare_array(element: Json, value: Json, names: dict[str, str], at: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{at} is no array: {value!r}"]
    every = [compare(element, one, names, f"{at}[{index}]") for index, one in enumerate(value)]
    return [difference for one in every for difference in one]


def _is(tree: str, value: Json, names: dict[str, str]) -> bool:
    if tree[:1] in {"=", "~"}:
        return isinstance(value, str) and _text_matches(tree, value, names)
    return any(_is_type(one, value) for one in tree.split("|"))


def _is_type(name: str, value: Json) -> bool:
    kind, _, form = name.partition(":")
    if kind == "number" and isinstance(value, bool):
        return False
    right = isinstance(value, _TYPES[kind])
    return right and (not form or bool(re.fullmatch(_FORMATS[form], value, re.IGNORECASE)))


def _text_matches(pattern: str, value: str, names: dict[str, str]) -> bool:
    kind, text = (pattern[0], pattern[1:]) if pattern[:1] in {"=", "~"} else ("=", pattern)
    for name, filled in names.items():
        text = text.replace(f"{{{name}}}", filled if kind == "=" else re.escape(filled))
    return value == text if kind == "=" else bool(re.fullmatch(text, value))
