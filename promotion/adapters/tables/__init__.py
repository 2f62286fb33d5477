"""Requests in Azure Tables: a partition per request, and an index that can be rebuilt.

Table `promotions`, partition = request id:
    req                     the request as it is now (one conditional write per transition)
    dec-{stage}-{person}    a decision, created once: the same person in the same stage cannot count twice
    evt-{sequence}          a fact: audit record and outbox in one
    lnk-{hash}              a link made for one person; its handle is kept nowhere
    out                     what each channel has taken
    prog                    how far the copy is

The same table, partition = to-{name at a target}:
    {version}               which request was given that version, created once

Table `promotionindex`, partition = shard of the request id, never authoritative:
    w_{due}_{id}            look at the request at that time
    s_{state}_{newest}_{id} listing by state
    n_{name}_{newest}_{id}  listing by name, in the source and at the target
    a_{newest}_{id}         listing of all

Index rows are written before the transition they announce. A crash in between leaves a row too many,
which readers notice, never a request without its rows.
"""

from promotion.adapters.tables.requests import TableRequests
from promotion.adapters.tables.reservations import TableReservations

__all__ = ["TableRequests", "TableReservations"]
