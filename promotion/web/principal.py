"""Who is calling, by the header that Easy Auth adds. Fails closed; knows no route and no request.

`X-MS-CLIENT-PRINCIPAL` is base64 of `{"auth_typ", "claims": [{"typ", "val"}], "name_typ", "role_typ"}`
(Microsoft Learn, "Work with user identities in Azure App Service authentication"). The platform strips
the header from outside calls only while its authentication module is on; the caller of this module
decides whether it is. Claims appear under short names or under the URIs that App Service maps them to.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Final

import msgspec

from promotion.domain.actors import Person
from promotion.domain.errors import ForbiddenError, PromotionError
from promotion.domain.ready import ready
from promotion.web.problems import UNAUTHENTICATED, HttpError

HEADER: Final = "X-MS-CLIENT-PRINCIPAL"

#: Larger than any token Entra ID issues.
_MAX_HEADER: Final = 64 * 1024
_MAX_VALUE: Final = 1024

_MICROSOFT: Final = "http://schemas.microsoft.com/identity/claims"
_XMLSOAP: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"

_OID: Final = ("oid", f"{_MICROSOFT}/objectidentifier")
_TID: Final = ("tid", f"{_MICROSOFT}/tenantid")
_NAME: Final = ("name", f"{_XMLSOAP}/name")
_UPN: Final = ("preferred_username", "upn", f"{_XMLSOAP}/upn")
_APP: Final = ("appid", "azp")
#: The two values that `role_typ` has. Roles are looked for under these names whatever `role_typ` says: one
#: that named the display name or the groups would let people choose their own roles.
_ROLES: Final = ("roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role")
#: Claims by which Entra ID says that it left the groups out because there are too many.
_OVERAGE: Final = ("hasgroups", "_claim_names", "_claim_sources")

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class _Claim(msgspec.Struct, frozen=True):
    typ: str
    val: str


class _Principal(msgspec.Struct, frozen=True):
    auth_typ: str
    claims: list[_Claim]


def read_principal(value: str, *, tenant_id: str = "") -> Person:
    """Return the person or service principal whom the header's value speaks for.

    Object and tenant id are the identity; names are for show and for finding authors. A service
    principal has no name of its own: its application id stands for it, as Azure ML writes it too.

    Raises:
        HttpError: 401, the value does not say who is calling.
        ForbiddenError: it does, but that identity is not let in: another provider than Entra ID,
            another tenant than `tenant_id`, or group membership in the place of app roles.
    """
    principal = _decode(value)
    claims = _by_type(principal.claims)
    if principal.auth_typ.lower() != "aad":
        raise ForbiddenError(
            "You are signed in with an identity provider that this app does not accept.",
            "Sign in with Microsoft Entra ID.",
        )
    oid, tid = _guid("oid", _only(claims, _OID)), _guid("tid", _only(claims, _TID))
    if tenant_id and tid != tenant_id.lower():
        raise ForbiddenError(
            "You are signed in with an account of another organisation.",
            "Sign in with an account of the tenant that this app belongs to.",
        )
    person = Person(
        oid=oid,
        tid=tid,
        name=_first(claims, (*_NAME, *_UPN, *_APP)) or oid,
        upn=_first(claims, _UPN),
        roles=_roles(claims),
        method="easyauth",
    )
    _refuse_overage(person, claims)
    return person


def _decode(value: str) -> _Principal:
    if len(value) > _MAX_HEADER:
        raise _unreadable(f"is longer than {_MAX_HEADER} characters")
    try:
        content = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _unreadable("is not base64") from error
    try:
        return msgspec.json.decode(content, type=ready(_Principal))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable("does not hold a principal as Easy Auth writes it") from error


def _by_type(claims: Iterable[_Claim]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for claim in claims:
        if len(claim.val) > _MAX_VALUE and claim.typ not in _OVERAGE:
            raise _unreadable(f"has a claim of more than {_MAX_VALUE} characters")
        found.setdefault(claim.typ, []).append(claim.val)
    return {name: tuple(values) for name, values in found.items()}


def _only(claims: dict[str, tuple[str, ...]], names: tuple[str, ...]) -> str:
    values = {value.lower() for name in names for value in claims.get(name, ())}
    if len(values) > 1:
        raise _unreadable(f"names several values for {names[0]}")
    return next(iter(values), "")


def _guid(name: str, value: str) -> str:
    if not _GUID.fullmatch(value):
        raise _unreadable(f"does not say the {name} of the caller")
    return value


def _first(claims: dict[str, tuple[str, ...]], names: tuple[str, ...]) -> str:
    values = (value.strip() for name in names for value in claims.get(name, ()))
    return next((value for value in values if value), "")


def _roles(claims: dict[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(role for name in _ROLES for role in claims.get(name, ()) if role)


def _refuse_overage(person: Person, claims: dict[str, tuple[str, ...]]) -> None:
    # Roles that are there are complete whatever became of the groups; without any, say why.
    if not person.roles and any(name in claims for name in _OVERAGE):
        raise ForbiddenError(
            "Your sign-in names too many groups to list, and no app role. "
            "Groups give no rights here.",
            "Have an administrator assign you an app role of this app, directly or through a group.",
        )


def _unreadable(why: str) -> PromotionError:
    return HttpError(
        UNAUTHENTICATED,
        f"The header {HEADER} {why}.",
        "Sign in again. If it stays, have an operator look at the app's authentication settings.",
        headers={"WWW-Authenticate": "Bearer"},
    )
