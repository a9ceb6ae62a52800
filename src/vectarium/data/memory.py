"""Whether something fits into memory, asked before it is allocated."""

from __future__ import annotations

import os
from pathlib import Path

from vectarium.errors import FormatError


def available_bytes() -> int | None:
    """How much memory can be had now, or None where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return None
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def check_memory(size: int, what: str, path: Path) -> None:
    """Raise FormatError if ``size`` bytes are more than there are."""
    available = available_bytes()
    if available is not None and size > available:
        raise FormatError(
            f"{what} needs {size:,} bytes of memory, and {available:,} are free. "
            "Save the vectors as an .npy file, which is mapped and needs none, or open fewer rows.",
            path,
        )
