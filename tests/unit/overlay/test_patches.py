"""Patches on masks small enough to draw, counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from numpy.typing import NDArray

from zoning.errors import InputError
from zoning.grid import Grid
from zoning.overlay.patches.patches import Engine, patches, patches_as_finished

ENGINES: tuple[Engine, ...] = ("numpy", "numba")
CRS = "EPSG:4545"


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return found


def drawn(*lines: str) -> tuple[NDArray[np.uint8], Grid]:
    """Mask of the cells drawn as #, cells of 1 m, the lower left corner at (0, 0)."""
    mask = np.array([[cell == "#" for cell in line] for line in lines]).astype(np.uint8)
    height, width = mask.shape
    return mask, Grid(CRS, 0.0, float(height), 1.0, width, height)


def test_every_column_of_two_patches(engine: Engine) -> None:
    mask, _ = drawn("#.#", "##.")
    found = patches(mask, Grid(CRS, 100.0, 40.0, 10.0, 3, 2), engine=engine)
    assert found.id.tolist() == [0, 1]
    assert found.first.tolist() == [0, 2]
    assert found.cells.tolist() == [3, 1]
    assert found.area_m2.tolist() == [300.0, 100.0]
    assert found.perimeter_m.tolist() == [80.0, 40.0]
    assert found.bounds.tolist() == [[100, 20, 120, 40], [120, 30, 130, 40]]
    angle = "POLYGON ((100 20, 120 20, 120 30, 110 30, 110 40, 100 40, 100 20))"
    assert found.polygon[0].normalize() == shapely.from_wkt(angle).normalize()
    assert found.polygon[1].normalize() == shapely.box(120, 30, 130, 40).normalize()


def test_order_is_by_first_cell_not_by_size(engine: Engine) -> None:
    mask, grid = drawn("..#....", "#.#.###", "#...###")
    found = patches(mask, grid, engine=engine)
    assert found.cells.tolist() == [2, 2, 6]
    assert found.first.tolist() == [2, 7, 11]


def test_arms_that_join_late_are_one_patch_in_its_first_cells_place(engine: Engine) -> None:
    mask, grid = drawn("..#.#", "#.#.#", "#.#.#", "#####")
    assert patches(mask, grid, engine=engine).cells.tolist() == [13]
    mask, grid = drawn("....#", "#.#.#", "#.###", "#....")
    assert patches(mask, grid, engine=engine).cells.tolist() == [6, 3]


def test_corners_only_where_the_outline_turns(engine: Engine) -> None:
    mask, grid = drawn("####", "####", "####")
    assert shapely.get_num_coordinates(patches(mask, grid, engine=engine).polygon[0]) == 5


def test_rings_turn_with_the_ground_on_their_left(engine: Engine) -> None:
    mask, grid = drawn("###", "#.#", "###")
    polygon = patches(mask, grid, engine=engine).polygon[0]
    assert polygon.exterior.is_ccw
    assert not polygon.interiors[0].is_ccw
    assert shapely.equals(polygon.interiors[0], shapely.box(1, 1, 2, 2).exterior)


def test_perimeter_counts_holes(engine: Engine) -> None:
    mask, grid = drawn("####", "#..#", "####")
    assert patches(mask, grid, engine=engine).perimeter_m.tolist() == [14 + 6]


def test_a_patch_in_the_hole_of_a_patch(engine: Engine) -> None:
    mask, grid = drawn("#####", "#...#", "#.#.#", "#...#", "#####")
    ring, island = patches(mask, grid, engine=engine).polygon
    assert (ring.area, len(ring.interiors)) == (16.0, 1)
    assert island.normalize() == shapely.box(2, 2, 3, 3).normalize()


def test_cells_that_touch_at_a_corner(engine: Engine) -> None:
    for lines in (("#.", ".#"), (".#", "#.")):
        mask, grid = drawn(*lines)
        assert patches(mask, grid, engine=engine).cells.tolist() == [1, 1]
        found = patches(mask, grid, neighbours=8, engine=engine)
        assert found.cells.tolist() == [2]
        assert found.perimeter_m.tolist() == [8.0]
        assert found.polygon[0].geom_type == "MultiPolygon"
        assert found.polygon[0].is_valid
        assert found.polygon[0].area == 2.0


def test_hole_that_touches_the_outside_at_a_corner(engine: Engine) -> None:
    mask, grid = drawn("###", "#.#", "##.")
    for neighbours in (4, 8):
        found = patches(mask, grid, neighbours=neighbours, engine=engine)  # type: ignore[arg-type]  # 4 | 8
        assert found.cells.tolist() == [7]
        polygon = found.polygon[0]
        assert polygon.is_valid
        assert polygon.geom_type == "Polygon"
        notched = shapely.box(0, 0, 3, 3) - shapely.box(2, 0, 3, 1)
        assert shapely.equals(polygon.exterior, notched.exterior)
        assert [ring.length for ring in polygon.interiors] == [4.0]


def test_holes_that_touch_each_other_at_a_corner_are_two(engine: Engine) -> None:
    for lines in (("####", "#.##", "##.#", "####"), ("####", "##.#", "#.##", "####")):
        mask, grid = drawn(*lines)
        polygon = patches(mask, grid, engine=engine).polygon[0]
        assert polygon.is_valid
        assert [ring.length for ring in polygon.interiors] == [4.0, 4.0]


def test_pieces_of_two_patches_at_one_corner_keep_their_corners(engine: Engine) -> None:
    mask, grid = drawn("##.", "##.", "..#", ".##")
    left, right = patches(mask, grid, engine=engine).polygon
    assert left.normalize() == shapely.box(0, 2, 2, 4).normalize()
    assert right.area == 3.0
    assert right.is_valid


def test_least_area_is_kept_and_less_is_not(engine: Engine) -> None:
    mask, grid = drawn("###.##", "......", "####..")
    assert patches(mask, grid, min_area_m2=3.0, engine=engine).cells.tolist() == [3, 4]
    assert patches(mask, grid, min_area_m2=3.01, engine=engine).cells.tolist() == [4]
    assert patches(mask, grid, min_area_m2=4.01, engine=engine).cells.tolist() == []


def test_rounding_of_the_cells_area_drops_no_patch(engine: Engine) -> None:
    """1.47 / (0.7 * 0.7) is a little over 3 in floating point."""
    mask, _ = drawn("###.##")
    found = patches(mask, Grid(CRS, 0.0, 1.0, 0.7, 6, 1), min_area_m2=1.47, engine=engine)
    assert found.cells.tolist() == [3]


def test_width_needs_the_whole_square_in_one_patch(engine: Engine) -> None:
    mask, grid = drawn(
        "##....###",
        "##.##.###",
        "....##..#",
        "....#....",
    )
    assert patches(mask, grid, engine=engine).cells.tolist() == [4, 7, 5]
    assert patches(mask, grid, min_width_m=2.0, engine=engine).cells.tolist() == [4, 7]
    assert patches(mask, grid, min_width_m=1.01, engine=engine).cells.tolist() == [4, 7]
    assert patches(mask, grid, min_width_m=2.01, engine=engine).cells.tolist() == []


def test_width_by_rows_that_overlap_is_not_a_square(engine: Engine) -> None:
    mask, grid = drawn("###..", ".###.", "..###")  # one column is three high
    assert patches(mask, grid, min_width_m=2.0, engine=engine).cells.tolist() == [9]
    assert patches(mask, grid, min_width_m=3.0, engine=engine).cells.tolist() == []


def test_width_is_not_lent_by_a_neighbour_at_a_corner(engine: Engine) -> None:
    mask, grid = drawn("##..", "##..", "..##")
    assert patches(mask, grid, min_width_m=2.0, engine=engine).cells.tolist() == [4]
    assert patches(mask, grid, neighbours=8, min_width_m=2.0, engine=engine).cells.tolist() == [6]


def test_no_cell_and_every_cell(engine: Engine) -> None:
    mask, grid = drawn("...", "...")
    none = patches(mask, grid, engine=engine)
    assert len(none) == 0
    assert none.bounds.shape == (0, 4)
    full = patches(np.ones_like(mask), grid, engine=engine)
    assert full.polygon[0].normalize() == shapely.box(0, 0, 3, 2).normalize()
    assert full.perimeter_m.tolist() == [10.0]


def test_only_the_value_is_eligible(engine: Engine) -> None:
    mask, grid = np.array([[0, 1, 2, 255, 1]], np.uint8), Grid(CRS, 0.0, 1.0, 1.0, 5, 1)
    assert patches(mask, grid, engine=engine).cells.tolist() == [1, 1]
    assert patches(mask, grid, value=2, engine=engine).cells.tolist() == [1]
    assert patches(mask == 1, grid, engine=engine).cells.tolist() == [1, 1]


def test_blocks_are_read_from_an_iterator(engine: Engine) -> None:
    mask, grid = drawn("#.#", "###", "#.#", "..#")

    def blocks() -> Iterator[NDArray[np.uint8]]:
        yield mask[:1]
        yield mask[1:1]
        yield mask[1:]

    assert patches(blocks(), grid, engine=engine).cells.tolist() == [8]


def test_blocks_of_another_grid_are_refused(engine: Engine) -> None:
    mask, grid = drawn("###", "###")
    with pytest.raises(ValueError, match="end after 1 rows of 2"):
        patches([mask[:1]], grid, engine=engine)
    with pytest.raises(ValueError, match="ends at row 3"):
        patches([mask, mask[:1]], grid, engine=engine)
    with pytest.raises(ValueError, match=r"shape \(2, 2\)"):
        patches(mask[:, :2], grid, engine=engine)
    with pytest.raises(ValueError, match="not int32"):
        patches(mask.astype(np.int32), grid, engine=engine)  # type: ignore[arg-type]  # that is it
    with pytest.raises(ValueError, match="need their grid"):
        patches(mask, engine=engine)


def write(path: Path, mask: NDArray[np.uint8], transform: Affine, crs: str | None = CRS) -> Path:
    height, width = mask.shape
    with rasterio.open(
        path, "w", driver="GTiff", height=height, width=width, count=1, dtype="uint8", crs=crs,
        transform=transform, nodata=255, tiled=True, blockxsize=16, blockysize=16,
    ) as target:  # fmt: skip
        target.write(mask, 1)
    return path


def test_a_raster_is_read_by_blocks(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zoning.overlay.patches.row_blocks.READ_CELLS", 1)  # a row at a time
    mask = np.ones((50, 40), np.uint8)
    mask[10:40, 5:35] = 255
    path = write(tmp_path / "mask.tif", mask, Affine(10, 0, 500, 0, -10, 900))
    found = patches(path, engine=engine)
    assert found.cells.tolist() == [50 * 40 - 30 * 30]
    outside, hole = shapely.box(500, 400, 900, 900), shapely.box(550, 500, 850, 800)
    assert shapely.equals(found.polygon[0], outside - hole)


def test_rasters_that_are_no_work_grid_are_refused(tmp_path: Path) -> None:
    mask = np.ones((2, 2), np.uint8)
    for n, (transform, crs) in enumerate(
        [
            (Affine(10, 0, 0, 0, -9, 0), CRS),
            (Affine(10, 1, 0, 1, -10, 0), CRS),
            (Affine(10, 0, 0, 0, 10, 0), CRS),
            (Affine(10, 0, 0, 0, -10, 0), None),
            (Affine(0.1, 0, 106, 0, -0.1, 26), "EPSG:4490"),
        ]
    ):
        path = write(tmp_path / f"{n}.tif", mask, transform, crs)
        with pytest.raises(InputError):
            patches(path)


def test_auto_takes_numpy_for_small_grids(monkeypatch: pytest.MonkeyPatch) -> None:
    mask, grid = drawn("#")

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("compiled loops for one cell")

    monkeypatch.setattr("zoning.overlay.patches.runs._gather_compiled", refused)
    assert patches(mask, grid).cells.tolist() == [1]
    with pytest.raises(AssertionError, match="one cell"):
        patches(mask, grid, engine="numba")
    monkeypatch.setattr("zoning.overlay.patches.patches.COMPILED_FROM", 1)
    with pytest.raises(AssertionError, match="one cell"):
        patches(mask, grid)


def test_finished_patches_are_let_go_before_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoning.overlay.patches.runs.ROOM", 1)
    mask, grid = drawn("#.##", "..##", "#...", "..##")
    parts = patches_as_finished([mask[:2], mask[2:]], grid, engine="numba")
    assert next(parts).cells.tolist() == [1]  # the other one may go on in the next row
    assert sorted(cells for part in parts for cells in part.cells.tolist()) == [1, 2, 4]
