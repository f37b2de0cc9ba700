"""Rasters of a study as overlays of its map: what may be drawn, in which colours, with which note.

A cell's value retraces the edges of the layers that it was made from. Where one of them may not be
given away no picture is drawn; where one may be shown inside sites only, neither is more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.render.map.pictures import Classes, draw_classes
from zoning.render.map.relief import Relief
from zoning.render.map.study_page import Overlay
from zoning.render.words import WORDS
from zoning.siting.cells.verdicts import OUTSIDE

if TYPE_CHECKING:
    from zoning.siting import Eligibility

NEAR: Final = 60.0
"""[m] Ground around a site that a picture of its own shows."""
CLOSE: Final = 256
"""[px] Longer side of such a picture at most."""
ALONE: Final = 60
"""Sites up to which each gets a picture of its own; more are drawn as one."""
NOTHING: Final = 255
"""Value of a suitability raster where nothing is scored."""
STEPS: Final = (
    ("0–20", "#EFE6CF"), ("20–40", "#D3D7B4"), ("40–60", "#A6BFA0"), ("60–80", "#6E9F94"),
    ("80–100", "#3F7C86"),
)  # fmt: skip
"""Scores x 100 of a suitability raster, and colours."""
_CLOSED: Final = ("none", "result_only")


def eligibility_overlay(
    found: Eligibility, shapes: NDArray[np.object_], *, sparse: bool = False
) -> Overlay:
    """Return the eligibility of cells as an overlay.

    Parameters
    ----------
    found : Eligibility
    shapes : object array [n]
        Sites, in the CRS of the raster.
    sparse : bool
        Cells lie on the sites only: few sites are then drawn one by one, cell for cell.
    """
    colours = {value: colour for value, (_, _, colour) in WORDS.items()}
    seen = {value for value, area in found.areas if area > 0}
    classes = tuple((zh, colour) for value, (zh, _, colour) in WORDS.items() if value in seen)
    note = _closed(found)
    pictures = () if note else tuple(_pictures(found, shapes, colours, sparse=sparse))
    return Overlay(
        key="eligibility",
        title="逐格判断",
        classes=classes,
        pictures=pictures,
        note=note or _note(found, whole=not sparse),
        opacity=0.7 if sparse else 0.5,
        synthetic=bool(found.synthetic),
    )


def suitability_overlay(
    path: Path, found: Eligibility, shapes: NDArray[np.object_], *, sparse: bool = False
) -> Overlay:
    """Return a suitability raster as an overlay, off to begin with.

    Parameters
    ----------
    path : Path
        Scores x 100 as uint8, `NOTHING` where nothing is scored.
    found : Eligibility
        Of the same ground: scores are given to what it lets stand.
    shapes, sparse
        As for `eligibility_overlay`.
    """
    note = _closed(found)
    colours = dict(enumerate(colour for _, colour in STEPS))
    pictures = () if note else tuple(_pictures(found, shapes, colours, sparse=sparse, scores=path))
    return Overlay(
        key="suitability",
        title="适宜性得分 ×100",
        classes=STEPS,
        pictures=pictures,
        on=False,
        note=note or "权重和曲线为示意值",
        opacity=0.75,
        synthetic=bool(found.synthetic),
    )


def retraced(found: Eligibility) -> tuple[str, ...]:
    """Titles of layers that may not be given away and whose edges cells or patches retrace."""
    return tuple(source.title for source in found.sources if source.share in _CLOSED)


def _closed(found: Eligibility) -> str:
    titles = retraced(found)
    more = f"等 {len(titles)} 个图层" if len(titles) > 1 else ""
    return f"可反推{titles[0]}{more}的边界，按其密级不画" if titles else ""


def _note(found: Eligibility, *, whole: bool) -> str:
    inside = "；只画在地块内" if _clipped(found) else ""
    return f"格网 {found.grid.res:g} m{'，缩小时取多数' if whole else ''}{inside}"


def _clipped(found: Eligibility) -> bool:
    return any(source.share == "clipped" for source in found.sources)


def _pictures(
    found: Eligibility,
    shapes: NDArray[np.object_],
    colours: dict[int, str],
    *,
    sparse: bool,
    scores: Path | None = None,
) -> Iterable[Relief]:
    placed = [shape for shape in shapes if shape is not None and not shapely.is_empty(shape)]
    within = placed if _clipped(found) else None
    path, nodata = (found.raster, OUTSIDE) if scores is None else (scores, NOTHING)
    classify = None if scores is None else _step
    if not sparse or len(placed) > ALONE:
        whole = draw_classes(path, colours, nodata=nodata, classify=classify, within=within)
        yield from [whole] if whole else []
        return
    for west, south, east, north in _boxes(placed) if placed else ():
        around = (west - NEAR, south - NEAR, east + NEAR, north + NEAR)
        picture = draw_classes(
            path, colours, nodata=nodata, classify=classify, within=within, bounds=around,
            pixels=CLOSE,
        )  # fmt: skip
        yield from [picture] if picture else []


def _boxes(shapes: Sequence[shapely.Geometry]) -> list[tuple[float, float, float, float]]:
    """Boxes around shapes; those that lie together share one, or cells would be drawn twice."""
    boxes = np.asarray([shapely.box(*shapely.bounds(shapely.buffer(s, NEAR))) for s in shapes])
    while True:
        tree = shapely.STRtree(boxes)
        one, other = tree.query(boxes, predicate="intersects")
        first = np.arange(len(boxes))
        np.minimum.at(first, one, other)
        if (first == np.arange(len(boxes))).all():
            break
        boxes = np.asarray(
            [
                shapely.box(*shapely.total_bounds(boxes[first == at]).tolist())
                for at in np.unique(first)
            ]
        )
    west, south, east, north = (shapely.bounds(boxes)[:, at].tolist() for at in range(4))
    return list(zip(west, south, east, north, strict=True))


def _step(score: Classes) -> Classes:
    return np.minimum(score // 20, len(STEPS) - 1).astype(np.uint8)
