"""Noise that is a pure function of coordinates and a seed.

Every function answers for any point without knowing its neighbours, so that a block of a raster
comes out the same whatever the block's size, and vectors do not depend on a raster's resolution.
"""

from __future__ import annotations

import numpy as np

from zoning.arrays import Floats, Longs

# Odd 64-bit constants of the splitmix64 generator (Steele, Lea, Flood 2014, "Fast splittable
# pseudorandom number generators"): they only have to mix bits.
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_STEP_X = np.uint64(0x9E3779B97F4A7C15)
_STEP_Y = np.uint64(0xD1B54A32D192ED03)


def lattice(ix: Longs, iy: Longs, seed: int) -> Floats:
    """Uniform numbers in [0, 1) on an integer lattice.

    Parameters
    ----------
    ix, iy : int64 arrays of one shape
        Lattice coordinates, any sign.
    seed : int
        Another seed gives unrelated numbers.

    Returns
    -------
    float64 array of that shape
    """
    start = np.uint64((seed * 0x632BE59BD9B4E019 + 0x1F83D9AB) % 2**64)
    z = ix.astype(np.uint64) * _STEP_X + iy.astype(np.uint64) * _STEP_Y + start
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def smooth(x: Floats, y: Floats, wavelength_m: float, seed: int) -> Floats:
    """Smooth noise in about [-1, 1] with one dominant wavelength [m]; x and y in metres."""
    u, v = x / wavelength_m * 2.0, y / wavelength_m * 2.0
    fu, fv = np.floor(u), np.floor(v)
    ix, iy = fu.astype(np.int64), fv.astype(np.int64)
    u, v = u - fu, v - fv
    u = u * u * u * (u * (u * 6.0 - 15.0) + 10.0)
    v = v * v * v * (v * (v * 6.0 - 15.0) + 10.0)
    low = lattice(ix, iy, seed) * (1 - u) + lattice(ix + 1, iy, seed) * u
    high = lattice(ix, iy + 1, seed) * (1 - u) + lattice(ix + 1, iy + 1, seed) * u
    return 2.0 * (low * (1 - v) + high * v) - 1.0


def fractal(x: Floats, y: Floats, wavelength_m: float, seed: int, octaves: int = 4) -> Floats:
    """Sum of `smooth` noise at halved wavelengths [m] and halved amplitudes, in about [-1, 1]."""
    total = np.zeros_like(x)
    for octave in range(octaves):
        total += smooth(x, y, wavelength_m / 2**octave, seed + 101 * octave) / 2**octave
        # Turned by atan(3/4) each time: otherwise the lattices line up and show.
        x, y = 0.8 * x - 0.6 * y, 0.6 * x + 0.8 * y
    return total / (2.0 - 2.0 ** (1 - octaves))


def hills(x: Floats, y: Floats, spacing_m: float, seed: int, sharpness: float = 1.35) -> Floats:
    """Rounded, steep-sided hills on flat ground, as of cone karst: height in [0, 1].

    One hill to each cell of a jittered lattice; its profile ``(1 - (d/r)**2) ** sharpness`` is
    convex at the top and breaks sharply at the foot, as the cones of South China's karst do.

    Parameters
    ----------
    x, y : float64 arrays of one shape [m]
    spacing_m : float
        Mean distance between hill tops.
    seed : int
    sharpness : float
        1: a dome with a hard foot; 2: a soft one.
    """
    u, v = x / spacing_m, y / spacing_m
    ix, iy = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
    best = np.zeros_like(x)
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            jx, jy = ix + dx, iy + dy
            # One draw is split three ways: lattice numbers carry 53 good bits.
            draw = lattice(jx, jy, seed) * 4096.0
            a = np.floor(draw) / 4096.0
            draw = (draw - np.floor(draw)) * 4096.0
            b = np.floor(draw) / 4096.0
            c = draw - np.floor(draw)
            du = u - (jx + 0.5 + 0.7 * (a - 0.5))
            dv = v - (jy + 0.5 + 0.7 * (b - 0.5))
            radius = 0.38 + 0.36 * c
            inside = np.maximum(0.0, 1.0 - (du * du + dv * dv) / (radius * radius))
            tall = 0.35 + 0.65 * np.abs(2.0 * np.mod(a + 1.7 * c, 1.0) - 1.0)
            np.maximum(best, tall * inside**sharpness, out=best)
    return best
