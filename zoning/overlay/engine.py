"""Which loops do the work: GEOS and numpy, or compiled ones; and how those group what they read."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

COMPILED_FROM = 20_000
"""Sites (see `worth`) from which the compiled loops are used: loading them takes half a second, and
compiling them, the first time ever on a machine, half a minute."""

CORNERS_A_SITE = 50
"""Corners of a layer that are as dear to GEOS as one more point."""


def worth(sites: int, corners: int) -> bool:
    """Whether compiled loops are sooner done than GEOS, the loading of them counted.

    Parameters
    ----------
    sites : int
        Points, or ten for each polygon.
    corners : int
        Coordinates of the layer.
    """
    return sites + corners // CORNERS_A_SITE >= COMPILED_FROM and numba_held()


@cache
def numba_held() -> bool:
    """Whether numba can be imported."""
    return find_spec("numba") is not None


FAN = 8
"""Children of a node of a tree."""


GROUP = 64
"""Boxes in a group that is looked at before its members."""
