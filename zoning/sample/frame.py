"""Where the sample lies: the real districts, the study area and the coarse working lattice."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from shapely.geometry.base import BaseGeometry

from zoning.arrays import Floats
from zoning.crs import WORK, project

# Extent of every raster [m, EPSG:4545]: the study area's box, whole kilometres so that every
# resolution that divides 1000 m fits.
WEST, SOUTH, EAST, NORTH = 292_000.0, 2_877_000.0, 448_000.0, 3_048_000.0
REACH_M = 20_000.0  # how far the layers reach past the region (design.md, "Data")
COARSE_M = 250.0  # lattice of the slowly varying fields, from which vectors are drawn

#: The six urban districts of the World Bank City Scan benchmark.
URBAN = ("520102", "520103", "520111", "520112", "520113", "520115")
#: 清镇 修文 息烽 开阳.
RURAL = ("520181", "520123", "520122", "520121")


@dataclass(frozen=True)
class Frame:
    """The ten districts in the work CRS, and the seed."""

    seed: int
    adcodes: tuple[str, ...]
    names: tuple[str, ...]
    degrees: NDArray[np.object_]  # polygons, EPSG:4490
    districts: NDArray[np.object_]  # polygons, EPSG:4545

    @cached_property
    def region(self) -> BaseGeometry:
        """The city: union of the districts, work CRS."""
        whole: BaseGeometry = shapely.coverage_union_all(self.districts)
        return whole

    @cached_property
    def study_area(self) -> BaseGeometry:
        """The region and 20 km around it, to the decimetre."""
        return shapely.set_precision(self.region.buffer(REACH_M, quad_segs=6).simplify(150.0), 0.1)

    @cached_property
    def urban(self) -> BaseGeometry:
        """The six urban districts, to which terrain and land cover are calibrated."""
        return shapely.union_all([self.district(code) for code in URBAN])

    def district(self, adcode: str) -> BaseGeometry:
        """The polygon of one district, work CRS."""
        found: BaseGeometry = self.districts[self.adcodes.index(adcode)]
        return found

    def rng(self, purpose: str) -> np.random.Generator:
        """Random numbers of one purpose: adding a layer leaves the others as they were."""
        return np.random.default_rng([self.seed, *purpose.encode()])

    def salt(self, number: int) -> int:
        """A seed for one noise field."""
        return self.seed * 1009 + number


def load_frame(seed: int) -> Frame:
    """Read the districts that come with the package (source: `data/README.md`)."""
    text = files("zoning.sample").joinpath("districts.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    degrees = shapely.from_wkt(np.array([row["wkt"] for row in rows], dtype=object))
    return Frame(
        seed,
        tuple(row["adcode"] for row in rows),
        tuple(row["name"] for row in rows),
        degrees,
        project(degrees, "EPSG:4490", WORK),
    )


def coarse_points() -> tuple[Floats, Floats]:
    """Nodes of the coarse lattice [m], row 0 in the north; two arrays (rows, columns)."""
    x = np.arange(WEST, EAST + COARSE_M, COARSE_M)
    y = np.arange(NORTH, SOUTH - COARSE_M, -COARSE_M)
    grid = np.meshgrid(x, y)
    return grid[0], grid[1]


@dataclass(frozen=True, slots=True)
class Field:
    """A slowly varying quantity on the coarse lattice, answered anywhere by cubic splines."""

    values: Floats  # at the nodes
    spline: Floats

    def at(self, x: Floats, y: Floats) -> Floats:
        """Values at points [m]."""
        rows, columns = (NORTH - y) / COARSE_M, (x - WEST) / COARSE_M
        return np.asarray(
            ndimage.map_coordinates(
                self.spline, [rows, columns], order=3, mode="nearest", prefilter=False
            )
        )


def field(values: Floats) -> Field:
    """Make a field of node values."""
    return Field(values, np.asarray(ndimage.spline_filter(values, order=3, mode="nearest")))


def inside(area: BaseGeometry, x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Which points lie in an area (prepared here, once)."""
    shapely.prepare(area)
    return np.asarray(shapely.contains_xy(area, x, y))
