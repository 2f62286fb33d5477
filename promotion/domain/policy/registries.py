"""What holds for one registry, whichever route leads there. Knows no service."""

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from promotion.domain.policy.base import Spec
from promotion.domain.policy.specs import CheckSpec
from promotion.domain.policy.stages import StageSpec


class Retention(Spec, frozen=True, kw_only=True):
    """Which old versions of a registry are archived. The current version never is."""

    #: So many of the newest versions of an asset stay.
    keep_last: Annotated[int, Meta(ge=1)] | None = None
    #: A version is archived no earlier than this after it was created.
    archive_after: dt.timedelta | None = None
    #: A version with this tag stays, whatever its value.
    hold_tag: Annotated[str, Meta(min_length=1)] = "legal-hold"
    #: Whether it is applied once a day; otherwise it is only planned, and applied by an operator.
    apply: bool = False


class Withdrawal(Spec, frozen=True, kw_only=True):
    """Who must agree before a version in use is taken out of it."""

    #: Left out, the stages of the route into the registry hold.
    stages: tuple[StageSpec, ...] = ()
    #: Whether one operator may withdraw alone, with a reason and loudly.
    emergency: bool = True


class Restoration(Spec, frozen=True, kw_only=True):
    """Who must agree before a withdrawn version is taken into use again."""

    #: Left out, the stages of the route into the registry hold.
    stages: tuple[StageSpec, ...] = ()


class Notifications(Spec, frozen=True, kw_only=True):
    """Who gets mail besides the app's own list: addresses, in all or by stage and role."""

    #: Told of everything.
    everyone: tuple[str, ...] = ()
    #: Stage -> who is told when that stage is asked.
    stages: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    #: App role -> who is told when a stage with that role is asked.
    roles: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)

    def recipients(self, stages: tuple[StageSpec, ...]) -> tuple[str, ...]:
        """Return the addresses for a notice about these stages, each once, in the policy's order."""
        found = [
            *self.everyone,
            *(each for stage in stages for each in self.stages.get(stage.name, ())),
            *(
                each
                for stage in stages
                for role in stage.roles
                for each in self.roles.get(role, ())
            ),
        ]
        once: dict[str, str] = {}
        for each in found:
            once.setdefault(each.lower(), each)
        return tuple(once.values())


class RegistrySettings(Spec, frozen=True, kw_only=True):
    """What routes into a registry inherit where they say nothing themselves, and its retention."""

    #: For routes into this registry that list no checks.
    checks: tuple[CheckSpec, ...] = ()
    #: For routes into this registry that list no stages.
    stages: tuple[StageSpec, ...] = ()
    #: Who is told, on routes that do not say.
    notifications: Notifications | None = None
    #: Which old versions are archived; none when left out.
    retention: Retention | None = None
    #: How versions are taken out of use.
    withdrawal: Withdrawal = Withdrawal()
    #: How withdrawn versions are taken into use again.
    restoration: Restoration = Restoration()
