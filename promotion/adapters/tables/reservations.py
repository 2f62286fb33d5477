"""The port `Reservations` over Azure Tables: a partition per name at a target, a row per version.

They stand in the table of the requests: their partitions begin with `to-`, which no request's id does.
"""

import hashlib
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import TableServiceClient, UpdateMode

from promotion.adapters.tables.errors import LostRaceError, translated
from promotion.domain.assets import AssetRef
from promotion.domain.errors import DamagedError, StaleError
from promotion.domain.request import is_request_id
from promotion.ports import Reservation


class TableReservations:
    """Reservations in a table of one storage account."""

    def __init__(self, service: TableServiceClient, *, table: str = "promotions") -> None:
        """Use the table of that name; `prepare` makes it."""
        self._service = service
        self._table = service.get_table_client(table)

    def prepare(self) -> None:
        """Create the table when it is missing."""
        with translated():
            self._service.create_table_if_not_exists(self._table.table_name)

    def under(self, target: AssetRef) -> tuple[Reservation, ...]:
        """Return every reservation under a name: one query of one partition."""
        with translated():
            rows = self._table.query_entities(
                "PartitionKey eq @name", parameters={"name": _partition(target)}
            )
            return tuple(_read(target, row) for row in rows)

    def reserve(
        self, target: AssetRef, request_id: str, *, instead_of: Reservation | None = None
    ) -> None:
        """Give a version to a request: one conditional write."""
        row = {
            "PartitionKey": _partition(target),
            "RowKey": _hashed(target.version),
            "version": target.version,
            "request": request_id,
            # For people who look at the table.
            "target": target.id,
        }
        try:
            with translated():
                if instead_of is None:
                    self._table.create_entity(row)
                else:
                    self._table.update_entity(
                        row,
                        UpdateMode.REPLACE,
                        etag=instead_of.etag,
                        match_condition=MatchConditions.IfNotModified,
                    )
        except (LostRaceError, ResourceNotFoundError) as error:
            raise StaleError(f"{target.id} was given to a request since.", "Read again.") from error


def _read(target: AssetRef, row: Any) -> Reservation:  # noqa: ANN401 -- the SDK's entity, with its metadata
    version, request_id = row.get("version"), row.get("request")
    if not isinstance(version, str) or not is_request_id(str(request_id)):
        raise DamagedError(
            f"Row {row['RowKey']!r} of partition {row['PartitionKey']!r} cannot be read: it says which "
            f"request was given a version of {target.name}.",
            "Write the request's id, of the fact approval.requested with that target, into its column "
            "`request`.",
        )
    return Reservation(version=version, request_id=str(request_id), etag=row.metadata["etag"])


def _partition(target: AssetRef) -> str:
    # Azure resource names compare without case; asset names keep theirs.
    return f"to-{_hashed(f'{target.home.path.lower()}/{target.kind}/{target.name}')}"


def _hashed(text: str) -> str:
    # Keys refuse / \ # ? and control characters: what comes from outside is hashed.
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
