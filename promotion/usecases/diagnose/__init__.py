"""Looking after a deployment: policy, registries, work, trail, and whatever the composition root can look at."""

from promotion.usecases.diagnose.running import diagnose

__all__ = ["diagnose"]
