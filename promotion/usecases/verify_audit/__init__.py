"""Verify an exported trail offline: the file, a public key, anchors, the files themselves. Asks no service."""

from promotion.usecases.verify_audit.reading import Heads, NoHeads, Report, Verification, Wrong

__all__ = ["Heads", "NoHeads", "Report", "Verification", "Wrong"]
