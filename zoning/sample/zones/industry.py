"""Works of people: parks, towns, parcels, heaps, substations, roads, receptors, corridors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import Delaunay
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from zoning.arrays import Floats
from zoning.sample.frame import inside
from zoning.sample.noise import fractal
from zoning.sample.outline import (
    NO,
    UNKNOWN,
    YES,
    SampleLayer,
    above,
    blob,
    blurred,
    layer,
    pick,
    polygons,
    ragged,
    tidy,
)
from zoning.sample.world import World
from zoning.sample.zones.ecology import level_for_share

FILE = "industry"
KEY_SHARE = 0.155  # 重点管控 by area; Guizhou 2019: 15.3 % (faxinw.com 79147)
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Park:
    """An industrial park as the layer has it; None is an attribute that nobody recorded."""

    name: str
    county: str  # adcode, "" outside the region
    level: str
    leading: str
    planning_eia: str | None
    lawful: str | None
    sewage_plant: str | None
    chemical_park: str | None
    eia_number: str | None
    eia_date: str | None
    shape: Polygon


# name, adcode, level, leading industries (GB/T 4754), planning EIA, lawful, sewage plant, chemical
# park, radius [m]. Leading industries follow what the city's plan says of the counties.
_PARKS: tuple[tuple[str, str, str, str, str | None, str | None, str | None, str | None, float], ...]
_PARKS = (
    ("示例开阳化工园区", "520121", "省级", "C26;C3985", YES, YES, YES, YES, 1_900.0),
    ("示例息烽化工园区", "520122", "省级", "C26", YES, YES, YES, YES, 1_600.0),
    ("示例清镇铝产业园", "520181", "省级", "C32;C30", YES, YES, YES, NO, 1_900.0),
    ("示例修文产业园", "520123", "省级", "C15;C27;C30", YES, YES, YES, NO, 1_500.0),
    ("示例白云装备园", "520113", "国家级", "C33;C34;C36;C38;C39", YES, YES, YES, NO, 1_500.0),
    ("示例花溪制造园", "520111", "国家级", "C34;C36;C39;C26", YES, YES, NO, NO, 1_500.0),
    ("示例乌当医药食品园", "520112", "省级", "C13;C14;C27", YES, YES, YES, NO, 1_300.0),
    ("示例观山湖电子园", "520115", "市县级", "C39;I65", YES, YES, YES, NO, 1_000.0),
    ("示例清镇建材园", "520181", "市县级", "C30;C26", NO, YES, YES, NO, 1_100.0),
    ("示例开阳精细化工园", "520121", "市县级", "C26", NO, YES, NO, UNKNOWN, 1_000.0),
    (
        "示例息烽循环经济园",
        "520122",
        "市县级",
        "C42;C30;C26",
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        950.0,
    ),
    ("示例修文化工集中区", "520123", "市县级", "C26;C25", YES, NO, UNKNOWN, NO, 850.0),
    ("示例花溪大数据园", "520111", "省级", "I64;I65;C39", YES, YES, YES, NO, 1_200.0),
    ("示例清镇资源循环园", "520181", "市县级", "C42;N77", YES, YES, YES, NO, 900.0),
    ("示例外围园区一", "", "省级", "C26;C31", YES, YES, YES, UNKNOWN, 1_400.0),
    ("示例外围园区二", "", "市县级", "C30", UNKNOWN, YES, UNKNOWN, NO, 1_000.0),
)


def plan_parks(world: World, value: Floats, avoid: BaseGeometry) -> tuple[Park, ...]:
    """Place parks on gentle, ecologically poor ground, away from rivers and off some ground."""
    frame, rng = world.frame, world.frame.rng("parks")
    far = world.relief.channels.shore_distance(world.x, world.y)
    score = -blurred(world.slope, 5.0) / 8.0 - blurred(value, 3.0) - 3.0 * (far < 3_600.0)
    score = score + 0.6 * blurred(world.urban, 6.0)
    found: list[Park] = []
    taken: list[tuple[float, float]] = []
    for k, (name, code, level, leading, eia, lawful, plant, chem, radius) in enumerate(_PARKS):
        ring = frame.region.buffer(3_000.0)
        home = frame.district(code).buffer(-2_300.0) if code else None
        area = home or frame.study_area.buffer(-5_000.0).difference(ring)
        area = area.difference(avoid.buffer(radius + 500.0))
        x, y = (pick(rng, score, area, 1, 5_000.0, taken) or [(area.centroid.x, area.centroid.y)])[
            0
        ]
        taken.append((x, y))
        dated = eia == YES
        found.append(
            Park(
                name,
                code,
                level,
                leading,
                eia,
                lawful,
                plant,
                chem,
                f"示例环函〔{2018 + k % 7}〕{k + 11}号" if dated else None,
                f"{2018 + k % 7}-{3 + k % 9:02d}-15" if dated else None,
                blob(rng, x, y, radius, 0.3),
            )
        )
    return tuple(found)


def park_layer(parks: tuple[Park, ...]) -> SampleLayer:
    """Parks with empty cells where an attribute is not known."""
    fields = (
        "name",
        "level",
        "leading",
        "planning_eia",
        "eia_number",
        "eia_date",
        "lawful",
        "sewage_plant",
        "chemical_park",
    )
    columns = {field: [getattr(park, field) for park in parks] for field in fields}
    return layer("park", FILE, [park.shape for park in parks], **columns)


def built_ground(world: World, parks: tuple[Park, ...], priority: BaseGeometry) -> BaseGeometry:
    """Ground of towns and parks: what 重点管控 units and urban boundaries are made of.

    The level of urban density is chosen so that it takes its share of the region outside 优先保护.
    """
    grown = shapely.union_all([park.shape.buffer(400.0) for park in parks])
    density = blurred(world.urban, 1.2)
    free = density - 9.0 * inside(priority, world.x, world.y)
    level = level_for_share(world, free, KEY_SHARE, grown.difference(priority))
    towns = ragged(above(density, level, least_m2=4e5), 320.0, 2_400.0, world.frame.salt(92))
    return tidy(shapely.union_all([towns, grown]), least_m2=4e5, simplify_m=15.0)


def urban_boundary(world: World, built: BaseGeometry, avoid: BaseGeometry) -> SampleLayer:
    """Urban development boundaries: built ground less what is protected."""
    rough = ragged(built, 140.0, 1_800.0, world.frame.salt(90))
    ground = tidy(rough.difference(avoid.buffer(15.0)), least_m2=3e5, simplify_m=10.0)
    shapes = polygons(ground.intersection(world.frame.study_area))
    names = [f"示例城镇开发边界{k + 1:02d}" for k in range(len(shapes))]
    return layer("urban_boundary", "land", shapes, name=names)


def ventilation(world: World) -> SampleLayer:
    """Six corridors across the urban districts."""
    rng, frame = world.frame.rng("ventilation"), world.frame
    middle = frame.urban.centroid
    shapes = []
    for k in range(6):
        turn = 1.2 + float(rng.uniform(-0.45, 0.45))
        along = np.linspace(-1, 1, 9) * float(rng.uniform(8_000, 14_000))
        aside = (k - 2.5) * 4_200.0
        x = middle.x - aside * np.sin(turn) + along * np.cos(turn)
        y = middle.y + 4_000 + aside * np.cos(turn) + along * np.sin(turn)
        strip = LineString(np.column_stack([x, y])).buffer(float(rng.uniform(180, 420)))
        winding = ragged(strip, 700.0, 6_000.0, frame.salt(91 + k)).intersection(frame.urban)
        shapes.append(max(polygons(winding), key=lambda p: p.area))
    names = [f"示例通风廊道{NUMERALS[k]}" for k in range(len(shapes))]
    return layer("ventilation_corridor", "land", shapes, name=names)


def parcels(world: World, parks: tuple[Park, ...], avoid: BaseGeometry) -> SampleLayer:
    """Parcels of the contaminated-land register: listed, target met, surveyed, or unknown."""
    rng = world.frame.rng("parcels")
    near = shapely.union_all([p.shape.buffer(4_000.0) for p in parks if p.county])
    near = near.intersection(world.frame.region).difference(avoid.buffer(500.0))
    near = near.difference(shapely.union_all([p.shape.buffer(800.0) for p in parks]))
    spots = pick(rng, -blurred(world.slope, 3.0), near, 9, 4_000.0)
    states = [
        (YES, NO, YES),
        (YES, YES, YES),
        (YES, NO, NO),
        (YES, NO, UNKNOWN),
        (NO, UNKNOWN, NO),
        (YES, UNKNOWN, YES),
        (NO, UNKNOWN, YES),
        (YES, NO, YES),
        (YES, YES, YES),
    ]
    shapes = [blob(rng, x, y, float(rng.uniform(110, 330)), 0.3) for x, y in spots]
    rows = states[: len(shapes)]
    return layer(
        "contaminated_parcel",
        FILE,
        shapes,
        name=[f"示例地块{k + 1:02d}" for k in range(len(shapes))],
        listed=[r[0] for r in rows],
        target_met=[r[1] for r in rows],
        survey_done=[r[2] for r in rows],
    )


# type, regime, state: combinations that exist, several of each type of clause 五(三)2; of one heap
# nobody recorded the state.
_HEAPS: tuple[tuple[str, str, str | None], ...] = (
    ("磷石膏", "Ⅱ类场", "在用"),
    ("磷石膏", "Ⅱ类场", "已封场"),
    ("磷石膏", "尾矿库", "停用"),
    ("电解锰渣", "Ⅱ类场", "已封场"),
    ("电解锰渣", "疑似危废", "停用"),
    ("电石渣", "Ⅱ类场", "已封场"),
    ("电石渣", "Ⅱ类场", "停用"),
    ("赤泥", "尾矿库", "在用"),
    ("赤泥", "尾矿库", "已闭库销号"),
    ("煤矸石", "Ⅱ类场", UNKNOWN),
    ("煤矸石", "矿山用地", "已修复"),
    ("煤矸石", "Ⅱ类场", "已封场"),
    ("废弃矿山", "矿山用地", "已修复"),
    ("废弃矿山", "矿山用地", "停用"),
    ("废弃矿山", "矿山用地", "已修复"),
    ("废弃矿山", "矿山用地", "停用"),
)
# holder, tenure, kept for reuse; invented, and left open for some as registers leave them
_HOLDERS: tuple[tuple[str | None, str | None, str | None], ...] = (
    ("企业", "国有", NO),
    ("企业", "国有", NO),
    ("企业", "集体", UNKNOWN),
    ("企业", "国有", NO),
    ("无主", UNKNOWN, UNKNOWN),
    ("企业", "国有", UNKNOWN),
    ("政府", "国有", NO),
    ("企业", "国有", YES),
    ("企业", "国有", NO),
    (UNKNOWN, UNKNOWN, UNKNOWN),
    ("政府", "集体", NO),
    ("企业", "集体", YES),
    ("政府", "集体", NO),
    ("政府", "集体", UNKNOWN),
    ("无主", "集体", NO),
    (UNKNOWN, "集体", UNKNOWN),
)


def heaps(world: World, avoid: BaseGeometry) -> SampleLayer:
    """Waste heaps and abandoned mines, placed by noise and never given a real heap's name."""
    rng = world.frame.rng("heaps")
    counties = shapely.union_all(
        [world.frame.district(c) for c in ("520121", "520122", "520123", "520181")]
    )
    area = counties.buffer(-1_500.0).difference(avoid.buffer(450.0))
    around = world.frame.study_area.buffer(-4_000.0).difference(world.frame.region.buffer(2_000.0))
    score = 0.3 * rng.random(world.x.shape) - np.abs(blurred(world.slope, 3.0) - 12.0) / 30.0
    spots = pick(rng, score, area, len(_HEAPS), 4_500.0) + pick(rng, score, around, 4, 6_000.0)
    shapes: list[BaseGeometry] = []
    rows: list[tuple[str | None, ...]] = []
    for k, (x, y) in enumerate(spots):
        kind, regime, state = _HEAPS[k % len(_HEAPS)]
        held = _HOLDERS[k % len(_HOLDERS)]
        letter = chr(ord("A") + k)
        whole = blob(rng, x, y, float(rng.uniform(190, 480)), 0.32)
        name = f"示例废弃矿山{letter}" if kind == "废弃矿山" else f"示例堆场{letter}"
        if state == "在用":  # parts closed and parts in use
            shut = whole.buffer(-90.0).intersection(shapely.box(x, y - 3_000, x + 3_000, y + 3_000))
            shapes += [whole.difference(shut), shut]
            rows += [
                (name, kind, regime, "在用", "在用区", *held),
                (name, kind, regime, "已封场", "封场区", *held),
            ]
        else:
            shapes.append(whole)
            rows.append((name, kind, regime, state, "全场", *held))
    fields = ("name", "type", "regime", "state", "part", "holder", "tenure", "reserved")
    columns = {field: [row[i] for row in rows] for i, field in enumerate(fields)}
    return layer("waste_heap", FILE, shapes, **columns)


def network(world: World) -> list[SampleLayer]:
    """Roads between towns and substations near them."""
    rng, towns, area = world.frame.rng("network"), world.towns, world.frame.study_area
    xy = np.column_stack([towns.x, towns.y])
    pairs = {
        tuple(sorted((int(a), int(b))))
        for t in Delaunay(xy).simplices
        for a, b in ((t[0], t[1]), (t[1], t[2]), (t[0], t[2]))
    }
    lines, classes = [], []
    for a, b in sorted(pairs):
        gap = float(np.hypot(*(xy[a] - xy[b])))
        if gap < 26_000.0:
            line = shapely.segmentize(LineString([xy[a], xy[b]]), 700.0)
            line = ragged_line(line, 650.0, 5_000.0, world.frame.salt(95))
            lines.append(line.intersection(area))
            big = towns.radius_m[a] + towns.radius_m[b] > 6_000
            classes.append("高速公路" if big else ("省道" if gap < 12_000 else "县道"))
    names = [f"示例{c}{k + 1:03d}" for k, c in enumerate(classes)]
    spots = pick(
        rng, blurred(world.urban, 4.0) + 0.4 * rng.random(world.x.shape), area, 46, 6_500.0
    )
    levels = [500 if k < 3 else 220 if k < 15 else 110 if k < 34 else 35 for k in range(len(spots))]
    return [
        layer("road", "infrastructure", lines, name=names, **{"class": classes}),
        layer(
            "substation",
            "infrastructure",
            [shapely.Point(*s) for s in spots],
            name=[f"示例{kv}千伏变电站{k + 1:02d}" for k, kv in enumerate(levels)],
            kv=[float(kv) for kv in levels],
            spare_mw=[
                float(round(kv * rng.uniform(0.0, 0.9))) if k % 5 else None
                for k, kv in enumerate(levels)
            ],
        ),
    ]


def ragged_line(line: LineString, amount_m: float, wavelength_m: float, seed: int) -> LineString:
    """A line that winds; the ends move too, the same way wherever lines meet."""

    def moved(xy: Floats) -> Floats:
        a = fractal(xy[:, 0], xy[:, 1], wavelength_m, seed, 3)
        b = fractal(xy[:, 0], xy[:, 1], wavelength_m, seed + 17, 3)
        return xy + amount_m * np.column_stack([a, b])

    wound = shapely.transform(line, moved).simplify(15.0)
    return LineString(shapely.get_coordinates(wound).round(2))


def receptors(world: World, water: BaseGeometry) -> SampleLayer:
    """Villages all over, schools and hospitals where people live."""
    rng = world.frame.rng("receptors")
    x, y = world.x.ravel(), world.y.ravel()
    ok = inside(world.frame.study_area, x, y) & ~inside(water.buffer(120.0), x, y)
    gentle = np.exp(-world.slope.ravel() / 12.0)
    shapes, names, types = [], [], []
    for kind, count, weight in (
        ("村寨", 760, gentle * (1.0 - world.urban.ravel())),
        ("学校", 95, gentle * (0.05 + world.urban.ravel())),
        ("医院", 36, gentle * (0.02 + world.urban.ravel() ** 2)),
    ):
        p = np.where(ok, np.maximum(weight, 0.0), 0.0)
        for k, node in enumerate(rng.choice(len(p), count, replace=False, p=p / p.sum())):
            dx, dy = rng.uniform(-110, 110, 2)
            shapes.append(shapely.Point(round(x[node] + dx, 2), round(y[node] + dy, 2)))
            names.append(f"示例{kind}{k + 1:03d}")
            types.append(kind)
    return layer("receptor", "infrastructure", shapes, name=names, type=types)
