"""Promotion of Azure ML assets from one registry to another: checked, approved, copied, proven."""

__version__ = "0.1.0"
