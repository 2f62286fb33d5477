"""The bench's tables answer what the app relies on as Azurite's do: one test, both services."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.data.tables import TableClient, TableServiceClient, TableTransactionError, UpdateMode

from bench import account
from sandbox.azurite import Azurite
from sandbox.config import Config

pytestmark = pytest.mark.azurite


@pytest.fixture(params=["ordered", "azurite"])
def table(
    request: pytest.FixtureRequest, azurite: Azurite, sandbox_config: Config, tmp_path: Path
) -> Iterator[TableClient]:
    """An empty table of either service."""
    assert azurite.running
    with account.tables(tmp_path, 0, 0) as port:
        connection = sandbox_config.connection_string()
        if request.param == "ordered":
            connection = connection.replace(f":{sandbox_config.ports.azurite_table}/", f":{port}/")
        with TableServiceClient.from_connection_string(connection) as service:
            found = service.create_table_if_not_exists("compared")
            yield found
            service.delete_table("compared") if request.param == "azurite" else None
            found.close()


def row(key: str, **values: object) -> dict[str, object]:
    """Return a row of one partition."""
    return {"PartitionKey": "o'clock", "RowKey": key, **values}


def test_rows_come_back_as_they_were_written(table: TableClient) -> None:
    table.create_entity(row("a", text="größe", number=7))

    found = table.get_entity("o'clock", "a")

    assert (found["text"], found["number"]) == ("größe", 7)
    assert found.metadata["etag"]


def test_a_row_that_is_not_there_is_not_found(table: TableClient) -> None:
    with pytest.raises(ResourceNotFoundError):
        table.get_entity("o'clock", "a")


def test_a_row_cannot_be_created_twice(table: TableClient) -> None:
    table.create_entity(row("a"))

    with pytest.raises(ResourceExistsError):
        table.create_entity(row("a"))


def test_a_replacement_over_another_etag_is_refused(table: TableClient) -> None:
    first = table.create_entity(row("a", number=1))["etag"]
    condition = {"etag": first, "match_condition": MatchConditions.IfNotModified}
    table.update_entity(row("a", number=2), UpdateMode.REPLACE, **condition)

    with pytest.raises(ResourceModifiedError):
        table.update_entity(row("a", number=3), UpdateMode.REPLACE, **condition)

    assert table.get_entity("o'clock", "a")["number"] == 2


def test_a_transaction_is_all_or_nothing(table: TableClient) -> None:
    table.create_entity(row("b"))

    with pytest.raises((TableTransactionError, HttpResponseError)):
        table.submit_transaction([("create", row("a")), ("create", row("b"))])

    with pytest.raises(ResourceNotFoundError):
        table.get_entity("o'clock", "a")


def test_a_transaction_answers_with_the_etag_of_each_row(table: TableClient) -> None:
    done = table.submit_transaction([("upsert", row("a", number=1)), ("create", row("b"))])

    assert done[0]["etag"] == table.get_entity("o'clock", "a").metadata["etag"]


def test_a_range_of_keys_comes_in_order_over_several_pages(table: TableClient) -> None:
    table.submit_transaction([("upsert", row(f"{number:03d}")) for number in range(25)])

    found = table.query_entities(
        "PartitionKey eq @p and RowKey ge @low and RowKey lt @high",
        parameters={"p": "o'clock", "low": "003", "high": "020"},
        results_per_page=5,
    )

    assert [each["RowKey"] for each in found] == [f"{number:03d}" for number in range(3, 20)]


def test_a_deleted_row_is_gone(table: TableClient) -> None:
    table.create_entity(row("a"))

    table.delete_entity("o'clock", "a")

    with pytest.raises(ResourceNotFoundError):
        table.get_entity("o'clock", "a")
