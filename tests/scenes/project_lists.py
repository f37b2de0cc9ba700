"""Small project lists, written for one test each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import shapely

from zoning.projects import read_projects
from zoning.sites import Sites

CRS = "EPSG:4545"
# Roughly Guiyang, in the work CRS: 2 degrees west of 108 E is about 200 km west of 500 000
REGION = shapely.box(310_000, 2_890_000, 430_000, 3_040_000)


def csv_of(folder: Path, *lines: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def xlsx_of(folder: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    path = folder / "list.xlsx"
    book.save(path)
    return path


def read(folder: Path, *lines: str, **options: object) -> Sites:
    return read_projects(csv_of(folder, *lines), crs=CRS, **options)


def said(sites: Sites, row: int = 0) -> str:
    return "\n".join(str(fault) for fault in sites.faults[row])
