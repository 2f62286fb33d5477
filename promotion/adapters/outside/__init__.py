"""Runs checks that are not this product's own, each in a process of its own with a time limit.

What runs there sees the asset and its files through this process, and nothing of the app's settings or secrets.
"""

from promotion.adapters.outside.process import OutsideProcess

__all__ = ["OutsideProcess"]
