"""The ground: a karst plateau with incised rivers, as a function of coordinates.

Cone-karst hills stand on flat basins (poljes); folds run north-north-east; valleys are cut down to
the beds of the river network. Heights and slopes are then mapped, each by one rising curve, to
the histograms of the six urban districts (`data/README.md`): order and shape stay, shares match.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import interpolate, ndimage
from scipy.spatial import KDTree
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from zoning.arrays import Floats
from zoning.sample.frame import Field, Frame, coarse_points, field, inside
from zoning.sample.noise import fractal, hills, smooth
from zoning.sample.outline import polygons
from zoning.sample.terrain.rivers import River, routing_points
from zoning.sample.terrain.towns import Towns

# World Bank City Scan of Guiyang, six urban districts (numbers read from its published plots):
# cumulative shares [1] at elevations [m] and at slopes [deg].
ELEVATION_AT = (860.0, 1020.0, 1200.0, 1360.0, 1540.0, 1720.0)
ELEVATION_CUMULATIVE = (0.0005, 0.01362, 0.38586, 0.8881, 0.99399, 0.9999)
SLOPE_AT = (0.0, 2.0, 5.0, 10.0, 20.0, 63.84)
SLOPE_CUMULATIVE = (0.0, 0.11836, 0.26702, 0.48478, 0.81189, 1.0)

GRADIENT_M = 15.0  # slope is the rise over this step, whatever the raster's cell
_BEYOND_M = 4_000.0  # farther than any valley reaches


@dataclass(frozen=True, slots=True)
class Curve:
    """A rising curve from raw to calibrated values; straight beyond its ends."""

    knots: Floats
    spline: interpolate.PchipInterpolator
    low_gain: float
    high_gain: float

    def __call__(self, raw: Floats) -> Floats:
        """Calibrated values."""
        first, last = self.knots[0], self.knots[-1]
        out = self.spline(np.clip(raw, first, last))
        out += self.low_gain * np.minimum(raw - first, 0.0)
        out += self.high_gain * np.maximum(raw - last, 0.0)
        return np.asarray(out)


@dataclass(frozen=True, slots=True)
class Channels:
    """Distance to the rivers: vertices every few metres, with the water's half width."""

    tree: KDTree
    half_width_m: Floats

    def shore_distance(self, x: Floats, y: Floats) -> Floats:
        """Distance from points to the water [m], 0 on it; `_BEYOND_M` when farther."""
        points = np.column_stack([x.ravel(), y.ravel()])
        d, nearest = self.tree.query(points, distance_upper_bound=_BEYOND_M)
        far = nearest == len(self.half_width_m)
        width = self.half_width_m[np.where(far, 0, nearest)]
        out = np.where(far, _BEYOND_M, np.maximum(d - width, 0.0))
        return np.asarray(out.reshape(x.shape))


@dataclass(frozen=True, slots=True)
class Lake:
    """A reservoir: its water and its level."""

    name: str
    shape: BaseGeometry
    level_m: float


@dataclass(frozen=True, slots=True)
class Relief:
    """Elevation and slope anywhere in the study area."""

    seed: int
    base: Field  # plateau [m]
    rugged: Field  # 0 polje .. 1 hill country
    bed: Field  # bed of the nearest river [m]
    valley: Field  # half width of its valley [m]
    channels: Channels
    lakes: tuple[Lake, ...]
    height_curve: Curve | None = None
    slope_curve: Curve | None = None

    def raw_height(self, x: Floats, y: Floats) -> Floats:
        """Elevation before calibration [m], lakes not yet filled."""
        top = self.base.at(x, y) + _karst(x, y, np.clip(self.rugged.at(x, y), 0, 1), self.seed)
        bed, width = self.bed.at(x, y), np.maximum(self.valley.at(x, y), 250.0)
        t = np.clip((self.channels.shore_distance(x, y) - 40.0) / width, 0.0, 1.0)
        return np.asarray(bed + np.maximum(top - bed, 4.0) * (1.0 - (1.0 - t) ** 2.6))

    def height(self, x: Floats, y: Floats) -> Floats:
        """Elevation [m]; lakes lie flat at their level."""
        return self.surface(x, y, with_slope=False)[0]

    def slope(self, x: Floats, y: Floats) -> Floats:
        """Slope with the benchmark's histogram in the urban districts [deg]; 0 on lakes."""
        return self.surface(x, y)[1]

    def surface(self, x: Floats, y: Floats, *, with_slope: bool = True) -> tuple[Floats, Floats]:
        """Elevation [m] and slope [deg] at points; slope 0 where it is not asked for."""
        z = self._level(x, y)
        slope = np.zeros_like(z)
        if with_slope:
            east = self._level(x + GRADIENT_M, y) - z
            north = self._level(x, y + GRADIENT_M) - z
            slope = np.degrees(np.arctan(np.hypot(east, north) / GRADIENT_M))
        for lake in self.lakes:
            flat = _in_lake(lake, x, y)
            z = np.where(flat, lake.level_m, z)
            slope = np.where(flat, 0.0, slope)
        if self.slope_curve is not None and with_slope:
            slope = np.clip(self.slope_curve(slope), 0.0, 75.0)
        return z, slope

    def _level(self, x: Floats, y: Floats) -> Floats:
        raw = self.raw_height(x, y)
        return raw if self.height_curve is None else self.height_curve(raw)


def plateau(frame: Frame, x: Floats, y: Floats, stem: LineString) -> Floats:
    """The surface that the rivers were cut into [m]: swells, folds, lowered towards the stem."""
    s = frame.salt
    across, along = _strike(x, y)
    across = across + 2_200.0 * fractal(x, y, 18_000.0, s(1), 2)
    z = 1_262.0 + 95.0 * fractal(x, y, 46_000.0, s(2), 3)
    fold = 1.0 - np.abs(smooth(across, along / 4.5, 15_000.0, s(3)))
    z += 165.0 * fold**2.2 - 70.0
    z += 46.0 * fractal(across, along / 2.5, 6_500.0, s(4), 3)
    z += 26.0 * fractal(x, y, 3_000.0, s(7), 2)
    near = shapely.line_interpolate_point(stem, np.arange(0.0, stem.length, 100.0))
    tree = KDTree(shapely.get_coordinates(near))
    far = tree.query(np.column_stack([x.ravel(), y.ravel()]))[0].reshape(x.shape)
    return np.asarray(z - 240.0 * np.exp(-far / 8_000.0))


def ruggedness(frame: Frame, x: Floats, y: Floats, towns: Towns) -> Floats:
    """How hilly the karst is: 0 in poljes and under towns, 1 in cone-karst country."""
    across, along = _strike(x, y)
    n = fractal(across, along / 2.0, 13_000.0, frame.salt(5), 4)
    t = np.clip((n + 0.5) / 0.95, 0.0, 1.0)
    m = 0.14 + 0.86 * t * t * (3.0 - 2.0 * t)
    return np.asarray(m * (1.0 - 0.8 * towns.density(x, y, frame.salt(6))))


def form_relief(
    frame: Frame, stem: LineString, towns: Towns, rivers: list[River], lakes: tuple[Lake, ...]
) -> Relief:
    """Build the ground from its parts and calibrate it."""
    x, y = coarse_points()
    channels, beds, valleys = _channels(rivers, lakes)
    _, nearest = channels.tree.query(np.column_stack([x.ravel(), y.ravel()]))
    raw = Relief(
        frame.salt(10),
        field(plateau(frame, x, y, stem)),
        field(ruggedness(frame, x, y, towns)),
        field(_blur(beds[nearest].reshape(x.shape), 6.0)),
        field(_blur(valleys[nearest].reshape(x.shape), 6.0)),
        channels,
        lakes,
    )
    return calibrate(frame, raw)


def calibrate(frame: Frame, raw: Relief) -> Relief:
    """Fit the two curves on points 300 m apart in the six urban districts."""
    west, south, east, north = frame.urban.bounds
    grid = np.meshgrid(np.arange(west, east, 300.0), np.arange(south, north, 300.0))
    keep = inside(frame.urban, grid[0], grid[1])
    x, y = grid[0][keep], grid[1][keep]
    heights = _curve(raw.raw_height(x, y), ELEVATION_CUMULATIVE, ELEVATION_AT)
    lakes = tuple(
        Lake(lake.name, lake.shape, float(np.round(heights(np.array([lake.level_m]))[0], 1)))
        for lake in raw.lakes
    )
    part = Relief(raw.seed, raw.base, raw.rugged, raw.bed, raw.valley, raw.channels, lakes, heights)
    slopes = _curve(part.slope(x, y), SLOPE_CUMULATIVE, SLOPE_AT)
    return Relief(
        raw.seed, raw.base, raw.rugged, raw.bed, raw.valley, raw.channels, lakes, heights, slopes
    )


def routing_height(frame: Frame, stem: LineString, towns: Towns) -> Floats:
    """The plateau on the routing lattice, lower where poljes are [m]."""
    x, y = routing_points()
    rough = 75.0 * fractal(x, y, 5_200.0, frame.salt(8), 4)  # so that streams wind
    return plateau(frame, x, y, stem) + 55.0 * ruggedness(frame, x, y, towns) + rough


def _karst(x: Floats, y: Floats, m: Floats, seed: int) -> Floats:
    """Hills, dolines and unevenness above the plateau [m]."""
    wx = x + 170.0 * smooth(x, y, 1_300.0, seed + 1)
    wy = y + 170.0 * smooth(x, y, 1_300.0, seed + 2)
    across, along = _strike(wx, wy)
    big = hills(across, along / 1.35, 1_750.0, seed + 3, 1.5)
    small = hills(across, along / 1.2, 720.0, seed + 4)
    tiny = np.abs(smooth(wx, wy, 330.0, seed + 5))
    up = m * (115.0 * big + 105.0 * small * (0.35 + 0.65 * m) + 24.0 * tiny)
    pits = np.zeros_like(x)
    deep = m > 0.3
    pits[deep] = hills(wx[deep] + 5_000.0, wy[deep], 1_150.0, seed + 6, 2.0)
    pits = np.where(pits > 0.55, (pits - 0.55) / 0.45, 0.0)
    rough = 5.0 * smooth(x, y, 260.0, seed + 7) + 9.0 * smooth(x, y, 700.0, seed + 8)
    return np.asarray(up - 24.0 * pits * m + rough * (0.35 + 0.65 * m))


def _channels(rivers: list[River], lakes: tuple[Lake, ...]) -> tuple[Channels, Floats, Floats]:
    parts, widths, beds, valleys = [], [], [], []
    for river in rivers:
        along = np.arange(0.0, river.line.length, 40.0)
        xy = shapely.get_coordinates(shapely.line_interpolate_point(river.line, along))
        at = shapely.line_locate_point(
            river.line, shapely.points(shapely.get_coordinates(river.line))
        )
        parts.append(xy)
        widths.append(np.interp(along, at, river.half_width_m))
        beds.append(np.interp(along, at, river.bed_m))
        valleys.append(np.interp(along, at, river.valley_m))
    for lake in lakes:  # shores slope down to the water as banks do
        shore = LineString(polygons(lake.shape)[0].exterior.coords)
        along = np.arange(0.0, shore.length, 40.0)
        parts.append(shapely.get_coordinates(shapely.line_interpolate_point(shore, along)))
        widths.append(np.zeros(len(along)))
        beds.append(np.full(len(along), lake.level_m))
        valleys.append(np.full(len(along), 900.0))
    channels = Channels(KDTree(np.vstack(parts)), np.concatenate(widths))
    return channels, np.concatenate(beds), np.concatenate(valleys)


def _curve(raw: Floats, cumulative: tuple[float, ...], at: tuple[float, ...]) -> Curve:
    knots = np.quantile(raw, cumulative)
    knots += np.arange(len(knots)) * 1e-9  # rising even where half the sample is 0
    spline = interpolate.PchipInterpolator(knots, np.array(at))
    return Curve(knots, spline, 1.0, 1.0)


def _in_lake(lake: Lake, x: Floats, y: Floats) -> np.ndarray:
    west, south, east, north = lake.shape.bounds
    box = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    if box.any():
        box[box] = inside(lake.shape, x[box], y[box])
    return box


def _strike(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Coordinates across and along the folds, which strike N 22 degrees E (illustrative)."""
    c, s = np.cos(np.radians(22.0)), np.sin(np.radians(22.0))
    return x * c - y * s, x * s + y * c


def _blur(values: Floats, cells: float) -> Floats:
    return np.asarray(ndimage.gaussian_filter(values, cells, mode="nearest"))
