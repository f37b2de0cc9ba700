"""Grid: cells, windows, halos, on grids small enough to draw."""

from __future__ import annotations

import numpy as np
import pytest

from zoning.errors import InputError
from zoning.grid import Grid

# 3 columns x 2 rows of 10 m: x 0..30, y 0..20
SMALL = Grid("EPSG:4545", 0.0, 20.0, 10.0, 3, 2)


def test_over_snaps_outward_to_multiples() -> None:
    assert Grid.over((3.0, 4.0, 21.0, 19.0), res=10.0, crs="EPSG:4545") == SMALL


def test_over_keeps_edges_that_are_multiples() -> None:
    assert Grid.over((0.0, 0.0, 30.0, 20.0), res=10.0, crs="EPSG:4545") == SMALL


def test_over_a_point_is_one_cell() -> None:
    assert Grid.over((5.0, 5.0, 5.0, 5.0), res=10.0, crs="EPSG:4545").shape == (1, 1)


def test_centres() -> None:
    x, y = SMALL.centres()
    assert x.tolist() == [5.0, 15.0, 25.0]
    assert y.tolist() == [15.0, 5.0]  # row 0 in the north


def test_cell() -> None:
    assert SMALL.cell(5, 15) == (0, 0)
    assert SMALL.cell(25, 5) == (1, 2)
    assert SMALL.cell(10, 10) == (1, 1)  # west and north edge belong to the cell
    assert SMALL.cell(30, 5) is None
    assert SMALL.cell(-1, 5) is None


def test_windows_tile_the_grid_once() -> None:
    grid = Grid("EPSG:4545", 0.0, 70.0, 10.0, 5, 7)
    seen = np.zeros(grid.shape, int)
    for w in grid.windows(block=2):
        seen[w.row : w.row + w.height, w.col : w.col + w.width] += 1
    assert (seen == 1).all()


def test_halo_is_rounded_up_and_clipped() -> None:
    grid = Grid("EPSG:4545", 0.0, 70.0, 10.0, 7, 7)
    w = next(w for w in grid.windows(block=3, halo_m=11) if (w.row, w.col) == (3, 3))
    assert (w.outer_row, w.outer_col, w.outer_height, w.outer_width) == (1, 1, 6, 6)
    corner = next(grid.windows(block=3, halo_m=11))
    assert (corner.outer_row, corner.outer_col, corner.outer_height) == (0, 0, 5)


def test_inner_cuts_the_block_out_of_its_halo() -> None:
    grid = Grid("EPSG:4545", 0.0, 70.0, 10.0, 7, 7)
    cells = np.arange(49).reshape(7, 7)
    for w in grid.windows(block=3, halo_m=10):
        rows = slice(w.outer_row, w.outer_row + w.outer_height)
        cols = slice(w.outer_col, w.outer_col + w.outer_width)
        block = cells[w.row : w.row + w.height, w.col : w.col + w.width]
        assert (cells[rows, cols][w.inner] == block).all()


def test_centres_of_a_window() -> None:
    window = list(SMALL.windows(block=2))[1]
    x, y = SMALL.centres(window)
    assert x.tolist() == [25.0]
    assert y.tolist() == [15.0, 5.0]


def test_transform_is_affine() -> None:
    a, b, c, d, e, f = SMALL.transform
    assert (c + a * 3 + b * 2, f + d * 3 + e * 2) == (30.0, 0.0)  # lower right corner


@pytest.mark.parametrize(
    "args",
    [
        ("EPSG:4490", 0.0, 20.0, 10.0, 3, 2),
        ("EPSG:4545", 0.0, 20.0, 0.0, 3, 2),
        ("EPSG:4545", 0.0, 20.0, 10.0, 0, 2),
    ],
)
def test_nonsense_is_refused(args: tuple[str, float, float, float, int, int]) -> None:
    with pytest.raises(InputError):
        Grid(*args)
