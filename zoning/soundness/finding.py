"""What a check says: how grave, of which layer, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs import GEOGRAPHIC, project

Severity = Literal["error", "warning", "note"]
GRAVITY: tuple[Severity, ...] = ("error", "warning", "note")
_SHOWN = 3


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
    zh, en : str
    count : int
        Features, pieces or values concerned.
    where : str
        Places as longitude, latitude (CGCS2000) or identifiers, the largest first.
    remedy_zh, remedy_en : str
    """

    severity: Severity
    layer: str
    zh: str
    en: str
    count: int = 1
    where: str = ""
    remedy_zh: str = ""
    remedy_en: str = ""

    @property
    def remedy(self) -> str:
        """What to do, in both languages."""
        return "  ".join(part for part in (self.remedy_zh, self.remedy_en) if part)

    def __str__(self) -> str:
        lines = [f"[{self.severity}] {self.layer}: {self.zh}  {self.en}"]
        lines += [f"    @ {self.where}"] if self.where else []
        lines += [f"    → {self.remedy}"] if self.remedy else []
        return "\n".join(lines)


def listed(words: Sequence[str]) -> str:
    """Return the first few words, and how many there are beyond."""
    more = f" … +{len(words) - _SHOWN}" if len(words) > _SHOWN else ""
    return "; ".join(words[:_SHOWN]) + more


def places(geometry: NDArray[np.object_], crs: str) -> str:
    """Longitude and latitude inside the largest geometries, with their area."""
    area = shapely.area(geometry)
    order = np.argsort(-area, kind="stable")
    points = project(shapely.point_on_surface(geometry[order[:_SHOWN]]), crs, GEOGRAPHIC)
    words = [
        f"{point.x:.5f}, {point.y:.5f} ({square_metres(float(area[i]))})"
        for point, i in zip(points, order, strict=False)
    ]
    more = len(geometry) - len(words)
    return "; ".join(words) + (f" … +{more}" if more else "")


def square_metres(area: float) -> str:
    """Area as people read it."""
    return f"{area:,.1f} m²" if area < 1e6 else f"{area / 1e6:,.3f} km²"
