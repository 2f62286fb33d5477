"""Facts: the chain, and what breaks it."""

import hashlib
import json

import msgspec
import pytest

from promotion.domain.dsse import canonical
from promotion.domain.facts import GENESIS, Fact, FactType, hash_in, hash_of, seal, traceparent
from tests.building import opened


def test_the_hash_can_be_recomputed_from_the_published_json() -> None:
    fact = opened().fact

    fields = json.loads(msgspec.json.encode(fact))
    told = fields.pop("hash")

    # For text and small integers, sorted keys without blanks are RFC 8785's form.
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert told == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize("name", sorted(set(Fact.__struct_fields__) - {"hash"}))
def test_a_change_in_any_field_changes_the_hash(name: str) -> None:
    fact = opened().fact
    value = getattr(fact, name)
    other = {
        "sequence": fact.sequence + 1,
        "at": fact.at.replace(microsecond=1),
        "actor": msgspec.structs.replace(fact.actor, name="somebody"),
        "data": {"reason": "another"},
    }.get(name, f"{value}x")

    changed = msgspec.structs.replace(fact, **{name: other})

    assert hash_of(changed) != fact.hash


@pytest.mark.parametrize("words", ["", '"hash":"', '\\"hash":"x",', "é\n\x00", {"hash": "x"}])
@pytest.mark.parametrize("claimed", ["", "x", '"hash":"",', None])
def test_the_hash_in_a_line_is_the_hash_of_the_fact_whatever_it_says(
    words: object, claimed: str | None
) -> None:
    data = {"hash": words, "words": [words]}
    fact = msgspec.structs.replace(opened().fact, data=data, asset=str(words), trace=str(words))
    fact = seal(fact) if claimed is None else msgspec.structs.replace(fact, hash=claimed)

    found = hash_in(canonical(fact) + b"\n")

    # A hash that quotes itself is none: it is found out all the same, with another one.
    assert found == hash_of(fact) or '"' in fact.hash
    assert (found == fact.hash) is (claimed is None)


def test_the_first_fact_begins_the_chain() -> None:
    assert opened().fact.previous_hash == GENESIS


def test_names_of_types_follow_the_grammar() -> None:
    for name in FactType:
        noun, _, participle = name.value.partition(".")

        assert noun.isalpha()
        assert participle.isalpha()
        assert participle.endswith(("ed", "n"))


def test_a_fact_survives_json_unchanged() -> None:
    fact = opened().fact

    assert msgspec.json.decode(msgspec.json.encode(fact), type=Fact) == fact


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    ("text", "kept"), [(TRACE, TRACE), (f"{TRACE}\n", ""), (TRACE.upper(), ""), ("", ""), ("x", "")]
)
def test_a_trace_from_outside_is_carried_on_if_it_is_one(text: str, kept: str) -> None:
    assert traceparent(text) == kept
