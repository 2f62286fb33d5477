"""Figures of the product, each beside what a user would do instead, measured in the same run."""
