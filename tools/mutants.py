"""Sums up a run of `make mutants`: how many mutants no test noticed, apart from wording, and which.

A mutant that changes nothing but the text of a message is told apart: tests pin what messages must say,
not each of their words. Exit code 1 when any other survived, or no test ran, and `EXPLAINED` does not say why.
"""

import contextlib
import io
import subprocess
import sys
import tokenize
from collections import Counter

_UNJUDGED = (
    "the rules by which a decision is judged again look at who, where and which verdict alone"
)
#: What mutmut makes of an empty text: part of its mutants' lines, nothing that is left to do.
_FILLED = "XX" * 2
#: Mutants that change nothing a test could see: function and a part of the changed line -> why.
EXPLAINED: dict[tuple[str, str], str] = {
    ("bypassing.x_report_bypass", "updated_at=None"): "every step sets the time anew",
    ("ordering.x__begun", "updated_at=None"): "every step sets the time anew",
    ("opening.x_open_request", "updated_at=None"): "every step sets the time anew",
    ("base.x_bytes_of", '"XXBKiMGT XX"'): "no size has an X in it: the policy's form forbids it",
    ("versions.x_current", f'besides: str = "{_FILLED}"'): "no version is empty, nor called so",
    ("replay.x__decision", "at=None"): _UNJUDGED,
    ("replay.x__decision", "comment=None"): _UNJUDGED,
    ("replay.x__decision", "digest=None"): _UNJUDGED,
    ("replay.xǁReplayǁ__init__", "_at_once = None"): "nothing is as false as False",
    (
        "replay.xǁReplayǁ__init__",
        "_decisions: tuple",
    ): "there are none until people are asked, which sets it",
    ("dsse.x_wrap", f'signature: bytes = b"{_FILLED}"'): "without a key it is left out",
    (
        "origins.x_run_of",
        "and not isinstance",
    ): "an id without a workspace or a run is read as none",
    ("migration.x__order", "(1, part)"): "numbers are never compared with what stands between them",
    (
        "ready.x_ready",
        "",
    ): "other threads alone see it; test_ready.py tries them, and is left out here: it reads the sources",
    ("naming.x_written_for", f'get(name, "{_FILLED}")'): "neither text names what was approved",
    ("recipients", "each.upper()"): "what is alike but for letter case is alike in capitals, too",
    (
        "between.x__names",
        "name.upper()",
    ): "what is alike but for letter case is alike in capitals, too",
}

#: What mutmut calls those that no test noticed.
_UNNOTICED = {"survived", "no tests"}
#: Kinds of tokens that are text.
_TEXT = {tokenize.STRING, tokenize.FSTRING_START, tokenize.FSTRING_MIDDLE, tokenize.FSTRING_END}
_LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def main() -> int:
    """Print the sums and every survivor that is not mere wording."""
    states = dict(_results())
    diffs = {name: _diff(name) for name, state in states.items() if state in _UNNOTICED}
    wording = [name for name, diff in diffs.items() if is_wording(diff)]
    reasons = {name: why_not(name, diff) for name, diff in diffs.items() if name not in wording}
    open_ones = [name for name, reason in reasons.items() if not reason]
    for name in open_ones:
        print(f"{name}\n{diffs[name]}")
    for reason, count in Counter(filter(None, reasons.values())).items():
        print(f"{count} explained: {reason}")
    sums = ", ".join(f"{count} {state}" for state, count in Counter(states.values()).items())
    print(
        f"{len(states)} mutants: {sums}; of those that no test noticed {len(wording)} change wording alone, "
        f"{len(reasons) - len(open_ones)} are explained, {len(open_ones)} are open"
    )
    return 1 if open_ones else 0


def why_not(name: str, diff: str) -> str:
    """Return why no test can notice a mutant, as far as that is known."""
    added = "\n".join(_changed(diff, "+"))
    found = (
        why for (function, part), why in EXPLAINED.items() if function in name and part in added
    )
    return next(found, "")


def is_wording(diff: str) -> bool:
    """Whether the removed and the added lines of a diff differ in nothing but the content of texts."""
    sides = (_without_text(diff, sign) for sign in "-+")
    before, after = (list(side) for side in sides)
    return bool(before) and before == after


def _without_text(diff: str, sign: str) -> list[str]:
    source = io.StringIO("\n".join(line.strip() for line in _changed(diff, sign)))
    found: list[tokenize.TokenInfo] = []
    with contextlib.suppress(tokenize.TokenError):  # a line of a longer statement ends too early
        for token in tokenize.generate_tokens(source.readline):
            found.append(token)  # noqa: PERF402 -- what came before the end was missed is kept
    return [
        "text" if _is_message(each) else each.string for each in found if each.type not in _LAYOUT
    ]


def _changed(diff: str, sign: str) -> list[str]:
    return [each[1:] for each in diff.splitlines() if each[:1] == sign and each[:3] != sign * 3]


def _is_message(token: tokenize.TokenInfo) -> bool:
    # A single word may be a key or a name; a message has more of them.
    return token.type in _TEXT and (token.type != tokenize.STRING or " " in token.string)


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
