"""Rasters of classes as small pictures on Web Mercator: one colour a class, none blended."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning import crs as _crs  # before rasterio: drops a foreign PROJ database
from zoning.render.map.relief import Relief

MERCATOR = "EPSG:3857"
PIXELS = 3600
"""[px] Longer side of a picture at most: the city's cells of 30 m are kept, 200 KB."""
SAME = 1.5
"""[1] Cells a pixel up to which the nearest cell is taken; past it the commonest one."""

Box: TypeAlias = tuple[float, float, float, float]
Classes: TypeAlias = NDArray[np.uint8]
Classify: TypeAlias = Callable[[Classes], Classes]


def draw_classes(
    path: Path,
    colours: Mapping[int, str],
    *,
    nodata: int,
    classify: Classify | None = None,
    within: Sequence[shapely.Geometry] | None = None,
    bounds: Box | None = None,
    pixels: int = PIXELS,
) -> Relief | None:
    """Draw a raster of classes.

    Parameters
    ----------
    path : Path
        One band of uint8.
    colours : dict
        Value -> "#RRGGBB"; other values are left clear.
    nodata : int
    classify : callable, optional
        Values to classes, both uint8; those are then what ``colours`` is of. The raster is then a
        quantity, and its pixels are means where they are larger than cells.
    within : sequence of geometry, optional
        In the CRS of the raster; nothing is drawn whose pixel's centre lies outside them.
    bounds : tuple of float, optional
        West, south, east, north in the CRS of the raster; all of it by default.
    pixels : int
        Longer side at most. [px]

    Returns
    -------
    Relief or None
        None where no pixel has a colour.
    """
    read = _read(path, nodata, bounds, pixels, mean=classify is not None)
    if read is None:
        return None
    value, box, crs = read
    if classify is not None:
        value = np.where(value == nodata, nodata, classify(value)).astype(np.uint8)
    if within is not None:
        value[_outside(within, crs, box, value.shape)] = nodata
    palette = np.zeros((256, 4), np.uint8)
    for key, colour in colours.items():
        palette[key] = (*bytes.fromhex(colour.removeprefix("#")), 255)
    palette[nodata] = 0
    if not palette[np.unique(value), 3].any():
        return None
    (west, south), (east, north) = _degrees(*box[:2]), _degrees(*box[2:])
    return Relief(encode(np.moveaxis(palette[value], 2, 0)), ((south, west), (north, east)))


def _degrees(x: float, y: float) -> tuple[float, float]:
    lon, lat = _crs.transformer(MERCATOR, "EPSG:4326").transform(x, y)
    return float(lon), float(lat)


def _read(
    path: Path, nodata: int, bounds: Box | None, pixels: int, *, mean: bool
) -> tuple[Classes, Box, str] | None:
    """Values on Mercator pixels, the Mercator box they fill, and the CRS of the raster."""
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.transform import from_bounds
    from rasterio.vrt import WarpedVRT
    from rasterio.warp import transform_bounds

    with rasterio.open(path) as source:
        wanted = source.bounds if bounds is None else _meeting(bounds, tuple(source.bounds))
        if wanted is None:
            return None
        west, south, east, north = transform_bounds(source.crs, MERCATOR, *wanted)
        # ground shrinks to the cosine of the latitude on Mercator: pixels no finer than cells
        lat = np.radians(_degrees(west, (south + north) / 2)[1])
        cell = abs(source.transform.a) / np.cos(lat)
        pixel = max(cell, (east - west) / pixels, (north - south) / pixels)
        width, height = max(1, round((east - west) / pixel)), max(1, round((north - south) / pixel))
        many = Resampling.average if mean else Resampling.mode
        with WarpedVRT(
            source, crs=MERCATOR, transform=from_bounds(west, south, east, north, width, height),
            width=width, height=height, src_nodata=nodata, nodata=nodata,
            resampling=many if pixel > SAME * cell else Resampling.nearest,
        ) as vrt:  # fmt: skip
            return vrt.read(1), (west, south, east, north), source.crs.to_string()


def _meeting(one: Box, other: Sequence[float]) -> Box | None:
    west, south = max(one[0], other[0]), max(one[1], other[1])
    east, north = min(one[2], other[2]), min(one[3], other[3])
    return (west, south, east, north) if west < east and south < north else None


def _outside(
    within: Sequence[shapely.Geometry], crs: str, box: Box, shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    from rasterio.features import geometry_mask
    from rasterio.transform import from_bounds

    shapes = _crs.project(np.asarray(within, dtype=object), crs, MERCATOR)
    drawn = [each for each in shapes if each is not None and not shapely.is_empty(each)]
    if not drawn:
        return np.ones(shape, np.bool_)
    place = from_bounds(*box, shape[1], shape[0])
    return np.asarray(geometry_mask(drawn, out_shape=shape, transform=place), np.bool_)


def encode(picture: NDArray[np.uint8]) -> str:
    """Red, green, blue, clear to a data URI without loss: WebP, or PNG where GDAL has none."""
    import rasterio
    from rasterio.env import Env
    from rasterio.errors import NotGeoreferencedWarning

    with Env() as env, rasterio.MemoryFile() as memory, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture has no place
        kind = "WEBP" if "WEBP" in env.drivers() else "PNG"
        options = {"LOSSLESS": "YES"} if kind == "WEBP" else {"ZLEVEL": 9}
        bands, rows, columns = picture.shape
        with memory.open(
            driver=kind, count=bands, height=rows, width=columns, dtype="uint8", **options
        ) as page:
            page.write(picture)
        data = memory.read()
    return f"data:image/{kind.lower()};base64,{base64.b64encode(data).decode('ascii')}"
