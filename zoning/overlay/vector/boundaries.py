"""Boundaries and ground of features, cut short and indexed, for GEOS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Geometries, Integers
from zoning.overlay.geometry import CORNERS, outline, polygonal

SEGMENTS = 24
"""Segments in a piece of boundary (design.md "Speed": short pieces make nearest 7x faster)."""


@dataclass(frozen=True, slots=True, eq=False)
class Rim:
    """Features, or their boundaries, cut into short pieces and indexed."""

    tree: shapely.STRtree
    feature: Integers


def rim_of(geometry: Geometries, feature: NDArray[np.intp]) -> Rim:
    """Cut the boundaries of some features into short pieces (lines and points: themselves)."""
    edge, owner = shapely.get_parts(outline(geometry[feature]), return_index=True)
    edge, inner = shapely.get_parts(edge, return_index=True)
    owner = feature[owner[inner]]
    area = shapely.get_type_id(edge) == 3  # polygons that sat inside a collection
    edge[area] = shapely.boundary(edge[area])
    edge, inner = shapely.get_parts(edge, return_index=True)
    owner = owner[inner]
    line = shapely.get_dimensions(edge) == 1
    piece, source = _short(edge[line])
    pieces = np.concatenate([edge[~line], piece])
    owners = np.concatenate([owner[~line], owner[line][source]])
    return Rim(shapely.STRtree(pieces), owners.astype(np.int32))


def in_pieces(geometry: Geometries, feature: NDArray[np.intp]) -> Rim:
    """Halve big polygons across their longer side until all pieces are small."""
    done, owners = [np.zeros(0, dtype=object)], [np.zeros(0, dtype=np.intp)]
    piece, owner = polygonal(geometry[feature]), feature
    while len(piece):
        small = shapely.get_num_coordinates(piece) <= CORNERS
        done.append(piece[small])
        owners.append(owner[small])
        piece, owner = piece[~small], owner[~small]
        piece = np.concatenate([_half(piece, upper=False), _half(piece, upper=True)])
        owner = np.concatenate([owner, owner])
        kept = ~shapely.is_missing(piece)
        piece, owner = piece[kept], owner[kept]
    return Rim(shapely.STRtree(np.concatenate(done)), np.concatenate(owners).astype(np.int32))


def _half(piece: Geometries, *, upper: bool) -> Geometries:
    """One half of each piece's box, and what of the piece lies in it."""
    low_x, low_y, high_x, high_y = shapely.bounds(piece).T
    wide = high_x - low_x > high_y - low_y
    middle_x, middle_y = (low_x + high_x) / 2, (low_y + high_y) / 2
    if upper:
        low_x, low_y = np.where(wide, middle_x, low_x), np.where(wide, low_y, middle_y)
    else:
        high_x, high_y = np.where(wide, middle_x, high_x), np.where(wide, high_y, middle_y)
    box = shapely.box(low_x, low_y, high_x, high_y)
    return polygonal(np.asarray(shapely.intersection(piece, box), dtype=object))


def _short(line: Geometries) -> tuple[Geometries, NDArray[np.intp]]:
    """Cut linestrings into pieces of at most `SEGMENTS` segments; return pieces and their line."""
    if not len(line):
        return line, np.zeros(0, dtype=np.intp)
    coords = shapely.get_coordinates(line)
    points = shapely.get_num_coordinates(line).astype(np.intp)
    first = np.cumsum(points) - points
    pieces = -(-(points - 1) // SEGMENTS)
    source = np.repeat(np.arange(len(line)), pieces)
    start = (np.arange(len(source)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) * SEGMENTS
    size = np.minimum(SEGMENTS, points[source] - 1 - start) + 1
    piece = np.repeat(np.arange(len(source)), size)
    within = np.arange(len(piece)) - np.repeat(np.cumsum(size) - size, size)
    return shapely.linestrings(
        coords[(first[source] + start)[piece] + within], indices=piece
    ), source
