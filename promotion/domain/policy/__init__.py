"""What the policy says: routes, checks, stages, registries. Typed, closed, frozen. Knows no file format.

Decoding (adapters) fills these structures; an unknown field or a wrong type never gets here. What a
well-typed policy can still get wrong is found by `soundness`.
"""

from promotion.domain.policy.base import Check, Size, Spec, bytes_of
from promotion.domain.policy.content_checks import (
    Licence,
    MalwareScan,
    MlflowSignature,
    ScanLimits,
    SecondOpinion,
)
from promotion.domain.policy.dependencies import Dependencies
from promotion.domain.policy.links import Invited, Links
from promotion.domain.policy.metric_checks import (
    ChampionChallenger,
    MetricSource,
    MetricThreshold,
)
from promotion.domain.policy.outside_checks import CustomCheck, RequiredEvidence
from promotion.domain.policy.plain_checks import (
    Lineage,
    MaximumAge,
    ModelType,
    Naming,
    RequiredTags,
    SizeLimits,
    VersionRule,
)
from promotion.domain.policy.registries import (
    Notifications,
    RegistrySettings,
    Restoration,
    Retention,
    Withdrawal,
)
from promotion.domain.policy.routes import Place, Route, Target
from promotion.domain.policy.ruling import every_stage, order_stages, routes_into
from promotion.domain.policy.specs import CheckSpec
from promotion.domain.policy.stages import StageSpec
from promotion.domain.policy.travelling import (
    Journey,
    is_workspace,
    journeys,
    route_of,
    target_of,
)
from promotion.domain.policy.whole import Policy

__all__ = [
    "ChampionChallenger",
    "Check",
    "CheckSpec",
    "CustomCheck",
    "Dependencies",
    "Invited",
    "Journey",
    "Licence",
    "Lineage",
    "Links",
    "MalwareScan",
    "MaximumAge",
    "MetricSource",
    "MetricThreshold",
    "MlflowSignature",
    "ModelType",
    "Naming",
    "Notifications",
    "Place",
    "Policy",
    "RegistrySettings",
    "RequiredEvidence",
    "RequiredTags",
    "Restoration",
    "Retention",
    "Route",
    "ScanLimits",
    "SecondOpinion",
    "Size",
    "SizeLimits",
    "Spec",
    "StageSpec",
    "Target",
    "VersionRule",
    "Withdrawal",
    "bytes_of",
    "every_stage",
    "is_workspace",
    "journeys",
    "order_stages",
    "route_of",
    "routes_into",
    "target_of",
]
