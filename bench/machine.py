"""Which machine a figure was measured on. Knows no figure."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from bench.scale import GIB


def machine() -> dict[str, Any]:
    """Return processor, memory, system, versions and the load of the minute before."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / GIB, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "azure_ai_ml": version("azure-ai-ml"),
        "load_before": round(os.getloadavg()[0], 1),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()
