"""The timeline of one request as a page that an auditor can print and file."""

from promotion.domain import trail
from promotion.usecases import views
from promotion.web import entries, words
from promotion.web.http import Response
from promotion.web.pages.frame import page
from promotion.web.routing import Call


def show(call: Call) -> Response:
    """Show every fact with its hash, and whether the chain of hashes holds."""
    dossier = views.dossier(call.world, call.path["id"])
    return page(
        call,
        "audit.html",
        dossier=dossier,
        request=dossier.request,
        words=words.state_of(dossier.request),
        entries=[entries.entry(fact) for fact in dossier.facts],
        breaks=tuple(trail.verify(dossier.facts)),
        public_url=call.settings.public_url,
    )
