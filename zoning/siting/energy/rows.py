"""Rows of modules on the mean plane of each site: how far apart, and what that does to density."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats
from zoning.catalog import Catalog
from zoning.errors import InputError
from zoning.siting.figures.neighbours import WINDS
from zoning.siting.figures.terrain import LEVEL, planes
from zoning.solar import Array, meridian_slope, row_pitch

LEVEL_DEG = 1.0
"""[deg] A plane that falls less is called level, its pitch computed the same. Illustrative."""
UNKNOWN = "坡面不明，按平地"
TOO_STEEP = "冬至无遮挡时段太阳低于坡面，排距无解"


def rows_on(
    shapes: NDArray[np.object_], lats: Floats, catalog: Catalog, array: Array
) -> dict[str, Floats | list[str]]:
    """Pitch of rows on each site's mean plane, shade-free as on flat ground.

    Parameters
    ----------
    shapes : object array [n]
        Polygons in the work CRS.
    lats : float array [n]
        NaN: nothing is told. [deg]
    catalog : Catalog
        Its elevation model; without one, or where it has no value, the ground is taken as flat.
    array : Array

    Returns
    -------
    dict
        ``pitch_m`` (along the slope; NaN where no distance is enough), ``pitch_flat_m``,
        ``ground_cover`` (plane of the modules over ground on the map), ``plane_slope_deg`` (NaN
        unknown), ``rows_said``.
    """
    fall, aspect = planes(shapes, catalog)
    pitch, flat, cover = (np.full(len(shapes), np.nan) for _ in range(3))
    said = [""] * len(shapes)
    for k in np.flatnonzero(~np.isnan(lats)):
        lat, slope = float(lats[k]), float(fall[k])
        flat[k] = row_pitch(lat, array.tilt_deg, array.collector_m)
        if math.isnan(slope):
            pitch[k], cover[k], said[k] = flat[k], array.collector_m / flat[k], UNKNOWN
            continue
        plane = _plane(slope, float(aspect[k]))
        try:
            pitch[k] = row_pitch(
                lat, array.tilt_deg, array.collector_m,
                ground_slope_deg=slope, ground_aspect_deg=float(aspect[k]),
            )  # fmt: skip
        except InputError:
            said[k] = f"{plane}，{TOO_STEEP}"
            continue
        # areas are those of the map, so that rows are counted by their distance on it
        level = pitch[k] * math.cos(math.radians(meridian_slope(slope, float(aspect[k]))))
        cover[k] = array.collector_m / level
        said[k] = f"{plane}，{_density(flat[k] / level)}"
    return {
        "pitch_m": pitch,
        "pitch_flat_m": flat,
        "ground_cover": cover,
        "plane_slope_deg": np.where(np.isnan(lats), np.nan, fall),
        "rows_said": said,
    }


def _plane(slope: float, aspect: float) -> str:
    wind = LEVEL if slope < LEVEL_DEG else WINDS[int((aspect + 22.5) // 45) % 8]
    return f"平均坡面{wind}{'' if wind == LEVEL else '坡'} {slope:.1f}°"


def _density(ratio: float) -> str:
    """Rows on the same ground against flat ground; megawatts are not scaled by it."""
    change = round(100 * (ratio - 1))
    if change == 0:
        return "排数同平地"
    return f"同样的地排数比平地{'多' if change > 0 else '少'} {abs(change)}%"
