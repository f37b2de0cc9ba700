"""Work done by several threads, handed on in the order in which it was given."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from zoning.arrays import Longs

S = TypeVar("S")
T = TypeVar("T")


def abreast(work: Callable[[S], T], items: Iterable[S], *, threads: int) -> Iterator[T]:
    """Yield the work on each item, in order.

    Parameters
    ----------
    work : callable
        Called in threads.
    items : iterable
        Taken as they are needed.
    threads : int
        At least 1.

    Yields
    ------
    object
        Threads are ahead of the caller by two items each at most, which bounds memory. What work
        raises is raised here; what has not begun then is left undone.
    """
    ahead: deque[Future[T]] = deque()
    with ThreadPoolExecutor(max(threads, 1)) as pool:
        try:
            for item in items:
                ahead.append(pool.submit(work, item))
                if len(ahead) > 2 * threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()


PARTS = 4
"""Parts of the work a thread, so that a slow one does not keep the others waiting."""

Found = TypeVar("Found")


def threads() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_parts(
    work: Callable[[int, int], Found], count: int, weight: Longs | None = None
) -> list[Found]:
    """Do a compiled loop over 0 to `count` in parts, on all processors; results in order.

    Parameters
    ----------
    work : callable
        Takes the first of its part and past the last. Holds no lock while it works.
    count : int
    weight : i8[count + 1], optional
        Work before each, where some are much more than others.
    """
    many = threads()
    if many == 1 or count < 2:
        return [work(0, count)]
    share = np.linspace(0, count if weight is None else weight[-1], PARTS * many + 1)
    stops = share if weight is None else np.searchsorted(weight[:-1], share)
    stops = np.unique(np.append(np.asarray(stops, np.int64)[:-1], [0, count]))
    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(work, stops[:-1].tolist(), stops[1:].tolist()))
