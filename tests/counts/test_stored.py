"""Requests that the bench stores are requests: they read back, list, and differ."""

from bench import stored
from promotion.adapters.tables import index, rows
from promotion.domain.request import State


def test_every_stored_request_reads_back_under_its_own_key() -> None:
    requests = [
        rows.read_request(row, stored.NO_EVIDENCE)
        for steps in stored.many(7, 2)
        for row in stored.main_rows(steps)
        if row["RowKey"] == "req"
    ]

    assert len({request.id for request in requests}) == 9
    assert sorted(request.state for request in requests) == [
        *[State.PENDING] * 2,
        *[State.PROMOTED] * 7,
    ]


def test_a_stored_request_stands_in_every_list_it_belongs_to() -> None:
    (steps,) = stored.many(1, 0)

    keys = [row["RowKey"] for row in stored.index_rows(steps)]

    assert keys == index.keys(steps[-1].request)
    assert [
        row["RowKey"] for row in stored.main_rows(steps) if row["RowKey"].startswith("evt")
    ] == [rows.fact_key(sequence) for sequence in range(1, 7)]
