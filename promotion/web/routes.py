"""The table of every page and every call. The router, the API's document and the tests read this one."""

from typing import Final

from promotion.web.api import (
    acting,
    diagnosing,
    lineage,
    looking,
    meta,
    migrating,
    operations,
    proving,
    rolling_back,
)
from promotion.web.openapi import serving
from promotion.web.pages import audit, by_link, dashboard, decision, request_page, static, wishes
from promotion.web.pages import lineage as lineage_page
from promotion.web.pages import rolling_back as ordering_page
from promotion.web.routing import Access, Form, Route

_API: Final = (
    Route(
        method="GET",
        path="/api/promotions",
        handler=looking.promotions,
        form=Form.API,
        operation=operations.LIST,
    ),
    Route(
        method="POST",
        path="/api/promotions",
        handler=acting.ask,
        form=Form.API,
        operation=operations.ASK,
    ),
    Route(
        method="GET",
        path="/api/promotions/{id}",
        handler=looking.promotion,
        form=Form.API,
        operation=operations.SHOW,
    ),
    Route(
        method="POST",
        path="/api/promotions/{id}/decisions",
        handler=acting.decide_on,
        form=Form.API,
        operation=operations.DECIDE,
    ),
    Route(
        method="POST",
        path="/api/promotions/{id}/evidence",
        handler=acting.post_evidence,
        form=Form.API,
        operation=operations.EVIDENCE,
    ),
    Route(
        method="POST",
        path="/api/promotions/{id}/cancel",
        handler=acting.cancel_it,
        form=Form.API,
        operation=operations.CANCEL,
    ),
    Route(
        method="POST",
        path="/api/promotions/{id}/retry",
        handler=acting.retry_it,
        form=Form.API,
        operation=operations.RETRY,
    ),
    Route(
        method="POST",
        path="/api/promotions/{id}/acknowledge",
        handler=acting.acknowledge_it,
        form=Form.API,
        operation=operations.ACKNOWLEDGE,
    ),
    Route(
        method="POST",
        path="/api/rollbacks",
        handler=rolling_back.ask,
        form=Form.API,
        operation=rolling_back.ROLL_BACK,
    ),
    Route(
        method="GET",
        path="/api/retention",
        handler=rolling_back.plan,
        form=Form.API,
        operation=rolling_back.PLAN,
    ),
    Route(
        method="POST",
        path="/api/retention",
        handler=rolling_back.apply,
        form=Form.API,
        operation=rolling_back.APPLY,
    ),
    Route(
        method="GET",
        path="/api/promotions/{id}/audit",
        handler=looking.audit,
        form=Form.API,
        operation=operations.AUDIT,
    ),
    Route(
        method="GET",
        path="/api/promotions/{id}/audit/export",
        handler=proving.export,
        form=Form.API,
        operation=operations.EXPORT,
    ),
    Route(
        method="GET",
        path="/api/migrations/plan",
        handler=migrating.plan,
        form=Form.API,
        operation=migrating.PLAN,
    ),
    Route(
        method="POST",
        path="/api/migrations",
        handler=migrating.ask,
        form=Form.API,
        operation=migrating.ASK,
    ),
    Route(
        method="GET",
        path="/api/migrations/{id}/versions",
        handler=migrating.versions,
        form=Form.API,
        operation=migrating.VERSIONS,
    ),
    Route(
        method="GET",
        path="/api/lineage/{registry}/{model}/{version}",
        handler=lineage.show,
        form=Form.API,
        operation=operations.LINEAGE,
    ),
    Route(
        method="POST",
        path="/api/doctor",
        handler=diagnosing.look,
        form=Form.API,
        operation=diagnosing.DIAGNOSE,
    ),
    Route(
        method="GET",
        path="/api/openapi.json",
        handler=serving.document,
        form=Form.API,
        access=Access.ANYONE,
        operation=operations.OPENAPI,
    ),
    Route(
        method="GET",
        path="/api/health",
        handler=meta.health,
        form=Form.API,
        access=Access.ANYONE,
        operation=operations.HEALTH,
    ),
)

_PAGES: Final = (
    Route(method="GET", path="/", handler=dashboard.show, form=Form.PAGE),
    Route(method="GET", path="/promotions/{id}", handler=request_page.show, form=Form.PAGE),
    Route(method="GET", path="/promotions/{id}/audit", handler=audit.show, form=Form.PAGE),
    Route(
        method="GET",
        path="/lineage/{registry}/{model}/{version}",
        handler=lineage_page.show,
        form=Form.PAGE,
    ),
    Route(
        method="POST",
        path="/promotions/{id}/decision",
        handler=decision.submit,
        form=Form.PAGE,
    ),
    Route(
        method="GET",
        path="/promotions/{id}/link/{handle}",
        handler=by_link.show,
        form=Form.PAGE,
        access=Access.LINK,
    ),
    Route(
        method="POST",
        path="/promotions/{id}/link/{handle}",
        handler=by_link.submit,
        form=Form.PAGE,
        access=Access.LINK,
    ),
    *(
        Route(
            method="POST", path=f"/promotions/{{id}}/{wish}", handler=wishes.submit, form=Form.PAGE
        )
        for wish in ("acknowledge", "cancel", "retry")
    ),
    *(
        Route(
            method="POST",
            path=f"/promotions/{{id}}/{order}",
            handler=ordering_page.submit,
            form=Form.PAGE,
        )
        for order in ("withdraw", "withdraw-now", "restore")
    ),
)

_STATIC: Final = tuple(
    Route(
        method="GET",
        path=path,
        handler=static.serve,
        form=Form.STATIC,
        access=Access.ANYONE,
    )
    for path in static.FILES
)

ROUTES: Final = (*_API, *_PAGES, *_STATIC)
