"""Checks over metrics: bounds, and the comparison with what the target uses now. Settings only."""

from typing import Annotated, Literal

from msgspec import Meta

from promotion.domain.policy.base import Check

#: Where a metric is written: the version's tags or properties, its MLmodel file, or a file beside it.
type MetricSource = Literal["tags", "properties", "mlmodel", "file"]


class MetricThreshold(Check, frozen=True, kw_only=True, tag="metric_threshold"):
    """A metric of the asset lies within bounds; a bound itself is within."""

    #: The metric's name.
    metric: str
    #: The lowest value that passes.
    at_least: float | None = None
    #: The highest value that passes.
    at_most: float | None = None
    #: Where the metric is written.
    read_from: MetricSource = "tags"
    #: For `read_from: file`: a JSON or YAML file with the metric in it, or a run's own metric file.
    file: str = ""

    @property
    def detail(self) -> str:
        """The metric's name."""
        return self.metric

    @property
    def reads_files(self) -> bool:
        """Whether the metric is written in a file."""
        return self.read_from in {"mlmodel", "file"}


class ChampionChallenger(Check, frozen=True, kw_only=True, tag="champion_challenger"):
    """The asset is better than the version that the target uses now, by as much as the policy wants."""

    #: The metric's name.
    metric: str
    #: Which direction is better.
    better: Literal["higher", "lower"]
    #: How much better it must be at least, in the metric's own unit.
    min_absolute_change: Annotated[float, Meta(ge=0)] = 0.0
    #: How much better it must be at least, as a part of the champion's value (0.05 is 5 %).
    min_relative_change: Annotated[float, Meta(ge=0)] = 0.0
    #: What the very same value means, when no change is asked for.
    equal: Literal["pass", "fail"] = "pass"
    #: What it means that the target has no version yet.
    no_champion: Literal["pass", "fail"] = "pass"
    #: What it means that the champion does not have the metric.
    champion_without_metric: Literal["pass", "fail"] = "fail"
    #: Where the metric is written, for both.
    read_from: MetricSource = "tags"
    #: For `read_from: file`: a JSON or YAML file with the metric in it, or a run's own metric file.
    file: str = ""

    @property
    def detail(self) -> str:
        """The metric's name."""
        return self.metric

    @property
    def reads_files(self) -> bool:
        """Whether the metric is written in a file."""
        return self.read_from in {"mlmodel", "file"}
