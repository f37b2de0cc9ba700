"""What the checks look at, and how they say a doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.errors import Fault
from zoning.projects.cells.faults import RowFault
from zoning.projects.cells.values import Refusal
from zoning.projects.counties import Counties, Located, locate, open_counties
from zoning.sites import Sites

if TYPE_CHECKING:
    from zoning.catalog import Catalog

_MOST = 5  # other rows named one by one
# Columns as people call them, where no header of the list says it
_TITLES = {
    "county": "区县",
    "adcode": "行政区划代码",
    "name": "项目名称",
    "lon": "经度",
    "lat": "纬度",
    "wkt": "边界(WKT)",
    "capacity": "规模",
    "declared_m2": "占地面积",
    "accuracy_m": "定位精度",
}
_PAIR = ("lon", "lat", "east", "north", "x", "y")
_DRAWN = ("wkt",)


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A list as the checks see it.

    Parameters
    ----------
    sites : Sites
        n sites.
    counties : Counties or None
        None without a catalog: what needs them is not checked.
    located : Located or None
    headers : Mapping
        Standard column -> header of the list.
    rows : int array [n]
        As the file's own program shows them, 0 where there is no file.
    """

    sites: Sites
    counties: Counties | None
    located: Located | None
    headers: Mapping[str, str]
    rows: NDArray[np.int64]
    _texts: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, sites: Sites, catalog: Catalog | None) -> Subject:
        """Locate the sites where there is a catalog."""
        counties = open_counties(catalog) if catalog is not None else None
        located = locate(sites, counties) if counties is not None else None
        headers = {standard: header for header, standard in sites.headers if standard}
        return cls(sites, counties, located, headers, sites.table["row"].to_numpy(np.int64))

    def __len__(self) -> int:
        return len(self.sites)

    @property
    def placed(self) -> int:
        """Number of rows that have a place."""
        return int((~shapely.is_missing(self.sites.geometry)).sum())

    def texts(self, column: str) -> list[str]:
        """Return a text column; "" where it says nothing. Made once."""
        if column not in self._texts:
            self._texts[column] = [str(text or "") for text in self.sites.table[column].tolist()]
        return self._texts[column]

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Return a number column; NaN where it says nothing."""
        return self.sites.table[column].to_numpy(np.float64)

    def header(self, *columns: str) -> str:
        """Return the header that the list has for the first of these, or for several together."""
        own = [self.headers[name] for name in columns if name in self.headers]
        return ", ".join(own) or _TITLES.get(columns[0], "")

    def place(self, row: int) -> tuple[str, str]:
        """Return the headers that a row's place was read from, and what stood there.

        Both are "" for a vector file; of a boundary the text is too long to be told.
        """
        written = self.texts("place")[row]
        numbers = any(sign.isdigit() for sign in written)
        names = _PAIR if numbers else _DRAWN
        header = ", ".join(self.headers[name] for name in names if name in self.headers)
        return header, written if numbers else ""

    def doubt(self, row: int, refusal: Refusal, column: str, value: str = "") -> RowFault:
        """Say a doubt of one row; `Fault` says where."""
        return row, Fault(
            zh=refusal.zh,
            en=refusal.en,
            file=self.texts("source")[row],
            row=int(self.rows[row]) or None,
            column=column,
            value=value[:80],
            remedy_zh=refusal.remedy_zh,
            remedy_en=refusal.remedy_en,
        )

    def in_file_order(self, rows: Iterable[int]) -> list[int]:
        """Return rows as the file has them, whatever the order of the table."""
        ids = self.texts("id")
        return sorted(rows, key=lambda i: (int(self.rows[i]), ids[i]))

    def others(self, ordered: Iterable[int], count: int) -> tuple[str, str]:
        """Name other rows in both languages, the first few of ``count``."""
        rows = list(islice(ordered, _MOST))
        at, ids = self.rows, self.texts("id")
        zh = "、".join(f"第 {at[i]} 行（{ids[i]}）" if at[i] else ids[i] for i in rows)
        en = ", ".join(f"row {at[i]}" if at[i] else ids[i] for i in rows)
        if count > len(rows):
            zh, en = f"{zh} 等 {count} 行", f"{en} and {count - len(rows)} more"
        return zh, en
