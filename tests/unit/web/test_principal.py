"""Who calls, by Easy Auth's header: what is believed, and that everything else is refused."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.actors import Person
from promotion.domain.errors import ForbiddenError, PromotionError
from promotion.web.principal import read_principal
from promotion.web.problems import HttpError

OID = "6d7a0f7e-9f0c-4f7e-8a34-0a8e4f6a1b01"
TID = "0b0cbb2c-6d55-4a8e-9d1e-5f2f3b1f7c02"
MICROSOFT = "http://schemas.microsoft.com/identity/claims"
ROLE_URI = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"


def claim(kind: str, value: object) -> dict[str, object]:
    return {"typ": kind, "val": value}


IDENTITY = [claim("oid", OID), claim("tid", TID)]


def header(content: object) -> str:
    return base64.b64encode(json.dumps(content).encode()).decode()


def read(claims: list[dict[str, object]], **more: object) -> Person:
    content = {"auth_typ": "aad", "claims": claims, "role_typ": "roles", **more}
    return read_principal(header(content))


def refusal(value: str, **settings: str) -> PromotionError:
    with pytest.raises((HttpError, ForbiddenError)) as caught:
        read_principal(value, **settings)
    error: PromotionError = caught.value
    return error


def test_claims_under_short_names_are_understood() -> None:
    person = read(
        [
            *IDENTITY,
            claim("name", "A Person"),
            claim("preferred_username", "person@tests.invalid"),
            claim("roles", "Promotion.Reader"),
            claim("roles", "Promotion.Approver"),
        ],
    )

    assert person == Person(
        oid=OID,
        tid=TID,
        name="A Person",
        upn="person@tests.invalid",
        roles=frozenset({"Promotion.Reader", "Promotion.Approver"}),
        method="easyauth",
    )


def test_claims_under_the_uris_app_service_maps_them_to_are_understood() -> None:
    soap = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
    person = read(
        [
            claim(f"{MICROSOFT}/objectidentifier", OID),
            claim(f"{MICROSOFT}/tenantid", TID),
            claim(f"{soap}/name", "A Person"),
            claim(f"{soap}/upn", "person@tests.invalid"),
            claim(ROLE_URI, "Promotion.Reader"),
        ],
        role_typ=ROLE_URI,
    )

    assert (person.key, person.name, person.upn) == (
        f"{TID}/{OID}",
        "A Person",
        "person@tests.invalid",
    )
    assert person.roles == frozenset({"Promotion.Reader"})


def test_an_application_without_a_name_is_called_by_its_application_id() -> None:
    application = "11111111-2222-3333-4444-555555555555"

    v1 = read([*IDENTITY, claim("appid", application), claim("roles", "Promotion.Evidence")])
    v2 = read([*IDENTITY, claim("azp", application)])

    assert (v1.name, v1.upn) == (application, "")
    assert v1.roles == {"Promotion.Evidence"}
    assert v2.name == application


def test_a_person_is_not_called_by_the_application_they_signed_in_through() -> None:
    person = read([*IDENTITY, claim("appid", "some-client"), claim("name", "A Person")])

    assert person.name == "A Person"


def test_ids_are_compared_without_case() -> None:
    person = read([claim("oid", OID.upper()), claim("tid", TID.upper())])

    assert person.key == f"{TID}/{OID}"


@pytest.mark.parametrize("role_typ", ["name", "groups", None, "roles"])
def test_only_role_claims_give_roles_whatever_role_typ_says(role_typ: str | None) -> None:
    claims = [
        *IDENTITY,
        claim("name", "Promotion.Operator"),
        claim("groups", "Promotion.Approver"),
        claim("roles", "Promotion.Reader"),
    ]

    person = read(claims, role_typ=role_typ)

    assert person.roles == {"Promotion.Reader"}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "not base64",
        "YWJj=YWJj",
        "é",
        base64.b64encode(b"\xff\xfe").decode(),
        base64.b64encode(b"{").decode(),
        base64.b64encode(b"[" * 40_000).decode(),
        base64.b64encode(b'{"auth_typ":"aad","claims":[{"typ":"oid","val":"\\ud800"}]}').decode(),
        header([]),
        header(None),
        header("text"),
        header([{"auth_typ": "aad", "claims": IDENTITY}]),
        header({"auth_typ": "aad"}),
        header({"auth_typ": "aad", "claims": None}),
        header({"auth_typ": "aad", "claims": {}}),
        header({"auth_typ": "aad", "claims": [None]}),
        header({"auth_typ": "aad", "claims": [*IDENTITY, claim("name", None)]}),
        header({"auth_typ": "aad", "claims": [*IDENTITY, claim("name", 7)]}),
        header({"auth_typ": None, "claims": IDENTITY}),
        header({"claims": IDENTITY}),
        header({"auth_typ": "aad", "claims": []}),
        header({"auth_typ": "aad", "claims": IDENTITY[:1]}),
        header({"auth_typ": "aad", "claims": IDENTITY[1:]}),
        header({"auth_typ": "aad", "claims": [claim("oid", ""), claim("tid", TID)]}),
        header({"auth_typ": "aad", "claims": [claim("oid", "root"), claim("tid", TID)]}),
        header({"auth_typ": "aad", "claims": [*IDENTITY, claim("oid", TID)]}),
        header({"auth_typ": "aad", "claims": [*IDENTITY, claim("name", "x" * 2000)]}),
        "A" * 70_000,
    ],
)
def test_what_does_not_say_who_calls_is_unauthenticated(value: str) -> None:
    error = refusal(value)

    assert isinstance(error, HttpError)
    assert error.kind.status == 401
    assert error.headers == {"WWW-Authenticate": "Bearer"}
    assert "Sign in again" in error.remedy


@pytest.mark.parametrize("provider", ["google", "github", "facebook", "aad2", ""])
def test_another_identity_provider_is_forbidden(provider: str) -> None:
    error = refusal(header({"auth_typ": provider, "claims": IDENTITY}))

    assert isinstance(error, ForbiddenError)
    assert "identity provider" in error.problem


def test_another_tenant_is_forbidden_when_one_is_named() -> None:
    value = header({"auth_typ": "aad", "claims": IDENTITY})

    assert read_principal(value, tenant_id=TID.upper()).tid == TID
    error = refusal(value, tenant_id=OID)

    assert isinstance(error, ForbiddenError)
    assert "another organisation" in error.problem


@pytest.mark.parametrize("overage", ["hasgroups", "_claim_names", "_claim_sources"])
def test_too_many_groups_and_no_app_role_is_forbidden(overage: str) -> None:
    claims = [*IDENTITY, claim(overage, "true"), claim("groups", "Promotion.Approver")]

    error = refusal(header({"auth_typ": "aad", "claims": claims}))

    assert isinstance(error, ForbiddenError)
    assert "app role" in error.problem


def test_too_many_groups_take_nothing_from_who_holds_an_app_role() -> None:
    person = read([*IDENTITY, claim("hasgroups", "true"), claim("roles", "Promotion.Reader")])

    assert person.roles == {"Promotion.Reader"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
CLAIMS = st.lists(
    st.fixed_dictionaries(
        {
            "typ": st.sampled_from(["oid", "tid", "roles", "name", "hasgroups"]) | st.text(),
            "val": st.sampled_from([OID, TID, "Promotion.Operator"]) | JSON,
        },
    ),
)
PRINCIPALS = st.fixed_dictionaries(
    {"auth_typ": st.sampled_from(["aad", "google"]) | JSON, "claims": CLAIMS | JSON},
    optional={"role_typ": JSON, "name_typ": JSON},
)


def outcome(value: str) -> Person | PromotionError:
    try:
        return read_principal(value, tenant_id=TID)
    except (HttpError, ForbiddenError) as error:
        return error


def anyone_or_refused(value: str) -> None:
    found = outcome(value)

    if isinstance(found, Person):
        assert (found.tid, len(found.oid)) == (TID, 36)
    else:
        assert all((found.problem, found.remedy))


@given(st.text())
def test_any_text_is_a_person_or_a_refusal(value: str) -> None:
    anyone_or_refused(value)


@given(st.binary())
def test_any_bytes_in_base64_are_a_person_or_a_refusal(value: bytes) -> None:
    anyone_or_refused(base64.b64encode(value).decode())


@given(JSON | PRINCIPALS)
def test_any_json_is_a_person_or_a_refusal(value: object) -> None:
    anyone_or_refused(header(value))
