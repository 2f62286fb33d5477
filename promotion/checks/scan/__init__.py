"""The malware scan: default deny over everything that can travel with a model.

`scan_files` looks at files by ranges, whatever they are called, and answers with findings. What it does not know to be
data is a finding. It opens nothing itself and never unpickles, imports or renders what it reads.
"""

from promotion.checks.scan.engine import scan_files
from promotion.checks.scan.model import (
    Finding,
    Item,
    RangeReader,
    ScanFile,
    ScanResult,
    Severity,
    Statistics,
)
from promotion.checks.scan.policy import Limits, ScanPolicy

__all__ = [
    "Finding",
    "Item",
    "Limits",
    "RangeReader",
    "ScanFile",
    "ScanPolicy",
    "ScanResult",
    "Severity",
    "Statistics",
    "scan_files",
]
