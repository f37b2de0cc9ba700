"""Where sample proposals may be put, as functions of the ground."""

from __future__ import annotations

import numpy as np
from shapely.geometry.base import BaseGeometry

from zoning.sample.proposals.placing import Ground, across, at_distance, plot, route
from zoning.sample.proposals.proposal import Place
from zoning.sample.zones.units import GENERAL


def clear(size: float, kind: str = GENERAL, county: str = "") -> Place:
    """On ground of one unit class that nothing else touches."""
    return lambda g, r: plot(r, g.clear(kind, county), size)


def inside_of(size: float, layer: str, less: tuple[str, ...] = (), **values: str) -> Place:
    """Inside a layer's chosen features, in the region, off some other layers."""

    def place(g: Ground, r: np.random.Generator) -> BaseGeometry:
        area = g.layer(layer, **values).intersection(g.world.frame.region.buffer(-400.0))
        for other in less:
            area = area.difference(g.layer(other).buffer(60.0))
        return plot(r, area, size)

    return place


def in_park(size: float, name: str) -> Place:
    """Well inside a park."""
    return lambda g, r: plot(r, g.park(name), size)


def from_bank(distance: float, size: float, rank: str) -> Place:
    """So far from the banks of one rank, and farther from all others."""

    def place(g: Ground, r: np.random.Generator) -> BaseGeometry:
        other = "支流" if rank == "重要支流" else "重要支流"
        free = g.clear().difference(g.layer("river_bank", rank=other).buffer(distance + 300.0))
        return at_distance(r, g.layer("river_bank", rank=rank), distance, size, free)

    return place


def water_second(g: Ground, r: np.random.Generator) -> BaseGeometry:
    """Second-class zone, outside the first and the redline."""
    less = [g.layer("water_source", level="一级"), g.layer("redline"), g.layer("basic_farmland")]
    area = g.layer("water_source", level="二级").intersection(g.world.frame.region.buffer(-500.0))
    for other in less:
        area = area.difference(other.buffer(50.0))
    return plot(r, area, 110.0)


def water_outer(g: Ground, r: np.random.Generator) -> BaseGeometry:
    """In the outer zone of a water source only."""
    area = g.layer("water_source", level="准").difference(
        g.layer("water_source", level="二级").buffer(80.0)
    )
    for key in ("redline", "basic_farmland", "farmland", "protected_area", "spring_catchment"):
        area = area.difference(g.layer(key).buffer(60.0))
    return plot(r, area.intersection(g.units(GENERAL)), 300.0)


def redline_line(g: Ground, r: np.random.Generator) -> BaseGeometry:
    """A line that cannot but cross the redline."""
    return across(r, g.clear(), g.layer("redline", core="否").buffer(-120.0), 9_000.0)


def farm_road(g: Ground, r: np.random.Generator) -> BaseGeometry:
    """A road on farmland that is not permanent basic farmland."""
    fields = g.layer("farmland").difference(g.layer("basic_farmland").buffer(60.0))
    for key in ("redline", "water_source", "protected_area", "river_management"):
        fields = fields.difference(g.layer(key).buffer(60.0))
    return route(r, fields.intersection(g.units(GENERAL)), 500.0)


def sinkholes(g: Ground, r: np.random.Generator) -> BaseGeometry:
    """Among sinkholes."""
    holes = g.layer("karst_zone", sinkholes="是").buffer(-120.0)
    return plot(r, holes.intersection(g.clear()), 240.0)


def near_redline(g: Ground, r: np.random.Generator) -> BaseGeometry:
    """So near the redline that accuracy decides."""
    free = g.world.frame.region
    for key in ("basic_farmland", "water_source", "protected_area", "wetland"):
        free = free.difference(g.layer(key).buffer(200.0))
    return at_distance(r, g.layer("redline"), 45.0, 60.0, free)
