"""pip's requirements files, line by line, the way pip reads them.

Facts: pip's documentation, "Requirements File Format", and pip/_internal/req/req_file.py (joining of lines, comments,
abbreviated options). Plain requirements pass; whatever else a line can say is judged by what it would make pip do.
"""

import re
import shlex
from collections.abc import Iterator
from typing import Final, NamedTuple

from promotion.checks.scan.dependencies.sources import check_source
from promotion.checks.scan.names import path_problem
from promotion.checks.scan.problems import LimitError
from promotion.checks.scan.subject import Subject

_SPECIFIER: Final = r"(?:===|==|~=|!=|<=|>=|<|>)\s{0,5}[A-Za-z0-9._*+!-]{1,100}"
_REQUIREMENT: Final = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,100}[A-Za-z0-9])?\s{0,5}(?:\[[A-Za-z0-9._,\s-]{0,300}\])?\s{0,5}"
    rf"\(?(?:{_SPECIFIER}(?:\s{{0,5}},\s{{0,5}}{_SPECIFIER}){{0,20}})?\)?\s{{0,5}}(?:;[^@]{{0,500}})?",
    re.ASCII,
)
_COMMENT: Final = re.compile(r"(?:^|\s)#.*$")
_VARIABLE: Final = re.compile(r"\$\{[A-Z0-9_]{1,100}\}|%[A-Za-z0-9_]{1,100}%")
_CODING: Final = re.compile(r"coding[:=]\s*([-\w.]+)")
_ENCODINGS: Final = {"utf-8", "utf8", "ascii", "us-ascii"}
_VCS: Final = re.compile(r"(?:git|hg|svn|bzr)\+|^git@", re.ASCII)
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:", re.ASCII)
_FILE: Final = re.compile(r"[/\\]|^\.|\.(?:whl|zip|egg|tar|tgz|gz|bz2|xz)$", re.ASCII)

_MOST_LINES: Final = 20_000

#: What long options mean; short ones and abbreviations lead here.
_SOURCES: Final = {
    "--index-url": "the package index",
    "--pypi-url": "the package index",
    "--extra-index-url": "the extra package index",
    "--find-links": "the links at",
    "--trusted-host": "the host without verification",
    "--editable": "the working copy",
}
_INCLUDES: Final = {"--requirement", "--constraint"}
_HARMLESS: Final = {
    "--require-hashes",
    "--prefer-binary",
    "--only-binary",
    "--pre",
    "--no-index",
    "--hash",
}
_OTHERS: Final = {
    "--no-binary", "--use-feature", "--use-pep517", "--no-use-pep517", "--no-build-isolation", "--global-option",
    "--install-option", "--build-option", "--config-settings", "--config-setting", "--process-dependency-links",
    "--allow-external", "--allow-unverified", "--always-unzip", "--no-deps", "--target", "--prefix", "--root",
}  # fmt: skip
_SHORT: Final = {
    "-i": "--index-url", "-f": "--find-links", "-e": "--editable", "-r": "--requirement", "-c": "--constraint", "-C": "--config-settings",
}  # fmt: skip
_LONG: Final = tuple(sorted({*_SOURCES, *_INCLUDES, *_HARMLESS, *_OTHERS}))


class Line(NamedTuple):
    """A logical line, without comments, and where it begins."""

    text: str
    offset: int


def check_text(subject: Subject, text: str) -> None:
    """Judge a whole requirements file."""
    for line in text.splitlines()[:2]:
        coding = _CODING.search(line) if line.startswith("#") else None
        if coding and coding[1].lower() not in _ENCODINGS:
            subject.block(
                "dependency-unreadable",
                f"It asks pip to read it as {coding[1]}, in which other lines may stand there.",
                0,
            )
    for number, logical in enumerate(logical_lines(text)):
        if number >= _MOST_LINES:
            raise LimitError(
                f"A requirements file of more than {_MOST_LINES:,} lines is not judged."
            )
        check_line(subject, logical.text, logical.offset)


def logical_lines(text: str) -> Iterator[Line]:
    """Yield lines as pip joins them, empty ones left out."""
    held, start, offset = "", 0, 0
    for raw in text.splitlines(keepends=True):
        line = raw.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        start = start if held else offset
        offset += len(raw.encode())
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            held += line[:-1]
            continue
        joined = _COMMENT.sub("", held + line).strip()
        held = ""
        if joined:
            yield Line(joined, start)
    if held.strip():
        yield Line(_COMMENT.sub("", held).strip(), start)


def check_line(subject: Subject, line: str, offset: int | None) -> None:
    """Judge one requirement or option."""
    if _VARIABLE.search(line):
        _unreadable(subject, line, offset, "takes text from the environment of whoever installs")
        return
    requirement, options = _split(line)
    if requirement:
        _check_requirement(subject, requirement, offset)
    if options:
        _check_options(subject, options, offset)


def _split(line: str) -> tuple[str, str]:
    """Split like pip: options begin at the first word with a dash."""
    words = line.split(" ")
    at = next((index for index, word in enumerate(words) if word.startswith("-")), len(words))
    return " ".join(words[:at]).strip(), " ".join(words[at:]).strip()


def _check_requirement(subject: Subject, text: str, offset: int | None) -> None:
    if _REQUIREMENT.fullmatch(text) and not _FILE.search(text.partition(";")[0]):
        return
    head, at, address = text.partition("@")
    source = (
        address.partition(";")[0].strip() if at and _REQUIREMENT.fullmatch(head.strip()) else text
    )
    if _VCS.search(source):
        check_source(subject, "the repository", source, offset)
    elif _ADDRESS.match(source):
        check_source(subject, "the address", source, offset)
    elif _FILE.search(source):
        check_source(subject, "the local path", source, offset)
    else:
        _unreadable(subject, text, offset, "is no requirement")


def _check_options(subject: Subject, text: str, offset: int | None) -> None:
    try:
        words = shlex.split(text)
    except ValueError:
        _unreadable(subject, text, offset, "has quotes without an end")
        return
    waiting = iter(words)
    for word in waiting:
        option, value = _option(word)
        if option in _SOURCES:
            check_source(subject, _SOURCES[option], value or next(waiting, ""), offset)
        elif option in _INCLUDES:
            _check_include(subject, value or next(waiting, ""), offset)
        elif option not in _HARMLESS and word.startswith("-"):
            subject.block(
                "dependency-option",
                f"The option {word[:100]!r} changes how packages are found or built.",
                offset,
                option=word[:200],
            )


def _option(word: str) -> tuple[str, str]:
    """Return the long option that a word means, and the value in the same word."""
    if word.startswith("--"):
        name, _, value = word.partition("=")
        known = [option for option in _LONG if option.startswith(name)]
        return (known[0] if len(known) == 1 and name not in _LONG else name), value
    short = _SHORT.get(word[:2], word)
    return short, word[2:].lstrip("=") if short in _LONG else ""


def _check_include(subject: Subject, path: str, offset: int | None) -> None:
    plain = path.removeprefix("./")
    target = subject.folder + plain
    if (
        path_problem(plain) is None
        and is_requirements_name(plain)
        and target in subject.group.names
    ):
        return
    check_source(subject, "the requirements in", path, offset)


def is_requirements_name(name: str) -> bool:
    """Whether a file of this name is read by the rules here."""
    base = name.rpartition("/")[2].lower()
    return base.endswith((".txt", ".in")) and ("requirement" in base or "constraint" in base)


def _unreadable(subject: Subject, text: str, offset: int | None, why: str) -> None:
    subject.block("dependency-unreadable", f"The line {text[:100]!r} {why}.", offset)
