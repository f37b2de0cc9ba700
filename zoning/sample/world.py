"""The sample's ground, made once: rivers, lakes, towns, relief, and the fields drawn from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from zoning.arrays import Floats
from zoning.sample.frame import Frame, coarse_points
from zoning.sample.noise import fractal
from zoning.sample.terrain.cover import Cover, calibrate_cover
from zoning.sample.terrain.lakes import dam_lakes
from zoning.sample.terrain.relief import Lake, Relief, form_relief, routing_height
from zoning.sample.terrain.rivers import (
    River,
    main_stem,
    route,
    stem_bed,
    stem_river,
    tributaries,
    water_polygon,
)
from zoning.sample.terrain.towns import Towns, plan_towns


@dataclass(frozen=True, slots=True)
class World:
    """What every layer and raster is drawn from."""

    frame: Frame
    towns: Towns
    rivers: tuple[River, ...]
    banks: tuple[BaseGeometry, ...]  # water between the banks, one to each river
    lakes: tuple[Lake, ...]
    relief: Relief
    cover: Cover
    x: Floats  # coarse lattice
    y: Floats
    slope: Floats  # on the coarse lattice [deg]
    urban: Floats  # urban density
    karst: Floats  # how strongly the rock is karstified, about 0..1


def form_world(frame: Frame) -> World:
    """Make the ground. About ten seconds."""
    towns = plan_towns(frame)
    stem = main_stem(frame)
    routing = route(routing_height(frame, stem, towns), stem, stem_bed(stem))
    rivers = [stem_river(stem), *tributaries(frame, routing, stem)]
    lakes = dam_lakes(frame, routing, rivers)
    relief = form_relief(frame, stem, towns, rivers, lakes)
    banks = tuple(water_polygon(river) for river in rivers)
    water = shapely.union_all([*banks, *(lake.shape for lake in relief.lakes)])
    cover = calibrate_cover(frame, towns, relief, water)
    x, y = coarse_points()
    karst = 0.62 * relief.rugged.values + 0.5 * fractal(x, y, 24_000.0, frame.salt(41), 3)
    return World(
        frame,
        towns,
        tuple(rivers),
        banks,
        relief.lakes,
        relief,
        cover,
        x,
        y,
        relief.slope(x, y),
        towns.density(x, y, frame.salt(6)),
        np.asarray(karst),
    )
