"""Eligible ground: every cell of a region held against the rules, in one pass."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.crs import geodesic_area
from zoning.errors import Fault, InputError
from zoning.grid import Grid
from zoning.overlay.blocks.blocks import Block, sweep
from zoning.overlay.rasterize.edges import Outlines
from zoning.rules.model import RuleSet
from zoning.screening.run import sources_of
from zoning.screening.views import Source
from zoning.siting.cells.asker import open_asker
from zoning.siting.cells.block import Cells
from zoning.siting.cells.metadata import marks
from zoning.siting.cells.questions import Left, compile_rules
from zoning.siting.cells.states import State
from zoning.siting.cells.verdicts import OUTSIDE, Bench, RuleCost, rule_costs
from zoning.siting.land_cover_classes import matched
from zoning.siting.presets.preset import Preset
from zoning.version import __version__

Progress = Callable[[int, int], None]
BLOCK = 512
"""[cell] Side of a block: what a block needs in memory is some 200 bytes a cell."""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Eligible ground of a region.

    Parameters
    ----------
    preset : Preset
    rules : RuleSet
        As loaded, whole.
    grid : Grid
    raster : Path
        Values of cells, see `zoning.siting.cells.verdicts`.
    areas : tuple of (int, float)
        Value -> ground. [m2, geodesic]
    costs : tuple of RuleCost
        Of the rules that cells can answer.
    left : tuple of Left
        Rules that they cannot.
    sources : tuple of Source
    as_of : date
    region : str
    out_of_scope : tuple of (str, str)
    version : str
    cautions : tuple of str
        Classes of rasters that go by another name, or are not there: see `matched`.
    """

    preset: Preset
    rules: RuleSet
    grid: Grid
    raster: Path
    areas: tuple[tuple[int, float], ...]
    costs: tuple[RuleCost, ...]
    left: tuple[Left, ...]
    sources: tuple[Source, ...]
    as_of: date
    region: str
    out_of_scope: tuple[tuple[str, str], ...]
    version: str
    cautions: tuple[str, ...] = ()

    @property
    def synthetic(self) -> tuple[str, ...]:
        """Titles of the invented layers that were used."""
        return tuple(source.title for source in self.sources if source.synthetic)


def eligible(
    preset: Preset,
    catalog: Catalog,
    path: Path,
    *,
    as_of: date,
    resolution_m: float = 30.0,
    threads: int = 2,
    block: int = BLOCK,
    ground: NDArray[np.object_] | None = None,
    ground_of: Collection[str] = (),
    progress: Progress | None = None,
) -> Eligibility:
    """Hold every cell of the region against a preset's rules.

    Parameters
    ----------
    preset : Preset
    catalog : Catalog
    path : Path
        Raster to be written: uint8, tiled GeoTIFF; values of `zoning.siting.cells.verdicts`.
    as_of : date
    resolution_m : float
        Side of a cell. [m]
    threads, block : int
        The result depends on neither.
    ground : object array, optional
        Polygons in the work CRS: nothing else is looked at.
    ground_of : collection of str
        Layers that the ground is from: the raster's tags name those that are invented.
    progress : callable, optional

    Returns
    -------
    Eligibility

    Raises
    ------
    InputError
        A resolution that is no length, or too fine for the region.
    """
    preset, cautions = matched(preset, catalog)
    rules = preset.rule_set()
    region = catalog.region_geometry()
    grid = _grid(region, resolution_m, catalog.crs)
    compiled = compile_rules(
        rules,
        catalog,
        kind=preset.kind,
        stage=preset.stage,
        limits=preset.limits_on(catalog.layers),
    )
    asker = open_asker(preset, catalog, rules, compiled, as_of=as_of)
    outline = Outlines.of(np.asarray(shapely.get_parts(region), dtype=object))
    only = None if ground is None else Outlines.of(ground)
    tally = _Tally(asker.bench)

    def work(piece: Block) -> NDArray[np.uint8]:
        cells = Cells(grid, piece.window)
        inside = cells.near(outline, 0.0)
        if only is not None:
            inside = inside & cells.near(only, 0.0)
        if not inside.any():
            return np.full(cells.shape, OUTSIDE, np.uint8)
        inside, states, place = asker.ask(cells, inside)
        if not states:
            return np.full(cells.shape, OUTSIDE, np.uint8)
        value = tally.values(states, np.bincount(place[inside.ravel()], minlength=len(states)))
        return np.where(inside, value[place].reshape(cells.shape), OUTSIDE).astype(np.uint8)

    sources = sources_of(catalog, asker.views)
    of_ground = [layer for layer in catalog.layers.values() if layer.name in ground_of]
    tags = marks(
        "eligibility of cells", rules, as_of=as_of,
        synthetic=[each.title for each in (*of_ground, *sources) if each.synthetic],
    )  # fmt: skip
    sweep(
        grid, {}, work, path, nodata=OUTSIDE, block=block, threads=threads, tags=tags,
        progress=progress,
    )  # fmt: skip
    factor = _factor(region, catalog.crs) * grid.res**2
    return Eligibility(
        preset=preset,
        rules=rules,
        grid=grid,
        raster=path,
        areas=tally.areas(factor),
        costs=tally.costs(factor),
        left=compiled.left,
        sources=sources,
        as_of=as_of,
        region=catalog.name,
        out_of_scope=asker.scope,
        version=__version__,
        cautions=cautions,
    )


class _Tally:
    """States met so far: judged once each, and how many cells are in each."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._value: dict[State, int] = {}
        self._cells: Counter[State] = Counter()
        self._lock = threading.Lock()

    def values(self, states: list[State], count: NDArray[np.intp]) -> NDArray[np.uint8]:
        """Count the cells of a block and return the value of each of its states."""
        with self._lock:
            new = [state for state in states if state not in self._value]
            if new:
                values = self._bench.values(new)
                self._value.update(zip(new, values.tolist(), strict=True))
            self._cells.update({s: int(c) for s, c in zip(states, count, strict=True) if c})
            return np.asarray([self._value[state] for state in states], np.uint8)

    def areas(self, factor: float) -> tuple[tuple[int, float], ...]:
        """Ground by value. [m2]"""
        cells: Counter[int] = Counter()
        for state, count in self._cells.items():
            cells[self._value[state]] += count
        return tuple((value, cells[value] * factor) for value in sorted(cells))

    def costs(self, factor: float) -> tuple[RuleCost, ...]:
        """What each rule costs."""
        states = sorted(self._cells)
        if not states:
            return ()
        area = np.asarray([self._cells[state] for state in states], np.float64) * factor
        return rule_costs(self._bench.judge(states), area)


def _grid(region: shapely.Geometry, resolution_m: float, crs: str) -> Grid:
    most = 4e9  # [cell] more than the province at 5 m: a slip of the hand
    west, south, east, north = shapely.bounds(region).tolist()
    finest, coarsest = 1.0, 1000.0
    cells = (east - west) * (north - south) / max(resolution_m, 1e-9) ** 2
    if not finest <= resolution_m <= coarsest or cells > most:
        raise InputError(
            Fault(
                zh="分辨率不可用",
                en="this resolution cannot be used",
                value=f"{resolution_m:g} m",
                remedy_zh="请用 1 到 1000 米之间的数",
                remedy_en="use a number of metres between 1 and 1000",
            )
        )
    return Grid.over((west, south, east, north), res=resolution_m, crs=crs)


def _factor(region: shapely.Geometry, crs: str) -> float:
    """Geodesic over planar area of the region: published areas carry it."""
    return float(geodesic_area(np.asarray([region], object), crs)[0] / shapely.area(region))
