"""What a check says: how grave, of which layer, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs import GEOGRAPHIC, project

Severity = Literal["error", "warning", "note"]
GRAVITY: tuple[Severity, ...] = ("error", "warning", "note")
_SHOWN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Places that a finding speaks of.

    Parameters
    ----------
    geometry : object array [n]
        In the work CRS; the largest first.
    label : tuple of str
        Codes or names of the features concerned, one each.
    layers : tuple of str
        Layers whose geometry would be seen: what they may share limits what is written.
    whole : bool
        The geometries are features of a layer as they stand, not only the faulty pieces of them.
    """

    geometry: NDArray[np.object_]
    label: tuple[str, ...]
    layers: tuple[str, ...]
    whole: bool = False

    def __len__(self) -> int:
        return len(self.geometry)


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One thing to mend or to know.

    Parameters
    ----------
    severity : {"error", "warning", "note"}
        error: results would be wrong; warning: results will be weaker than they could be, or the
        data are doubtful; note: good to know.
    layer : str
        Name in the catalog; empty for the catalog itself.
    kind : str
        What sort of fault it is, such as ``gap``; the layer of the GeoPackage that shows it.
    zh, en : str
    count : int
        Features, pieces or values concerned.
    where : str
        Places as longitude, latitude (CGCS2000) or identifiers, the largest first.
    remedy_zh, remedy_en : str
    marks : Marks or None
        The places themselves, for those who may see them.
    """

    severity: Severity
    layer: str
    kind: str
    zh: str
    en: str
    count: int = 1
    where: str = ""
    remedy_zh: str = ""
    remedy_en: str = ""
    marks: Marks | None = field(default=None, compare=False, repr=False)

    @property
    def remedy(self) -> str:
        """What to do, in both languages."""
        return "  ".join(part for part in (self.remedy_zh, self.remedy_en) if part)

    def __str__(self) -> str:
        return "\n".join((f"[{self.severity}] {self.layer}: {self.zh}  {self.en}", *self.more()))

    def more(self) -> Iterator[str]:
        """Lines below the sentence: where, and what to do."""
        if self.where:
            yield f"    @ {self.where}"
        if self.remedy:
            yield f"    → {self.remedy}"


def listed(words: Sequence[str]) -> str:
    """Return the first few words, and how many there are beyond."""
    more = f" … +{len(words) - _SHOWN}" if len(words) > _SHOWN else ""
    return "; ".join(words[:_SHOWN]) + more


def marked(
    geometry: NDArray[np.object_],
    label: Sequence[str],
    *layers: str,
    whole: bool = False,
) -> Marks:
    """Marks with the largest first."""
    size = np.where(shapely.get_dimensions(geometry) == 1, 0.0, shapely.area(geometry))
    order = np.argsort(-size, kind="stable")
    return Marks(geometry[order], tuple(label[i] for i in order), layers, whole)


def spots(geometry: NDArray[np.object_], crs: str) -> NDArray[np.float64]:
    """Longitude and latitude of a point in each geometry. [degrees] float64 array [n, 2]"""
    points = shapely.point_on_surface(geometry)
    return np.asarray(shapely.get_coordinates(project(points, crs, GEOGRAPHIC)), dtype=np.float64)


def places(marks: Marks, crs: str) -> str:
    """Longitude and latitude inside the first marks, with their area and label."""
    shown = marks.geometry[:_SHOWN]
    words = [
        " ".join(part for part in (f"{lon:.5f}, {lat:.5f}", _size(shape), label) if part)
        for (lon, lat), shape, label in zip(spots(shown, crs), shown, marks.label, strict=False)
    ]
    more = len(marks) - len(words)
    return "; ".join(words) + (f" … +{more}" if more else "")


def _size(shape: shapely.Geometry) -> str:
    return (
        f"({square_metres(float(shapely.area(shape)))})"
        if shapely.get_dimensions(shape) == 2
        else ""
    )


def square_metres(area: float) -> str:
    """Area as people read it."""
    return f"{area:,.1f} m²" if area < 1e6 else f"{area / 1e6:,.3f} km²"
