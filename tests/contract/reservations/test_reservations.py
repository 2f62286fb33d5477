"""The contract of the port `Reservations`: a version is one request's at a time, whoever asks at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from azure.data.tables import TableServiceClient, UpdateMode

from promotion.adapters.memory import MemoryReservations
from promotion.adapters.tables import TableReservations
from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.errors import DamagedError, StaleError
from promotion.ports import Reservation, Reservations
from sandbox.azurite import Azurite
from sandbox.config import Config

FIRST, SECOND, THIRD = "a" * 26, "b" * 26, "c" * 26


@pytest.fixture
def tables(sandbox_config: Config) -> TableReservations:
    """Reservations in a table of their own."""
    return TableReservations(service(sandbox_config), table=f"r{uuid.uuid4().hex[:12]}")


@pytest.fixture(params=["memory", pytest.param("tables", marks=pytest.mark.azurite)])
def reservations(request: pytest.FixtureRequest) -> Reservations:
    """One implementation, with nothing reserved."""
    if request.param == "memory":
        return MemoryReservations()
    azurite: Azurite = request.getfixturevalue("azurite")
    assert azurite.running
    found: TableReservations = request.getfixturevalue("tables")
    found.prepare()
    return found


def service(config: Config) -> TableServiceClient:
    """Return a client of Azurite's tables."""
    return TableServiceClient.from_connection_string(config.connection_string())


def target(version: str = "", name: str = "taxi-fare", registry: str = "prod") -> AssetRef:
    """Return a version at the target."""
    return AssetRef(home=Registry(registry), kind=AssetKind.MODELS, name=name, version=version)


def held(reservations: Reservations, at: AssetRef | None = None) -> dict[str, str]:
    """Return version -> request."""
    return {each.version: each.request_id for each in reservations.under(at or target())}


def one(reservations: Reservations, version: str) -> Reservation:
    (found,) = [each for each in reservations.under(target()) if each.version == version]
    return found


def test_nothing_is_reserved_at_first(reservations: Reservations) -> None:
    assert reservations.under(target()) == ()


def test_what_was_reserved_is_found_by_name(reservations: Reservations) -> None:
    reservations.reserve(target("4"), FIRST)
    reservations.reserve(target("1.2.3"), SECOND)
    reservations.reserve(target("4", name="Taxi-fare"), THIRD)
    reservations.reserve(target("größe #?/"), THIRD)

    assert held(reservations) == {"4": FIRST, "1.2.3": SECOND, "größe #?/": THIRD}


def test_registries_compare_without_case(reservations: Reservations) -> None:
    reservations.reserve(target("4", registry="Prod"), FIRST)

    assert held(reservations) == {"4": FIRST}


@pytest.mark.parametrize("request_id", [FIRST, SECOND])
def test_a_version_is_given_once(reservations: Reservations, request_id: str) -> None:
    reservations.reserve(target("4"), FIRST)

    with pytest.raises(StaleError, match="was given to a request since"):
        reservations.reserve(target("4"), request_id)
    assert held(reservations) == {"4": FIRST}


def test_a_version_that_was_given_up_goes_to_one_other_request(
    reservations: Reservations,
) -> None:
    reservations.reserve(target("4"), FIRST)
    given_up = one(reservations, "4")

    reservations.reserve(target("4"), SECOND, instead_of=given_up)

    with pytest.raises(StaleError):
        reservations.reserve(target("4"), THIRD, instead_of=given_up)
    assert held(reservations) == {"4": SECOND}


def test_what_nobody_has_cannot_be_taken_over(reservations: Reservations) -> None:
    reservations.reserve(target("4"), FIRST)
    given_up = one(reservations, "4")

    with pytest.raises(StaleError):
        reservations.reserve(target("5"), SECOND, instead_of=given_up)
    assert held(reservations) == {"4": FIRST}


def test_of_many_at_once_one_is_given_it(reservations: Reservations) -> None:
    def attempt(number: int) -> bool:
        try:
            reservations.reserve(target("4"), "abcdefgh"[number] * 26)
        except StaleError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(attempt, range(8)))

    assert sum(given) == 1
    assert held(reservations) == {"4": "abcdefgh"[given.index(True)] * 26}


@pytest.mark.azurite
def test_a_reservation_that_cannot_be_read_is_named_with_what_to_do(
    azurite: Azurite, sandbox_config: Config, tables: TableReservations
) -> None:
    assert azurite.running
    tables.prepare()
    tables.reserve(target("4"), FIRST)
    table = service(sandbox_config).get_table_client(tables._table.table_name)
    (row,) = table.list_entities()
    table.update_entity({**row, "request": "nobody"}, UpdateMode.REPLACE)

    with pytest.raises(
        DamagedError, match="which request was given a version of taxi-fare"
    ) as told:
        tables.under(target())
    assert "approval.requested" in told.value.remedy
