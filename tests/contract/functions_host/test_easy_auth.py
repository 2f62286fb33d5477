"""Easy Auth: who gets in, what the app sees of them, and the sign-in pages."""

import base64
import datetime as dt
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sandbox.functions_host.sessions import COOKIE
from sandbox.people import APP_AUDIENCE, AZURE_AUDIENCES, PEOPLE, issue_token
from tests.contract.functions_host.harness import HostProcess

pytestmark = pytest.mark.azurite

_HTML = {"Accept": "text/html,application/xhtml+xml"}
_CALLBACK = "/.auth/login/aad/callback"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _sign_in(host: HostProcess, role: str, target: str = "/", **headers: str) -> requests.Response:
    form = {"role": role, "post_login_redirect_uri": target}
    return host.ask("POST", _CALLBACK, data=form, headers=headers)


def _cookie(answer: requests.Response) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}"}


def _seen(host: HostProcess, headers: dict[str, str]) -> dict[str, str]:
    answer = host.get("/echo", headers=headers)
    assert answer.status_code == 200
    seen: dict[str, str] = answer.json()["headers"]
    return seen


@pytest.mark.parametrize("role", PEOPLE)
def test_a_bearer_token_signs_in_and_the_app_sees_who(everything: HostProcess, role: str) -> None:
    seen = _seen(everything, everything.signed_in(role, _now()))

    person = PEOPLE[role]
    assert seen["x-ms-client-principal-id"] == person.oid
    assert seen["x-ms-client-principal-name"] == person.upn
    assert seen["x-ms-client-principal-idp"] == "aad"
    principal = json.loads(base64.b64decode(seen["x-ms-client-principal"]))
    roles = [one["val"] for one in principal["claims"] if one["typ"] == "roles"]
    assert roles == list(person.app_roles)


@pytest.mark.parametrize(
    "name",
    [
        "X-MS-CLIENT-PRINCIPAL",
        "x-ms-client-principal",
        "X-MS-CLIENT-PRINCIPAL-ID",
        "X-MS-CLIENT-PRINCIPAL-NAME",
        "X-MS-CLIENT-PRINCIPAL-SOMETHING-NEW",
        "X-MS-TOKEN-AAD-ACCESS-TOKEN",
        "x-ms-token-aad-id-token",
    ],
)
def test_a_forged_identity_header_never_reaches_the_app(
    everything: HostProcess,
    name: str,
) -> None:
    forged = {name: "forged"}

    signed_in = _seen(everything, {**everything.signed_in("reader", _now()), **forged})
    assert "forged" not in signed_in.values()
    assert everything.get("/echo", headers=forged).status_code == 401
    assert everything.get("/api/health", headers=forged).text == "healthy None"


def test_every_copy_of_a_repeated_forged_header_is_taken_away(everything: HostProcess) -> None:
    prepared = requests.Request("GET", everything.url + "/api/health").prepare()
    prepared.headers["X-MS-CLIENT-PRINCIPAL"] = "one"
    prepared.headers["X-Ms-Client-Principal "] = "two"

    with requests.Session() as session:
        answer = session.send(prepared, timeout=20)

    assert answer.status_code == 400 or answer.text == "healthy None"


def _wrong_tokens(host: HostProcess) -> dict[str, str]:
    person, key = PEOPLE["approver"], host.config.signing_key
    month_ago = _now() - dt.timedelta(days=30)
    return {
        "garbage": "garbage",
        "empty": "",
        "another key": issue_token(person, APP_AUDIENCE, "k" * 64, now=_now()),
        "another audience": issue_token(person, AZURE_AUDIENCES[0], key, now=_now()),
        "expired": issue_token(person, APP_AUDIENCE, key, now=month_ago),
        "a session": issue_token(person, f"{APP_AUDIENCE}/session", key, now=_now()),
    }


def test_an_unknown_bearer_token_is_401_for_browsers_too(everything: HostProcess) -> None:
    for name, token in _wrong_tokens(everything).items():
        headers = {"Authorization": f"Bearer {token}", **_HTML}

        answer = everything.get("/", headers=headers)

        assert answer.status_code == 401, name
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_is_no_session(everything: HostProcess) -> None:
    token = everything.signed_in("approver", _now())["Authorization"].removeprefix("Bearer ")

    assert everything.get("/", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401


def test_an_unsigned_call_is_401_and_runs_nothing(everything: HostProcess) -> None:
    before = len(everything.logged())

    assert everything.get("/items/1").status_code == 401
    assert everything.ask("POST", "/items/1", headers=_HTML).status_code == 401
    assert len(everything.logged()) == before


def test_a_browser_is_sent_to_the_sign_in_page_and_back(everything: HostProcess) -> None:
    page = "/items/17?verdict=approve&x=%2F"

    redirect = everything.get(page, headers=_HTML)
    sign_in = everything.get(redirect.headers["Location"], headers=_HTML)
    target = re.search(r'name="post_login_redirect_uri" value="([^"]*)"', sign_in.text)

    assert redirect.status_code == 302
    assert urlsplit(redirect.headers["Location"]).path == "/.auth/login/aad"
    assert target is not None
    back = _sign_in(everything, "approver", target[1].replace("&amp;", "&"))
    assert (back.status_code, back.headers["Location"]) == (303, page)
    assert everything.get(page, headers={**_HTML, **_cookie(back)}).text == "number 17"


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(
    everything: HostProcess,
) -> None:
    set_cookie = _sign_in(everything, "reader").headers["Set-Cookie"]

    assert set_cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(set_cookie.split("; "))


def test_the_sign_in_page_offers_everybody_without_scripts(everything: HostProcess) -> None:
    answer = everything.get("/.auth/login/aad", headers=_HTML)

    assert answer.status_code == 200
    assert all(f'value="{role}"' in answer.text for role in PEOPLE)
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_a_sign_in_never_leads_to_another_site(everything: HostProcess, target: str) -> None:
    page = everything.get("/.auth/login/aad", params={"post_login_redirect_uri": target})

    assert "evil" not in page.text
    assert _sign_in(everything, "reader", target).headers["Location"] == "/"


def test_another_site_cannot_sign_a_browser_in(everything: HostProcess) -> None:
    answer = _sign_in(everything, "approver", Origin="https://evil.example")

    assert (answer.status_code, dict(answer.cookies)) == (403, {})
    assert _sign_in(everything, "approver", Origin=everything.url).status_code == 303


def test_nobody_else_can_sign_in(everything: HostProcess) -> None:
    answer = _sign_in(everything, "promotion-app")

    assert (answer.status_code, dict(answer.cookies)) == (400, {})


def test_signing_out_ends_the_session(everything: HostProcess) -> None:
    cookie = _cookie(_sign_in(everything, "reader"))

    page = everything.get("/.auth/logout", headers=cookie)
    query = "post_logout_redirect_uri=/items/1"
    redirect = everything.get(f"/.auth/logout?{query}", headers=cookie)

    assert page.status_code == 200
    assert "Max-Age=0" in page.headers["Set-Cookie"]
    assert (redirect.status_code, redirect.headers["Location"]) == (302, "/items/1")


def test_me_says_who_is_signed_in(everything: HostProcess) -> None:
    answer = everything.get("/.auth/me", headers=_cookie(_sign_in(everything, "operator")))

    (me,) = answer.json()
    assert me["user_id"] == PEOPLE["operator"].upn
    assert {"typ": "roles", "val": "Promotion.Operator"} in me["user_claims"]
    assert everything.get("/.auth/me").status_code == 401


def test_a_page_that_easy_auth_does_not_have_is_404(everything: HostProcess) -> None:
    assert everything.get("/.auth/nothing").status_code == 404


def test_an_excluded_path_needs_no_sign_in_and_its_neighbours_do(everything: HostProcess) -> None:
    assert everything.get("/api/health").text == "healthy None"
    assert everything.get("/API/Health").status_code == 200
    paths = ("/api/healthy", "/api/health/x", "/api/health%2Fx", "/api//health", "/api%2Fhealth")
    for path in paths:
        assert everything.get(path).status_code == 401, path


@pytest.mark.parametrize(
    "path",
    ["/runtime/webhooks/other", "/runtime%2Fwebhooks/other", "/admin%2Fx/y", "/optional%2F1/x"],
)
def test_no_way_around_the_sign_in_leads_to_a_function(everything: HostProcess, path: str) -> None:
    assert everything.get(path).status_code in {401, 404}
    assert everything.get(path, headers=everything.master).status_code in {401, 404}


def test_the_redirect_keeps_a_whole_address(everything: HostProcess) -> None:
    answer = everything.get("/a%20b?c=d%26e", headers=_HTML)

    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["post_login_redirect_uri"] == ["/a%20b?c=d%26e"]


def test_the_app_knows_that_easy_auth_is_on(everything: HostProcess) -> None:
    assert everything.get("/logs", headers=everything.signed_in("reader", _now())).text == "True"
