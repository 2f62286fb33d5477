"""The whole policy, its hash, and what routes inherit from their target registry. Knows no file format."""

import hashlib
from typing import Any, Literal

import msgspec
import rfc8785

from promotion.domain.errors import ConflictError
from promotion.domain.policy.base import Spec
from promotion.domain.policy.links import Links
from promotion.domain.policy.registries import RegistrySettings
from promotion.domain.policy.routes import Route


class Policy(Spec, frozen=True, kw_only=True):
    """What may travel, and who must agree: routes by name, and what holds for each registry."""

    #: Version of this form.
    version: Literal[1]
    #: Routes by name. A name appears in requests and in the trail: renaming it makes another route.
    routes: dict[str, Route]
    #: Every registry that routes name, with what holds for it. Left out, any name will do.
    registries: dict[str, RegistrySettings] = msgspec.field(default_factory=dict)
    #: Links by which people decide without signing in, where an organisation cannot do otherwise; none.
    links: Links | None = None

    @property
    def canonical(self) -> bytes:
        """The policy's canonical JSON: kept as evidence, its reference is the policy's hash."""
        fields: Any = msgspec.to_builtins(self)
        content: bytes = rfc8785.dumps(fields)
        return content

    @property
    def hash(self) -> str:
        """`sha256:` and the digest of the policy's canonical JSON: what a request was judged under."""
        return f"sha256:{hashlib.sha256(self.canonical).hexdigest()}"

    def route(self, name: str) -> Route:
        """Return the route of that name.

        Raises:
            ConflictError: the policy has none (any more).
        """
        try:
            return self.routes[name]
        except KeyError as error:
            raise ConflictError(
                f"The policy has no route named {name!r}.",
                f"It has: {', '.join(sorted(self.routes))}.",
            ) from error

    def registry(self, name: str) -> RegistrySettings:
        """Return what holds for a registry; nothing in particular where the policy says nothing."""
        # Azure resource names compare without case.
        known = {each.lower(): settings for each, settings in self.registries.items()}
        return known.get(name.lower(), RegistrySettings())

    def settled(self) -> "Policy":
        """Return the policy with every route's inherited checks, stages and recipients written out."""
        routes = {name: self._inheriting(route) for name, route in self.routes.items()}
        return msgspec.structs.replace(self, routes=routes)

    def _inheriting(self, route: Route) -> Route:
        settings = self.registry(route.target.registry)
        return msgspec.structs.replace(
            route,
            checks=route.checks or settings.checks,
            stages=route.stages or settings.stages,
            notifications=route.notifications or settings.notifications,
        )
