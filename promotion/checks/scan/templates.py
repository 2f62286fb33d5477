"""Chat templates: Jinja text that loaders run, and what in it reaches beyond formatting messages.

A template that formats messages needs no name with two underscores, no attribute by a computed name, no other
template and no escape sequence that builds such names. Knows texts only; nothing is rendered.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from promotion.checks.scan.subject import Subject

_OPENING: Final = re.compile(r"\{\{|\{%")

#: What gives a template away, and why. Each without nested repetition.
_SIGNS: Final = (
    (re.compile(r"__"), "a name with two underscores, the way to Python's internals"),
    (re.compile(r"\|\s{0,20}(?:attr|map|select|reject|selectattr|rejectattr|groupby)\s{0,20}\(\s{0,20}[\"']\s{0,20}(?:attr|_)"),
     "a filter that takes attributes by name"),
    (re.compile(r"\|\s{0,20}(?:attr|format|xmlattr|pprint)\b"), "a filter that reaches attributes or builds names"),
    (re.compile(r"\\(?:x5[fF]|u005[fF]|U0000005[fF]|N\{|137)"),
     "an escape sequence for the underscores of a hidden name"),
    (re.compile(r"[\"']_{1,3}[\"']"), "a text of underscores alone, from which such names are built"),
    (re.compile(r"[\"'][^\"'\n]{0,60}%c|[\"'][^\"'\n]{0,60}_[^\"'\n]{0,60}[\"']\s{0,20}(?:\||\.)\s{0,20}replace\b"),
     "a text from which hidden names are built"),
    (re.compile(r"[\w)\]]\[[^\]\"'\[]{0,100}[+~]\s{0,20}[\"']|\battribute\s{0,20}=\s{0,20}[^\s\"']"),
     "an attribute whose name is put together"),
    (re.compile(r"[\"']_{0,2}(?:class|globals|builtins|subclasses|mro|popen)_{0,2}[\"']"),
     "a part of a name that leads to Python's internals"),
    (re.compile(r"\b(?:lipsum|cycler|joiner|self|get_flashed_messages|url_for)\s{0,20}[.\[|(]"),
     "an object that leads to the template engine itself"),
    (re.compile(r"%[-+]?\s{0,20}(?:include|import|from|extends)\b"), "another template, loaded by name"),
    (re.compile(r"\b(?:popen|subprocess|os\.system|importlib|builtins|eval|exec|getattr|globals)\b\s{0,20}[.(\[]"),
     "a call that runs programs or code"),
    (re.compile(r"\.\s{0,20}(?:mro|func_globals|gi_frame|cr_frame|f_globals|f_builtins|tb_frame|format|format_map)\b"),
     "an attribute that leads to Python's internals"),
)  # fmt: skip


def check_template(subject: Subject, template: str, offset: int) -> None:
    """Block a template that does more than format messages."""
    for start, block in _blocks(template):
        for sign, why in _SIGNS:
            found = sign.search(block)
            if found:
                subject.block(
                    "template-code",
                    f"The chat template uses {why}.",
                    offset + start + found.start(),
                    template=block[:120],
                )
                return


def _blocks(template: str) -> Iterator[tuple[int, str]]:
    """Yield the expressions and statements, with where they begin; one without an end goes to the next.

    What looks like an end may stand in a text or close a dictionary, so that the last one before the next beginning counts.
    """
    starts = [found.start() for found in _OPENING.finditer(template)]
    for start, after in pairwise([*starts, len(template)]):
        block = template[start:after]
        end = max(block.rfind("}}"), block.rfind("%}"))
        yield start, block if end < 0 else block[: end + 2]
