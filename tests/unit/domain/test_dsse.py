"""Envelopes: what is signed, what is around it, and what is wrong with one that cannot be believed."""

import msgspec
import pytest

from promotion.domain.dsse import (
    IN_TOTO,
    SEAL,
    Envelope,
    Signature,
    Verifier,
    pae,
    problem_of,
    wrap,
)

CONTENT = "Grüße".encode()
SIGNED = wrap(SEAL, CONTENT, "key", b"\x00\x01")


def believes(keyid: str, signature: bytes, message: bytes) -> bool:
    """Whether a signature is the one above."""
    return (keyid, signature, message) == ("key", b"\x00\x01", pae(SEAL, CONTENT))


def test_what_is_signed_is_what_the_specification_shows() -> None:
    # github.com/secure-systems-lab/dsse, protocol.md, "Test vectors".
    signed = pae("http://example.com/HelloWorld", b"hello world")

    assert signed == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_lengths_of_what_is_signed_are_counted_in_bytes() -> None:
    assert pae("ü", CONTENT) == b"DSSEv1 2 \xc3\xbc 7 Gr\xc3\xbc\xc3\x9fe"


def test_an_envelope_holds_bytes_and_signature_in_base64() -> None:
    signature = Signature(keyid="key", sig="AAE=")

    expected = Envelope(payload="R3LDvMOfZQ==", payloadType=SEAL, signatures=(signature,))
    assert expected == SIGNED
    assert SIGNED.content == CONTENT


def test_without_a_key_there_is_no_signature() -> None:
    assert wrap(SEAL, CONTENT).signatures == ()


def test_a_signature_of_the_key_over_this_type_and_these_bytes_is_believed() -> None:
    assert problem_of(SIGNED, SEAL, believes) == ""


@pytest.mark.parametrize("signatures", [(), SIGNED.signatures])
def test_without_a_key_at_hand_the_form_is_judged_alone(signatures: tuple[Signature, ...]) -> None:
    unsigned = msgspec.structs.replace(SIGNED, signatures=signatures)

    assert problem_of(unsigned, SEAL, None) == ""


FOREIGN = "its signature is not one of the given key over this content"


@pytest.mark.parametrize(
    ("changes", "verifier", "problem"),
    [
        ({"payloadType": IN_TOTO}, None, f"it holds {IN_TOTO!r}, expected was {SEAL!r}"),
        ({"signatures": ()}, believes, "it is not signed"),
        ({"payload": "R3LDvMOfZg=="}, believes, FOREIGN),
        (
            {"signatures": (*SIGNED.signatures, Signature(keyid="theirs", sig="AAE="))},
            believes,
            FOREIGN,
        ),
        ({"payload": "AAF="}, None, "its Base64 is damaged (not the canonical form)"),
    ],
)
def test_what_is_wrong_with_an_envelope_is_told(
    changes: dict[str, object], verifier: Verifier | None, problem: str
) -> None:
    wrong = msgspec.structs.replace(SIGNED, **changes)

    assert problem_of(wrong, SEAL, verifier) == problem


@pytest.mark.parametrize("text", ["ä", "A", "AA E="])
def test_what_is_no_base64_is_damaged(text: str) -> None:
    content = msgspec.structs.replace(SIGNED, payload=text)
    signed = msgspec.structs.replace(SIGNED, signatures=(Signature(keyid="key", sig=text),))

    for wrong in (content, signed):
        assert problem_of(wrong, SEAL, believes).startswith("its Base64 is damaged (")
