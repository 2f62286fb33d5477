"""The union of all checks that a policy can name. Grows by one line a check."""

from promotion.domain.policy.content_checks import (
    Licence,
    MalwareScan,
    MlflowSignature,
    SecondOpinion,
)
from promotion.domain.policy.metric_checks import ChampionChallenger, MetricThreshold
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

type CheckSpec = (
    RequiredTags
    | Naming
    | VersionRule
    | ModelType
    | MaximumAge
    | SizeLimits
    | Lineage
    | MetricThreshold
    | ChampionChallenger
    | MlflowSignature
    | Licence
    | MalwareScan
    | SecondOpinion
    | RequiredEvidence
    | CustomCheck
)
