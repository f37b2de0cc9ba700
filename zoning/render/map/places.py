"""Where projects lie: symbol, outline, overlapped parts and limit lines of each component."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from zoning.render.conflicts import Ground, distance_tests, limit_line, overlap_tests, overlapped
from zoning.render.map.cards import Row
from zoning.render.map.shapes import Json, thin, write
from zoning.render.style import DIRECTION
from zoning.rules.model import Rule, RuleSet
from zoning.sites import Sites

if TYPE_CHECKING:
    from zoning.screening.views import FindingView, ProjectView, SiteView

_THIN = ((1_000, 1.0), (3_000, 5.0))  # up to n sites: [m]
_THIN_MANY = 15.0  # [m]


class PlaceWriter:
    """Adds geometry to the rows of projects.

    Parameters
    ----------
    sites : Sites
    rules : RuleSet
        Names the layers that a finding is about.
    ground : callable
        Layer name -> Ground, or None where its geometry may not be shown.
    outlines : bool
        False: of a site's shape nothing is given but a point inside and a circle of its area.
    """

    def __init__(
        self,
        sites: Sites,
        rules: RuleSet,
        ground: Callable[[str], Ground | None],
        *,
        outlines: bool = True,
    ) -> None:
        self._outlines = outlines
        self._sites = sites
        self._at = pd.Index(sites.table["id"])
        self._rules: dict[str, Rule] = {rule.id: rule for rule in rules.rules}
        self._ground = ground
        fits = [metres for most, metres in _THIN if len(sites) <= most]
        self._thin = fits[0] if fits else _THIN_MANY

    def add_to(self, row: Row, view: ProjectView) -> Row:
        """Return the row of a project with the places of its components."""
        components = row["c"]
        assert isinstance(components, list)
        placed: list[Json] = [
            {**component, **self.place(site)}
            for component, site in zip(components, view.components, strict=True)
            if isinstance(component, dict)
        ]
        return {**row, "c": placed}

    def place(self, view: SiteView) -> Row:
        """Return symbol, outline, conflicts and lines of a component; nothing where no place."""
        [at] = self._at.get_indexer([view.id])
        shape = None if at < 0 else self._sites.geometry[at]
        if shape is None or shapely.is_empty(shape):
            return {}
        [spot] = write(np.array([shapely.point_on_surface(shape)], object), self._sites.crs)
        row: Row = {"ll": spot["coordinates"] if spot else None}
        if not self._outlines:
            return {**row, "rad": round(math.sqrt(shapely.area(shape) / math.pi), 1)}
        if int(shapely.get_dimensions(shape)) > 0:
            [row["g"]] = write(thin(np.array([shape], object), self._thin), self._sites.crs)
            row["x"] = self._conflicts(shape, view)
        else:
            row["rad"] = _radius(view)
        row["b"] = self._lines(shape, view)
        return {key: value for key, value in row.items() if value not in (None, [])}

    def _conflicts(self, shape: shapely.Geometry, view: SiteView) -> list[Json]:
        """[direction, layer, geometry], refusals last so that they lie on top."""
        found: dict[tuple[str, str], list[shapely.Geometry]] = {}
        for finding, rule in self._standing(view):
            for fact in overlap_tests(rule):
                ground = self._ground(fact.layer)
                part = overlapped(shape, ground, fact) if ground else None
                if part is not None:
                    key = (DIRECTION[finding.direction][0], fact.layer)
                    found.setdefault(key, []).append(part)
        ordered = sorted(found.items())  # C before F
        shapes = [shapely.union_all(np.array(parts, object)) for _, parts in ordered]
        written = write(thin(np.array(shapes, object), self._thin), self._sites.crs)
        return [[*key, each] for (key, _), each in zip(ordered, written, strict=True) if each]

    def _lines(self, shape: shapely.Geometry, view: SiteView) -> list[Json]:
        found: dict[tuple[str, float], shapely.Geometry] = {}
        for _, rule in self._standing(view):
            for fact, limit_m in distance_tests(rule):
                ground = self._ground(fact.layer)
                if ground is None or not ground.whole or (str(fact), limit_m) in found:
                    continue
                line = limit_line(shape, ground, fact, limit_m)
                if line is not None:
                    found[str(fact), limit_m] = line
        written = write(np.array([*found.values()], object), self._sites.crs)
        return [
            [fact.split(".")[0].split("[")[0], limit, line]
            for (fact, limit), line in zip(found, written, strict=True)
            if line
        ]

    def _standing(self, view: SiteView) -> list[tuple[FindingView, Rule]]:
        return [
            (finding, self._rules[finding.rule])
            for finding in view.findings
            if finding.outcome in ("fires", "open", "assumed")
            and finding.direction in ("forbid", "conditional")
            and finding.rule in self._rules
        ]


def _radius(view: SiteView) -> float:
    """Circle that stands for a point: the ground it stands for plus its accuracy [m]."""
    parts = (view.radius_m, view.accuracy_m)
    return round(sum(part for part in parts if math.isfinite(part)), 1)
