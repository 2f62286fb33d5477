"""The sandbox's identities, by role: who they are, what they may do, how they prove it.

They stand for Entra ID's users and the app's managed identity. Knows nothing of HTTP servers; it
makes and reads tokens, the servers decide where to ask for one.
"""

import base64
import datetime as dt
import json
import uuid
from typing import Any, Final

import jwt
import msgspec

#: The sandbox's only tenant.
TENANT_ID: Final = str(uuid.uuid5(uuid.NAMESPACE_DNS, "tenant.sandbox.invalid"))

#: Audience of a token that signs a person in to the Functions app.
APP_AUDIENCE: Final = "api://promotion-sandbox"

#: Audiences Azure accepts for Azure Resource Manager and Azure ML's data plane.
AZURE_AUDIENCES: Final = ("https://management.azure.com", "https://ml.azure.com")

_LIFETIME: Final = dt.timedelta(days=7)


class UnknownTokenError(Exception):
    """The bearer token was not issued by this sandbox, is for another audience, or has expired."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """One identity of the sandbox: a person, or the app's managed identity."""

    role: str
    name: str
    #: Roles of the app registration, as Entra ID would put them into the `roles` claim.
    app_roles: tuple[str, ...] = ()
    #: Registries and workspaces whose assets it may write.
    writes: frozenset[str] = frozenset()
    #: Registries and workspaces it may read; `*` is all of them.
    reads: frozenset[str] = frozenset({"*"})

    @property
    def oid(self) -> str:
        """The object id, the same in every sandbox."""
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.role}.people.sandbox.invalid"))

    @property
    def upn(self) -> str:
        """The user principal name, also the mail address."""
        return f"{self.role}@sandbox.invalid"

    def may_read(self, place: str) -> bool:
        """Whether the identity may read assets of the registry or workspace `place`."""
        return "*" in self.reads or place in self.reads or place in self.writes

    def may_write(self, place: str) -> bool:
        """Whether the identity may create or change assets of the registry or workspace `place`."""
        return place in self.writes


_DEV = frozenset({"dev-mlops-workspace", "dev-mlops-registry"})
_SHARED = frozenset({"prod-mlops-registry", "central-mlops-registry"})

#: The people of the ready file, by role. `author` writes models, the others decide about them.
PEOPLE: Final[dict[str, Identity]] = {
    person.role: person
    for person in (
        Identity(role="reader", name="Reader", app_roles=("Promotion.Reader",)),
        Identity(role="author", name="Author", app_roles=("Promotion.Requester",), writes=_DEV),
        Identity(role="requester", name="Requester", app_roles=("Promotion.Requester",)),
        Identity(role="approver", name="Approver", app_roles=("Promotion.Approver",)),
        Identity(role="second-approver", name="Second Approver", app_roles=("Promotion.Approver",)),
        Identity(
            role="security",
            name="Security",
            app_roles=("Promotion.Approver.Security",),
        ),
        Identity(role="evidence", name="Evidence Pipeline", app_roles=("Promotion.Evidence",)),
        Identity(role="operator", name="Operator", app_roles=("Promotion.Operator",)),
    )
}

#: The Functions app's managed identity: it alone writes what people agreed to.
APP: Final = Identity(role="promotion-app", name="promotion-app", writes=_DEV | _SHARED)

_BY_OID: Final = {identity.oid: identity for identity in (*PEOPLE.values(), APP)}


def issue_token(identity: Identity, audience: str, key: str, *, now: dt.datetime) -> str:
    """Return a signed token for `identity`, shaped like one of Entra ID's (v2.0 claims)."""
    claims = {
        "aud": audience,
        "iss": f"https://login.sandbox.invalid/{TENANT_ID}/v2.0",
        "iat": int(now.timestamp()),
        "exp": int((now + _LIFETIME).timestamp()),
        "oid": identity.oid,
        "tid": TENANT_ID,
        "sub": identity.oid,
        "name": identity.name,
        "preferred_username": identity.upn,
        "roles": list(identity.app_roles),
    }
    return jwt.encode(claims, key, algorithm="HS256")


def read_token(token: str, audiences: tuple[str, ...], key: str) -> Identity:
    """Return who a bearer token speaks for.

    Raises:
        UnknownTokenError: not issued here, for another audience, expired, or for nobody known.
    """
    try:
        claims = jwt.decode(token, key, algorithms=["HS256"], audience=list(audiences))
        return _BY_OID[claims["oid"]]
    except (jwt.PyJWTError, KeyError) as error:
        raise UnknownTokenError(str(error)) from error


def client_principal(identity: Identity) -> dict[str, str]:
    """Return the headers Easy Auth adds for a signed-in identity (App Service documentation)."""
    claims: list[dict[str, Any]] = [
        {"typ": "aud", "val": APP_AUDIENCE},
        {
            "typ": "http://schemas.microsoft.com/identity/claims/objectidentifier",
            "val": identity.oid,
        },
        {"typ": "http://schemas.microsoft.com/identity/claims/tenantid", "val": TENANT_ID},
        {"typ": "name", "val": identity.name},
        {"typ": "preferred_username", "val": identity.upn},
        *({"typ": "roles", "val": role} for role in identity.app_roles),
    ]
    principal = {"auth_typ": "aad", "claims": claims, "name_typ": "name", "role_typ": "roles"}
    return {
        "X-MS-CLIENT-PRINCIPAL": base64.b64encode(json.dumps(principal).encode()).decode(),
        "X-MS-CLIENT-PRINCIPAL-ID": identity.oid,
        "X-MS-CLIENT-PRINCIPAL-NAME": identity.upn,
        "X-MS-CLIENT-PRINCIPAL-IDP": "aad",
    }
