"""Finder for texts: what a name promises, credentials in it, and what a tool would make of it.

A text is data when its name says so. Which tool reads which text is decided here; what it would do, in
`dependencies`, `frameworks` and `templates`.
"""

import codecs
import re
from typing import Final

from promotion.checks.scan.credentials import sweep
from promotion.checks.scan.dependencies import projects, requirements
from promotion.checks.scan.dependencies.environments import check_environment, is_environment
from promotion.checks.scan.documents import yaml_values
from promotion.checks.scan.expectations import is_inert_text
from promotion.checks.scan.frameworks import keras_config, mlflow, named_objects
from promotion.checks.scan.names import extension
from promotion.checks.scan.problems import LimitError, unreadable
from promotion.checks.scan.subject import Subject
from promotion.checks.scan.templates import check_template

_CHUNK: Final = 256 * 1024
#: Texts that are read as a whole; larger ones are data, or cannot be judged.
_LARGEST: Final = 1024 * 1024

_SHEBANG: Final = re.compile(r"#![ \t]{0,5}[A-Za-z/.]|<\?(?:php|=)|<%@", re.ASCII)
_MARKUP: Final = re.compile(r"\s{0,100}<(?:!doctype\s+html|html|svg|script)\b", re.IGNORECASE)
_ENTITIES: Final = re.compile(
    rb"<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet|<(?:\w{1,20}:)?script\b|www\.w3\.org/(?:2001/XInclude|1999/XSL)",
    re.IGNORECASE,
)
#: Lines that only pip understands; a text with one is a requirements file under another name.
_PIP: Final = re.compile(
    rb"^[^\S\n]{0,20}(?:--(?:extra-)?index-url|--index|--find-links|--trusted-host|-[if]\s{0,5}https?:|-e\s{1,5}(?:git|hg|svn|\.)"
    rb"|(?:git|hg|svn|bzr)\+[a-z]{2,8}:|[A-Za-z0-9._-]{1,100}\s{0,5}@\s{0,5}(?:(?:git|hg|svn|bzr)\+|https?:|file:))",
    re.MULTILINE,
)
_XML: Final = re.compile(r"\s{0,100}<\?xml\b")
#: Longest that a pattern looked for in a whole text matches.
_LONGEST_MARK: Final = 256
#: Keys of YAML that are looked at wherever they stand.
_WANTED: Final = keras_config.WANTED | named_objects.WANTED
_LIGHTGBM: Final = "tree\n"
_TEMPLATES: Final = frozenset({"jinja", "template", "prompt"})


def find(subject: Subject) -> None:
    """Judge a text by its name and content."""
    _check_encoding(subject)
    sweep(subject, subject.source)
    head = _head(subject)
    if _SHEBANG.match(head):
        subject.block("script", "It begins like a script.", 0)
    elif _MARKUP.match(head):
        subject.block("active-content", "It is a page that can hold scripts.", 0)
    _read_as_tools_do(subject, head)
    if (
        not is_inert_text(subject.base)
        and not head.startswith(_LIGHTGBM)
        and not _is_judged(subject.base)
    ):
        subject.hold_back("It is a text under a name that is not known to be data.")


def _is_judged(base: str) -> bool:
    """Whether the name alone was judged already, as that of a build file for instance."""
    return base in projects.TOML_NAMES or base in projects.INI_NAMES


def _check_encoding(subject: Subject) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = 0
    while True:
        chunk = subject.source.read(position, _CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise unreadable("It is not UTF-8 text throughout.", position + error.start) from error
        at = chunk.find(b"\0")
        if at >= 0:
            raise unreadable("It is text with binary data in it.", position + at)
        if not chunk:
            return
        position += len(chunk)


def _head(subject: Subject) -> str:
    content = subject.source.read(0, _CHUNK).removeprefix(codecs.BOM_UTF8)
    return content.decode(errors="ignore")


def _whole(subject: Subject) -> str:
    content = subject.source.read(0, _LARGEST + 1)
    if len(content) > _LARGEST:
        raise LimitError("A text of this kind and of more than 1 MiB is not judged.")
    return content.removeprefix(codecs.BOM_UTF8).decode()


def _read_as_tools_do(subject: Subject, head: str) -> None:
    base, ending = subject.base, extension(subject.base)
    if base == "mlmodel" or ending in {"yaml", "yml"}:
        _yaml(subject)
    elif base in projects.TOML_NAMES:
        projects.check_toml(subject, _whole(subject))
    elif base in projects.INI_NAMES:
        projects.check_ini(subject, _whole(subject))
    elif base in mlflow.MODULE_FILES:
        mlflow.check_module_file(subject, head)
    elif requirements.is_requirements_name(base) or (
        ending in {"txt", "in", ""} and _search(subject, _PIP) is not None
    ):
        requirements.check_text(subject, _whole(subject))
    elif ending in _TEMPLATES:
        check_template(subject, _whole(subject), 0)
    elif ending in {"xml", "pmml"} or _XML.match(head):
        _xml(subject)


def _xml(subject: Subject) -> None:
    at = _search(subject, _ENTITIES)
    if at is not None:
        what = "entities, scripts, style sheets or other documents"
        subject.block("active-content", f"The XML text has {what} in it.", at)


def _search(subject: Subject, pattern: re.Pattern[bytes]) -> int | None:
    """Return where a pattern of at most one line is found, in a text of any length."""
    position = 0
    while chunk := subject.source.read(position, _CHUNK):
        found = pattern.search(chunk)
        if found is not None:
            return position + found.start()
        if len(chunk) < _CHUNK:
            return None
        # The next stretch begins with a line; in the middle of one that is too long, with what may be cut off.
        position += chunk.rfind(b"\n") + 1 or _CHUNK - _LONGEST_MARK
    return None


def _yaml(subject: Subject) -> None:
    value = yaml_values.read(subject.source)
    if subject.base == "mlmodel":
        mlflow.check_mlmodel(subject, value)
    for found in yaml_values.objects(value, _WANTED):
        keras_config.check(subject, found)
        named_objects.check(subject, found)
    if subject.base != "mlmodel" and isinstance(value, dict) and is_environment(value):
        check_environment(subject, value)
