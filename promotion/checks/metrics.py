"""Where metrics are written and how they are read. Knows no bound and no comparison."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from promotion.checks import mlmodel
from promotion.checks.answers import shown
from promotion.domain.policy import MetricSource
from promotion.domain.reading import FileAccess

#: Plain decimal numbers; `float` itself also takes underscores and the digits of other scripts.
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
#: A line of a run's own metric file: time, value, step (MLflow's file store).
_RUN_LINE: Final = 3


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """Which metric is meant and where it is written, as a check's entry says."""

    metric: str
    read_from: MetricSource
    file: str = ""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is read: one version with its tags, properties and files."""

    tags: Mapping[str, str]
    properties: Mapping[str, str]
    files: FileAccess


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A metric as it was found: its finite value, or the problem."""

    value: float | None = None
    #: As it is written there, cut.
    written: str | None = None
    #: Where it was found, `tags` or `MLmodel: metadata.metrics`.
    place: str
    problem: str = ""


def read_metric(where: Where, subject: Subject) -> Reading:
    """Return the metric's value; text that is not a finite number is a problem, never a value."""
    if where.read_from == "tags":
        return _judged(where, subject.tags.get(where.metric), "tags")
    if where.read_from == "properties":
        return _judged(where, subject.properties.get(where.metric), "properties")
    path = where.file if where.read_from == "file" else ""
    return _from_document(where, subject.files, path)


def _from_document(where: Where, files: FileAccess, path: str) -> Reading:
    try:
        if path and not path.endswith((".json", ".yaml", ".yml")):
            return _judged(where, _last_of_run(mlmodel.read_whole(files, path)), path)
        path, document = (
            (path, mlmodel.read_mapping(files, path)) if path else mlmodel.read_mlmodel(files)
        )
    except mlmodel.UnreadableError as error:
        return Reading(place=path or mlmodel.NAME, problem=str(error))
    place, value = _look_up(document, where.metric)
    return _judged(where, value, f"{path}: {place}" if place else path)


def _look_up(document: Mapping[str, Any], metric: str) -> tuple[str, Any]:
    metadata = _mapping(document.get("metadata"))
    places = {
        "metrics": _mapping(document.get("metrics")),
        "metadata.metrics": _mapping(metadata.get("metrics")),
        "metadata": metadata,
        "": document,
    }
    for place, values in places.items():
        if metric in values:
            return place, values[metric]
    return "", None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _last_of_run(content: bytes) -> str | None:
    # The value of the highest step, of several the latest: what MLflow calls the metric's value.
    lines = [line.split() for line in content.decode("utf-8", "replace").splitlines()]
    logged = [
        (_whole(line[2]), _whole(line[0]), line[1]) for line in lines if len(line) == _RUN_LINE
    ]
    return max(logged, key=lambda each: each[:2])[2] if logged else None


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text, re.ASCII) else 0


def _judged(where: Where, written: object, place: str) -> Reading:
    if written is None:
        problem = f"There is no metric {where.metric!r} in {place}."
        return Reading(place=place, problem=problem)
    text = str(written).strip()
    value = _finite(text)
    problem = "" if value is not None else f"{where.metric} is {shown(text)}, not a finite number."
    return Reading(value=value, written=text[:80], place=place, problem=problem)


def _finite(text: str) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None
