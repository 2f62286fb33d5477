"""Rows of links that were made for one person, beside the request that they are about. Knows no mail."""

from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import TableClient, UpdateMode

from promotion.adapters.tables import rows
from promotion.adapters.tables.errors import translated
from promotion.domain.errors import NotFoundError
from promotion.domain.links import Link


def add(table: TableClient, link: Link) -> None:
    """Store a link; the same one again changes nothing."""
    with translated():
        table.upsert_entity(rows.link_row(link), UpdateMode.REPLACE)


def get(table: TableClient, request_id: str, name: str) -> Link:
    """Return a link by the hash of its handle: one point read.

    Raises:
        NotFoundError: there is none.
        DamagedError: its row cannot be read back.
    """
    try:
        with translated():
            row = table.get_entity(request_id, rows.link_key(name))
    except ResourceNotFoundError as error:
        raise NotFoundError(
            "There is no such link.",
            "Open it as the mail has it, whole; or ask for the newest mail.",
        ) from error
    return rows.read_side(dict(row), Link)
