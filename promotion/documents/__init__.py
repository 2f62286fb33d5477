"""Reads YAML and JSON that strangers wrote: bounded, with positions, without running anything.

Knows the forms, not what a document means. The one place of the core that knows a YAML library.
"""
