"""The memory that a run has needed so far."""

from __future__ import annotations

import sys

__all__ = ["peak_memory"]


def peak_memory() -> int:
    """The largest resident size of this process so far, in bytes; 0 where the system does not tell.

    >>> peak_memory() >= 0
    True
    """
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
