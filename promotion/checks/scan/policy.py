"""What a policy may say about the scan: names it allows beyond the shipped lists, and limits.

Everything is allowed by its exact name; there are no patterns, so that nothing slips through one.
"""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much work one file may cause. What exceeds a limit blocks: it could not be judged."""

    #: How deep archives, compressed streams and pickles may be nested.
    depth: int = 8
    #: Members over all archives inside one file.
    members: int = 20_000
    #: Bytes that decompression may yield, besides `inflate_ratio` times the file's own size.
    inflate_base: int = 64 * 1024 * 1024
    inflate_ratio: int = 100
    #: Steps (pickle opcodes, JSON tokens, protobuf fields), besides one per byte of the file.
    steps_base: int = 1_000_000
    #: Entries of one pickle's stack and of its memo.
    stack: int = 250_000
    memo: int = 4_000_000
    #: Findings recorded per file; the last one then says that there are more.
    findings: int = 100


class ScanPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the policy allows by name. Each use of an entry shows as a note among the findings."""

    #: Globals that pickles may use, as `module:name`, for example `fares.features:DayOfWeek`.
    allowed_globals: frozenset[str] = frozenset()
    #: MLflow loader modules besides the built-in flavours, for example `fares.loader`.
    allowed_loaders: frozenset[str] = frozenset()
    #: Dependency sources: index and find-links addresses, trusted hosts, conda channels, VCS and
    #: direct references, local paths, exactly as the dependency file writes them.
    allowed_sources: frozenset[str] = frozenset()
    #: Files that may be scripts, notebooks, build files or of an unknown kind, by full path as in a
    #: finding. What is inside them is scanned all the same.
    allowed_files: frozenset[str] = frozenset()
    limits: Limits = Limits()
