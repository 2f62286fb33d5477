"""The page of a version's lineage: drawn from the run to production, and told in a table beneath."""

from promotion.usecases import lineage as usecase
from promotion.web import ancestry
from promotion.web.api.lineage import asset_of
from promotion.web.http import Response
from promotion.web.pages.frame import page
from promotion.web.routing import Call


def show(call: Call) -> Response:
    """Show where a model of a registry came from and where it went."""
    asset = asset_of(call)
    found = usecase.lineage(call.world, asset)
    return page(
        call,
        "lineage.html",
        asset=asset,
        picture=ancestry.picture(found),
        address=ancestry.address,
    )
