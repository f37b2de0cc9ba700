"""Sites laid on a raster, chunk by chunk: the cells of each, what they hold and can hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Longs, Mask, Places, Values
from zoning.overlay.engine import numba_held
from zoning.overlay.geometry import SLACK_M, dimensions
from zoning.overlay.raster.accumulate import COVERED, VALUE, Part, classes
from zoning.overlay.raster.cell_centres import centre_cells, centre_count
from zoning.overlay.raster.cell_weights import Cells, cells
from zoning.overlay.raster.chunks import Chunk, Span, bundles
from zoning.overlay.raster.coverage import Polygons, Tally, coverage, tally
from zoning.overlay.raster.neighbourhood import (
    halo,
    highest,
    lowest,
    lowest_around,
    reachable,
    rounded_up,
)
from zoning.overlay.raster.quantiles import Spread
from zoning.overlay.raster.raster import Sheet, Surface

Rule = Literal["coverage", "centre"]
Engine = Literal["auto", "numba", "numpy"]

COMPILED_FROM = 1_000_000
"""[cell] Below this, in the boxes of all polygons, numpy is done before the loops are loaded."""
CODES = 1 << 16
"""Classes are looked up in a table as long as this at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """Sites in the cell coordinates of a raster, and what is wanted of them.

    Attributes
    ----------
    shape : object[n]
    area : bool[n]
        Polygons.
    box : i8[n, 4]
        Columns and rows: left, top, right, bottom; the last two past the end.
    shift, far : f8[n]
        [m] Greatest shift, and the same rounded up, so that few different ones remain.
    around : intp[n]
        For points: how many cells around them to look at; 0: use `far`.
    region : Span
        Cells that are visited: the raster, and as far beyond it as a shift can see it from.
    polygons : Polygons or None
        For the compiled loops.
    """

    surface: Surface
    shape: Geometries
    area: Mask
    box: Longs
    shift: Floats
    far: Floats
    around: Places
    region: Span
    looks: tuple[str, ...]
    codes: Floats
    rule: Rule
    polygons: Polygons | None

    @classmethod
    def on(
        cls,
        surface: Surface,
        sites: Geometries,
        shift: Floats,
        looks: tuple[str, ...],
        *,
        rule: Rule,
        engine: Engine,
    ) -> Laid:
        """Lay sites on a raster."""
        shape, kind = surface.in_cells(sites), dimensions(sites)
        finest = min(surface.width, surface.height)
        shift = np.where(kind < 0, 0.0, shift)
        # Points differ in t (it holds the radius of their area); a power of two bundles them.
        around = 2 ** np.ceil(np.log2(shift / finest + 1)).astype(np.intp)
        around[(kind > 0) | (shift == 0)] = 0
        far = np.where(around > 0, 0.0, rounded_up(shift, finest))
        margin = int(max(np.ceil(far / finest).max(initial=0), around.max(initial=0)))
        margin += margin > 0
        area = kind == 2
        codes = [code for look in looks if look not in (VALUE, COVERED) for code in classes(look)]
        return cls(
            surface,
            shape,
            area,
            _boxes(shape, area),
            shift,
            far,
            around,
            (-margin, -margin, surface.rows + 2 * margin, surface.columns + 2 * margin),
            looks,
            np.unique(np.array(codes, np.float64)),
            rule,
            _compiled(shape, area, engine) if rule == "coverage" else None,
        )

    def beyond(self) -> Floats:
        """How much of each site lies beyond the region."""
        row, col, rows, columns = self.region
        left, top, right, bottom = self.box.T
        out = (left < col) | (top < row) | (right > col + columns) | (bottom > row + rows)
        out &= right > left
        found = np.zeros(len(self.shape))
        some, rest = np.flatnonzero(out & self.area), np.flatnonzero(out & ~self.area)
        if self.rule == "centre" and len(some):
            every = centre_count(self.shape[some])
            within = centre_cells(self.shape[some], self.region).shape
            found[some] = every - np.bincount(within, minlength=len(some))
        elif len(some):
            region = shapely.box(col, row, col + columns, row + rows)
            found[some] = shapely.area(shapely.difference(self.shape[some], region))
        cell = cells(self.shape[rest], self.surface.width, self.surface.height)
        away = ~_in(cell, self.region)
        found[rest] = np.bincount(cell.shape[away], cell.weight[away], minlength=len(rest))
        return found

    def parts(self, chunk: Chunk, *, spreads: bool) -> list[Part]:
        """Read a chunk with its halo, and sum it up for bundles of its sites."""
        site, (row, col, rows, columns) = chunk.site, chunk.span
        finest = min(self.surface.width, self.surface.height)
        reach = np.maximum(np.ceil(self.far[site] / finest) + 1, self.around[site])
        margin = int(reach[self.shift[site] > 0].max(initial=0))
        sheet = self.surface.read(
            row - margin, col - margin, rows + 2 * margin, columns + 2 * margin
        )
        size = np.minimum(self.box[site, 2:], (col + columns, row + rows))
        size -= np.maximum(self.box[site, :2], (col, row))
        key = np.stack([self.area[site], self.around[site], self.far[site]], axis=1)
        return [
            self._part(site[run], chunk.span, sheet, spreads=spreads)
            for run in bundles(key, size.prod(axis=1) + 8 * self.around[site])
        ]

    def _part(self, site: Places, span: Span, sheet: Sheet, *, spreads: bool) -> Part:
        shifts = self.shift[site[0]] > 0
        table = None if shifts or spreads else self.table
        if self.polygons is None or not self.area[site[0]] or table is None:
            return self._summed(site, span, sheet, spreads=spreads)
        return Part(site, tally(self.polygons, site, sheet.cut(*span), table, len(self.codes)))

    def _summed(self, site: Places, span: Span, sheet: Sheet, *, spreads: bool) -> Part:
        """Look at each cell of some sites as what is asked wants it."""
        cell = self._cells(site, span)
        values, known = _picked(sheet, cell)
        held = Spread(cell.shape[known], values[known], cell.weight[known])
        part = Part(site, _measured(len(site), cell, held, self.codes))
        if not len(cell.row):  # boxes meet more chunks than shapes do
            return replace(part, spreads=(held, held, held)) if spreads else part
        if not (self.shift[site[0]] > 0 or spreads):
            return part
        least, greatest = self._limited(VALUE, *_planes(VALUE, values, known))
        if self.shift[site[0]] > 0:
            pairs = self._shifted(site, cell, span, sheet)
            low, high = (
                np.stack([_sum(cell, pair[k], len(site)) for pair in pairs.values()], axis=1)
                for k in (0, 1)
            )
            least, greatest = pairs.get(VALUE, (least, greatest))
            ends = np.stack([*_ends(cell, least, len(site)), *_ends(cell, greatest, len(site))], 1)
            part = replace(part, low=low, high=high, ends=ends)
        if not spreads:
            return part
        low_end, high_end = (Spread(cell.shape, end, cell.weight) for end in (least, greatest))
        return replace(part, spreads=(held, low_end, high_end))

    def _cells(self, site: Places, span: Span) -> Cells:
        """Cells of some sites in a window, in the order of the sites."""
        if self.area[site[0]] and self.rule == "centre":
            return centre_cells(self.shape[site], span)
        if self.area[site[0]] and self.polygons is not None:
            return coverage(self.polygons, site, span)
        shape = _clipped(self.shape[site], self.box[site], span)
        cell = cells(shape, self.surface.width, self.surface.height)
        inside = _in(cell, span)
        return Cells(cell.shape[inside], cell.row[inside], cell.col[inside], cell.weight[inside])

    def _shifted(
        self, site: Places, cell: Cells, span: Span, sheet: Sheet
    ) -> dict[str, tuple[Floats, Floats]]:
        """Least and greatest value of the cells that a shift can bring to each cell."""
        around = int(self.around[site[0]])
        reach = reachable(float(self.far[site[0]]), self.surface.width, self.surface.height)
        rows, columns = (around, around) if around else halo(reach)
        top, left = int(cell.row.min()), int(cell.col.min())
        size = int(cell.row.max()) + 1 - top, int(cell.col.max()) + 1 - left
        window = sheet.cut(top - rows, left - columns, size[0] + 2 * rows, size[1] + 2 * columns)
        known = window.known()
        found = {}
        for look in self.looks:
            low, high = _planes(look, window.values, known)
            if around:
                low, high = self._around(site, span, low, high, (top - rows, left - columns))
            else:
                place = cell.row - top, cell.col - left
                low, high = lowest(low, reach)[place], highest(high, reach)[place]
            found[look] = self._limited(look, low, high)
        return found

    def _limited(self, look: str, low: Values, high: Values) -> tuple[Floats, Floats]:
        """Values with the ends of the possible where an unknown cell has its say."""
        if look != VALUE or self.surface.layer.valid_range is None:
            return low.astype(np.float64), high.astype(np.float64)
        least, greatest = self.surface.layer.valid_range
        return np.where(low == -np.inf, least, low), np.where(high == np.inf, greatest, high)

    def _around(
        self, site: Places, span: Span, low: Values, high: Values, corner: tuple[int, int]
    ) -> tuple[Floats, Floats]:
        """The same for points, whose shift is a disc."""
        xy, owner = shapely.get_coordinates(self.shape[site], return_index=True)
        col, row = np.floor(xy).astype(np.intp).T
        inside = _in(Cells(owner, row, col, np.ones(len(owner))), span)
        at = xy[inside] - np.array([corner[1], corner[0]])
        size = (
            self.shift[site][owner[inside]] + SLACK_M,
            self.surface.width,
            self.surface.height,
        )
        high = -_float(high)
        return lowest_around(_float(low), at, *size), -lowest_around(high, at, *size)

    @property
    def table(self) -> NDArray[np.int32] | None:
        """Column of each value from 0 on among the classes, or -1; None: no table holds them."""
        whole = (self.codes >= 0) & (self.codes < CODES) & (self.codes == np.floor(self.codes))
        if not whole.all():
            return None
        table = np.full(int(self.codes.max(initial=-1)) + 1, -1, np.int32)
        table[self.codes.astype(np.intp)] = np.arange(len(self.codes), dtype=np.int32)
        return table


def _planes(look: str, values: Values, known: Mask) -> tuple[Values, Values]:
    """Values with unknown cells at either end of the possible; a value's ends are infinite."""
    if look == COVERED:
        return known.view(np.uint8), known.view(np.uint8)
    if look == VALUE:
        exact = np.float32 if values.dtype.itemsize < 4 else np.result_type(values, np.float32)
        values = values.astype(exact, copy=False)
        if known.all():
            return values, values
        return np.where(known, values, -np.inf), np.where(known, values, np.inf)
    met = np.isin(values, classes(look))
    return (met & known).view(np.uint8), (met | ~known).view(np.uint8)


def _boxes(shape: Geometries, area: Mask) -> Longs:
    """Cells that shapes may lie in; an edge of a polygon on a line of the grid enters no cell."""
    bounds = np.nan_to_num(shapely.bounds(shape)).reshape(len(shape), 4)
    box = np.floor(bounds).astype(np.int64)
    box[:, 2:] += 1
    box[area, 2:] = np.ceil(bounds[area, 2:])
    box[shapely.is_missing(shape)] = 0
    return box


def _compiled(shape: Geometries, area: Mask, engine: Engine) -> Polygons | None:
    if engine == "numpy" or not area.any():
        return None
    left, top, right, bottom = _boxes(shape, area)[area].T
    if engine == "auto":
        large = float(((right - left) * (bottom - top)).sum()) >= COMPILED_FROM
        if not (large and numba_held()):
            return None
    areas = shape.copy()
    areas[~area] = None
    return Polygons.of(areas)


def _clipped(shape: Geometries, box: Longs, span: Span) -> Geometries:
    """Shapes without what lies more than a cell outside a window."""
    row, col, rows, columns = span
    far = (box < (col - 1, row - 1) * 2).any(axis=1)
    far |= (box > (col + columns + 1, row + rows + 1) * 2).any(axis=1)
    far &= dimensions(shape) > 0
    if not far.any():
        return shape
    clipped = shape.copy()
    frame = shapely.box(col - 1, row - 1, col + columns + 1, row + rows + 1)
    cut = np.asarray(shapely.intersection(shape[far], frame), object)
    cut[shapely.is_empty(cut) | (dimensions(cut) != dimensions(shape[far]))] = None  # at its edge
    clipped[far] = cut
    return clipped


def _in(cell: Cells, span: Span) -> Mask:
    row, col, rows, columns = span
    found: Mask = (cell.row >= row) & (cell.row < row + rows)
    return found & (cell.col >= col) & (cell.col < col + columns)


def _picked(sheet: Sheet, cell: Cells) -> tuple[Floats, Mask]:
    """Values of cells, and which are known."""
    place = cell.row - sheet.row, cell.col - sheet.col
    held = None if sheet.held is None else sheet.held[place]
    line = replace(sheet, values=sheet.values[place], held=held)
    known = line.known()
    return np.where(known, line.values, 0.0).astype(np.float64), known


def _measured(count: int, cell: Cells, held: Spread, codes: Floats) -> Tally:
    classes = len(codes)
    column = np.searchsorted(codes, held.value)
    met = column < classes
    met[met] = codes[column[met]] == held.value[met]
    ground = np.bincount(
        held.site[met] * classes + column[met], held.weight[met], minlength=count * classes
    )
    known = Cells(held.site, held.site, held.site, held.weight)
    least, greatest = _ends(known, held.value, count)
    return Tally(
        _sum(cell, np.ones(len(cell.shape)), count),
        _sum(known, np.ones(len(held.site)), count),
        _sum(known, held.value, count),
        least,
        greatest,
        ground.astype(np.float64).reshape(count, classes),
    )


def _sum(cell: Cells, value: Floats, count: int) -> Floats:
    return np.bincount(cell.shape, cell.weight * value, minlength=count).astype(np.float64)


def _ends(cell: Cells, value: Floats, count: int) -> tuple[Floats, Floats]:
    """Least and greatest value of each shape; cells lie shape by shape."""
    least, greatest = np.full(count, np.inf), np.full(count, -np.inf)
    start = np.flatnonzero(np.append(True, cell.shape[1:] != cell.shape[:-1])[: len(cell.shape)])
    some = cell.shape[start]
    if len(some):
        least[some] = np.minimum.reduceat(value, start)
        greatest[some] = np.maximum.reduceat(value, start)
    return least, greatest


def _float(values: Values) -> Floats:
    return values.astype(np.float64, copy=False)
