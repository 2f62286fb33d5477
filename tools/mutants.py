"""Sums up a run of `make mutants`: how many mutants no test noticed, apart from wording, and which.

A mutant that changes nothing but the text of a message is told apart: tests pin what messages must say,
not each of their words. Exit code 1 when any other survived that `EXPLAINED` does not name.
"""

import contextlib
import io
import subprocess
import sys
import tokenize
from collections import Counter

#: Mutants that change nothing a test could see: part of the name -> why.
EXPLAINED: dict[str, str] = {}

#: Kinds of tokens that are text.
_TEXT = {tokenize.STRING, tokenize.FSTRING_START, tokenize.FSTRING_MIDDLE, tokenize.FSTRING_END}
_LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def main() -> int:
    """Print the sums and every survivor that is not mere wording."""
    states = dict(_results())
    survivors = [name for name, state in states.items() if state == "survived"]
    wording = [name for name in survivors if is_wording(_diff(name))]
    open_ones = [name for name in survivors if name not in wording and not _explained(name)]
    for name in open_ones:
        print(f"{name}\n{_diff(name)}")
    sums = ", ".join(f"{count} {state}" for state, count in Counter(states.values()).items())
    print(
        f"{len(states)} mutants: {sums}; of the survivors {len(wording)} change wording alone, ",
        end="",
    )
    print(
        f"{len(survivors) - len(wording) - len(open_ones)} are explained, {len(open_ones)} are open"
    )
    return 1 if open_ones else 0


def is_wording(diff: str) -> bool:
    """Whether the removed and the added lines of a diff differ in nothing but the content of texts."""
    sides = (_without_text(diff, sign) for sign in "-+")
    before, after = (list(side) for side in sides)
    return bool(before) and before == after


def _without_text(diff: str, sign: str) -> list[str]:
    lines = [each[1:] for each in diff.splitlines() if each[:1] == sign and each[:3] != sign * 3]
    source = io.StringIO("\n".join(line.strip() for line in lines))
    found: list[tokenize.TokenInfo] = []
    with contextlib.suppress(tokenize.TokenError):  # a line of a longer statement ends too early
        for token in tokenize.generate_tokens(source.readline):
            found.append(token)  # noqa: PERF402 -- what came before the end was missed is kept
    return [
        "text" if _is_message(each) else each.string for each in found if each.type not in _LAYOUT
    ]


def _is_message(token: tokenize.TokenInfo) -> bool:
    # A single word may be a key or a name; a message has more of them.
    return token.type in _TEXT and (token.type != tokenize.STRING or " " in token.string)


def _explained(name: str) -> bool:
    return any(part in name for part in EXPLAINED)


def _results() -> list[tuple[str, str]]:
    shown = _mutmut("results", "--all", "true")
    pairs = (line.strip().split(": ", 1) for line in shown.splitlines() if "__mutmut_" in line)
    return [(name, state) for name, state in pairs if state != "not checked"]


def _diff(name: str) -> str:
    return _mutmut("show", name)


def _mutmut(*arguments: str) -> str:
    return subprocess.run(
        [".venv/bin/mutmut", *arguments], capture_output=True, text=True, check=True
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
