"""Which versions of a registry are old enough to be archived, by its retention. Pure."""

import datetime as dt

from promotion.domain.policy import Retention
from promotion.domain.results import TargetVersion
from promotion.domain.versions import newest_first


def outdated(
    rule: Retention, versions: tuple[TargetVersion, ...], now: dt.datetime
) -> tuple[TargetVersion, ...]:
    """Return the versions under one name that the rule archives, the newest first.

    Never the current one, nor one with the hold tag. With both bounds a version must be beyond both; one
    whose age is not told stays where age counts.

    Raises:
        ValueError: nothing tells which version is newer than which.
    """
    living = newest_first(each for each in versions if not each.archived)
    beyond = living[max(rule.keep_last or 1, 1) :]
    return tuple(
        each for each in beyond if rule.hold_tag not in each.tags and _old(rule, each, now)
    )


def _old(rule: Retention, version: TargetVersion, now: dt.datetime) -> bool:
    if rule.archive_after is None:
        return True
    return version.created_at is not None and version.created_at + rule.archive_after <= now
