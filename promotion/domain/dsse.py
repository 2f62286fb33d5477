"""DSSE envelopes (github.com/secure-systems-lab/dsse, version 1.0.2): bytes, what they are, who signed them.

Knows the form alone: neither keys nor what is inside.
"""

import base64
from collections.abc import Callable
from typing import Any, Final

import msgspec
import rfc8785

#: Says whether a signature over a message is that of a known key: `(keyid, signature, message) -> bool`.
type Verifier = Callable[[str, bytes, bytes], bool]

#: Payload types of what this product signs; in-toto's own is prescribed by its specification.
IN_TOTO: Final = "application/vnd.in-toto+json"
SEAL: Final = "application/vnd.mlpromotion.export-seal+json"
ANCHOR: Final = "application/vnd.mlpromotion.anchor+json"


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """One signature; `sig` is Base64 of the DER form of ECDSA over SHA-256."""

    keyid: str
    sig: str


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bytes (Base64) with their type and signatures; no signature at all where no key is set up."""

    payload: str
    payloadType: str  # noqa: N815 -- the specification's name
    signatures: tuple[Signature, ...]

    @property
    def content(self) -> bytes:
        """The signed bytes.

        Raises:
            ValueError: the Base64 is not the one canonical form.
        """
        return _exact(self.payload)


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return what is signed: the pre-authentication encoding of type and bytes."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def canonical(value: Any) -> bytes:  # noqa: ANN401 -- whatever msgspec turns into JSON
    """Return a value's RFC 8785 form."""
    content: bytes = rfc8785.dumps(msgspec.to_builtins(value))
    return content


def wrap(payload_type: str, payload: bytes, keyid: str = "", signature: bytes = b"") -> Envelope:
    """Return the envelope of bytes and, where there is one, of their signature."""
    signed = Signature(keyid=keyid, sig=_text(signature))
    return Envelope(
        payload=_text(payload),
        payloadType=payload_type,
        signatures=(signed,) if keyid else (),
    )


def problem_of(envelope: Envelope, payload_type: str, verifier: Verifier | None) -> str:
    """Return what is wrong with an envelope; empty when nothing is.

    Without a verifier, type and form are judged alone.
    """
    if envelope.payloadType != payload_type:
        return f"it holds {envelope.payloadType!r}, expected was {payload_type!r}"
    try:
        message = pae(payload_type, envelope.content)
        signed = [(each.keyid, _exact(each.sig)) for each in envelope.signatures]
    except ValueError as error:
        return f"its Base64 is damaged ({error})"
    if verifier is None:
        return ""
    if not signed:
        return "it is not signed"
    if not all(verifier(keyid, signature, message) for keyid, signature in signed):
        return "its signature is not one of the given key over this content"
    return ""


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _exact(text: str) -> bytes:
    content = base64.b64decode(text)
    # Foreign letters are passed over and the last one has unused bits: one text alone is accepted for these bytes.
    if _text(content) != text:
        raise ValueError("not the canonical form")
    return content
