"""Configurations of Hugging Face's libraries: code from elsewhere, and chat templates.

Facts: transformers' `auto_map` names Python files, in the repository or in another one, that `trust_remote_code`
runs; `chat_template` is Jinja. peft imports `parent_library`, sentence-transformers the `type`s in modules.json.
"""

from typing import Final

from promotion.checks.scan.documents.json_objects import JsonObject, Kept
from promotion.checks.scan.subject import Subject
from promotion.checks.scan.templates import check_template

WANTED: Final = frozenset(
    {"auto_map", "chat_template", "template", "custom_pipelines", "parent_library", "type"}
)

_CODE: Final = ("auto_map", "custom_pipelines")
#: Packages whose modules a configuration may name for import.
_LIBRARIES: Final = ("sentence_transformers.", "transformers.", "diffusers.", "peft.", "timm.")


def check(subject: Subject, found: JsonObject) -> None:
    """Judge one object of a configuration."""
    for key in _CODE:
        # Nothing at all is what some writers leave there.
        if key in found.texts or found.others.get(key, Kept.OTHER) != Kept.OTHER:
            subject.block(
                "remote-code",
                f"The configuration has {key!r}: its library runs Python code that comes with the model or from elsewhere.",
                found.offset,
                key=key,
            )
    named = found.texts.get("parent_library")
    if subject.base == "modules.json":
        named = found.texts.get("type")
    if named is not None and not named.startswith(_LIBRARIES):
        subject.block(
            "remote-code",
            f"The configuration names {named[:100]!r}, which its library imports.",
            found.offset,
            module=named[:200],
        )
    for key in ("chat_template", "template"):
        template = found.texts.get(key)
        if template:
            check_template(subject, template, found.offset or 0)
