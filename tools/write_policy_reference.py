"""Writes the reference part of docs/policy.md from the policy's JSON Schema (`make docs`)."""

import json
from pathlib import Path
from typing import Any, Final

from promotion.adapters.policy_file import policy_schema

FILE: Final = Path(__file__).parent.parent / "docs" / "policy.md"
_BEGIN: Final = "<!-- made by tools/write_policy_reference.py from here on -->\n"


def reference() -> str:
    """Return the reference: one table a structure, checks under their names."""
    found = policy_schema()["$defs"]
    definitions = {name: said for name, said in found.items() if "properties" in said}
    checks = {name: said for name, said in definitions.items() if "check" in said["properties"]}
    others = {name: said for name, said in definitions.items() if name not in checks}
    parts = ["## Structures\n", *(_section(said["title"], said) for said in others.values())]
    parts += ["## Checks\n", *(_section(_tag(said), said) for said in checks.values())]
    return "\n".join(parts)


def whole(text: str) -> str:
    """Return the page with its reference part written anew; what a person wrote stays."""
    return text.partition(_BEGIN)[0] + _BEGIN + "\n" + reference()


def _section(title: str, said: dict[str, Any]) -> str:
    rows = [
        f"| `{name}` | {_type(field)} | {_default(name, field, said)} | {_cell(field)} |"
        for name, field in said["properties"].items()
        if name != "check"
    ]
    head = ["| field | value | left out | |", "|---|---|---|---|"] if rows else []
    mark = f"`{title}`" if title.islower() else title
    return "\n".join([f"### {mark}", "", said.get("description", ""), "", *head, *rows, ""])


def _tag(said: dict[str, Any]) -> str:
    return str(said["properties"]["check"]["enum"][0])


def _cell(field: dict[str, Any]) -> str:
    return str(field.get("description", "")).replace("|", "\\|")


def _default(name: str, field: dict[str, Any], said: dict[str, Any]) -> str:
    if name in said.get("required", ()):
        return "required"
    if field.get("default") in (None, "", [], {}):
        return ""
    return f"`{json.dumps(field['default'])}`" if not isinstance(field["default"], dict) else ""


def _type(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return _linked(field["$ref"])
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(each) for each in field["anyOf"]))
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    if field.get("type") == "object":
        inner = field.get("additionalProperties")
        return f"name: {_type(inner)}" if isinstance(inner, dict) else "anything"
    return _simple(field)


def _simple(field: dict[str, Any]) -> str:
    words = {"integer": "whole number", "number": "number", "boolean": "true or false"}
    if field.get("format") == "duration":
        return "duration"
    if "GiB" in field.get("pattern", ""):
        return "size (`10 MiB`)"
    return words.get(str(field.get("type")), "null" if field.get("type") == "null" else "text")


def _linked(reference_: str) -> str:
    name = reference_.rpartition("/")[2]
    said = policy_schema()["$defs"][name]
    if "properties" not in said:
        return ", ".join(f"`{value}`" for value in said["enum"])
    return "check" if "check" in said["properties"] else f"[{name}](#{name.lower()})"


if __name__ == "__main__":
    FILE.write_text(whole(FILE.read_text()))
