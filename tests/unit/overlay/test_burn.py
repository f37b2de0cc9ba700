"""Polygons and setbacks as cells, drawn and counted by hand."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from zoning.grid import Grid
from zoning.overlay.rasterize.burn import Engine, burn, doubtful, touched, within
from zoning.overlay.rasterize.dissolve import dissolved
from zoning.overlay.rasterize.edges import Outlines

# 5 columns x 4 rows of 1 m: x 0..5, y 0..4; centres at .5
GRID = Grid("EPSG:4545", 0.0, 4.0, 1.0, 5, 4)
ENGINES: tuple[Engine, ...] = ("numpy", "numba")


def of(*shapes: shapely.Geometry | None) -> Outlines:
    return Outlines.of(np.array(shapes, dtype=object))


def drawn(mask: NDArray[np.bool_]) -> list[str]:
    return ["".join("#" if cell else "." for cell in row) for row in mask]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return found


def test_centres_inside_are_in(engine: Engine) -> None:
    box = of(shapely.box(0.9, 0.9, 3.1, 3.1))
    assert drawn(burn(box, GRID, engine=engine)) == [".....", ".##..", ".##..", "....."]


def test_centres_on_edges_as_gdal_decides(engine: Engine) -> None:
    # East, north and level south edges hold their centres, the west edge does not.
    box = of(shapely.box(0.5, 0.5, 3.5, 2.5))
    assert drawn(burn(box, GRID, engine=engine)) == [".....", ".###.", ".###.", ".###."]


def test_a_hole_is_out_and_overlaps_are_in(engine: Engine) -> None:
    ring = shapely.box(0, 0, 5, 4).difference(shapely.box(1, 1, 4, 3))
    assert drawn(burn(of(ring), GRID, engine=engine)) == ["#####", "#...#", "#...#", "#####"]
    both = of(ring, shapely.box(0, 0, 3, 2))  # a second feature never takes away
    assert drawn(burn(both, GRID, engine=engine)) == ["#####", "#...#", "###.#", "#####"]


def test_multipolygons_collections_and_nothing(engine: Engine) -> None:
    two = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(4, 3, 5, 4)])
    mixed = shapely.GeometryCollection([two, shapely.Point(2.5, 2.5)])
    wanted = ["....#", ".....", ".....", "#...."]
    assert drawn(burn(of(mixed, None, shapely.Polygon()), GRID, engine=engine)) == wanted
    assert not burn(of(), GRID, engine=engine).any()
    assert not within(of(None), GRID, reach_m=3.0, engine=engine).any()


def test_edges_count_at_distance_nought(engine: Engine) -> None:
    box = of(shapely.box(0.5, 0.5, 3.5, 2.5))
    assert drawn(within(box, GRID, engine=engine)) == [".....", "####.", "####.", "####."]
    inside = within(box, GRID, strict=True, engine=engine)
    assert drawn(inside) == [".....", ".....", ".##..", "....."]


def test_setback_of_a_point_is_a_disc(engine: Engine) -> None:
    point = of(shapely.Point(2.5, 1.5))
    near = within(point, GRID, reach_m=1.0, engine=engine)
    assert drawn(near) == [".....", "..#..", ".###.", "..#.."]
    assert within(point, GRID, reach_m=1.0, strict=True, engine=engine).sum() == 1


def test_setback_of_a_line_has_round_ends(engine: Engine) -> None:
    line = of(shapely.LineString([(1.5, 1.5), (2.5, 1.5)]))
    near = within(line, GRID, reach_m=1.0, engine=engine)
    assert drawn(near) == [".....", ".##..", "####.", ".##.."]


def test_three_four_five(engine: Engine) -> None:
    grid = Grid("EPSG:4545", 0.0, 7.0, 1.0, 7, 7)
    near = within(of(shapely.Point(0.5, 0.5)), grid, reach_m=5.0, engine=engine)
    assert near[6 - 4, 3]
    assert near[6 - 3, 4]
    less = within(of(shapely.Point(0.5, 0.5)), grid, reach_m=5.0, strict=True, engine=engine)
    assert not less[6 - 4, 3]
    assert (near & ~less).sum() == 4  # (3, 4), (4, 3), (0, 5), (5, 0)


def test_what_lies_outside_the_grid_reaches_in(engine: Engine) -> None:
    near = within(of(shapely.box(-9, -9, -2, 9)), GRID, reach_m=3.5, engine=engine)
    assert drawn(near) == ["##..."] * 4


def test_depth_counts_from_the_edge(engine: Engine) -> None:
    box = of(shapely.box(0, 0, 5, 4))
    assert drawn(within(box, GRID, reach_m=-1.0, engine=engine)) == [
        ".....", ".###.", ".###.", ".....",
    ]  # fmt: skip
    assert within(box, GRID, reach_m=-1.5, engine=engine).sum() == 6
    assert within(box, GRID, reach_m=-1.5, strict=True, engine=engine).sum() == 0


def test_doubt_is_a_setback_less_and_more(engine: Engine) -> None:
    box = of(shapely.box(1, 1, 4, 3))
    sure, maybe = doubtful(box, GRID, t_m=0.6, engine=engine)
    assert not sure.any()
    # 0.5 m to each side, not the corners: 0.71 m
    assert drawn(maybe) == [".###.", "#####", "#####", ".###."]
    sure, maybe = doubtful(box, GRID, t_m=0.0, engine=engine)
    assert (sure == maybe).all()
    sure, maybe = doubtful(box, GRID, reach_m=0.6, t_m=0.2, engine=engine)
    assert drawn(sure) == [".....", ".###.", ".###.", "....."]  # 0.4 m
    assert maybe.all()  # 0.8 m


def test_doubt_between_adjoining_zones_needs_them_dissolved(engine: Engine) -> None:
    halves = np.array([shapely.box(0, 0, 2.6, 4), shapely.box(2.6, 0, 5, 4)], dtype=object)
    deep = Outlines.of(dissolved(halves))
    assert len(deep) == 1
    sure, _ = doubtful(Outlines.of(halves), GRID, t_m=0.4, deep=deep, engine=engine)
    assert sure.all()
    apart, _ = doubtful(Outlines.of(halves), GRID, t_m=0.4, engine=engine)
    assert drawn(apart) == ["##.##"] * 4


def test_dissolving_joins_what_shares_more_than_points() -> None:
    big, within_it = shapely.box(0, 0, 100, 100), shapely.box(40, 40, 41, 41)
    beside, at_corner = shapely.box(100, 50, 120, 70), shapely.box(120, 70, 130, 80)
    far = shapely.MultiPolygon([shapely.box(500, 0, 510, 9), shapely.box(520, 0, 530, 9)])
    shapes = np.array([big, within_it, beside, at_corner, None, far], dtype=object)
    found = dissolved(shapes)
    assert len(found) == 3
    assert sorted(shapely.area(found)) == [100, 180, 10_400]
    assert shapely.union_all(found).equals(shapely.union_all(shapes))


@pytest.mark.parametrize("turned", [False, True])
def test_dissolving_joins_what_lies_within_and_touches_at_a_corner_only(turned: bool) -> None:
    """Of an L the corner that points inwards; no corner of the wedge but this one meets the L."""
    ell = shapely.Polygon([(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)])
    for wedge, count in (
        ([(1, 1), (0.3, 1.3), (0.3, 1.2)], 1),  # within the ground, beside its upper arm
        ([(1, 1), (0.5, 0.2), (0.8, 0.2)], 1),
        ([(1, 1), (1.6, 1.9), (1.9, 1.6)], 2),  # in the notch
    ):
        shapes = np.array([ell, shapely.Polygon(wedge)], dtype=object)
        if turned:
            shapes = shapely.reverse(shapes)
        assert len(dissolved(shapes)) == count


def test_doubt_is_not_negative() -> None:
    with pytest.raises(ValueError, match="t_m"):
        doubtful(of(), GRID, t_m=-1.0)


def test_touched_shares_area(engine: Engine) -> None:
    assert touched(of(shapely.box(1, 1, 2, 2)), GRID, engine=engine).sum() == 1  # edges only
    sliver = shapely.box(0.1, 1.9, 3.1, 2.1)
    assert drawn(touched(of(sliver), GRID, engine=engine)) == [
        ".....", "####.", "####.", ".....",
    ]  # fmt: skip
    corner = shapely.Polygon([(0, 2), (2, 4), (0, 4)])  # its long edge runs through corners
    assert drawn(touched(of(corner), GRID, engine=engine)) == ["##...", "#....", ".....", "....."]


def test_lines_have_no_area_to_touch(engine: Engine) -> None:
    line = shapely.LineString([(0, 0), (5, 4)])
    assert not touched(of(line), GRID, engine=engine).any()


def test_without_numba_numpy_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zoning.overlay.kernels.burn", None)
    monkeypatch.setattr("zoning.overlay.rasterize.burn.WORTH_CELLS", 0)
    assert burn(of(shapely.box(0, 0, 2, 2)), GRID).sum() == 4
    with pytest.raises(ImportError):
        burn(of(shapely.box(0, 0, 2, 2)), GRID, engine="numba")


def test_numba_is_not_loaded_for_small_grids() -> None:
    code = (
        "import sys, numpy, shapely; from zoning.grid import Grid\n"
        "from zoning.overlay.rasterize.burn import within\n"
        "from zoning.overlay.rasterize.edges import Outlines\n"
        "shape = numpy.array([shapely.Point(1, 1)], dtype=object)\n"
        "within(Outlines.of(shape), Grid('EPSG:4545', 0, 9, 1, 9, 9), reach_m=2)\n"
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_windows_are_cut_from_the_whole(engine: Engine) -> None:
    shape = of(shapely.Polygon([(0.2, 0.1), (4.9, 1.3), (2.5, 3.9), (1.9, 2.0)]))
    whole = within(shape, GRID, reach_m=0.7, engine=engine)
    for window in GRID.windows(block=2):
        rows = slice(window.row, window.row + window.height)
        columns = slice(window.col, window.col + window.width)
        part = within(shape, GRID, window, reach_m=0.7, engine=engine)
        assert (part == whole[rows, columns]).all()
