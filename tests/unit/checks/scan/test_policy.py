"""A policy allows by name, each use shows as a note, and nothing else is let through with it."""

import pytest

from promotion.checks.scan import Limits, ScanPolicy, Severity
from tests.corpus.hostile.sample import CALL4, zipped
from tests.corpus.readers import scan

_OWN = b"\x80\x04cfares.features\nDayOfWeek\n)\x81."


def _seen(files: dict[str, bytes], policy: ScanPolicy) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity.value) for finding in scan(files, policy).findings]


def test_an_allowed_global_is_noted() -> None:
    policy = ScanPolicy(allowed_globals=frozenset({"fares.features:DayOfWeek"}))

    result = scan({"model.pkl": _OWN}, policy)

    assert not result.blocked
    assert [finding.severity for finding in result.findings] == [Severity.NOTE]
    assert result.findings[0].evidence == {"allowed_by": "fares.features:DayOfWeek"}


@pytest.mark.parametrize(
    "entry",
    ["fares.features:DayOfWee", "fares.features:*", "fares.features", "fares:features.DayOfWeek"],
)
def test_a_global_is_allowed_by_its_exact_name_alone(entry: str) -> None:
    assert scan({"model.pkl": _OWN}, ScanPolicy(allowed_globals=frozenset({entry}))).blocked


def test_an_allowed_loader_is_noted() -> None:
    mlmodel = b"flavors:\n  python_function:\n    loader_module: fares.loader\n"
    policy = ScanPolicy(allowed_loaders=frozenset({"fares.loader"}))

    assert _seen({"MLmodel": mlmodel}, policy) == [("mlflow-loader", "note")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("requirements.txt", b"--index-url https://packages.example.invalid/simple\n"),
        (
            "conda.yaml",
            b"channels: ['https://packages.example.invalid/simple']\ndependencies: [numpy]\n",
        ),
    ],
)
def test_an_allowed_source_is_noted(name: str, content: bytes) -> None:
    policy = ScanPolicy(allowed_sources=frozenset({"https://packages.example.invalid/simple"}))

    assert _seen({name: content}, policy) == [("dependency-source", "note")]


def test_an_allowed_script_is_noted_and_still_searched_for_credentials() -> None:
    policy = ScanPolicy(allowed_files=frozenset({"code/features.py"}))
    token = b"gh" + b"p_" + b"A" * 36

    assert _seen({"code/features.py": b"x = 1\n"}, policy) == [
        ("script", "note"),
        ("unknown-kind", "note"),
    ]
    assert ("credential", "block") in _seen({"code/features.py": token}, policy)


def test_an_allowed_file_inside_an_archive_is_named_by_its_full_path() -> None:
    files = {"m.zip": zipped({"run.py": b"x = 1\n"})}

    assert scan(files, ScanPolicy(allowed_files=frozenset({"run.py"}))).blocked
    assert not scan(files, ScanPolicy(allowed_files=frozenset({"m.zip!run.py"}))).blocked


def test_a_pickle_is_not_let_through_by_allowing_its_file() -> None:
    assert scan({"model.pkl": CALL4}, ScanPolicy(allowed_files=frozenset({"model.pkl"}))).blocked


def test_limits_of_the_policy_hold() -> None:
    many = zipped({f"{index}.csv": b"a\n" for index in range(20)})
    policy = ScanPolicy(limits=Limits(members=10))

    assert not scan({"m.zip": many}).blocked
    assert ("too-much-work", "block") in _seen({"m.zip": many}, policy)


def test_findings_of_a_file_are_limited_and_the_last_says_so() -> None:
    policy = ScanPolicy(limits=Limits(findings=5))
    many = b"\x80\x04" + b"".join(b"cos\ngetcwd%d\n0" % index for index in range(50)) + b"N."

    findings = scan({"model.pkl": many}, policy).findings

    assert [finding.rule for finding in findings] == ["pickle-global"] * 4 + ["more-findings"]
    assert findings[-1].severity is Severity.BLOCK
