"""The way in: one request, one response, whatever happens. Knows routes and errors, no handler's work."""

import logging
import uuid
from typing import Final

from promotion.domain.errors import BrokenError, NotFoundError, PromotionError, StaleError
from promotion.ports import World
from promotion.usecases import views
from promotion.web import admission, answers, present, problems
from promotion.web.http import Request, Response
from promotion.web.pages import failures
from promotion.web.problems import HttpError
from promotion.web.routes import ROUTES
from promotion.web.routing import Call, Form, Router
from promotion.web.settings import WebSettings
from promotion.web.shapes import Promotion
from promotion.web.throttle import Throttle
from promotion.wire import redaction

_log = logging.getLogger(__name__)

_SHOWN: Final = 200


class Site:
    """Every page and every call of the app over one world."""

    def __init__(self, world: World, settings: WebSettings) -> None:
        """Serve `world`; nothing is read from it before the first call."""
        self._world = world
        self._settings = settings
        self._router = Router(ROUTES)
        self._throttle = Throttle(
            burst=settings.write_burst,
            per_second=settings.writes_per_second,
        )

    def handle(self, request: Request) -> Response:
        """Answer a request; never raises.

        An error that nobody foresaw is logged under a number, and the number alone is answered.
        """
        try:
            response = self._route(request)
        except Exception:  # noqa: BLE001 -- the outermost edge: whatever it is, the caller gets an answer
            response = _incident(request)
        return answers.finished(request, response)

    def _route(self, request: Request) -> Response:
        if request.method == "OPTIONS" and (allow := self._router.allowed(request.path)):
            return Response(status=204, headers={"Allow": allow})
        try:
            route, path = self._router.find(request.method, request.path)
        except HttpError as error:
            return _refused(request, error)
        call = Call(
            request=request,
            world=self._world,
            settings=self._settings,
            route=route,
            routes=ROUTES,
            path=path,
        )
        try:
            call = admission.admit(call, self._throttle)
            return route.handler(call)
        except PromotionError as error:
            return self._failed(call, error)

    def _failed(self, call: Call, error: PromotionError) -> Response:
        if isinstance(error, BrokenError):
            fields = {"path": _shown(call.request), "reason": str(error)}
            _log.error("call met something broken", extra=fields)
        if call.route.form is Form.PAGE:
            return failures.page(call, error)
        return _refused(call.request, error, current=self._current(call, error))

    def _current(self, call: Call, error: PromotionError) -> Promotion | None:
        if not isinstance(error, StaleError) or "id" not in call.path:
            return None
        try:
            return present.promotion(views.show(self._world, call.path["id"]))
        except NotFoundError:
            return None


def _refused(
    request: Request,
    error: PromotionError,
    *,
    current: Promotion | None = None,
) -> Response:
    if not _is_api(request):
        return failures.plain(request, error)
    value = problems.problem(error, path=request.path, current=current)
    return answers.problem(value, problems.headers_of(error))


def _incident(request: Request) -> Response:
    number = str(uuid.uuid4())
    fields = {"incident": number, "method": request.method[:20], "path": _shown(request)}
    _log.exception("unexpected error", extra=fields)
    value = problems.incident(number)
    if _is_api(request):
        return answers.problem(value)
    try:
        return failures.unexpected(value)
    except Exception:  # noqa: BLE001 -- as above
        # The page of errors itself is what fails: say it without one.
        _log.exception("error page cannot be shown", extra=fields)
        return answers.problem(value)


def _is_api(request: Request) -> bool:
    return request.path == "/api" or request.path.startswith("/api/")


def _shown(request: Request) -> str:
    return ascii(redaction.hide(request.path[:_SHOWN]))
