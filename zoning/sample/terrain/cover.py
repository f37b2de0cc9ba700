"""Land cover and forest cover as functions of coordinates, with the benchmark's class shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from zoning.arrays import Floats
from zoning.sample.frame import Frame, inside
from zoning.sample.noise import fractal, smooth
from zoning.sample.terrain.relief import Relief
from zoning.sample.terrain.towns import Towns

#: ESA WorldCover 2020 codes (product user manual v1.0, table 1).
TREE, SHRUB, GRASS, CROP, BUILT, BARE, WATER = 10, 20, 30, 40, 50, 60, 80
CLASSES = {
    TREE: "林地(树木)",
    SHRUB: "灌木",
    GRASS: "草地",
    CROP: "耕作地",
    BUILT: "建成区",
    BARE: "裸地/稀疏植被",
    WATER: "永久水体",
}
# WorldCover 2020 shares of the six urban districts (World Bank City Scan) [1].
SHARES = {BUILT: 0.105, CROP: 0.1243, BARE: 0.0407, GRASS: 0.1686, SHRUB: 0.0001}


@dataclass(frozen=True, slots=True)
class Cover:
    """Thresholds of the class scores, in the order in which the classes are taken."""

    seed: int
    towns: Towns
    water: BaseGeometry
    thresholds: tuple[tuple[int, float], ...]

    def classes(self, x: Floats, y: Floats, slope: Floats) -> NDArray[np.uint8]:
        """WorldCover codes at points; slope [deg] at the same points."""
        out = np.full(x.shape, TREE, np.uint8)
        free = np.ones(x.shape, bool)
        scores = _scores(self.towns, x, y, slope, self.seed)
        for code, threshold in self.thresholds:
            taken = free & (scores[code] > threshold)
            out[taken] = code
            free &= ~taken
        out[inside(self.water, x, y)] = WATER
        return out

    def forest_percent(self, x: Floats, y: Floats, classes: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Tree and shrub cover [%] at points, by class and noise."""
        n = fractal(x, y, 900.0, self.seed + 20, 3)
        mean = {TREE: 84.0, SHRUB: 45.0, GRASS: 16.0, CROP: 8.0, BUILT: 6.0, BARE: 3.0, WATER: 0.0}
        spread = {
            TREE: 24.0,
            SHRUB: 18.0,
            GRASS: 18.0,
            CROP: 8.0,
            BUILT: 8.0,
            BARE: 4.0,
            WATER: 0.0,
        }
        out = np.zeros(x.shape)
        for code, middle in mean.items():
            out = np.where(classes == code, middle + spread[code] * n, out)
        return np.clip(np.round(out), 0, 100).astype(np.uint8)


def calibrate_cover(frame: Frame, towns: Towns, relief: Relief, water: BaseGeometry) -> Cover:
    """Fit the thresholds on points 300 m apart in the six urban districts."""
    west, south, east, north = frame.urban.bounds
    grid = np.meshgrid(np.arange(west, east, 300.0), np.arange(south, north, 300.0))
    keep = inside(frame.urban, grid[0], grid[1])
    x, y = grid[0][keep], grid[1][keep]
    scores = _scores(towns, x, y, relief.slope(x, y), frame.salt(50))
    free = ~inside(water, x, y)
    found = []
    for code, share in SHARES.items():
        count = min(round(share * len(x)), int(free.sum()) - 1)
        ordered = np.sort(scores[code][free])[::-1]
        threshold = float(ordered[count])
        found.append((code, threshold))
        free &= ~(scores[code] > threshold)
    return Cover(frame.salt(50), towns, water, tuple(found))


def _scores(towns: Towns, x: Floats, y: Floats, slope: Floats, seed: int) -> dict[int, Floats]:
    """How much a point looks like each class: any rising scale."""
    urban = towns.density(x, y, seed - 44)
    steep = np.minimum(slope, 45.0) / 10.0
    fields = fractal(x, y, 3_800.0, seed + 1, 4)
    return {
        BUILT: urban - 0.05 * steep + 0.22 * fractal(x, y, 1_600.0, seed + 2, 3),
        CROP: 0.9 * fields - 0.55 * steep - 0.4 * urban,
        BARE: smooth(x, y, 900.0, seed + 3) + 0.5 * urban + 0.12 * steep,
        GRASS: fractal(x, y, 2_600.0, seed + 4, 4) + 0.2 * fields - 0.05 * steep,
        SHRUB: fractal(x, y, 700.0, seed + 5, 2) - 0.3 * urban,
    }
