"""Eligible ground gathered into patches, held against the rules as the sites they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.arrays import Mask
from zoning.catalog import Catalog
from zoning.crs import geodesic_area
from zoning.grid import Grid
from zoning.measure import open_views
from zoning.overlay.blocks.blocks import Block, passed
from zoning.overlay.geometry import SLACK_M
from zoning.overlay.patches.patches import patches as connected
from zoning.overlay.rasterize.edges import Outlines
from zoning.rules.grammar import FactRef
from zoning.screening import Screening, screen
from zoning.screening.run import sources_of
from zoning.screening.views import Source
from zoning.sites import Sites
from zoning.siting.cells.asker import Asker, open_asker
from zoning.siting.cells.block import Cells
from zoning.siting.cells.eligibility import Eligibility, Progress
from zoning.siting.cells.questions import compile_rules
from zoning.siting.cells.states import State
from zoning.siting.cells.verdicts import USABLE
from zoning.siting.criteria import Ranking, Stability
from zoning.siting.figures.counties import counties_of
from zoning.siting.figures.neighbours import surroundings
from zoning.siting.figures.terrain import aspects, covers, mean_suitability, receptors_below
from zoning.siting.figures.under import ground_under
from zoning.siting.heaps.beneath import heaps_beneath
from zoning.siting.presets.fits import BELOW_ONE, counted, fits
from zoning.siting.scores.means import BY_GROUND, by_ground, score_ground
from zoning.siting.scores.scored import UNKNOWN, Suitability
from zoning.siting.scores.scoring import Scored, askable, rank_sites

DESCRIBED = ("slope", "dem", "karst", "land_cover", "substation", "road", "receptor")
"""Layers that every patch is told of, as far as they are held."""


@dataclass(frozen=True, slots=True, eq=False)
class Sited:
    """Patches of usable ground.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        ``id``, ``county`` (that of a point inside), ``area_ha`` (geodesic), ``perimeter_m``,
        ``shape_index`` (1 for a disc), and of what is sized ``low_mw``, ``high_mw`` (see `fits`);
        largest first; ``decision``, ``decision_zh``; figures of the ground (slope, altitude,
        relief, karst, aspect, land cover), neighbours (substation, road, receptor: distance,
        bearing), ``receptor_downstream``, ``suitability_mean`` of its cells, the heaps beneath (see
        `heaps_beneath`), and score, rank, what decided, ``unranked`` (why not).
    geometry : object array [n]
        Polygons in the work CRS.
    screening : Screening
        The patches as sites, in the same order.
    scored : Scored
        By the preset's preferences; distances as the mean of the scores of a patch's cells.
    grid : Grid
        Cells that the patches are made of.
    notes : tuple of str
        What was left out, and why.
    sources : tuple of Source
        Layers that describe and rank them.
    """

    table: pd.DataFrame
    geometry: NDArray[np.object_]
    screening: Screening
    scored: Scored
    grid: Grid
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    def __len__(self) -> int:
        return len(self.table)

    @property
    def ranking(self) -> Ranking:
        """Totals, ranks, and what each criterion adds."""
        return self.scored.ranking

    @property
    def stability(self) -> Stability:
        """Ranks under drawn weights."""
        return self.scored.stability

    @property
    def criteria(self) -> tuple[str, ...]:
        """Titles of the criteria, in the order of the ranking's columns."""
        return self.scored.model.titles

    @property
    def scores(self) -> NDArray[np.float64]:
        """Score of each patch on each criterion. [n, criteria]"""
        return self.scored.scores

    @property
    def weights(self) -> NDArray[np.float64]:
        """What each criterion weighs; they sum to 1. [criteria]"""
        return self.scored.model.weights


def find_patches(
    found: Eligibility,
    catalog: Catalog,
    *,
    suitability: Suitability | None = None,
    most: int = 5000,
    threads: int = 2,
    block: int = 512,
    progress: Progress | None = None,
) -> Sited:
    """Gather cells that are usable wholly, not at their centre only, and screen the patches.

    Every point of a patch is usable by the rules that shaped it, so none of them condemns it; on
    each edge of a zone up to a cell's diagonal of ground is given up for that. Ground that may lie
    beyond the region, whose border has an error of its own, is left out too.

    Parameters
    ----------
    found : Eligibility
    catalog : Catalog
        The one that it was made from.
    suitability : Suitability, optional
        Cells scored; their mean is told of each patch.
    most : int
        Largest patches to keep.
    threads, block : int
        The result depends on neither.
    progress : callable, optional

    Returns
    -------
    Sited
    """
    preset = found.preset
    mask = _usable(found, catalog, threads=threads, block=block, progress=progress)
    made = connected(
        mask,
        found.grid,
        min_area_m2=preset.min_area_ha * 1e4,
        min_width_m=preset.min_width_m,
    )
    area = geodesic_area(made.polygon, found.grid.crs)
    order = np.lexsort((made.first, -made.area_m2))[:most]
    shapes = made.polygon[order]
    table = pd.DataFrame(
        {
            "id": [f"P{i:04d}" for i in range(1, len(order) + 1)],
            "county": counties_of(shapes, catalog),
            "area_ha": area[order] / 1e4,
            "perimeter_m": made.perimeter_m[order],
            "shape_index": shape_index(shapely.area(shapes), made.perimeter_m[order]),
            **fits(area[order] / 1e4, preset),
        }
    )
    # nobody declares the county of ground that is drawn here: it is the one that it lies in
    sites = preset.sites(
        list(shapes), catalog.crs, names=table["id"].tolist(), counties=table["county"].tolist()
    )
    return _described(table, shapes, sites, found, catalog, suitability, threads)


def _described(
    table: pd.DataFrame,
    shapes: NDArray[np.object_],
    sites: Sites,
    found: Eligibility,
    catalog: Catalog,
    suitability: Suitability | None,
    threads: int,
) -> Sited:
    """Say of each patch what the rules, the layers around it and the preferences say."""
    screening = screen(sites, catalog, found.rules, as_of=found.as_of)
    told = screening.decisions()
    decisions = [told[name] for name in table["id"]]
    notes: list[str] = []
    model = found.preset.preferences()
    notes += model.notes
    raster = suitability.raster if suitability is not None else None
    more = {
        "decision": [decision.name.lower() for decision in decisions],
        "decision_zh": [decision.zh for decision in decisions],
        **ground_under(sites, catalog, found.as_of, notes),
        **aspects(shapes, catalog),
        **covers(sites, catalog, found.as_of),
        **surroundings(shapes, catalog),
        "receptor_downstream": receptors_below(sites, catalog, found.as_of),
        "suitability_mean": mean_suitability(shapes, found.grid, raster, UNKNOWN),
        **heaps_beneath(shapes, catalog, found.preset, notes),
    }
    table = pd.concat([table, pd.DataFrame(more)], axis=1)
    used = askable(model, catalog, notes)
    values = score_ground(
        used, found.preset, sites, table, catalog, found.grid, as_of=found.as_of, threads=threads
    )
    if any(by_ground(used)):
        notes.append(BY_GROUND)
    failed, small = np.asarray(table["decision"] == "forbid", np.bool_), ~counted(table)
    scored = rank_sites(used, values, failed | small, notes)
    table = pd.concat([table, scored.columns()], axis=1)
    table = table.assign(unranked=_why_unranked(failed, small, scored))
    asked = [criterion.fact for criterion in used.criteria if not criterion.of_site]
    views = open_views(catalog, [*asked, *(FactRef(layer, "mean") for layer in DESCRIBED)])
    sources = sources_of(catalog, views)
    return Sited(table, shapes, screening, scored, found.grid, tuple(notes), sources)


def _why_unranked(failed: Mask, small: Mask, scored: Scored) -> list[str]:
    """Why a patch is not ranked; "" where it is."""
    if not scored.model.criteria:
        return ["没有可用的准则"] * len(failed)
    lacking = [f"缺数据: {titles}" if titles else "" for titles in scored.lacking()]
    left = [BELOW_ONE if few else why for few, why in zip(small, lacking, strict=True)]
    return ["判定不通过" if bad else why for bad, why in zip(failed, left, strict=True)]


def shape_index(
    area_m2: NDArray[np.float64], perimeter_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Perimeter over that of a disc of the same area.

    References
    ----------
    .. [1] D. R. Patton, Wildlife Society Bulletin 3 (1975) 171-173, the diversity index.

    Examples
    --------
    >>> float(shape_index(np.array([np.pi]), np.array([2 * np.pi]))[0])
    1.0
    """
    return np.asarray(perimeter_m / (2 * np.sqrt(np.pi * area_m2)))


def _usable(
    found: Eligibility, catalog: Catalog, *, threads: int, block: int, progress: Progress | None
) -> Iterator[Mask]:
    """Rows of blocks: whether every point of a cell is inside the region and usable."""
    preset, grid = found.preset, found.grid
    compiled = compile_rules(
        found.rules,
        catalog,
        kind=preset.kind,
        stage=preset.stage,
        limits=preset.limits_on(catalog.layers),
    )
    asker = open_asker(preset, catalog, found.rules, compiled, as_of=found.as_of)
    region = Outlines.of(np.asarray([catalog.region_geometry()], dtype=object))
    border_m = catalog.layers[catalog.region].accuracy_m
    judge = _Memo(asker)

    def work(piece: Block) -> Mask:
        cells = Cells(grid, piece.window, whole=True)
        inside = cells.near(region, -(border_m + cells.margin_m + SLACK_M), strict=True)
        if not inside.any():
            return inside
        inside, states, place = asker.ask(cells, inside, surely=True)
        if not states:
            return inside
        return inside & judge.usable(states)[place].reshape(cells.shape)

    row: list[Mask] = []
    width = 0
    for part in passed(grid, {}, work, block=block, threads=threads, progress=progress):
        row.append(part)
        width += part.shape[1]
        if width == grid.width:
            yield np.hstack(row)
            row, width = [], 0


class _Memo:
    """States judged once each."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._known: dict[State, bool] = {}

    def usable(self, states: list[State]) -> Mask:
        """Whether each state is usable. Threads may judge one twice, to the same end."""
        new = [state for state in states if state not in self._known]
        if new:
            value = self._asker.bench.values(new)
            self._known.update(zip(new, np.isin(value, USABLE).tolist(), strict=True))
        return np.asarray([self._known[state] for state in states], np.bool_)
