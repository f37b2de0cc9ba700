"""Garbage collection put off while a list is read.

Nothing here makes cycles, and looking for them again and again among millions of new cells takes a
sixth of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Put off garbage collection in a block, or in a function that this decorates."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
