"""Configurations of Hugging Face's libraries: code from elsewhere, and chat templates.

Facts: transformers' `auto_map` names Python files, in the repository or in another one, that `trust_remote_code`
runs; `chat_template` is Jinja.
"""

from typing import Final

from promotion.checks.scan.documents.json_objects import JsonObject
from promotion.checks.scan.subject import Subject
from promotion.checks.scan.templates import check_template

WANTED: Final = frozenset(
    {"auto_map", "chat_template", "template", "custom_pipelines", "trust_remote_code"}
)

_CODE: Final = ("auto_map", "custom_pipelines")


def check(subject: Subject, found: JsonObject) -> None:
    """Judge one object of a configuration."""
    for key in _CODE:
        if key in found.texts or key in found.others:
            subject.block(
                "remote-code",
                f"The configuration has {key!r}: its library runs Python code that comes with the model or from elsewhere.",
                found.offset,
                key=key,
            )
    for key in ("chat_template", "template"):
        template = found.texts.get(key)
        if template:
            check_template(subject, template, found.offset)
