"""Nature: how much a place is worth keeping, protected areas, redline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from zoning.arrays import Floats
from zoning.sample.frame import inside
from zoning.sample.noise import fractal
from zoning.sample.outline import SampleLayer, above, blob, blurred, layer, pick, polygons, tidy
from zoning.sample.terrain.cover import TREE
from zoning.sample.world import World

FILE = "ecology"
REDLINE_SHARE = 0.15  # of the region, illustrative
PRIORITY_SHARE = 0.425  # 优先保护 by area; Guizhou 2019: 43.3 % (faxinw.com 79147)
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Reserve:
    """One protected area and its zones."""

    name: str
    kind: str
    level: str
    whole: Polygon
    inner: BaseGeometry | None  # 核心保护区 or 核心景区


def worth(world: World) -> Floats:
    """Ecological worth on the coarse lattice: woods, relief, river corridors, few people."""
    x, y = world.x, world.y
    woods = (world.cover.classes(x, y, world.slope) == TREE).astype(float)
    rivers = world.relief.channels.shore_distance(x, y)
    score = 1.3 * blurred(woods, 5.0) + 0.9 * blurred(world.relief.rugged.values, 4.0)
    score += 0.5 * np.exp(-rivers / 900.0) - 1.6 * blurred(world.urban, 4.0)
    score += 1.1 * fractal(x, y, 15_000.0, world.frame.salt(70), 4)
    return blurred(score, 2.2)


def reserves(world: World, value: Floats) -> tuple[Reserve, ...]:
    """Nature reserves (with a core zone), forest parks, scenic areas and other nature parks."""
    rng = world.frame.rng("reserves")
    kinds = (
        ("自然保护区", "国家级", 4_800.0),
        ("自然保护区", "省级", 3_900.0),
        ("森林公园", "省级", 2_600.0),
        ("风景名胜区", "国家级", 3_600.0),
        ("森林公园", "国家级", 3_000.0),
        ("其他自然公园", "省级", 2_100.0),
        ("风景名胜区", "省级", 2_500.0),
        ("其他自然公园", "市级", 1_600.0),
        ("自然保护区", "市级", 2_800.0),
        ("森林公园", "省级", 2_300.0),
    )
    home = world.frame.region.buffer(-5_500.0)
    away = world.frame.study_area.buffer(-6_000.0).difference(world.frame.region.buffer(5_500.0))
    spots = pick(rng, value, home, 8, 11_000.0)
    spots += pick(rng, value, away, 2, 11_000.0)
    found = []
    for k, ((x, y), (kind, level, radius)) in enumerate(zip(spots, kinds, strict=False)):
        whole = blob(rng, x, y, radius, 0.42)
        share = {"自然保护区": 0.32, "风景名胜区": 0.25}.get(kind)
        inner = tidy(whole.buffer(-radius * share * 1.2), least_m2=1e5) if share else None
        found.append(Reserve(f"示例{kind}{NUMERALS[k]}", kind, level, whole, inner))
    return tuple(found)


def reserve_layer(found: tuple[Reserve, ...]) -> SampleLayer:
    """Protected areas, one feature to a zone: zones of one area do not overlap."""
    rows: list[tuple[str, str, str, str, BaseGeometry]] = []
    for one in found:
        core = {"自然保护区": "核心保护区", "风景名胜区": "核心景区"}.get(one.kind, "")
        rest = "一般控制区" if one.kind == "自然保护区" else "其他"
        if one.inner is not None and not one.inner.is_empty:
            rows.append((one.name, one.kind, core, one.level, one.inner))
            rows.append((one.name, one.kind, rest, one.level, one.whole.difference(one.inner)))
        else:
            rows.append((one.name, one.kind, rest, one.level, one.whole))
    return layer(
        "protected_area",
        FILE,
        [row[4] for row in rows],
        name=[row[0] for row in rows],
        kind=[row[1] for row in rows],
        zone=[row[2] for row in rows],
        level=[row[3] for row in rows],
    )


def level_for_share(world: World, values: Floats, share: float, sure: BaseGeometry) -> float:
    """Level above which a field, together with `sure` ground, takes a share of the region."""
    home = inside(world.frame.region, world.x, world.y)
    held = inside(sure, world.x, world.y) & home
    wanted = share * home.sum() - held.sum()
    rest = np.sort(values[home & ~held])[::-1]
    return float(rest[int(np.clip(wanted, 1, len(rest) - 1))])


def redline_layer(
    world: World, value: Floats, found: tuple[Reserve, ...], priority: BaseGeometry
) -> SampleLayer:
    """Redline: the worthiest ground and the reserves, inside the region within 优先保护 units.

    Parameters
    ----------
    priority : geometry
        Union of the 优先保护 units.
    """
    held = shapely.union_all([r.whole for r in found if r.kind in ("自然保护区", "森林公园")])
    level = level_for_share(world, value, REDLINE_SHARE, held)
    best = above(value, level, least_m2=6e5, soften_m=90.0)
    ground = shapely.union_all([best, held]).intersection(world.frame.study_area)
    home = ground.intersection(priority.buffer(-20.0, quad_segs=2))
    away = ground.difference(world.frame.region.buffer(30.0, quad_segs=2))
    core = shapely.union_all([r.inner for r in found if r.kind == "自然保护区" and r.inner])
    shapes, codes, names, types, cores = [], [], [], [], []
    kinds = ("水源涵养", "水土保持", "生物多样性维护", "石漠化敏感")
    rng = world.frame.rng("redline")
    for region_part in (home, away):
        for is_core in (True, False):
            part = region_part.intersection(core) if is_core else region_part.difference(core)
            for shape in polygons(tidy(part, least_m2=8e4, simplify_m=8.0)):
                kind = kinds[int(rng.integers(4))]
                shapes.append(shape)
                codes.append(f"SLHX-SYN-{len(shapes):04d}")
                types.append(kind)
                names.append(f"示例{kind}生态保护红线{len(shapes):03d}")
                cores.append("是" if is_core else "否")
    return layer("redline", FILE, shapes, code=codes, name=names, type=types, core=cores)
