"""A table of months: twelve rows of a CSV file to the sun and air of a place."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from zoning.errors import Fault, InputError
from zoning.solar.clear import Clearness
from zoning.solar.climate import (
    GUIYANG_AIR_ALTITUDE_M,
    GUIYANG_AIR_C,
    Monthly,
    from_megajoules,
)

_KWH = {"ghi": "ghi_kwh_m2_day", "dhi": "dhi_kwh_m2_day"}
_MJ = {"ghi": "ghi_mj_m2_day", "dhi": "dhi_mj_m2_day"}


def read_months(path: Path | str, *, altitude_m: float = GUIYANG_AIR_ALTITUDE_M) -> Monthly:
    """Read mean days of the twelve months.

    Parameters
    ----------
    path : path
        CSV (UTF-8 or GB18030) with the columns ``month`` (1 to 12), ``ghi_kwh_m2_day`` or
        ``ghi_mj_m2_day``, and where known ``dhi_…`` likewise, ``air_c``, ``altitude_m``,
        ``source``. Lines that begin with ``#`` are remarks; the first one is the source unless a
        column says it.
    altitude_m : float
        Of ``air_c`` where no column says it. Without ``air_c`` Guiyang's means of ITU-R P.1510 are
        taken, at their own altitude.

    Raises
    ------
    InputError
        No such file, columns that are missing, months that are not twelve, or no numbers.
    """
    path = Path(path)
    ordered, source = _twelve(path)
    ghi = _irradiation(ordered, "ghi", path)
    if ghi is None:
        raise InputError(
            _fault(path, f"缺少列 {_KWH['ghi']} 或 {_MJ['ghi']}", "no column of global irradiation")
        )
    air, height = _air(ordered, path, altitude_m)
    return Monthly(
        ghi=ghi,
        dhi=_irradiation(ordered, "dhi", path),
        air_c=air,
        altitude_m=height,
        source=source,
    )


def read_clearness(path: Path | str) -> Clearness:
    """Read the clearness of the twelve months: a table as for `read_months`, column ``clearness``.

    Raises
    ------
    InputError
        As for `read_months`, or a clearness that no sky has.
    """
    path = Path(path)
    ordered, source = _twelve(path)
    air, height = _air(ordered, path, GUIYANG_AIR_ALTITUDE_M)
    return Clearness(_column(ordered, "clearness", path), air, height, source)


def columns_of(path: Path) -> frozenset[str]:
    """Columns of a table of months; none where the file is no such table."""
    try:
        rows, _ = _rows(path)
    except InputError:
        return frozenset()
    return frozenset(name for name in rows[0] if name)


def _twelve(path: Path) -> tuple[list[dict[str, str]], str]:
    """Rows of the twelve months in order, and where they come from."""
    rows, remark = _rows(path)
    numbered = [(_number(row, "month", path), row) for row in rows]
    if sorted(month for month, _ in numbered) != [float(m) for m in range(1, 13)]:
        raise InputError(_fault(path, "要 1 到 12 月各一行", "one row for each month is wanted"))
    ordered = [row for _, row in sorted(numbered, key=lambda pair: pair[0])]
    return ordered, ordered[0].get("source") or remark or f"月表 {path.name}"


def _air(
    rows: list[dict[str, str]], path: Path, altitude_m: float
) -> tuple[tuple[float, ...], float]:
    """Air of the months and the altitude that it is at."""
    air = _column(rows, "air_c", path)
    heights = _column(rows, "altitude_m", path)
    stated = heights[0] if heights else altitude_m
    if not -500 <= stated <= 9000:
        raise InputError(
            _fault(path, "altitude_m 不是地面高程", "altitude_m is no height of ground")
        )
    return (air, stated) if air else (GUIYANG_AIR_C, GUIYANG_AIR_ALTITUDE_M)


_LINE = ""  # key under which a row carries its line in the file


def _rows(path: Path) -> tuple[list[dict[str, str]], str]:
    lines = _text(path).splitlines()
    remarks = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
    body = [
        (i, line) for i, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")
    ]
    rows = list(csv.DictReader(line for _, line in body))
    for row, (i, _) in zip(rows, body[1:], strict=False):
        row[_LINE] = str(i)
    if not rows or "month" not in rows[0]:
        raise InputError(_fault(path, "缺少列 month", "no column named month"))
    return rows, remarks[0] if remarks else ""


def _text(path: Path) -> str:
    """Text of a file in UTF-8, or in the encoding that a Chinese Excel writes."""
    try:
        raw = path.read_bytes()
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return raw.decode("gb18030")
    except (OSError, UnicodeDecodeError):
        raise InputError(
            _fault(path, "打不开，或不是 UTF-8、GB18030 文本", "cannot be read as text")
        ) from None


def _irradiation(rows: list[dict[str, str]], what: str, path: Path) -> tuple[float, ...] | None:
    if values := _column(rows, _KWH[what], path):
        return values
    values = _column(rows, _MJ[what], path)
    return from_megajoules(values) if values else None


def _column(rows: list[dict[str, str]], name: str, path: Path) -> tuple[float, ...]:
    if name not in rows[0]:
        return ()
    return tuple(_number(row, name, path) for row in rows)


def _number(row: Mapping[str, str], name: str, path: Path) -> float:
    try:
        return float(row[name])
    except (TypeError, ValueError):
        raise InputError(
            Fault(
                zh="不是数值",
                en="not a number",
                file=path.name,
                row=int(row.get(_LINE) or 0) or None,
                column=name,
                value=str(row.get(name, "")),
            )
        ) from None


def _fault(path: Path, zh: str, en: str) -> Fault:
    return Fault(
        zh=zh,
        en=en,
        file=path.name,
        remedy_zh="表头: month, ghi_kwh_m2_day (或 ghi_mj_m2_day、clearness), "
        "可选 dhi_…、air_c、altitude_m",
        remedy_en="headers: month, ghi_kwh_m2_day or ghi_mj_m2_day or clearness",
    )
