"""Keeps the memory of a training step for the next one."""

from __future__ import annotations

import ctypes
import sys

# Of malloc.h.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4
_LARGEST = 2**31 - 1
_PAD = 2**28


def keep_memory() -> None:
    """Has the C library give freed memory back to the system no more, where it is glibc.

    A step takes and frees some hundred megabytes. Taken anew from the system each time, every page of them
    is cleared anew: on the two cores of a virtual machine that was half of the time of a step.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for name, value in ((_M_MMAP_MAX, 0), (_M_TRIM_THRESHOLD, _LARGEST), (_M_TOP_PAD, _PAD)):
            mallopt(name, value)
