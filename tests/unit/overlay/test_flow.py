"""Ways of water on grids drawn by hand, and against a fill that is made another way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from zoning.overlay.raster.flow import Way, flow


def way(rows: list[list[float]], start: tuple[int, int], pit_m: float = 5.0, **more: object) -> Way:
    z = np.asarray(rows, np.float64)
    known = more.pop("known", np.ones(z.shape, np.bool_))
    given = {"res_m": 10.0, "length_m": 1e9, **more}
    return flow(z, known, start, pit_m=pit_m, **given)  # type: ignore[arg-type]  # of one test


def walled(inner: list[list[float]]) -> list[list[float]]:
    """A rim of 99 m about a grid."""
    width = len(inner[0]) + 2
    return [[99.0] * width, *([99.0, *row, 99.0] for row in inner), [99.0] * width]


def test_steepest_is_by_the_slope_and_not_by_the_drop() -> None:
    # from 20: 10.5 lies 9.5 lower beside it, 8 lies 12 lower across the corner: 0.95 against 0.85
    found = way([[99, 99, 99, 99], [99, 20, 10.5, 5], [99, 14, 8, 1], [99, 99, 99, 99]], (1, 1))
    assert found.cells[:3] == ((1, 1), (1, 2), (2, 3))
    assert found.end == "unknown"  # the array ends there
    assert found.length_m == pytest.approx(10 + 10 * np.sqrt(2))


def test_a_shallow_pit_is_filled_and_left_over_its_lowest_rim() -> None:
    # pit at 4; rims 7 in the east and 6 in the south, beyond which it falls
    inner = [[9, 8, 8, 8, 8], [9, 5, 4, 7, 2], [9, 8, 6, 8, 8], [9, 9, 3, 9, 9]]
    found = way(walled(inner), (2, 2), length_m=30.0)
    assert found.cells == ((2, 2), (2, 3), (3, 3), (4, 3))
    kept = way(walled(inner), (2, 2), pit_m=1.9)
    assert kept == Way(((2, 2), (2, 3)), "pit", 10.0)  # two metres deep: water stays


def test_a_pit_within_a_pit_is_measured_from_its_deepest() -> None:
    # 3, then a sill of 4, then 1: filling to 4 is one metre; the way out at 7 is six above 1
    row = [8, 3, 4, 1, 7, 0]
    found = way(walled([row]), (1, 1), pit_m=5.0)
    assert found.end == "pit"
    assert found.cells[-1] == (1, 4)
    assert way(walled([row]), (1, 1), pit_m=6.0, length_m=50.0).cells[-1] == (1, 6)


def test_unknown_ground_ends_the_way() -> None:
    known = np.ones((3, 6), np.bool_)
    known[:, 4:] = False
    found = way([[9] * 6, [8, 7, 6, 5, 1, 1], [9] * 6], (1, 0), known=known)
    assert (found.cells[-1], found.end) == ((1, 3), "unknown")


def test_a_way_that_is_long_enough_ends() -> None:
    slope = [[9.0 - j / 10 + 9 * (i != 1) for j in range(40)] for i in range(3)]
    found = way(slope, (1, 0), length_m=200.0)
    assert (len(found.cells), found.end, found.length_m) == (21, "length", 200.0)


def filled(z: np.ndarray) -> np.ndarray:
    """Level that water reaches in each cell before it leaves the array: lowered until it rests.

    O. Planchon and F. Darboux (2001), Catena 46, 159-176; no queue in it.
    """
    level = np.full(z.shape, np.inf)
    level[[0, -1]], level[:, 0], level[:, -1] = z[[0, -1]], z[:, 0], z[:, -1]
    while True:
        wide = np.pad(level, 1, constant_values=np.inf)
        near = np.min(
            [wide[1 + i : 1 + i + len(z), 1 + j : 1 + j + z.shape[1]]
             for i in (-1, 0, 1) for j in (-1, 0, 1)], axis=0,
        )  # fmt: skip
        lower = np.minimum(level, np.maximum(z, near))
        if (lower == level).all():
            return level
        level = lower


@pytest.mark.parametrize("seed", range(12))
def test_against_a_fill_that_is_made_another_way(seed: int) -> None:
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 4, (40, 40)) - 0.3 * np.arange(40) + rng.normal(0, 2, (40, 1))
    start = (int(rng.integers(8, 32)), int(rng.integers(4, 12)))
    level, known = filled(z), np.ones(z.shape, np.bool_)
    out = flow(z, known, start, res_m=10.0, length_m=1e9, pit_m=np.inf)
    steps = np.abs(np.diff(np.asarray(out.cells), axis=0))
    assert steps.max() == 1
    assert len(set(out.cells)) == len(out.cells)
    # whatever it passes, water need not rise higher than it must
    assert out.end == "unknown"
    assert max(z[cell] for cell in out.cells) == pytest.approx(level[start])
    # a pit that ends it is deeper than the limit, and so deep is none that it passes
    ends = set()
    for limit in (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0):
        found = flow(z, known, start, res_m=10.0, length_m=1e9, pit_m=limit)
        ends.add(found.end)
        if found.end == "pit":
            assert level[found.cells[-1]] - z[found.cells[-1]] > limit
        else:
            assert found.cells == out.cells
            assert max(level[cell] - z[cell] for cell in out.cells) <= limit
    assert ends == {"pit", "unknown"}


def test_water_in_a_pit_does_not_jump_back_over_the_ridge_that_it_came_from() -> None:
    # it runs from the ridge at 105 to 100, and leaves over the sill of 102: 101 is behind the ridge
    row = [90.0, 92, 94, 101, 105, 100, 102, 98, 95, 90, 85]
    found = way([[130.0] * 11, row, [130.0] * 11], (1, 4), length_m=30.0)
    assert found.cells == ((1, 4), (1, 5), (1, 6), (1, 7))
    assert way([[130.0] * 11, row, [130.0] * 11], (1, 4), pit_m=1.9).end == "pit"


def poured(z: np.ndarray, start: tuple[int, int], pit_m: float) -> tuple[int, int]:
    """Cell where the way ends, by labels of flooded ground: at the edge, or a pit's lowest.

    No queue: a lake is the ground not above its level that hangs together with the pit; it is
    left where it first meets ground that it has not filled.
    """
    eight, levels = np.ones((3, 3)), np.sort(z, axis=None)
    full, here, lowest = np.zeros(z.shape, np.bool_), start, start
    edge = np.ones(z.shape, np.bool_)
    edge[1:-1, 1:-1] = False
    while True:
        lowest = min(here, lowest, key=lambda cell: z[cell])
        i, j = here
        near = [
            ((z[here] - z[a, b]) / np.hypot(a - i, b - j), (a, b))
            for a in range(max(i - 1, 0), min(i + 2, len(z)))
            for b in range(max(j - 1, 0), min(j + 2, z.shape[1]))
            if z[a, b] < z[here] and not full[a, b]
        ]
        if near:
            here = max(near)[1]
            continue
        if edge[here]:
            return here
        for level in levels[levels > z[here]]:
            wet = ndimage.label(z <= level, eight)[0]
            below = ndimage.label(z < level, eight)[0]
            lake, mine = wet == wet[here], below == below[here]
            at = np.argwhere(lake & (z == level))
            if not len(at):  # a cell elsewhere
                continue
            i, j = at[0]
            if edge[i, j] or (lake & (z < level) & ~mine & ~full).any():
                if level - z[lowest] > pit_m:
                    return lowest
                full |= mine
                here = (int(i), int(j))
                break
        if edge[here]:
            return here


# seeds where a ridge on the way is lower behind than the sill of the pit before it
@pytest.mark.parametrize("seed", [0, 1, 2, 51, 76, 84, 112, 115])
def test_lakes_are_left_where_flooded_ground_first_spills(seed: int) -> None:
    rng = np.random.default_rng(seed)
    z = ndimage.gaussian_filter(rng.normal(0, 1, (28, 28)), 1.0) * 30 - 0.3 * np.arange(28)
    start = (int(rng.integers(10, 18)), int(rng.integers(6, 14)))
    known = np.ones(z.shape, np.bool_)
    for limit in (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, np.inf):
        found = flow(z, known, start, res_m=10.0, length_m=1e9, pit_m=limit)
        assert found.cells[-1] == poured(z, start, limit), limit
