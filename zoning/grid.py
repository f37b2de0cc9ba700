"""Regular grids of square cells, and the windows in which they are worked through."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.crs import metric
from zoning.errors import Fault, InputError


@dataclass(frozen=True, slots=True)
class Window:
    """A block of cells, and the wider block that must be read to compute it.

    Parameters
    ----------
    row, col, height, width : int
        The block itself, inside the grid.
    outer_row, outer_col, outer_height, outer_width : int
        The block and its halo, clipped to the grid.
    """

    row: int
    col: int
    height: int
    width: int
    outer_row: int
    outer_col: int
    outer_height: int
    outer_width: int

    @property
    def inner(self) -> tuple[slice, slice]:
        """Slices that cut the block out of an array read with its halo."""
        top, left = self.row - self.outer_row, self.col - self.outer_col
        return slice(top, top + self.height), slice(left, left + self.width)


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells, row 0 in the north, column 0 in the west.

    Parameters
    ----------
    crs : str
        Projected, in metres.
    x0, y1 : float
        West and north edge. [m]
    res : float
        Side of a cell. [m]
    width, height : int
        Columns and rows.

    Examples
    --------
    >>> grid = Grid.over((3.0, 4.0, 21.0, 19.0), res=10.0, crs="EPSG:4545")
    >>> grid.bounds, grid.shape
    ((0.0, 0.0, 30.0, 20.0), (2, 3))
    """

    crs: str
    x0: float
    y1: float
    res: float
    width: int
    height: int

    def __post_init__(self) -> None:
        if not metric(self.crs):
            raise InputError(
                Fault(
                    zh="格网须用以米为单位的投影坐标系",
                    en="a grid needs a projected CRS in metres",
                    value=self.crs,
                )
            )
        if not (self.res > 0 and self.width > 0 and self.height > 0):
            raise InputError(
                Fault(
                    zh="格网的分辨率和行列数须为正",
                    en="resolution, width and height of a grid must be positive",
                    value=f"{self.res:g} m, {self.width} x {self.height}",
                )
            )

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float], *, res: float, crs: str) -> Grid:
        """Smallest grid over (west, south, east, north) whose edges are multiples of ``res``.

        Grids of one resolution made apart so share their cells.
        """
        west, south, east, north = bounds
        col0, row1 = math.floor(west / res), math.ceil(north / res)
        width = max(math.ceil(east / res) - col0, 1)
        height = max(row1 - math.floor(south / res), 1)
        return cls(crs, col0 * res, row1 * res, res, width, height)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.height, self.width

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north. [m]"""
        south, east = self.y1 - self.height * self.res, self.x0 + self.width * self.res
        return self.x0, south, east, self.y1

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """Affine coefficients (a, b, c, d, e, f), as ``affine.Affine(*grid.transform)`` takes."""
        return self.res, 0.0, self.x0, 0.0, -self.res, self.y1

    def centres(self, window: Window | None = None) -> tuple[NDArray[np.float64], ...]:
        """X of the columns' and y of the rows' middles, of the grid or of a window's block."""
        row, col, height, width = (
            (0, 0, self.height, self.width)
            if window is None
            else (window.row, window.col, window.height, window.width)
        )
        x = self.x0 + (col + np.arange(width, dtype=np.float64) + 0.5) * self.res
        y = self.y1 - (row + np.arange(height, dtype=np.float64) + 0.5) * self.res
        return x, y

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of the cell that holds a point; None outside.

        A cell holds its west and north edge.
        """
        row = math.floor((self.y1 - y) / self.res)
        col = math.floor((x - self.x0) / self.res)
        inside = 0 <= row < self.height and 0 <= col < self.width
        return (row, col) if inside else None

    def windows(self, *, block: int, halo_m: float = 0.0) -> Iterator[Window]:
        """Blocks that tile the grid, row by row, each with the halo it needs.

        Parameters
        ----------
        block : int
            Side of a block, in cells.
        halo_m : float
            How far beyond the block data must be read. [m] Rounded up to cells.
        """
        halo = math.ceil(halo_m / self.res)
        for row in range(0, self.height, block):
            for col in range(0, self.width, block):
                yield self._window(row, col, block, halo)

    def _window(self, row: int, col: int, block: int, halo: int) -> Window:
        height, width = min(block, self.height - row), min(block, self.width - col)
        top, left = max(row - halo, 0), max(col - halo, 0)
        bottom = min(row + height + halo, self.height)
        right = min(col + width + halo, self.width)
        return Window(row, col, height, width, top, left, bottom - top, right - left)
