"""Everything a check may look at, gathered before any check runs. Knows no policy and no service."""

import datetime as dt
from typing import Any, Protocol

import msgspec

from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import BrokenError
from promotion.domain.evidence import Submission
from promotion.domain.manifest import Manifest
from promotion.domain.reading import FileAccess, NoFiles
from promotion.domain.results import CheckResult, TargetVersion


class Outside(Protocol):
    """Runs a function that is not part of this product's core, in a process of its own."""

    def run(
        self,
        function: str,
        settings: dict[str, Any],
        snapshot: "Snapshot",
        time_limit: dt.timedelta,
    ) -> CheckResult:
        """Return what `package.module:function` answers; its name and size are not judged here.

        Raises:
            BrokenError: there is no such function, it raised, died, answered something else, or took
                longer than `time_limit`.
            RetryableError: a file could not be read for it.
        """
        ...


class NoOutside:
    """Runs nothing: where only the built-in checks are wanted."""

    def run(
        self,
        function: str,
        settings: dict[str, Any],
        snapshot: "Snapshot",
        time_limit: dt.timedelta,
    ) -> CheckResult:
        """Refuse."""
        del settings, snapshot, time_limit
        raise BrokenError(
            f"{function} cannot run here: this process runs built-in checks alone.",
            "Run the check through the app.",
        )


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """An asset at one moment: what is said of it, its files, what the target has, what others found out."""

    asset: AssetDescription
    manifest: Manifest
    target: AssetRef
    target_versions: tuple[TargetVersion, ...] = ()
    now: dt.datetime
    #: Exactly the files of the manifest.
    files: FileAccess = NoFiles()
    #: The files of the version that the target uses now; none when there is none or nothing asks.
    champion_files: FileAccess = NoFiles()
    #: The latest evidence of each name.
    submissions: tuple[Submission, ...] = ()
    outside: Outside = NoOutside()
