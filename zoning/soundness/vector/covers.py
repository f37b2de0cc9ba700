"""Cultivated land against the land cover: parcels that a raster shows under trees, water, roofs.

Land cover is what a satellite saw, not what the law says of the ground: an orchard, a fallow field
or an old image may explain it. So this is a note, both are shown, and nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs import same
from zoning.layers import RasterLayer, VectorLayer
from zoning.soundness.finding import CheckFinding, marked, square_metres
from zoning.soundness.vector.survey import Survey

_CULTIVATED = ("basic_farmland", "farmland")
_OTHER = re.compile(r"林|树|水体|水域|湖|河|建成|建设|城镇|forest|tree|water|built", re.IGNORECASE)
_MOSTLY = 0.8  # illustrative: of the cells that lie wholly inside a parcel
_CELLS = 9  # illustrative: fewer cells than a block of 3 x 3 prove nothing
_SHARE = 0.02  # illustrative: of the parcels; maps of land cover are wrong oftener than that
_STRIP_CELLS = 8_000_000


def check_cover(survey: Survey) -> Iterator[CheckFinding]:
    """Check cultivated land against the raster of land cover."""
    raster = survey.catalog.layers.get("land_cover")
    if not isinstance(raster, RasterLayer) or not same(raster.crs, survey.catalog.crs):
        return  # in another CRS its cells are no squares here: left to measures of single sites
    words = {value: word for value, word in raster.classes if _OTHER.search(word)}
    for name in _CULTIVATED if words else ():
        layer = survey.held(name)
        if layer is not None:
            yield from _covered(survey, layer, raster, words)


def _covered(
    survey: Survey, layer: VectorLayer, raster: RasterLayer, words: dict[int, str]
) -> Iterator[CheckFinding]:
    geometry = survey.features(layer).geometry
    counts = _counted(geometry, layer, raster, tuple(words))
    total, other = counts[:, 0], counts[:, 1:].sum(axis=1)
    bad = np.flatnonzero((total >= _CELLS) & (other >= _MOSTLY * total))
    if len(bad) <= _SHARE * (total >= _CELLS).sum():
        return
    classes = list(words.values())
    said = [f"{classes[int(counts[i, 1:].argmax())]} {other[i] / total[i]:.0%}" for i in bad]
    named = "、".join(dict.fromkeys(classes))
    area = square_metres(float(shapely.area(geometry[bad]).sum()))
    yield CheckFinding(
        "note",
        layer.name,
        "cover",
        f"{len(bad)} 块地 (共 {area}) 在 {raster.name} 上八成以上是{named}",
        f"{len(bad)} parcels, {area}, are mostly trees, water or buildings in {raster.name}",
        count=len(bad),
        remedy_zh="两图层并列显示，不作取舍；地类以国土变更调查为准，可对照影像",
        remedy_en="both are shown and neither is taken as right: compare with imagery",
        marks=marked(geometry[bad], said, layer.name, raster.name, whole=True),
    )


def _counted(
    geometry: NDArray[np.object_], layer: VectorLayer, raster: RasterLayer, classes: tuple[int, ...]
) -> NDArray[np.int64]:
    """Cells wholly inside each parcel: all that hold a value, then those of each class.

    Parcels are shrunk by both accuracies and half the diagonal of a cell first.
    """
    import rasterio
    from affine import Affine
    from rasterio.features import rasterize
    from rasterio.windows import Window

    counts = np.zeros((len(geometry), 1 + len(classes)), dtype=np.int64)
    with rasterio.open(raster.path) as source:
        half = np.hypot(*source.res) / 2
        inner = shapely.buffer(geometry, -(layer.accuracy_m + raster.accuracy_m + half))
        rows = max(256, _STRIP_CELLS // source.width)
        for top in range(0, source.height, rows):
            window = Window(0, top, source.width, min(rows, source.height - top))
            a, b, c, d, e, f = tuple(source.transform)[:6]
            strip = Affine(a, b, c + top * b, d, e, f + top * e)
            east, south = c + a * source.width, strip.f + e * window.height
            box = shapely.box(min(c, east), min(south, strip.f), max(c, east), max(south, strip.f))
            here = np.flatnonzero(shapely.intersects(inner, box))
            if not len(here):
                continue
            cells = source.read(raster.band, window=window)
            parcel = rasterize(
                ((inner[i], int(i) + 1) for i in here),
                out_shape=cells.shape,
                transform=strip,
                dtype="int32",
            )
            held = parcel > 0 if raster.nodata is None else (parcel > 0) & (cells != raster.nodata)
            for column, value in enumerate((None, *classes)):
                chosen = held if value is None else held & (cells == value)
                counts[:, column] += np.bincount(parcel[chosen] - 1, minlength=len(geometry))
    return counts
