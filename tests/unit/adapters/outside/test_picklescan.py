"""The second scanner beside ours: what its verdicts come to."""

import os
import pickle
import random
import sys

import pytest

from promotion.adapters.outside import OutsideProcess, picklescan
from promotion.checks import registry
from promotion.domain.policy import SecondOpinion
from promotion.domain.results import CheckResult, Outcome
from tests.looking import snapshot


class _Hostile:
    """Its pickle refers to a program; it is never loaded."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


BAD = pickle.dumps(_Hostile())
GOOD = pickle.dumps({"weights": [1, 2, 3]})


def judged(files: dict[str, bytes], **settings: object) -> CheckResult:
    return picklescan.examine(
        snapshot(files), {"block_on": "malicious", "largest_file": 1 << 20, **settings}
    )


def test_a_harmless_pickle_passes() -> None:
    result = judged({"model.pkl": GOOD, "README.md": b"text"})

    assert result.outcome is Outcome.PASSED
    assert list(result.evidence["verdicts"]) == ["model.pkl"]


@pytest.mark.parametrize("path", ["model.pkl", "weights.txt"])
def test_a_hostile_pickle_fails_whatever_its_name(path: str) -> None:
    result = judged({path: BAD, "good.pkl": GOOD})

    assert result.outcome is Outcome.FAILED
    assert f"{path} is malicious" in result.summary


def test_bytes_of_numbers_that_look_like_pickles_are_no_malware() -> None:
    numbers = pickle.dumps(random.Random(1).randbytes(300_000))  # noqa: S311 -- repeatable, not secret

    result = judged({"model.pkl": numbers})

    assert result.evidence["verdicts"]["model.pkl"]["its_own_word"] == "malicious"
    assert result.outcome is Outcome.PASSED
    assert judged({"model.pkl": numbers}, block_on="suspicious").outcome is Outcome.FAILED


def test_a_hostile_pickle_inside_another_is_found_all_the_same() -> None:
    assert judged({"model.pkl": pickle.dumps([BAD])}).outcome is Outcome.FAILED


def test_a_file_that_is_too_large_for_it_cannot_be_judged() -> None:
    result = judged({"model.pkl": GOOD}, largest_file=3)

    assert result.outcome is Outcome.ERRORED
    assert "Too large for it: model.pkl" in result.summary


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "modelaudit_picklescan", None)

    result = judged({"model.pkl": GOOD})

    assert result.outcome is Outcome.ERRORED
    assert "requirements.in" in result.summary


def test_it_runs_in_a_process_of_its_own() -> None:
    looked = snapshot({"model.pkl": BAD}, outside=OutsideProcess())

    result = registry.run_one(SecondOpinion(), looked)

    assert (result.name, result.outcome) == ("second_opinion", Outcome.FAILED)
