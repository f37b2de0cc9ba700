"""All vector layers of the sample, in the order in which one needs the other."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from zoning.arrays import Floats
from zoning.crs import WORK
from zoning.sample.outline import SampleLayer, above, layer, polygons, ragged, tidy
from zoning.sample.world import World
from zoning.sample.zones import buildings, ecology, industry, land, waters
from zoning.sample.zones.heap_works import heap_works
from zoning.sample.zones.units import PRIORITY, Unit, cut_units, unit_layer


@dataclass(frozen=True, slots=True)
class Made:
    """The layers, and the parts of them that the proposals are placed by."""

    layers: tuple[SampleLayer, ...]
    units: tuple[Unit, ...]
    parks: tuple[industry.Park, ...]

    def frame(self, key: str) -> gpd.GeoDataFrame:
        """One layer's table."""
        return next(one.frame for one in self.layers if one.key == key)


def make_layers(world: World) -> Made:
    """Draw every layer of the vocabulary that the sample holds."""
    frame = world.frame
    value = ecology.worth(world)
    reserves = ecology.reserves(world, value)
    water = waters.water_layers(world)
    sources = next(one.frame for one in water if one.key == "water_source")
    strict = list(sources.geometry[sources["level"] != "准"])
    nature = shapely.union_all([*strict, *(r.whole for r in reserves)])
    parks = industry.plan_parks(world, value, nature)
    priority = _priority(world, value, nature, parks)
    built = industry.built_ground(world, parks, priority)
    units = cut_units(frame, priority, built)
    kept = shapely.union_all([u.shape for u in units if u.kind == PRIORITY])
    redline = ecology.redline_layer(world, value, reserves, kept)
    red = shapely.union_all(list(redline.frame.geometry))
    wet = shapely.union_all([*world.banks, *(lake.shape for lake in world.lakes)])
    firm = shapely.union_all([red, wet.buffer(40.0)])
    urban = industry.urban_boundary(world, built, firm)
    towns = shapely.union_all([*urban.frame.geometry, *(p.shape for p in parks)])
    heaps = industry.heaps(world, shapely.union_all([nature, red, towns, wet]))
    layers = (
        layer("study_area", "study_area", [frame.study_area], name=["示例数据范围"]),
        unit_layer(frame, units),
        redline,
        ecology.reserve_layer(reserves),
        *water,
        *land.farmland_layers(world, shapely.union_all([firm, towns.buffer(30.0)])),
        urban,
        industry.ventilation(world),
        land.karst_zones(world),
        industry.park_layer(parks),
        industry.parcels(world, parks, shapely.union_all([nature, red])),
        heaps,
        *heap_works(world, heaps.frame),
        *industry.network(world),
        industry.receptors(world, wet),
        buildings.roofs(world, parks),
    )
    return Made(tuple(_clip(one, frame.study_area) for one in layers), units, parks)


def _priority(
    world: World, value: Floats, nature: BaseGeometry, parks: tuple[industry.Park, ...]
) -> BaseGeometry:
    """Ground of 优先保护 units: strict water zones, reserves, and the worthiest of the rest."""
    level = ecology.level_for_share(world, value, ecology.PRIORITY_SHARE, nature)
    ground = above(value, level, least_m2=1.2e6)
    ground = ragged(ground, 260.0, 2_200.0, world.frame.salt(71))
    free = shapely.union_all([p.shape.buffer(600.0) for p in parks])
    return tidy(shapely.union_all([ground.difference(free), nature]), least_m2=4e5, simplify_m=25.0)


def _clip(one: SampleLayer, area: BaseGeometry) -> SampleLayer:
    """Nothing reaches past the study area; most layers are inside it already."""
    if one.key in ("study_area", "control_unit"):
        return one
    shapely.prepare(area)
    outside = ~shapely.covered_by(one.frame.geometry.to_numpy(), area)
    if not outside.any():
        return one
    table = one.frame.copy()
    shapes = table.geometry.to_numpy().copy()
    shapes[outside] = [_same_kind(s, s.intersection(area)) for s in shapes[outside]]
    table["geometry"] = gpd.GeoSeries(shapes, index=table.index, crs=WORK)
    return SampleLayer(one.key, one.file, table[~table.geometry.is_empty].reset_index(drop=True))


def _same_kind(before: BaseGeometry, after: BaseGeometry) -> BaseGeometry:
    """Drop the points and lines that clipping a polygon may leave."""
    if not before.geom_type.endswith("Polygon") or after.geom_type != "GeometryCollection":
        return after
    return shapely.union_all(polygons(after))
