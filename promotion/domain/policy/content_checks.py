"""Checks over the files themselves: signature, licence, malware. Settings only."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta

from promotion.domain.policy.base import Check, Size, Spec

_TWO_MINUTES = dt.timedelta(minutes=2)


class MlflowSignature(Check, frozen=True, kw_only=True, tag="mlflow_signature"):
    """The model's MLmodel file says what goes in and what comes out."""

    #: Which sides must be described.
    require: tuple[Literal["inputs", "outputs"], ...] = ("inputs", "outputs")

    @property
    def reads_files(self) -> bool:
        """It does."""
        return True


class Licence(Check, frozen=True, kw_only=True, tag="licence"):
    """The asset names its licence, and the policy allows it."""

    #: SPDX identifiers, `Apache-2.0`; compared without letter case.
    allowed: tuple[str, ...]
    #: Where a licence may be named; whatever is named there must be allowed.
    read_from: tuple[Literal["tag", "mlmodel", "file"], ...] = ("tag", "mlmodel", "file")
    #: The tag that names it.
    tag_name: str = "license"

    @property
    def reads_files(self) -> bool:
        """It does."""
        return True


class ScanLimits(Spec, frozen=True, kw_only=True):
    """How much work one file may cause in the scan, where its own limits do not fit. More blocks."""

    #: How deep archives, compressed streams and pickles may be nested.
    depth: Annotated[int, Meta(ge=1)] | None = None
    #: Members over all archives inside one file.
    members: Annotated[int, Meta(ge=1)] | None = None
    #: Bytes that decompression may yield, besides `inflate_ratio` times the file's own size.
    inflate_base: Annotated[int, Meta(ge=0)] | None = None
    #: How many times its own size a file may yield when it is decompressed.
    inflate_ratio: Annotated[int, Meta(ge=1)] | None = None
    #: Steps of reading (opcodes, tokens, fields), besides one per byte of the file.
    steps_base: Annotated[int, Meta(ge=1)] | None = None
    #: Entries of one pickle's stack.
    stack: Annotated[int, Meta(ge=1)] | None = None
    #: Entries of one pickle's memo.
    memo: Annotated[int, Meta(ge=1)] | None = None
    #: Findings recorded per file; the last one then says that there are more.
    findings: Annotated[int, Meta(ge=1)] | None = None


class MalwareScan(Check, frozen=True, kw_only=True, tag="malware_scan"):
    """No file holds code or anything else that acts when the model is loaded, unless allowed by name."""

    #: Globals that pickles may use, `module:name`.
    allowed_globals: tuple[str, ...] = ()
    #: MLflow loader modules besides the built-in flavours.
    allowed_loaders: tuple[str, ...] = ()
    #: Package indexes, hosts, channels, VCS and direct references, exactly as the files write them.
    allowed_sources: tuple[str, ...] = ()
    #: Scripts, notebooks and files of an unknown kind, by full path.
    allowed_files: tuple[str, ...] = ()
    #: How much work one file may cause, where the scan's own limits do not fit.
    limits: ScanLimits = ScanLimits()

    @property
    def reads_files(self) -> bool:
        """It does."""
        return True


class SecondOpinion(Check, frozen=True, kw_only=True, tag="second_opinion"):
    """Another scanner's word on the pickles: the package modelaudit-picklescan, where it is installed."""

    #: The mildest verdict that fails the check.
    block_on: Literal["suspicious", "malicious"] = "malicious"
    #: Files above this size are not shown to it, which makes the check errored.
    largest_file: Size = "256 MiB"
    #: How long it may take for all files together.
    time_limit: dt.timedelta = _TWO_MINUTES

    @property
    def reads_files(self) -> bool:
        """It does."""
        return True
