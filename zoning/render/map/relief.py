"""Hillshade for the base of a map: a height raster to a small picture inside the page.

The picture is warped to Web Mercator before it is shaded. Placed by latitude and longitude alone it
would lie up to 176 m off in the middle of the city.
"""

from __future__ import annotations

import base64
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from zoning import crs as _crs  # before rasterio: drops a foreign PROJ database
from zoning.layers import RasterLayer

_MERCATOR = "EPSG:3857"
_PIXELS = 1300  # [px] longer side; about 120 m a pixel over the city
_QUALITY = 62  # WebP; about 60 KB for the city
_FEATHER = 0.05  # [1] share of the width over which the edge fades
_COARSE = 8  # every n-th pixel is enough for the fading
_PAPER = np.array([239, 238, 232], np.float32)  # #EFEEE8, the map's ground
_TINT = np.array([[226, 231, 224], [240, 238, 229], [250, 248, 243]], np.float32)  # low to high
_LIGHTS = ((315.0, 0.6), (270.0, 0.2), (0.0, 0.2))  # azimuth [deg], weight
_ALTITUDE = 45.0  # [deg]
_STEEPNESS = 0.5  # [1] median-to-90 % slope that the relief is exaggerated to; illustrative

Floats = NDArray[np.float32]
Box: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Relief:
    """A picture as a data URI, with the corners it is stretched between.

    Parameters
    ----------
    uri : str
        ``data:image/webp;base64,…`` in EPSG:3857.
    bounds : tuple of (south, west), (north, east)
        [deg]
    """

    uri: str
    bounds: tuple[tuple[float, float], tuple[float, float]]


def draw_relief(layer: RasterLayer, bounds: tuple[float, float, float, float]) -> Relief | None:
    """Shade a height raster.

    Parameters
    ----------
    layer : RasterLayer
        Heights [m]. One that may not be shared in full gives no picture.
    bounds : tuple of float
        West, south, east, north [deg] of what is wanted; the raster may be smaller.

    Returns
    -------
    Relief or None
        None where raster and bounds do not meet.
    """
    if layer.share != "full":
        return None
    state = layer.path.stat()
    return _drawn(layer.path, layer.nodata, bounds, (state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=2)  # one run may draw several maps of the same ground
def _drawn(
    path: Path, nodata: float | None, bounds: Box, _edition: tuple[int, int]
) -> Relief | None:
    read = _read(path, nodata, bounds)
    if read is None:
        return None
    height, (west, south, east, north) = read
    known = np.isfinite(height)
    if not known.any():
        return None
    low, high = _degrees(west, south), _degrees(east, north)
    pixel = (east - west) / height.shape[1] * np.cos(np.radians((low[1] + high[1]) / 2))
    picture = _colour(np.where(known, height, np.nanmedian(height)), known, float(pixel))
    return Relief(_encode(picture), ((low[1], low[0]), (high[1], high[0])))


def _degrees(x: float, y: float) -> tuple[float, float]:
    lon, lat = _crs.transformer(_MERCATOR, "EPSG:4326").transform(x, y)
    return float(lon), float(lat)


def _read(path: Path, nodata: float | None, bounds: Box) -> tuple[Floats, Box] | None:
    """Heights on Mercator pixels (NaN where none), and the Mercator box they fill."""
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.transform import from_bounds
    from rasterio.vrt import WarpedVRT
    from rasterio.warp import transform_bounds

    with rasterio.open(path) as source:
        have = transform_bounds(source.crs, _MERCATOR, *source.bounds)
        want = transform_bounds("EPSG:4326", _MERCATOR, *bounds)
        box = (*np.maximum(have, want)[:2].tolist(), *np.minimum(have, want)[2:].tolist())
        wide, tall = box[2] - box[0], box[3] - box[1]
        if wide <= 0 or tall <= 0:
            return None
        scale = _PIXELS / max(wide, tall)
        width, height = max(2, round(wide * scale)), max(2, round(tall * scale))
        absent = source.nodata if source.nodata is not None else nodata
        with WarpedVRT(
            source, crs=_MERCATOR, transform=from_bounds(*box, width, height),
            width=width, height=height, resampling=Resampling.bilinear, dtype="float32",
            src_nodata=absent, nodata=np.nan,
        ) as vrt:  # fmt: skip
            return vrt.read(1), box


def _colour(height: Floats, known: NDArray[np.bool_], pixel_m: float) -> NDArray[np.uint8]:
    """Height tint times shade, faded to the paper at the edges of what is known."""
    low, middle, high = np.percentile(height[known], (2, 50, 98))
    steps = (low, max(middle, low + 1e-3), max(high, middle + 2e-3, low + 2e-3))
    tint = np.stack([np.interp(height, steps, _TINT[:, band]) for band in range(3)])
    shaded = tint * (0.56 + 0.62 * shade(height, pixel_m)[None])
    alpha = _fade(known)[None]
    mixed = shaded * alpha + _PAPER[:, None, None] * (1 - alpha)
    return np.asarray(np.clip(mixed, 0, 255), dtype=np.uint8)


def _fade(known: NDArray[np.bool_]) -> Floats:
    """Opacity: 0 at the edges of what is known, 1 further in. Worked out on every eighth pixel."""
    from scipy.ndimage import gaussian_filter, zoom

    coarse = known[::_COARSE, ::_COARSE].astype(np.float32)
    reach = _FEATHER * coarse.shape[1] / 2
    soft = np.clip(2 * gaussian_filter(coarse, reach, mode="constant") - 1, 0, 1)
    factors = (known.shape[0] / soft.shape[0], known.shape[1] / soft.shape[1])
    return np.asarray(zoom(soft, factors, order=1), dtype=np.float32)


def shade(height: Floats, pixel_m: float) -> Floats:
    """Light on a surface from three sides, 0 to 1; flat ground gives 0.71.

    Parameters
    ----------
    height : float32 array [rows, columns]
        [m], north up.
    pixel_m : float
        Ground size of a pixel [m].

    References
    ----------
    .. [1] Horn, B. K. P. (1981), Hill shading and the reflectance map. Proc. IEEE 69(1).
    .. [2] Mark, R. (1992), Multidirectional, oblique-weighted, shaded-relief. USGS OFR 92-422.
    """
    south, east = np.gradient(height, pixel_m)
    slope = np.hypot(south, east)
    steep = float(np.percentile(slope, 90))
    factor = _STEEPNESS / steep if steep > 1e-6 else 1.0  # coarse heights are flatter than hills
    east, north = east * factor, -south * factor
    norm = np.sqrt(1 + east**2 + north**2)
    up = np.sin(np.radians(_ALTITUDE))
    across = np.cos(np.radians(_ALTITUDE))
    light = np.zeros_like(height)
    for azimuth, weight in _LIGHTS:
        x, y = np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))
        light += weight * np.clip((up - across * (east * x + north * y)) / norm, 0, 1)
    return light


def _encode(picture: NDArray[np.uint8]) -> str:
    """Bands to a data URI: WebP, or PNG where GDAL was built without it."""
    import rasterio
    from rasterio.env import Env
    from rasterio.errors import NotGeoreferencedWarning

    with Env() as env, rasterio.MemoryFile() as memory, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture has no place
        kind = "WEBP" if "WEBP" in env.drivers() else "PNG"
        options = {"QUALITY": _QUALITY} if kind == "WEBP" else {"ZLEVEL": 9}
        bands, rows, columns = picture.shape
        with memory.open(
            driver=kind, count=bands, height=rows, width=columns, dtype="uint8", **options
        ) as page:
            page.write(picture)
        data = memory.read()
    return f"data:image/{kind.lower()};base64,{base64.b64encode(data).decode('ascii')}"
