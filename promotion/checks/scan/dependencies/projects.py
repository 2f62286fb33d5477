"""Dependencies in project files: pyproject.toml, Pipfile, uv.toml, setup.cfg.

They are build files and refused by their name; when the policy allows the file, where it installs from still counts.
"""

import configparser
import tomllib
from collections.abc import Iterator
from typing import Final

from promotion.checks.scan.dependencies.requirements import check_line
from promotion.checks.scan.dependencies.sources import check_source
from promotion.checks.scan.problems import LimitError, unreadable
from promotion.checks.scan.subject import Subject

TOML_NAMES: Final = frozenset({"pyproject.toml", "pipfile", "uv.toml", "poetry.toml"})
INI_NAMES: Final = frozenset({"setup.cfg", "pip.conf", "pip.ini", ".pydistutils.cfg", "tox.ini"})

_LARGEST: Final = 256 * 1024
#: Keys that say where something is installed from, in any tool's table.
_SOURCE_KEYS: Final = frozenset(
    ("url", "git", "hg", "svn", "path", "file", "index-url", "index_url", "extra-index-url", "extra_index_url",
     "find-links", "find_links", "trusted-host", "trusted_host", "dependency_links", "default-index", "index")
)  # fmt: skip
#: Lists of plain requirements.
_REQUIREMENT_KEYS: Final = frozenset(
    {"dependencies", "requires", "install_requires", "setup_requires", "tests_require"}
)


def check_toml(subject: Subject, text: str) -> None:
    """Judge every source and requirement of a TOML file."""
    _check_length(text)
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise unreadable(f"It is not valid TOML: {str(error)[:200]}") from error
    for key, entry in _entries("", value):
        _check_entry(subject, key, entry)


def check_ini(subject: Subject, text: str) -> None:
    """Judge every source and requirement of an INI file."""
    _check_length(text)
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise unreadable(f"It is not a valid configuration file: {str(error)[:200]}") from error
    for section in parser.sections():
        for key, value in parser.items(section):
            for line in (value or "").splitlines():
                if line.strip():
                    _check_entry(subject, key, line.strip())


def _check_length(text: str) -> None:
    if len(text) > _LARGEST:
        raise LimitError("A project file of more than 256 KiB is not judged.")


def _entries(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield every text with the key it stands under; links to project pages are none of ours."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "urls":
                yield from _entries(name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _entries(key, inner)
    elif isinstance(value, str):
        yield key, value


def _check_entry(subject: Subject, key: str, entry: str) -> None:
    if key in _SOURCE_KEYS:
        check_source(subject, f"the {key}", entry, None)
    elif key in _REQUIREMENT_KEYS:
        check_line(subject, entry, None)
