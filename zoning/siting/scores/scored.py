"""Cells scored by preferences: each gets what a point site at its centre would.

What only a site has (its area, its shape, its yield) and what a point has not (areas, shares of
area) is left out, and what it weighed goes to the rest. Cells take the weighted sum always.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats, Mask
from zoning.catalog import Catalog
from zoning.facts.table import Facts
from zoning.facts.values import QUANTA
from zoning.measure import Views, measure, open_views
from zoning.measure.filters import choose
from zoning.measure.ground import LayerView
from zoning.measure.raster import RasterView
from zoning.overlay.blocks.blocks import Block, sweep
from zoning.overlay.blocks.sources import Source as Raster
from zoning.overlay.rasterize.distance import distances
from zoning.overlay.rasterize.edges import Outlines
from zoning.rules.grammar import Claim, FactRef, Membership
from zoning.screening.run import sources_of
from zoning.screening.views import Source
from zoning.siting.cells.block import Answer, Cells
from zoning.siting.cells.eligibility import BLOCK, Eligibility, Progress
from zoning.siting.cells.metadata import invented, marks
from zoning.siting.cells.questions import Form, Question
from zoning.siting.cells.rasters import Values
from zoning.siting.cells.vectors import Shapes
from zoning.siting.cells.verdicts import FORBIDDEN, OUTSIDE
from zoning.siting.criteria import Categories, Classes, Curve
from zoning.siting.criteria.model import Criterion, Model
from zoning.siting.presets.preferences import NO, NONE, OTHERS, YES, is_class_raster
from zoning.siting.presets.preset import Preset
from zoning.siting.scores.scoring import askable, asked

UNKNOWN = 255
"""Value of cells that have no score: forbidden, outside, or a fact is not known."""
_AREAL = ("overlap_area", "overlap_share", "overlap_length")
_NOBODY = "\0"
"""A class that no feature has: only what is not known can be of it."""

Scorer = Callable[[Cells, Mask], Floats]
"""Scores of the cells of a block under a mask; NaN where a fact is not known."""


@dataclass(frozen=True, slots=True)
class Suitability:
    """Suitable ground of a region.

    Parameters
    ----------
    model : Model
        Criteria that cells were asked.
    raster : Path
        uint8: 100 times the score, `UNKNOWN` where there is none.
    notes : tuple of str
        What was left out, and why.
    sources : tuple of Source
        Layers that were asked: the raster retraces them.
    """

    model: Model
    raster: Path
    notes: tuple[str, ...]
    sources: tuple[Source, ...] = ()


def suitable(
    found: Eligibility,
    catalog: Catalog,
    path: Path,
    *,
    threads: int = 2,
    block: int = BLOCK,
    progress: Progress | None = None,
) -> Suitability | None:
    """Score every cell that is not forbidden.

    Parameters
    ----------
    found : Eligibility
    catalog : Catalog
        The one that it was made from.
    path : Path
        Raster to be written.
    threads, block : int
        The result depends on neither.
    progress : callable, optional

    Returns
    -------
    Suitability or None
        None where the preset has no criterion that cells could answer.
    """
    model, notes = model_of_cells(found.preset, catalog)
    if not model.criteria:
        return None
    scorers = open_scorers(model, found.preset, catalog, as_of=found.as_of)
    weights = model.weights
    grid = found.grid

    def work(piece: Block) -> NDArray[np.uint8]:
        value = piece.values("eligibility")
        wanted = np.not_equal(value, OUTSIDE) & np.not_equal(value, FORBIDDEN)
        out = np.full(value.shape, UNKNOWN, np.uint8)
        if not wanted.any():
            return out
        cells = Cells(grid, piece.window)
        total = np.zeros(int(wanted.sum()))
        for scorer, weight in zip(scorers, weights, strict=True):
            total += weight * scorer(cells, wanted)
        points = np.where(np.isnan(total), UNKNOWN, np.floor(np.nan_to_num(total) * 100 + 0.5))
        out[wanted] = points.astype(np.uint8)
        return out

    sources = sources_of(
        catalog, open_views(catalog, [criterion.fact for criterion in model.criteria])
    )
    mine = (source.title for source in sources if source.synthetic)
    tags = marks(
        "suitability of cells, 100 times the score", found.rules, as_of=found.as_of,
        synthetic=(*invented(found.raster), *mine),
    )  # fmt: skip
    sweep(
        grid, {"eligibility": Raster(found.raster)}, work, path, nodata=UNKNOWN, block=block,
        threads=threads, tags=tags, progress=progress,
    )  # fmt: skip
    return Suitability(model, path, tuple(notes), sources)


def model_of_cells(preset: Preset, catalog: Catalog) -> tuple[Model, list[str]]:
    """Criteria that cells can answer, and what was left out."""
    model = preset.preferences()
    notes = list(model.notes)
    of_point = [not c.of_site and c.fact.measure not in _AREAL for c in model.criteria]
    if gone := [c.title for c, held in zip(model.criteria, of_point, strict=True) if not held]:
        notes.append(f"逐格图不含只有地块才有的准则: {'、'.join(gone)}，其余权重按比例放大")
    if model.method != "sum":
        notes.append("逐格图用加权和；TOPSIS 取决于参与比较的地块，只用于地块排序")
    if "entropy" in {model.how, *(group.how for group in model.groups)}:
        notes.append("熵权取决于参与比较的地块，逐格图用预设里给定的权重")
    return askable(model.only(of_point), catalog, notes), notes


def open_scorers(
    model: Model, preset: Preset, catalog: Catalog, *, as_of: date
) -> tuple[Scorer, ...]:
    """Open the layers that the criteria ask.

    Parameters
    ----------
    model : Model
        Of `model_of_cells`.
    preset : Preset
    catalog : Catalog
    as_of : date
    """
    refs = [ref for criterion in model.criteria for ref in asked(criterion, catalog)]
    views = open_views(catalog, [*refs, *(criterion.fact for criterion in model.criteria)])
    compared = [test.other for ref in refs for test in ref.filter if test.other is not None]
    project = measure(preset.sites([None], catalog.crs), compared, views, as_of=as_of)
    return tuple(_scorer(criterion, views, project, catalog.crs) for criterion in model.criteria)


def _scorer(criterion: Criterion, views: Views, project: Facts, crs: str) -> Scorer:
    fact, preference = criterion.fact, criterion.preference
    if fact.layer in views.rasters:
        view = views.rasters[fact.layer]
        if isinstance(preference, Categories):
            return _of_classes(fact, preference, view, crs)
        return _of_values(fact, preference, view, crs)
    held = views.vectors[fact.layer]
    if not isinstance(preference, Categories):
        return _of_distance(fact, preference, held, project)
    shapes = Shapes(held, project)
    if fact.measure in ("meets", "within"):
        return _of_claim(shapes.answer(_question(Claim(fact), "meets")), preference)
    return _of_codes(fact, preference, shapes)


def _question(test: Claim | Membership, form: Form) -> Question:
    return Question(test, form, test.fact)


def _of_values(fact: FactRef, preference: Curve | Classes, view: RasterView, crs: str) -> Scorer:
    values = Values(view, crs)
    return lambda cells, wanted: values.scores(cells, wanted, fact, preference.score)


def _of_classes(fact: FactRef, preference: Categories, view: RasterView, crs: str) -> Scorer:
    """Score of the class at the centre; classes that are not named score as others."""
    assert is_class_raster(fact)
    values, layer = Values(view, crs), view.layer
    named = [(code, name) for code, name in layer.classes if name in preference.scores]
    codes = np.asarray([code for code, _ in named], np.float64)
    order = np.argsort(codes)
    codes = codes[order]
    scores = np.asarray([preference.scores[name] for _, name in named], np.float64)[order]
    others = preference.scores.get(OTHERS, np.nan)

    def score(code: Floats) -> Floats:
        if not len(codes):
            return np.where(np.isnan(code), np.nan, others)
        place = np.searchsorted(codes, np.nan_to_num(code)).clip(max=len(codes) - 1)
        found = np.where(codes[place] == code, scores[place], others)
        return np.where(np.isnan(code), np.nan, found)

    return lambda cells, wanted: values.codes(cells, wanted, score)


def _of_distance(
    fact: FactRef, preference: Curve | Classes, view: LayerView, project: Facts
) -> Scorer:
    """Score of the distance to the nearest feature; beyond the last break it no longer matters."""
    (chosen,) = choose(fact, view.attributes, project)
    held = view.zones.dimension >= 0
    surely = Outlines.of(view.zones.geometry[chosen.sure & held])
    doubtful = bool((chosen.sure & held != chosen.maybe & held).any())
    possibly = Outlines.of(view.zones.geometry[chosen.maybe & held]) if doubtful else surely
    reach = np.inf if doubtful else _last(preference) + 1.0
    steps = round(1 / QUANTA["m"])

    def score(cells: Cells, wanted: Mask) -> Floats:
        if not len(surely):
            return np.full(int(wanted.sum()), np.nan)
        near = distances(surely, cells.grid, cells.window, reach_m=reach, wanted=wanted)[wanted]
        if doubtful:  # where either may be the nearest the distance is not known
            other = distances(possibly, cells.grid, cells.window, wanted=wanted)[wanted]
            near = np.where(np.round(near * steps) == np.round(other * steps), near, np.nan)
        return preference.score(np.minimum(np.round(near * steps) / steps, 1e12))

    return score


def _last(preference: Curve | Classes) -> float:
    """Value beyond which the score stays the same."""
    if isinstance(preference, Curve):
        return max(preference.points[-1][0], 0.0)
    return max(preference.edges[-1], 0.0) if preference.edges else 0.0


def _of_claim(answer: Answer, preference: Categories) -> Scorer:
    yes, no = preference.score([YES, NO]).tolist()

    def score(cells: Cells, wanted: Mask) -> Floats:
        truth = answer(cells)
        open_or_no = np.where(truth.maybe[wanted], np.nan, no)
        return np.where(truth.sure[wanted], yes, open_or_no)

    return score


def _of_codes(fact: FactRef, preference: Categories, shapes: Shapes) -> Scorer:
    """Score of the worst class met; unknown where a class may or may not be met."""
    words = tuple(word for word in preference.scores if word != NONE)
    column = shapes.view.attributes.get("class" if fact.measure == "class" else "code")
    held = set() if column is None else {str(value) for value in column.dropna()}
    others = (*sorted(held - set(words)), _NOBODY)
    tests = [*((word,) for word in words), others, (_NOBODY,)]
    answers = [shapes.answer(_question(Membership(fact, test), "codes")) for test in tests]
    none = preference.scores.get(NONE, np.nan)

    def score(cells: Cells, wanted: Mask) -> Floats:
        found = np.full(int(wanted.sum()), np.inf)
        unknown = np.zeros(len(found), np.bool_)
        for word, answer in zip(words, answers, strict=False):
            truth = answer(cells)
            unknown |= (truth.sure != truth.maybe)[wanted]
            met = truth.sure[wanted]
            found[met] = np.minimum(found[met], preference.scores[word])
        for answer in answers[len(words) :]:
            unknown |= answer(cells).maybe[wanted]
        found[np.isinf(found)] = none
        return np.where(unknown, np.nan, found)

    return score
