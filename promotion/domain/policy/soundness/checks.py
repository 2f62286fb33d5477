"""What can be wrong with a list of checks, and with each kind of entry. Knows no route."""

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from promotion.domain.policy.base import Check, bytes_of
from promotion.domain.policy.content_checks import (
    Licence,
    MalwareScan,
    MlflowSignature,
    SecondOpinion,
)
from promotion.domain.policy.metric_checks import ChampionChallenger, MetricThreshold
from promotion.domain.policy.outside_checks import CustomCheck, RequiredEvidence
from promotion.domain.policy.plain_checks import (
    MaximumAge,
    ModelType,
    Naming,
    RequiredTags,
    SizeLimits,
)
from promotion.domain.policy.soundness.found import (
    Path,
    Unsound,
    blank,
    doubled,
    longer_than_nothing,
)
from promotion.domain.policy.specs import CheckSpec
from promotion.domain.policy.template import TemplateError, parse

#: Longer than any check should keep a request; the Functions host's own limit is 30 minutes.
_LONGEST_CHECK: Final = dt.timedelta(minutes=10)
_FUNCTION: Final = re.compile(r"[A-Za-z_][\w]*(\.[A-Za-z_][\w]*)*:[A-Za-z_]\w*", re.ASCII)
_GLOBAL: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_EXACT: Final = 2**53


def check_problems(path: Path, checks: tuple[CheckSpec, ...]) -> Iterator[Unsound]:
    """Yield what is wrong with a list of checks at `path`."""
    yield from doubled(path, (check.label for check in checks), "the check")
    for number, check in enumerate(checks):
        judge = _RULES.get(type(check))
        if judge is not None:
            yield from judge(check, (*path, number))


def _required_tags(check: RequiredTags, path: Path) -> Iterator[Unsound]:
    if not check.tags and not check.properties:
        yield Unsound(path, "it requires neither a tag nor a property", "Name at least one.")
    yield from blank((*path, "tags"), check.tags, "tag")
    yield from blank((*path, "properties"), check.properties, "property")


def _naming(check: Naming, path: Path) -> Iterator[Unsound]:
    try:
        parts = parse(check.template)
    except TemplateError as error:
        yield Unsound((*path, "template"), f"in the template, {error}")
        return
    uses = any(part.variable and part.text == "environment" for part in parts)
    if uses and not check.environments:
        yield Unsound(
            path,
            "the template uses {environment}, but no environment is listed",
            "Add `environments: [dev, prod]`.",
        )
    if check.environments and not uses:
        yield Unsound((*path, "environments"), "the template does not use {environment}")
    for number, name in enumerate(check.environments):
        if not _NAME.fullmatch(name):
            yield Unsound((*path, "environments", number), f"{name!r} cannot stand in a name")


def _model_type(check: ModelType, path: Path) -> Iterator[Unsound]:
    if not check.allowed:
        yield Unsound((*path, "allowed"), "no type is allowed", "Name one, such as mlflow_model.")


def _maximum_age(check: MaximumAge, path: Path) -> Iterator[Unsound]:
    yield from longer_than_nothing((*path, "at_most"), check.at_most)


def _size_limits(check: SizeLimits, path: Path) -> Iterator[Unsound]:
    if check.total is check.largest_file is check.files is None:
        yield Unsound(path, "it limits nothing", "Set total, largest_file or files.")


def _metric_threshold(check: MetricThreshold, path: Path) -> Iterator[Unsound]:
    if check.at_least is check.at_most is None:
        yield Unsound(
            path,
            f"the threshold for {check.metric!r} has no bound",
            "Set at_least or at_most.",
        )
    for name, bound in (("at_least", check.at_least), ("at_most", check.at_most)):
        yield from _finite((*path, name), bound)
    if check.at_least is not None and check.at_most is not None and check.at_least > check.at_most:
        yield Unsound(
            path, f"no value is at least {check.at_least:g} and at most {check.at_most:g}"
        )
    yield from _source(check, path)


def _champion(check: ChampionChallenger, path: Path) -> Iterator[Unsound]:
    yield from _finite((*path, "min_absolute_change"), check.min_absolute_change)
    yield from _finite((*path, "min_relative_change"), check.min_relative_change)
    yield from _source(check, path)


def _source(check: MetricThreshold | ChampionChallenger, path: Path) -> Iterator[Unsound]:
    if not check.metric.strip():
        yield Unsound((*path, "metric"), "the metric has no name")
    if check.read_from == "file" and not check.file:
        yield Unsound(path, "it reads from a file but names none", "Add `file: metrics.json`.")
    if check.read_from != "file" and check.file:
        yield Unsound(
            (*path, "file"),
            f"a file is named, but the metric is read from {check.read_from}",
            "Add `read_from: file`, or leave the file out.",
        )


def _finite(path: Path, bound: float | None) -> Iterator[Unsound]:
    if bound is not None and not math.isfinite(bound):
        yield Unsound(path, f"{bound} is no finite number", "Write a number, or leave it out.")


def _signature(check: MlflowSignature, path: Path) -> Iterator[Unsound]:
    if not check.require:
        yield Unsound((*path, "require"), "it requires nothing", "Name inputs, outputs or both.")


def _licence(check: Licence, path: Path) -> Iterator[Unsound]:
    if not check.allowed:
        yield Unsound((*path, "allowed"), "no licence is allowed", "Name one, such as MIT.")
    if not check.read_from:
        yield Unsound((*path, "read_from"), "it looks nowhere", "Name tag, mlmodel or file.")


def _malware_scan(check: MalwareScan, path: Path) -> Iterator[Unsound]:
    for number, name in enumerate(check.allowed_globals):
        if not _GLOBAL.fullmatch(name):
            yield Unsound(
                (*path, "allowed_globals", number),
                f"{name!r} names no global",
                "Write module:name, such as fares.features:DayOfWeek.",
            )


def _second_opinion(check: SecondOpinion, path: Path) -> Iterator[Unsound]:
    yield from longer_than_nothing((*path, "time_limit"), check.time_limit, _LONGEST_CHECK)
    if not bytes_of(check.largest_file):
        yield Unsound((*path, "largest_file"), "no file is that small", "Write 256 MiB.")


def _required_evidence(check: RequiredEvidence, path: Path) -> Iterator[Unsound]:
    if not _NAME.fullmatch(check.name):
        yield Unsound((*path, "name"), f"{check.name!r} is no plain name", "Write load-test.")
    yield from longer_than_nothing((*path, "max_age"), check.max_age)
    yield from longer_than_nothing((*path, "wait"), check.wait)


def _custom(check: CustomCheck, path: Path) -> Iterator[Unsound]:
    if not _FUNCTION.fullmatch(check.run):
        yield Unsound(
            (*path, "run"),
            f"{check.run!r} names no function",
            "Write package.module:function.",
        )
    yield from longer_than_nothing((*path, "time_limit"), check.time_limit, _LONGEST_CHECK)
    if _inexact(check.settings):
        yield Unsound(
            (*path, "settings"),
            "they hold a number that has no exact form in JSON",
            "Write NaN, infinity and integers beyond 2^53 as text.",
        )


def _inexact(value: Any) -> bool:  # noqa: ANN401 -- JSON
    if isinstance(value, dict):
        return any(_inexact(each) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_inexact(each) for each in value)
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and abs(value) >= _EXACT


_RULES: Final[dict[type[Check], Callable[[Any, Path], Iterator[Unsound]]]] = {
    RequiredTags: _required_tags,
    Naming: _naming,
    ModelType: _model_type,
    MaximumAge: _maximum_age,
    SizeLimits: _size_limits,
    MetricThreshold: _metric_threshold,
    ChampionChallenger: _champion,
    MlflowSignature: _signature,
    Licence: _licence,
    MalwareScan: _malware_scan,
    SecondOpinion: _second_opinion,
    RequiredEvidence: _required_evidence,
    CustomCheck: _custom,
}
