"""Check: the asset is better than the version that the target uses now."""

from typing import Any

import msgspec

from promotion.checks.answers import answer
from promotion.checks.metrics import Reading, Subject, Where, read_metric
from promotion.domain.policy import ChampionChallenger
from promotion.domain.results import CheckResult, TargetVersion
from promotion.domain.snapshot import Snapshot
from promotion.domain.versions import current


class Duel(msgspec.Struct, frozen=True, kw_only=True):
    """Both values, and how much better the challenger is (below zero: worse)."""

    challenger: float
    champion: float
    gain: float
    #: `gain` as a part of the champion's value; none when that is zero.
    relative: float | None


def run(spec: ChampionChallenger, snapshot: Snapshot) -> CheckResult:
    """Pass when the metric beats the champion's by as much as the policy wants.

    Both readings must be finite numbers; what the absence of a champion or of its metric means is the
    policy's word.
    """
    where = Where(metric=spec.metric, read_from=spec.read_from, file=spec.file)
    asset = snapshot.asset
    own = Subject(tags=asset.tags, properties=asset.properties, files=snapshot.files)
    mine = read_metric(where, own)
    evidence = _evidence(spec, mine)
    if mine.value is None:
        problem = f"{mine.problem} Write the metric there and register a new version."
        return answer(spec, ok=False, summary=problem, evidence=evidence)
    try:
        champion = current(snapshot.target_versions, besides=snapshot.target.version)
    except ValueError as error:
        problem = f"There is no telling whom to beat: {error}. Archive what is not in use."
        return answer(spec, ok=False, summary=problem, evidence=evidence)
    if champion is None:
        return _unopposed(spec, evidence)
    return _against(spec, mine.value, champion, _read(where, champion, snapshot), evidence)


def _unopposed(spec: ChampionChallenger, evidence: dict[str, Any]) -> CheckResult:
    word = "passes" if spec.no_champion == "pass" else "does not pass"
    summary = f"The target has no version to compare with, which {word} by the policy."
    return answer(spec, ok=spec.no_champion == "pass", summary=summary, evidence=evidence)


def _read(where: Where, champion: TargetVersion, snapshot: Snapshot) -> Reading:
    subject = Subject(
        tags=champion.tags,
        properties=champion.properties,
        files=snapshot.champion_files,
    )
    return read_metric(where, subject)


def _against(
    spec: ChampionChallenger,
    value: float,
    champion: TargetVersion,
    theirs: Reading,
    evidence: dict[str, Any],
) -> CheckResult:
    evidence |= {
        "champion_version": champion.version,
        "champion_place": theirs.place,
        "champion_value": theirs.written if theirs.value is None else theirs.value,
    }
    if theirs.value is None:
        ok = theirs.written is None and spec.champion_without_metric == "pass"
        summary = f"The champion, version {champion.version}: {theirs.problem}" + (
            " The policy lets that pass." if ok else " Give it the metric, or archive it."
        )
        return answer(spec, ok=ok, summary=summary, evidence=evidence)
    duel = compare(spec.better, value, theirs.value)
    evidence |= {"gain": duel.gain, "relative_gain": duel.relative}
    ok = _wins(spec, duel)
    return answer(spec, ok=ok, summary=_told(spec, champion, duel, ok=ok), evidence=evidence)


def compare(better: str, challenger: float, champion: float) -> Duel:
    """Return how two finite values stand to each other."""
    gain = challenger - champion if better == "higher" else champion - challenger
    relative = gain / abs(champion) if champion else None
    return Duel(challenger=challenger, champion=champion, gain=gain, relative=relative)


def _wins(spec: ChampionChallenger, duel: Duel) -> bool:
    wanted = bool(spec.min_absolute_change or spec.min_relative_change)
    if duel.challenger == duel.champion:
        return not wanted and spec.equal == "pass"
    # Against a champion of zero any gain is beyond every part of it.
    relative_enough = (
        duel.gain > 0 if duel.relative is None else duel.relative >= spec.min_relative_change
    )
    return duel.gain > 0 and duel.gain >= spec.min_absolute_change and relative_enough


def _told(spec: ChampionChallenger, champion: TargetVersion, duel: Duel, *, ok: bool) -> str:
    part = "" if duel.relative is None else f" ({abs(duel.relative):.2%})"
    stand = "the same as" if not duel.gain else ("better than" if duel.gain > 0 else "worse than")
    change = f", by {abs(duel.gain):g}{part}" if duel.gain else ""
    text = (
        f"{spec.metric} {duel.challenger:g} is {stand} {duel.champion:g} "
        f"of version {champion.version}, in use now{change}"
    )
    if ok:
        return f"{text}."
    return f"{text}; the policy wants {_wish(spec)}."


def _wish(spec: ChampionChallenger) -> str:
    wishes: list[str] = [spec.better]
    if spec.min_absolute_change:
        wishes.append(f"by at least {spec.min_absolute_change:g}")
    if spec.min_relative_change:
        wishes.append(f"by at least {spec.min_relative_change:.2%}")
    if len(wishes) == 1 and spec.equal == "pass":
        wishes.append("or the same")
    return " ".join(wishes)


def _evidence(spec: ChampionChallenger, mine: Reading) -> dict[str, Any]:
    return {
        "metric": spec.metric,
        "better": spec.better,
        "place": mine.place,
        "value": mine.written if mine.value is None else mine.value,
        "min_absolute_change": spec.min_absolute_change,
        "min_relative_change": spec.min_relative_change,
        "equal": spec.equal,
        "champion_version": None,
    }
