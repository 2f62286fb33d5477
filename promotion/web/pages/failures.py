"""Pages for what was refused or went wrong: what it is, and what to do. Tells nothing of the inside."""

from urllib.parse import quote

from promotion.domain.errors import PromotionError
from promotion.web import answers, problems
from promotion.web.http import Request, Response
from promotion.web.problems import UNAUTHENTICATED, Kind, Problem
from promotion.web.render import render
from promotion.web.routing import Access, Call


def page(call: Call, error: PromotionError) -> Response:
    """Return the page for a call that was refused."""
    back = f"/promotions/{call.path['id']}" if "id" in call.path else "/"
    if call.route.access is Access.LINK:
        # Whoever came by a link has nowhere else to go.
        back = ""
    return _failure(call.request, error, back=back)


def plain(request: Request, error: PromotionError) -> Response:
    """Return the page for an address that is none, or for a method it does not take."""
    return _failure(request, error, back="/")


def unexpected(problem: Problem) -> Response:
    """Return the page for an error that nobody foresaw."""
    text = render(
        "failure.html",
        person=None,
        title=problem.title,
        detail=problem.detail,
        remedy=problem.remedy,
        status=problem.status,
        sign_in="",
        back="/",
    )
    return answers.html(text, problem.status)


def _failure(request: Request, error: PromotionError, *, back: str) -> Response:
    kind = problems.kind_of(error)
    text = render(
        "failure.html",
        person=None,
        title=kind.title,
        detail=error.problem,
        remedy=error.remedy,
        status=kind.status,
        sign_in=_sign_in(kind, request),
        back=back,
    )
    return answers.html(text, kind.status, problems.headers_of(error))


def _sign_in(kind: Kind, request: Request) -> str:
    if kind is not UNAUTHENTICATED:
        return ""
    # A path of this app alone: `//host` would lead to another one.
    path = "/" + request.path.lstrip("/")
    return f"/.auth/login/aad?post_login_redirect_uri={quote(path, safe='')}"
