"""Checks that every relative link in the repository's Markdown files leads somewhere.

`python tools/check_links.py [FOLDER]` prints each broken link as `file: link (reason)`; exit code 0
when there is none, 1 otherwise. Headings are addressed as GitHub does it. Addresses with a scheme
are left alone: the check needs no network.
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN: Final = MarkdownIt("gfm-like", {"linkify": False})
_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_ATTRIBUTES: Final = frozenset({"href", "src", "srcset"})


def main(folder: Path) -> int:
    """Print the broken links below `folder`; return the exit code."""
    broken = [
        f"{file.relative_to(folder)}: {link} ({reason})"
        for file in markdown_files(folder)
        for link in links(file)
        if (reason := problem(file, link, folder))
    ]
    for line in broken:
        print(line, file=sys.stderr)
    return 1 if broken else 0


def markdown_files(folder: Path) -> list[Path]:
    """Return the Markdown files of a git work tree, those not yet added too, ignored ones not."""
    command = ["git", "ls-files", "-z", "-co", "--exclude-standard", "--", "*.md"]
    listed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    paths = (folder / name for name in sorted(listed.stdout.split("\0")) if name)
    return [path for path in paths if path.is_file()]


def links(file: Path) -> list[str]:
    """Return the targets of a file's links and pictures, Markdown's own and HTML's, in order."""
    return [target for token in _tokens(file) for target in _targets(token)]


def problem(file: Path, link: str, root: Path) -> str | None:
    """Return why a link of `file` leads nowhere, or None when it does not matter or is fine.

    Args:
        file: where the link stands.
        link: its target as written.
        root: the repository; a target outside of it exists on this machine alone.
    """
    if _SCHEME.match(link):
        return None
    path, _, anchor = unquote(link).partition("#")
    target = (root / path[1:] if path.startswith("/") else file.parent / path) if path else file
    if not target.resolve().is_relative_to(root.resolve()):
        return "outside of the repository"
    if not target.exists():
        return "no such file"
    if anchor and target.suffix == ".md" and anchor.lower() not in anchors(target):
        return f"no such heading in {target.name}"
    return None


@cache
def anchors(file: Path) -> frozenset[str]:
    """Return the anchors GitHub gives a file's headings, and those set by hand in HTML."""
    tokens = _MARKDOWN.parse(file.read_text())
    texts = [
        _text(following) for token, following in pairwise(tokens) if token.type == "heading_open"
    ]
    seen: Counter[str] = Counter()
    found = set(re.findall(r"""<a\s+(?:id|name)=["']([^"']+)""", file.read_text()))
    for slug in map(slugify, texts):
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return frozenset(found)


def slugify(heading: str) -> str:
    """Return GitHub's anchor for a heading's text: lower case, punctuation gone, hyphens between."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _text(heading: Token) -> str:
    return "".join(child.content for child in heading.children or [])


def _tokens(file: Path) -> Iterator[Token]:
    for token in _MARKDOWN.parse(file.read_text()):
        yield token
        yield from token.children or []


def _targets(token: Token) -> list[str]:
    if token.type in {"html_block", "html_inline"}:
        return _html_targets(token.content)
    found = token.attrGet("href") or token.attrGet("src")
    return [str(found)] if found else []


def _html_targets(text: str) -> list[str]:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            del tag
            found.extend(value for name, value in attrs if name in _ATTRIBUTES and value)

    Reader().feed(text)
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
