"""Layouts of archives, read strictly: where members lie, not what they are."""
