"""Synthetic towns: where ground is urban, and how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from zoning.arrays import Floats
from zoning.sample.frame import RURAL, Frame, inside
from zoning.sample.noise import fractal


@dataclass(frozen=True, slots=True)
class Towns:
    """Centres [m], radii [m] and weights in (0, 1] of n towns, biggest first."""

    x: Floats
    y: Floats
    radius_m: Floats
    weight: Floats

    def density(self, x: Floats, y: Floats, seed: int) -> Floats:
        """Urban density in about [0, 1] at points: full in the centres, ragged at the edges."""
        wx = x + 1_400.0 * fractal(x, y, 6_000.0, seed, 3)
        wy = y + 1_400.0 * fractal(x, y, 6_000.0, seed + 7, 3)
        free = np.ones_like(x)
        for tx, ty, radius, weight in zip(self.x, self.y, self.radius_m, self.weight, strict=True):
            d2 = (wx - tx) ** 2 + (wy - ty) ** 2
            free *= 1.0 - weight * np.exp(-d2 / (radius * radius))
        return np.asarray(1.0 - free)


def plan_towns(frame: Frame) -> Towns:
    """A many-centred city in the urban districts, a seat in each county, small towns all over.

    Centres come from the districts' own shape, not from any gazetteer.
    """
    rng = frame.rng("towns")
    rows: list[tuple[float, float, float, float]] = []
    core = shapely.union_all([frame.district(c) for c in ("520102", "520103", "520115", "520113")])
    middle = core.centroid
    rows.append((middle.x + 1_500, middle.y - 1_500, 7_000.0, 0.97))
    for code, radius in (("520115", 5_200.0), ("520113", 4_600.0), ("520111", 4_300.0)):
        spot = frame.district(code).representative_point()
        rows.append((spot.x, spot.y, radius, 0.9))
    spot = frame.district("520112").centroid
    rows.append((spot.x - 6_000, spot.y - 3_000, 3_300.0, 0.85))
    for code in RURAL:
        spot = frame.district(code).representative_point()
        rows.append((spot.x, spot.y, 3_000.0 if code == "520181" else 2_400.0, 0.88))
    west, south, east, north = frame.study_area.bounds
    while len(rows) < 60:
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        near = min(np.hypot(x - r[0], y - r[1]) / (r[2] + 3_500) for r in rows)
        if near > 1.0 and inside(frame.study_area, np.array([x]), np.array([y]))[0]:
            rows.append((x, y, float(rng.uniform(700, 1_500)), 0.8))
    table = np.array(rows)
    return Towns(table[:, 0], table[:, 1], table[:, 2], table[:, 3])
