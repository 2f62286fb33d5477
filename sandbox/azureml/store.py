"""Keeps documents in an Azurite table; each change of an asset is one transaction.

Must not know what properties mean, nor HTTP. All writers run in one process, so a lock per
partition (`changing`) serializes them.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any, Final, Self

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient

from sandbox.azureml.assets import Family, Kind, Ref
from sandbox.azureml.documents import Container, Operation, OutgoingEvent, Version
from sandbox.azureml.places import Place
from sandbox.azureml.rows import (
    CONTAINER_ROW,
    EVENTS,
    OPERATIONS,
    VERSIONS,
    Document,
    after,
    from_entity,
    row_key,
    to_entity,
)
from sandbox.config import Config

_TABLE: Final = "azuremlassets"


class Store:
    """The documents of all workspaces and registries; an async context manager."""

    def __init__(self, config: Config) -> None:
        self._table = TableClient.from_connection_string(
            config.connection_string(),
            table_name=_TABLE,
        )
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __aenter__(self) -> Self:
        with contextlib.suppress(ResourceExistsError):
            await self._table.create_table()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._table.close()

    def changing(self, family: Family) -> asyncio.Lock:
        """Return the lock to hold from reading an asset until its change is committed."""
        return self._locks[family.partition]

    async def version(self, ref: Ref) -> Version | None:
        """Return a version in whatever state, or None: never seen."""
        return await self._get(ref.family.partition, f"{VERSIONS}{ref.version}", Version)

    async def container(self, family: Family) -> Container | None:
        """Return the container, or None: no version was ever made."""
        return await self._get(family.partition, CONTAINER_ROW, Container)

    async def versions(self, family: Family) -> list[Version]:
        """Return all versions, whatever their state, in no order."""
        query = "PartitionKey eq @partition and RowKey ge @low and RowKey lt @high"
        parameters = {"partition": family.partition, "low": VERSIONS, "high": after(VERSIONS)}
        return [from_entity(row, Version) async for row in self._query(query, parameters)]

    async def containers(self, place: Place, kind: Kind) -> list[tuple[str, Container]]:
        """Return name and container of all assets of a kind, in no order."""
        prefix = f"{place.key}|{kind}|"
        query = "PartitionKey ge @low and PartitionKey lt @high and RowKey eq @row"
        parameters = {"low": prefix, "high": after(prefix), "row": CONTAINER_ROW}
        return [
            (row["PartitionKey"].removeprefix(prefix), from_entity(row, Container))
            async for row in self._query(query, parameters)
        ]

    async def operations(self) -> list[Operation]:
        """Return every operation kept, finished ones included."""
        rows = self._query("RowKey ge @low and RowKey lt @high", _range(OPERATIONS))
        return [from_entity(row, Operation) async for row in rows]

    async def events(self) -> list[OutgoingEvent]:
        """Return the events Event Grid has not accepted yet."""
        rows = self._query("RowKey ge @low and RowKey lt @high", _range(EVENTS))
        return [from_entity(row, OutgoingEvent) async for row in rows]

    async def commit(self, partition: str, *documents: Document) -> None:
        """Write the documents of one asset, all or none."""
        options = {"mode": UpdateMode.REPLACE}
        await self._table.submit_transaction(
            [("upsert", to_entity(partition, document), options) for document in documents],
        )

    async def forget(self, partition: str, *documents: Document) -> None:
        """Delete documents; one that is gone already is no error."""
        for document in documents:
            await self._table.delete_entity(partition, row_key(document))

    async def _get[T: Document](self, partition: str, row: str, kind: type[T]) -> T | None:
        try:
            entity = await self._table.get_entity(partition, row)
        except ResourceNotFoundError:
            return None
        return from_entity(dict(entity), kind)

    async def _query(
        self,
        query: str,
        parameters: dict[str, str],
    ) -> AsyncIterator[dict[str, Any]]:
        async for entity in self._table.query_entities(query, parameters=parameters):
            yield dict(entity)


def _range(prefix: str) -> dict[str, str]:
    return {"low": prefix, "high": after(prefix)}
