"""Checks over what the registry says of an asset: its names, tags, type, age and size. Settings only."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta

from promotion.domain.policy.base import Check, Size


class RequiredTags(Check, frozen=True, kw_only=True, tag="required_tags"):
    """The asset carries these tags and properties, none of them empty."""

    #: Names of tags.
    tags: tuple[str, ...] = ()
    #: Names of properties.
    properties: tuple[str, ...] = ()


class Naming(Check, frozen=True, kw_only=True, tag="naming"):
    """The asset's name follows a template, in plain characters that cannot be mistaken for others."""

    #: Plain text with `{environment}`, `{model}`, `{version}` and `{registry}`, each at most once.
    template: str
    #: What may stand for `{environment}`.
    environments: tuple[str, ...] = ()
    #: Whether the name in the source is meant, or the one it will have in the target.
    of: Literal["source", "target"] = "source"


class VersionRule(Check, frozen=True, kw_only=True, tag="version_rule"):
    """The version is written as the scheme says and is not below what the target has."""

    #: `integer` is 1, 2, 3 ...; `semver` is 1.2.3, without pre-release or build.
    scheme: Literal["integer", "semver"] = "integer"
    #: Whether a version below the target's highest is refused.
    not_below_target: bool = True


class ModelType(Check, frozen=True, kw_only=True, tag="model_type"):
    """The asset is of one of the types that are allowed."""

    #: Azure ML's names of types.
    allowed: tuple[
        Literal[
            "custom_model",
            "mlflow_model",
            "triton_model",
            "uri_file",
            "uri_folder",
            "mltable",
        ],
        ...,
    ]


class MaximumAge(Check, frozen=True, kw_only=True, tag="maximum_age"):
    """The asset was registered not longer ago than this."""

    #: A duration as ISO 8601 writes it, `P90D`.
    at_most: dt.timedelta


class SizeLimits(Check, frozen=True, kw_only=True, tag="size_limits"):
    """The asset's files are not more and not larger than this."""

    #: All files together: bytes, or `10 GiB`.
    total: Size | None = None
    #: Any single file: bytes, or `4 GiB`.
    largest_file: Size | None = None
    #: How many files.
    files: Annotated[int, Meta(ge=1)] | None = None


class Lineage(Check, frozen=True, kw_only=True, tag="lineage"):
    """It is known where the asset came from: the job that made it, or the asset it was shared from."""

    #: `job`, `origin` (the workspace's asset), `either` or `both`.
    require: Literal["job", "origin", "either", "both"] = "either"
