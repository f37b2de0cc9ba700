"""Which sun a study takes, whence, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zoning.arrays import Floats
from zoning.catalog import Catalog
from zoning.errors import Fault, InputError
from zoning.layers import RasterLayer
from zoning.solar import Clearness, Hourly, Place, Sun, Weather, hours_at, kind_of, read_sun
from zoning.solar.clear import clear_months
from zoning.solar.climate import DAYS, GUIYANG_AIR_ALTITUDE_M, GUIYANG_AIR_C

RASTER = "ghi"
LEAST_GHI, MOST_GHI = 500.0, 3000.0
"""[kWh/(m2 a)] Fewer or more fall nowhere: a unit is wrong. Illustrative: from the polar coasts to
the Atacama."""
ORDER = (
    "--sun 给出的文件优先，其次 catalog.toml 的 [sun]；ghi 栅格给各场址年总量，"
    "换算逐月表和晴空，不改逐时典型年；只有栅格时各月按同一晴朗系数"
)
"""Which sun goes before which."""


@dataclass(frozen=True, slots=True, eq=False)
class Sunshine:
    """The sun of a study.

    Parameters
    ----------
    sun : Sun or None
        Course of the year; None where there is a raster only, or nothing.
    whence : str
        Where it was named.
    file : str
    source : str
        As the catalog says; else what the file says of itself.
    synthetic : bool
        Of the file.
    raster : RasterLayer or None
        Annual totals that the months are scaled to.
    hint : str
        What lies there and is not used, and why.
    """

    sun: Sun | None
    whence: str = ""
    file: str = ""
    source: str = ""
    synthetic: bool = False
    raster: RasterLayer | None = None
    hint: str = ""

    @staticmethod
    def of(sun: Sun | None) -> Sunshine:
        """Return a sun that was given in code."""
        return Sunshine(sun, synthetic=sun is not None and _marked(sun))

    @property
    def known(self) -> bool:
        """Whether a yield can be told."""
        return self.sun is not None or self.raster is not None

    @property
    def invented(self) -> bool:
        """Whether anything that is used is synthetic."""
        drawn = self.scaled and self.raster is not None and self.raster.synthetic
        return self.synthetic or drawn

    @property
    def scaled(self) -> bool:
        """Whether the raster is used."""
        return self.raster is not None and not isinstance(self.sun, Weather)

    @property
    def altitude_m(self) -> float:
        """Height that stands where a site's own is not known."""
        return GUIYANG_AIR_ALTITUDE_M if self.sun is None else self.sun.altitude_m

    def hours(self, place: Place, annual_ghi: float | None) -> Hourly:
        """Hourly year of a place, its annual total where a raster gives one."""
        sun: Sun
        if self.sun is not None:
            sun = self.sun
        else:
            even = (annual_ghi or 0.0) / float(clear_months(place) @ np.asarray(DAYS))
            source = "各月同一系数 the same in every month"
            sun = Clearness((even,) * 12, GUIYANG_AIR_C, GUIYANG_AIR_ALTITUDE_M, source)
        return hours_at(sun, place, annual_ghi=annual_ghi, total=self.total)

    @property
    def total(self) -> str:
        """Source of the annual totals."""
        return f"年总量 totals: {self.raster.title}" if self.raster is not None else ""

    def told(self) -> tuple[str, ...]:
        """What is used and what is not, for people."""
        if not self.known:
            why = "没有辐射数据，不估发电量：用 --sun 给出，或在目录里写 [sun] 或登记 ghi 栅格"
            return (why, *filter(None, (self.hint,)))
        lines = []
        if self.sun is not None:
            source = self.source or self.sun.source
            mark = "，示例 SYNTHETIC" if self.synthetic else ""
            named = f" {self.file}（{self.whence}）" if self.file else ""
            lines.append(f"太阳辐射：{kind_of(self.sun)}{named}{mark}；来源 {source}")
        else:
            lines.append("太阳辐射：没有逐月表，各月按晴空分配；年总量可用，逐月只供参考")
        if self.raster is not None:
            how = "换算各场址年总量" if self.scaled else "没有用：逐时典型年不换算"
            mark = "，示例 SYNTHETIC" if self.raster.synthetic else ""
            lines.append(f"GHI 栅格《{self.raster.title}》{how}{mark}；来源 {self.raster.source}")
        return (*lines, *filter(None, (self.hint,)))

    def record(self) -> dict[str, object]:
        """What is used, for machines."""
        return {
            "kind": None if self.sun is None else kind_of(self.sun),
            "file": self.file or None,
            "whence": self.whence or None,
            "source": self.source or (None if self.sun is None else self.sun.source),
            "synthetic": self.invented,
            "totals": self.raster.title if self.raster is not None and self.scaled else None,
            "order": ORDER,
            "told": list(self.told()),
        }


def sunshine(catalog: Catalog, given: Path | None = None) -> Sunshine:
    """Choose the sun: the file that is given, else the catalog's, with the catalog's raster.

    Raises
    ------
    InputError
        The file cannot be read as a sun.
    """
    layer = catalog.layers.get(RASTER)
    raster = layer if isinstance(layer, RasterLayer) else None
    if given is not None:
        sun = read_sun(given)
        return Sunshine(sun, "--sun", given.name, "", _marked(sun), raster)
    if (held := catalog.sun) is not None:
        sun = read_sun(held.path)
        mark = held.synthetic or _marked(sun)
        return Sunshine(sun, "catalog.toml [sun]", held.path.name, held.source, mark, raster)
    hint = ""
    if (catalog.folder / _OLD).is_file():
        hint = f"目录旁有 {_OLD}，没有登记，不用：在 catalog.toml 写 [sun] path"
    return Sunshine(None, raster=raster, hint=hint)


def _marked(sun: Sun) -> bool:
    """Whether a file of sun calls itself invented; that it does not proves nothing."""
    return "SYNTHETIC" in sun.source


_OLD = "sun_monthly.csv"  # was picked up by its name once


def refuse_impossible(totals: Floats, raster: RasterLayer) -> None:
    """Refuse annual totals that no ground has: the unit of the raster is wrong.

    Raises
    ------
    InputError
    """
    wrong = totals[(totals < LEAST_GHI) | (totals > MOST_GHI)]
    if len(wrong):
        raise InputError(
            Fault(
                zh=f"GHI 栅格的年总量 {wrong[0]:.0f} kWh/m2 不可能，像是单位写错",
                en="no ground gets so much or so little in a year: the unit seems wrong",
                file=raster.path.name,
                key=f"layers.{RASTER}.unit",
                value=raster.unit or "",
                remedy_zh="写明 unit: kWh/m2/a、kWh/m2/d、MJ/m2/a 或 MJ/m2/d",
                remedy_en="state the unit in the catalog",
            )
        )
