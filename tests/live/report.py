"""What the services answered, as a table that says what follows from it. Knows no question."""

import datetime as dt
from enum import StrEnum
from pathlib import Path

import msgspec


class Verdict(StrEnum):
    """What an answer means for the product."""

    AS_ASSUMED = "as assumed"
    #: The product works with this answer, too.
    COPES = "other, copes"
    #: The product relies on another answer.
    CHANGE = "OTHER: MUST CHANGE"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One question, settled."""

    question: str
    assumed: str
    did: str
    verdict: Verdict


class Report:
    """The answers of one run."""

    def __init__(self) -> None:
        self._answers: list[Answer] = []

    def settle(
        self,
        question: str,
        *,
        assumed: str,
        did: str,
        expected: bool,
        otherwise: Verdict = Verdict.COPES,
    ) -> None:
        """Keep an answer; fail the test when the product relies on another one.

        Args:
            question: what was not established.
            assumed: what the product takes for granted, or is ready for.
            did: what the service did.
            expected: whether that is what was assumed.
            otherwise: what it means when it is not.
        """
        verdict = Verdict.AS_ASSUMED if expected else otherwise
        answer = Answer(question=question, assumed=assumed, did=did, verdict=verdict)
        self._answers.append(answer)
        assert verdict is not Verdict.CHANGE, f"{question}: assumed {assumed}, but {did}"

    def write(self, path: Path, *, heading: str) -> None:
        """Write the table as Markdown; nothing when nothing was asked."""
        if not self._answers:
            return
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        head = ["| question | assumed | what the service did | verdict |", "|---|---|---|---|"]
        rows = sorted((_row(each) for each in self._answers), key=str.lower)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([f"# {heading}", "", f"{now}", "", *head, *rows, ""]))


def _row(answer: Answer) -> str:
    cells = (answer.question, answer.assumed, answer.did, answer.verdict.value)
    return f"| {' | '.join(_cell(each) for each in cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")[:400]
