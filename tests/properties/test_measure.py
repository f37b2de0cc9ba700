"""Facts of layers hold under every shift of at most t, whatever lies where the layer is silent."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, CodeSet, Numbers
from zoning.measure.ground import Ground, LayerView
from zoning.measure.vector import measure_vector
from zoning.overlay import index_zones
from zoning.rules.grammar import parse_fact

MEASURES = (
    "meets",
    "within",
    "overlap_area",
    "overlap_share",
    "distance",
    "count",
    "class",
    "covered",
)
REFS = [parse_fact(f"control_unit.{m}") for m in MEASURES]
FILTERED = [parse_fact(f"control_unit[class = 优先保护].{m}") for m in MEASURES[:-1]]
NAMES = ("优先保护", "一般管控", None, "特殊管控")  # the last is no class there is: unknown


def blob(rng: np.random.Generator, size: float) -> shapely.Polygon:
    """A random star-shaped polygon, sometimes with a hole."""
    n = int(rng.integers(3, 9))
    angles = np.sort(rng.uniform(0, 2 * np.pi, n))
    radii = rng.uniform(0.3, 1, n) * size
    centre = rng.uniform(-60, 60, 2)
    ring = centre + np.c_[np.cos(angles), np.sin(angles)] * radii[:, None]
    hull = shapely.make_valid(shapely.Polygon(ring)).buffer(0)
    if rng.random() < 0.3:
        hull = hull.difference(shapely.Point(centre).buffer(size / 5))
    return hull


def scene(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[str | None]]:
    rng = np.random.default_rng(seed)
    sites = np.empty(6, object)
    sites[:3] = [blob(rng, rng.choice([3, 15, 50])) for _ in range(3)]
    sites[3:5] = [shapely.Point(rng.uniform(-60, 60, 2)) for _ in range(2)]
    sites[5] = shapely.LineString(rng.uniform(-60, 60, (3, 2)))
    zones = np.empty(5, object)
    zones[:] = [blob(rng, rng.choice([8, 30, 60])) for _ in range(5)]
    t = rng.choice([0.0, 1.0, 6.0], 6)
    shift = rng.uniform(0, 1, 6) ** 0.3 * t * 0.999
    angle = rng.uniform(0, 2 * np.pi, 6)
    moved = np.empty(6, object)
    moved[:] = [
        affinity.translate(s, d * np.cos(a), d * np.sin(a))
        for s, d, a in zip(sites, shift, angle, strict=True)
    ]
    return sites, moved, zones, t, [NAMES[i] for i in rng.integers(0, 4, 5)]


def size(geometry: shapely.Geometry) -> float:
    return geometry.area if geometry.area else geometry.length


def meets(site: shapely.Geometry, zone: shapely.Geometry) -> bool:
    if site.geom_type == "Point":
        return bool(zone.intersects(site))
    return size(site.intersection(zone)) > 1e-9 if site.intersects(zone) else False


def inside(column: Numbers, i: int, value: float) -> bool:
    slack = 1e-6 * max(1.0, abs(value))
    return column.low[i] - slack <= value <= column.high[i] + slack


def agrees(column: Claims, i: int, value: bool) -> bool:
    return (not column.sure[i] or value) and (column.maybe[i] or not value)


def holds(codes: CodeSet, met: set[str]) -> bool:
    return codes.sure <= met and (codes.open or met <= codes.maybe)


def check(
    found: dict[str, object], name: str, moved: np.ndarray, zones: list, chosen: list
) -> None:
    for i, site in enumerate(moved):
        union = shapely.union_all([z for z, c in zip(zones, chosen, strict=True) if c])
        met = [c and meets(site, z) for z, c in zip(zones, chosen, strict=True)]
        assert agrees(found[f"{name}.meets"], i, any(met)), (i, "meets")
        part = size(site.intersection(union)) if site.geom_type != "Point" else np.nan
        if site.geom_type == "Polygon":
            assert inside(found[f"{name}.overlap_area"], i, part), (i, "area")
        if site.geom_type != "Point":
            assert inside(found[f"{name}.overlap_share"], i, part / size(site)), (i, "share")
        if not union.is_empty:
            assert inside(found[f"{name}.distance"], i, site.distance(union)), (i, "distance")
        assert inside(found[f"{name}.count"], i, float(sum(met))), (i, "count")
        covered = bool(union.buffer(1e-7).covers(site))
        if covered == bool(union.buffer(-1e-7).covers(site)):
            assert agrees(found[f"{name}.within"], i, covered), (i, "within")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["whole", "part", "unknown"]))
def test_facts_hold_under_shifts_and_beyond_the_coverage(seed: int, kind: str) -> None:
    sites, moved, zones, t, names = scene(seed)
    reach = {"whole": shapely.box(-500, -500, 500, 500), "part": shapely.box(-40, -80, 30, 80)}.get(
        kind
    )
    known = zones if reach is None else shapely.intersection(zones, reach)
    rows = ~shapely.is_empty(known)
    view = LayerView(
        index_zones(known[rows]),
        pd.DataFrame({"class": np.asarray(names, object)[rows]}),
        None if reach is None else index_zones(np.asarray([reach], object)),
    )
    n = len(sites)
    ground = Ground(sites, t, np.full(n, np.nan), np.ones(n))
    facts = Facts(np.asarray([str(i) for i in range(n)]), {})
    found = measure_vector([*REFS, *FILTERED], ground, view, facts)
    # what is not known to be a class may be any of them
    true_names = [name if name in NAMES[:2] else "优先保护" for name in names]
    check(found, "control_unit", moved, list(zones), [True] * 5)
    check(
        found,
        "control_unit[class = 优先保护]",
        moved,
        list(zones),
        [n == "优先保护" for n in true_names],
    )
    check(
        found,
        "control_unit[class = 优先保护]",
        moved,
        list(zones),
        [n == "优先保护" for n in names],
    )
    classes = found["control_unit.class"]
    assert isinstance(classes, Codes)
    for i, site in enumerate(moved):
        met = {n for n, z in zip(true_names, zones, strict=True) if meets(site, z)}
        assert holds(classes.cell(i), met), i


def test_without_stated_coverage_nothing_is_surely_absent() -> None:
    far = np.asarray([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)], object)
    view = LayerView(
        index_zones(np.asarray([shapely.box(100, 100, 101, 101)], object)),
        pd.DataFrame({"class": ["优先保护"]}),
        None,
    )
    ground = Ground(far, np.zeros(2), np.full(2, np.nan), np.ones(2))
    found = measure_vector(REFS, ground, view, Facts(np.asarray(["a", "b"]), {}))
    claims, distance = found["control_unit.meets"], found["control_unit.distance"]
    assert isinstance(claims, Claims)
    assert isinstance(distance, Numbers)
    assert claims.maybe.tolist() == [True, True]
    assert claims.reasons.text(0)
    assert distance.low.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("t", "sure", "maybe"), [(0.0, True, True), (0.5, True, True), (2.0, False, True)]
)
def test_a_square_one_metre_inside_by_hand(t: float, sure: bool, maybe: bool) -> None:
    """The unit square at the middle of a 3 m square lies 1 m inside it on every side."""
    site = np.asarray([shapely.box(1, 1, 2, 2)], object)
    view = LayerView(
        index_zones(np.asarray([shapely.box(0, 0, 3, 3)], object)),
        pd.DataFrame({"class": ["优先保护"]}),
        index_zones(np.asarray([shapely.box(-99, -99, 99, 99)], object)),
    )
    ground = Ground(site, np.asarray([t]), np.full(1, np.nan), np.ones(1))
    found = measure_vector(REFS, ground, view, Facts(np.asarray(["a"]), {}))
    within, area = found["control_unit.within"], found["control_unit.overlap_area"]
    assert isinstance(within, Claims)
    assert isinstance(area, Numbers)
    assert (bool(within.sure[0]), bool(within.maybe[0])) == (sure, maybe)
    assert area.measured[0] == 1.0
    assert area.high[0] == 1.0
