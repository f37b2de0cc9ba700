"""Water: banks, management ranges, lakes, buffer belts, source zones, wetlands, catchments."""

from __future__ import annotations

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from zoning.sample.outline import SampleLayer, blob, layer, nearest_index, polygons, ragged, tidy
from zoning.sample.world import World

FILE = "water"
SOURCES = 6  # lakes that are drinking-water sources; two springs besides
NUMERALS = "一二三四五六七八九十"


def water_layers(world: World) -> list[SampleLayer]:
    """All layers of water, clipped to the study area."""
    area = world.frame.study_area
    banks = [shapely.set_precision(bank.intersection(area), 0.01) for bank in world.banks]
    kept = [i for i, bank in enumerate(banks) if not bank.is_empty]
    rivers = [world.rivers[i] for i in kept]
    shapes = [banks[i] for i in kept]
    names = [lake.name for lake in world.lakes]
    lakes = [lake.shape for lake in world.lakes]
    strips = [
        tidy(
            bank.buffer(30.0 if river.rank == "支流" else 60.0, quad_segs=3),
            least_m2=0.0,
            simplify_m=6.0,
        ).intersection(area)
        for bank, river in zip(shapes, rivers, strict=True)
    ]
    belts = [lake.buffer(120.0, quad_segs=4).simplify(8.0).difference(lake) for lake in lakes]
    return [
        layer(
            "river_bank",
            FILE,
            shapes,
            name=[r.name for r in rivers],
            rank=[r.rank for r in rivers],
            basin=[r.basin for r in rivers],
        ),
        layer("river_management", FILE, strips, name=[f"{r.name}管理范围" for r in rivers]),
        layer("lake", FILE, lakes, name=names),
        layer("buffer_belt", FILE, belts, name=[f"{name}生态缓冲带" for name in names]),
        source_zones(world),
        wetlands(world),
        catchments(world),
        springs(world),
    ]


def source_zones(world: World) -> SampleLayer:
    """Drinking-water zones: each level's polygon contains the stricter ones."""
    rng, seed = world.frame.rng("sources"), world.frame.salt(60)
    names, levels, shapes = [], [], []
    starts: list[tuple[str, BaseGeometry, float]] = [
        (f"示例{lake.name[2:]}水源地", lake.shape, 200.0) for lake in world.lakes[:SOURCES]
    ]
    for k, spot in enumerate(_dry_spots(world, 3)):
        starts.append((f"示例地下水水源地{NUMERALS[k]}", Point(*spot).buffer(30.0), 70.0))
    for name, core, reach in starts:
        first = core.buffer(reach, quad_segs=4).simplify(6.0)
        grown = first.buffer(float(rng.uniform(500, 900)) if reach > 100 else 350.0)
        second = shapely.union_all([ragged(grown, 160.0, 1_500.0, seed), first.buffer(60.0)])
        grown = second.buffer(float(rng.uniform(900, 1_900)) if reach > 100 else 500.0)
        outer = shapely.union_all([ragged(grown, 350.0, 2_600.0, seed + 1), second.buffer(60.0)])
        for level, shape in (("一级", first), ("二级", second), ("准", outer)):
            names.append(name)
            levels.append(level)
            shapes.append(
                tidy(max(polygons(shape), key=lambda p: p.area), least_m2=1e4, simplify_m=5.0)
            )
    return layer("water_source", FILE, shapes, name=names, level=levels)


def wetlands(world: World) -> SampleLayer:
    """Wetland parks along reservoirs and streams, one of them of national importance."""
    rng = world.frame.rng("wetlands")
    names, importance, kinds, zones, shapes = [], [], [], [], []
    lakes = [lake.shape for lake in world.lakes[SOURCES:]]
    spots = [lake.centroid for lake in lakes]
    for k, (lake, spot) in enumerate(zip(lakes, spots, strict=True)):
        shore = shapely.union_all([lake.buffer(90.0), blob(rng, spot.x, spot.y, 900.0, 0.35)])
        shape = tidy(max(polygons(shore), key=lambda p: p.area), least_m2=1e4, simplify_m=8.0)
        great = k == 0
        inner = shape.buffer(-260.0).simplify(8.0) if great else None
        rows = (
            [("保育区", inner), ("合理利用区", shape.difference(inner))] if inner else [("", shape)]
        )
        for zone, part in rows:
            names.append(f"示例湿地公园{NUMERALS[k]}")
            importance.append("国家重要湿地" if great else "其他湿地")
            kinds.append("国家湿地公园" if k < 2 else "湿地公园" if k < 4 else "其他")
            zones.append(zone)
            shapes.append(part)
    return layer("wetland", FILE, shapes, name=names, importance=importance, kind=kinds, zone=zones)


def catchments(world: World) -> SampleLayer:
    """Two catchments under total-phosphorus control, in 息烽 and 开阳; outlines invented.

    Rules ask for these two by name, so the mark 示例 stands in a column of its own.
    """
    shapes, names = [], []
    for code, name in (("520122", "息烽河流域"), ("520121", "洋水河流域")):
        county = world.frame.district(code)
        stream = max(world.rivers[1:], key=lambda r: r.line.intersection(county).length)
        core = stream.line.intersection(county).buffer(2_600.0, quad_segs=4)
        shape = ragged(core, 900.0, 5_000.0, world.frame.salt(61)).intersection(county)
        shapes.append(tidy(max(polygons(shape), key=lambda p: p.area), least_m2=1e6))
        names.append(name)
    return layer("catchment", FILE, shapes, name=names, mark=["示例范围"] * len(names))


def springs(world: World) -> SampleLayer:
    """Catchments of karst springs."""
    rng = world.frame.rng("springs")
    spots = _dry_spots(world, 7, purpose="spring_catchment")
    shapes = [blob(rng, x, y, float(rng.uniform(1_500, 3_200)), 0.4) for x, y in spots]
    names = [f"示例泉域{NUMERALS[k]}" for k in range(len(shapes))]
    return layer("spring_catchment", FILE, shapes, name=names)


def _dry_spots(world: World, count: int, purpose: str = "wells") -> list[tuple[float, float]]:
    """Places in hilly karst, away from reservoirs."""
    from zoning.sample.outline import blurred, pick

    rng = world.frame.rng(purpose)
    score = blurred(world.karst, 6.0) - world.urban
    lakes = [(lake.shape.centroid.x, lake.shape.centroid.y) for lake in world.lakes]
    return pick(rng, score, world.frame.region.buffer(4_000.0), count, 9_000.0, lakes)


__all__ = ["nearest_index", "source_zones", "water_layers"]
