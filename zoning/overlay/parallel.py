"""Work done by several threads, handed on in the order in which it was given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

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
