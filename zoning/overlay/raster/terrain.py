"""Slope, aspect, hillshade, roughness and horizon of heights, on blocks with a halo.

Arrays hold the block and its halo; a cell is known where all cells it depends on are. Heights and
cells are in metres, rows run south. A halo of one cell serves all but `horizon`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats, Mask
from zoning.overlay.rasterize.burn import Engine

WORTH_SAMPLES = 50_000_000
"""Samples of `horizon` from which compiled code pays for loading (about 0.3 s of numpy)."""
Heights = NDArray[np.floating] | NDArray[np.integer]


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """Gradient of a surface.

    Attributes
    ----------
    east, north : f8[height, width]
        Rise per metre; 0 where unknown.
    known : bool[height, width]
        Where all nine heights are; never along the array's edge.
    """

    east: Floats
    north: Floats
    known: Mask


def gradient(height: Heights, known: Mask, *, res_m: float) -> Relief:
    """Gradient after Horn (1981), from the eight neighbours, the nearer ones twice.

    Parameters
    ----------
    height : array[height, width]
        [m]
    known : bool[height, width]
    res_m : float
        Side of a cell. [m]

    Returns
    -------
    Relief

    References
    ----------
    .. [1] Horn, B. K. P. (1981): Hill shading and the reflectance map. Proc. IEEE 69 (1), p. 19.
    """
    z = np.where(known, height, 0.0).astype(np.float64, copy=False)
    east, north = np.zeros(z.shape), np.zeros(z.shape)
    held = _all_nine(known)
    if min(z.shape) > 2:
        across = z[:-2] + 2.0 * z[1:-1] + z[2:]
        along = z[:, :-2] + 2.0 * z[:, 1:-1] + z[:, 2:]
        east[1:-1, 1:-1] = (across[:, 2:] - across[:, :-2]) / (8.0 * res_m)
        north[1:-1, 1:-1] = (along[:-2] - along[2:]) / (8.0 * res_m)
    east[~held] = 0.0
    north[~held] = 0.0
    return Relief(east, north, held)


def slope(relief: Relief) -> Floats:
    """Steepest slope [deg]; nan where unknown."""
    rise = np.sqrt(relief.east * relief.east + relief.north * relief.north)
    return np.where(relief.known, np.degrees(np.arctan(rise)), np.nan)


def aspect(relief: Relief) -> Floats:
    """Direction in which the ground falls, clockwise from north, 0 to below 360 [deg].

    nan where unknown and where level.
    """
    turn = np.degrees(np.arctan2(-relief.east, -relief.north)) % 360.0
    level = (relief.east == 0) & (relief.north == 0)
    # A hair west of north would round to 360.
    return np.where(relief.known & ~level, np.where(turn >= 360.0, 0.0, turn), np.nan)


def hillshade(
    relief: Relief, *, azimuth_deg: float = 315.0, altitude_deg: float = 45.0, steepen: float = 1.0
) -> NDArray[np.uint8]:
    """Brightness under a far light, 1 to 255; 0 where unknown.

    Parameters
    ----------
    relief : Relief
    azimuth_deg, altitude_deg : float
        Where the light stands: clockwise from north, above the horizon. [deg]
    steepen : float
        Factor on heights.

    Returns
    -------
    uint8[height, width]
        1 + 254 times the cosine between light and surface, rounded; 1 in its own shade (gdaldem).
    """
    azimuth, altitude = math.radians(azimuth_deg), math.radians(altitude_deg)
    east, north = steepen * relief.east, steepen * relief.north
    towards = east * math.sin(azimuth) + north * math.cos(azimuth)
    cosine = (math.sin(altitude) - math.cos(altitude) * towards) / np.sqrt(
        1.0 + east * east + north * north
    )
    bright = np.floor(1.0 + 254.0 * np.maximum(cosine, 0.0) + 0.5)
    return np.where(relief.known, bright, 0.0).astype(np.uint8)


def roughness(height: Heights, known: Mask) -> Floats:
    """Greatest less least of the nine heights [m]; nan where one is unknown."""
    z = np.where(known, height, 0.0).astype(np.float64, copy=False)
    out = np.full(z.shape, np.nan)
    if min(z.shape) > 2:
        high = np.maximum(np.maximum(z[:-2], z[1:-1]), z[2:])
        low = np.minimum(np.minimum(z[:-2], z[1:-1]), z[2:])
        high = np.maximum(np.maximum(high[:, :-2], high[:, 1:-1]), high[:, 2:])
        low = np.minimum(np.minimum(low[:, :-2], low[:, 1:-1]), low[:, 2:])
        out[1:-1, 1:-1] = high - low
    out[~_all_nine(known)] = np.nan
    return out


def horizon(
    height: Heights,
    known: Mask,
    *,
    res_m: float,
    azimuths_deg: Sequence[float],
    reach_m: float,
    engine: Engine = "auto",
) -> tuple[Floats, Mask]:
    """Height of the skyline in some directions.

    Parameters
    ----------
    height : array[height, width]
        [m] With a halo of `reach_m` and one cell.
    known : bool[height, width]
    res_m : float
        Side of a cell. [m]
    azimuths_deg : sequence of float
        Clockwise from north. [deg]
    reach_m : float
        How far is looked. [m] Within it the curvature of the Earth counts little: 0.8 m at 3 km.
    engine : {"auto", "numba", "numpy"}

    Returns
    -------
    f8[n, height, width], bool[n, height, width]
        Angle above the horizontal [deg], at least 0, at one height a cell along the ray, bilinear
        between cells; nan where the cell itself is unknown. Whether the ray met known ground all
        the way: elsewhere the angle is a lower bound.
    """
    z = np.where(known, height, np.nan).astype(np.float64, copy=False)
    steps = int(reach_m / res_m + 1e-9)
    loop = _rays
    if engine == "numba" or (
        engine == "auto" and z.size * steps * len(azimuths_deg) > WORTH_SAMPLES
    ):
        try:
            from zoning.overlay.kernels.burn import rays as loop
        except ImportError:
            if engine == "numba":
                raise
    angle = np.zeros((len(azimuths_deg), *z.shape))
    whole = np.zeros((len(azimuths_deg), *z.shape), np.bool_)
    for k, azimuth in enumerate(azimuths_deg):
        turn = math.radians(azimuth)
        loop(z, math.sin(turn), -math.cos(turn), steps, res_m, angle[k], whole[k])
        angle[k] = np.where(known, np.degrees(np.arctan(angle[k])), np.nan)
        whole[k] &= known
    return angle, whole


def corner(across: float, down: float, step: int) -> tuple[int, int, float, float]:
    """Cell north-west of a point some steps along a ray, and how far beyond it the point lies."""
    x, y = across * step, down * step
    # Rounded so that a ray along an axis or a diagonal passes through centres.
    x, y = round(x * 1e9) / 1e9, round(y * 1e9) / 1e9
    col, row = math.floor(x), math.floor(y)
    return row, col, y - row, x - col


def _rays(
    z: Floats, across: float, down: float, steps: int, res: float, rise: Floats, whole: Mask
) -> None:
    """Greatest rise per metre along a ray from every cell, and whether all of it is known."""
    height, width = z.shape
    whole[:] = True
    for step in range(1, steps + 1):
        row, col, v, u = corner(across, down, step)
        r0, r1 = max(0, -row), min(height, height - row - (v > 0))
        c0, c1 = max(0, -col), min(width, width - col - (u > 0))
        met = np.zeros_like(whole)
        if r0 < r1 and c0 < c1:
            here = z[r0:r1, c0:c1]
            level = np.zeros(here.shape)
            for dr, dc, weight in (
                (0, 0, (1 - v) * (1 - u)), (0, 1, (1 - v) * u), (1, 0, v * (1 - u)), (1, 1, v * u),
            ):  # fmt: skip
                if weight > 0:
                    part = z[r0 + row + dr : r1 + row + dr, c0 + col + dc : c1 + col + dc]
                    level += weight * part
            climb = (level - here) / (step * res)
            met[r0:r1, c0:c1] = ~np.isnan(climb)
            np.fmax(rise[r0:r1, c0:c1], climb, out=rise[r0:r1, c0:c1])
        whole &= met


def _all_nine(known: Mask) -> Mask:
    held = np.zeros(known.shape, dtype=np.bool_)
    if min(known.shape) > 2:
        rows = known[:-2] & known[1:-1] & known[2:]
        held[1:-1, 1:-1] = rows[:, :-2] & rows[:, 1:-1] & rows[:, 2:]
    return held
