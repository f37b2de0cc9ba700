"""A small town whose data are sound, to be broken in one place at a time.

Two districts of 1 km x 2 km side by side; the western one is a unit of priority protection that
holds the redline and a forest, the eastern one holds the fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np

from tests.scenes.catalog_files import HEAD, box, frame, save, units, write_raster
from zoning.catalog import Catalog
from zoning.soundness import CheckFinding, check

CELLS = 20  # a side of the rasters, 100 m each


@dataclass
class Raster:
    cells: np.ndarray
    more: str
    nodata: float | None = -9999
    res: float = 100.0
    crs: str = "EPSG:4545"
    shift: float = 0.0


def _cover() -> np.ndarray:
    cells = np.full((CELLS, CELLS), 2, dtype="uint8")
    cells[:, 10:] = 1
    return cells


def _ramp(low: float, high: float) -> np.ndarray:
    return np.linspace(low, high, CELLS * CELLS, dtype="float32").reshape(CELLS, CELLS)


@dataclass
class Town:
    """Tables, rasters and catalog entries, as they are before they are written."""

    folder: Path
    vectors: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    rasters: dict[str, Raster] = field(default_factory=dict)
    suffix: dict[str, str] = field(default_factory=dict)
    options: dict[str, dict[str, object]] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)
    drop: dict[str, tuple[str, ...]] = field(default_factory=dict)
    texts: dict[str, str | bytes] = field(default_factory=dict)

    def write(self) -> Path:
        """Write everything; return the catalog."""
        lines = [
            '[region]\nname = "试验镇"\ncrs = "EPSG:4545"\nboundary = "districts"\n',
        ]
        for name, rows in self.vectors.items():
            file = f"{name}{self.suffix.get(name, '.gpkg')}"
            save(rows, self.folder / file, **self.options.get(name, {}))
            coverage = "own extent" if name == "districts" else "region"
            lines.append(self._entry(name, file, f'coverage = "{coverage}"'))
        for name, raster in self.rasters.items():
            path = self.folder / f"{name}.tif"
            write_raster(path, raster.cells, res=raster.res, nodata=raster.nodata, crs=raster.crs)
            if raster.shift:
                _shift(path, raster.shift)
            lines.append(self._entry(name, path.name, raster.more))
        for file, text in self.texts.items():
            raw = text if isinstance(text, bytes) else text.encode("utf-8")
            (self.folder / file).write_bytes(raw)
        path = self.folder / "catalog.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    def _entry(self, name: str, file: str, own: str) -> str:
        keys = [*HEAD.splitlines(), *own.splitlines(), 'share = "full"', f'path = "{file}"']
        dropped = self.drop.get(name, ())
        kept = [key for key in keys if not key.startswith(dropped)] if dropped else keys
        return "\n".join([f"[layers.{name}]", *kept, self.more.get(name, ""), ""])

    def findings(self, **options: object) -> tuple[CheckFinding, ...]:
        """Write the town and check it."""
        return check(Catalog.open(self.write()), **options)


def _shift(path: Path, metres: float) -> None:
    import rasterio
    from affine import Affine

    with rasterio.open(path, "r+") as raster:
        a, b, c, d, e, f = tuple(raster.transform)[:6]
        raster.transform = Affine(a, b, c + metres, d, e, f)


def town(folder: Path) -> Town:
    """A town without a fault."""
    result = Town(folder)
    result.vectors = {
        "districts": frame(
            [box(0, 0, 1000, 2000), box(1000, 0, 2000, 2000)],
            adcode=["520102", "520103"],
            name=["南明区", "云岩区"],
        ),
        "control_unit": units().assign(county=["南明区", "云岩区", "云岩区"]),
        "redline": frame([box(100, 100, 600, 600)], code=["HX01"], name=["红线一"]),
        "farmland": frame([box(1100, 600, 1600, 1300)], code=["GD01"], type=["旱地"]),
        "basic_farmland": frame([box(1200, 650, 1500, 950)], code=["JN01"]),
        "forest_map": frame([box(100, 1000, 600, 1600)], grade=["Ⅱ级"], cover=["0.6"]),
        "park": frame(
            [box(1200, 100, 1800, 400)], name=["示例园区"], planning_eia=["是"], level=["省级"]
        ),
    }
    result.rasters = {
        "dem": Raster(_ramp(1000, 1400), 'unit = "m"\nvalid_range = [300, 2500]'),
        "slope": Raster(_ramp(0, 40), 'unit = "deg"\nvalid_range = [0, 90]'),
        "forest_cover": Raster(_ramp(0, 95), 'unit = "%"\nvalid_range = [0, 100]'),
        "land_cover": Raster(
            _cover(), 'classes = { 1 = "耕作地", 2 = "林地", 3 = "永久水体" }', nodata=0
        ),
    }
    result.more["control_unit"] = 'table = "units.csv"'
    result.texts["units.csv"] = (
        "贵阳市环境管控单元清单\n序号,环境管控单元编码,环境管控单元名称,管控单元分类\n"
        "1,ZH52010210001,南明优先,优先保护单元\n"
        "2,ZH52010320001,云岩重点,重点管控单元\n"
        "3,ZH52010330001,云岩一般,一般管控单元\n"
    )
    return result
