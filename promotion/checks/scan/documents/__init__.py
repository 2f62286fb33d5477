"""Readers of structured texts and messages: JSON, YAML, TOML, protobuf. They read; finders judge."""
