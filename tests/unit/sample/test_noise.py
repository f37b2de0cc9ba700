"""Noise is a pure function of coordinates: that is what makes blocks independent."""

from __future__ import annotations

import numpy as np
import pytest

from zoning.sample.noise import fractal, hills, lattice, smooth


def points(n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.uniform(-5e4, 5e5, n), rng.uniform(2.8e6, 3.1e6, n)


@pytest.mark.parametrize("noise", [smooth, fractal, hills])
def test_one_point_at_a_time_gives_what_all_at_once_give(noise):
    x, y = points(40)
    together = noise(x, y, 900.0, 7)
    alone = [noise(x[k : k + 1], y[k : k + 1], 900.0, 7)[0] for k in range(len(x))]
    assert np.array_equal(together, alone)


def test_lattice_is_uniform_and_depends_on_every_argument():
    ix, iy = np.meshgrid(np.arange(-100, 100), np.arange(-100, 100))
    draw = lattice(ix, iy, 3)
    # Uniform on [0, 1): mean 1/2, variance 1/12; 40,000 draws put both within 1 %.
    assert draw.mean() == pytest.approx(0.5, abs=0.01)
    assert draw.var() == pytest.approx(1 / 12, rel=0.02)
    assert len(np.unique(draw)) == draw.size
    assert np.corrcoef(draw.ravel(), lattice(ix, iy, 4).ravel())[0, 1] == pytest.approx(0, abs=0.02)
    assert np.corrcoef(draw[:, 1:].ravel(), draw[:, :-1].ravel())[0, 1] == pytest.approx(
        0, abs=0.02
    )


def test_hills_are_rounded_hills_on_flat_ground():
    x, y = np.meshgrid(np.arange(0, 30_000, 25.0), np.arange(0, 30_000, 25.0))
    z = hills(x, y, 700.0, 5)
    assert z.min() == 0.0
    assert 0.05 < (z == 0.0).mean() < 0.6  # flat floors between the hills
    assert z.max() <= 1.0
    top = (z[1:-1, 1:-1] > z[:-2, 1:-1]) & (z[1:-1, 1:-1] > z[2:, 1:-1])
    top &= (z[1:-1, 1:-1] > z[1:-1, :-2]) & (z[1:-1, 1:-1] > z[1:-1, 2:])
    # One hill to each cell of 700 m: (30,000 / 700)^2 = 1837 cells, some hills swallowed by others.
    assert 0.5 * 1837 < top.sum() < 1.1 * 1837
