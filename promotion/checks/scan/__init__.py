"""The malware scan."""
