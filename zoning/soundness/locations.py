"""The places that a check found wanting, as a GeoPackage to open in QGIS.

Geometry tells of the layer that it was cut from, so the catalog's ``share`` rules it, the
strictest of the layers concerned: ``full``: outlines. ``clipped``: outlines of faulty pieces
(gaps, overlaps, slivers), but of whole features a point only. ``result_only``: a point and the
area of each place. ``none``: nothing at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from zoning.catalog import Catalog
from zoning.errors import Fault, OutputFault
from zoning.layers import Share
from zoning.soundness.finding import CheckFinding, Marks

_STRICT: tuple[Share, ...] = ("none", "result_only", "clipped", "full")
_COLOUR = {"error": "178,24,43,255", "warning": "217,119,6,255", "note": "90,90,90,255"}


def write_marks(
    catalog: Catalog, findings: Sequence[CheckFinding], path: Path, *, overwrite: bool = False
) -> tuple[str, ...]:
    """Write one layer a kind of finding, with its places as far as they may be shown.

    Parameters
    ----------
    catalog : Catalog
    findings : sequence of CheckFinding
        From ``check`` of the same catalog.
    path : Path
        A ``.gpkg``; appears whole or not at all.
    overwrite : bool
        Replace a file that is there.

    Returns
    -------
    tuple of str
        Layers written; none, and no file, where there is no place to show.

    Raises
    ------
    OutputFault
        Another format, a file that is there, or one that cannot be written.
    """
    _refuse(path, overwrite)
    beside = path.with_name(f".{path.stem}.part.gpkg")
    beside.unlink(missing_ok=True)
    names: list[str] = []
    try:
        for name, frame in _layers(catalog, findings):
            pyogrio.write_dataframe(
                frame, beside, layer=name, driver="GPKG", geometry_name="geom", append=False
            )
            names.append(name)
        if names:
            _style(beside, names)
            beside.replace(path)
    except OSError as error:
        raise OutputFault(
            Fault(
                zh="无法写入，文件可能正被 QGIS 打开，或磁盘已满",
                en=f"cannot be written: {error.strerror or type(error).__name__}",
                file=path.name,
                remedy_zh="关闭 QGIS 中的该图层，或换一个文件名",
                remedy_en="close it in QGIS, or name another file",
            )
        ) from None
    finally:
        beside.unlink(missing_ok=True)
    return tuple(names)


def _refuse(path: Path, overwrite: bool) -> None:
    if path.suffix.lower() != ".gpkg":
        raise OutputFault(
            Fault(
                zh="疑点只写成 GeoPackage",
                en="places are written to a GeoPackage only",
                file=path.name,
                remedy_zh="文件名以 .gpkg 结尾",
                remedy_en="name a .gpkg",
            )
        )
    if path.exists() and not overwrite:
        raise OutputFault(
            Fault(
                zh="文件已存在，不覆盖",
                en="the file exists; nothing was written",
                file=path.name,
                remedy_zh="换一个文件名，或加 --overwrite",
                remedy_en="name another file, or add --overwrite",
            )
        )
    if not path.parent.is_dir():
        raise OutputFault(
            Fault(zh="文件夹不存在", en="there is no such folder", file=path.parent.name)
        )


def _layers(
    catalog: Catalog, findings: Sequence[CheckFinding]
) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Rows of each kind; points and outlines in layers of their own."""
    kinds = dict.fromkeys(f.kind for f in findings)
    for kind in kinds:
        for suffix, points in (("", False), ("_point", True)):
            rows: list[dict[str, object]] = []
            shapes: list[shapely.Geometry] = []
            for finding in findings:
                shown = _shown(catalog, finding.marks) if finding.kind == kind else None
                if finding.marks is None or shown is None or (shown == "point") != points:
                    continue
                rows += _rows(catalog, finding, finding.marks)
                shapes += _shapes(finding.marks, points)
            if rows:
                frame = gpd.GeoDataFrame(rows, geometry=np.array(shapes, object), crs=catalog.crs)
                yield f"{kind}{suffix}", frame


def _shown(catalog: Catalog, marks: Marks | None) -> str | None:
    """How marks may be written: ``outline``, ``point``, or None: not at all."""
    if marks is None or not len(marks):
        return None
    share = min((catalog.layers[name].share for name in marks.layers), key=_STRICT.index)
    if share == "none":
        return None
    return "outline" if share == "full" or (share == "clipped" and not marks.whole) else "point"


def _shapes(marks: Marks, points: bool) -> list[shapely.Geometry]:
    if points:
        return list(shapely.point_on_surface(marks.geometry))
    return [
        shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape
        for shape in marks.geometry
    ]


def _rows(catalog: Catalog, finding: CheckFinding, marks: Marks) -> Iterator[dict[str, object]]:
    synthetic = any(catalog.layers[name].synthetic for name in marks.layers)
    share = min((catalog.layers[name].share for name in marks.layers), key=_STRICT.index)
    for shape, label in zip(marks.geometry, marks.label, strict=True):
        yield {
            "layer": finding.layer,
            "severity": finding.severity,
            "label": label,
            "area_m2": round(float(shape.area), 2),
            "zh": finding.zh,
            "en": finding.en,
            "remedy_zh": finding.remedy_zh,
            "remedy_en": finding.remedy_en,
            "layers": "; ".join(marks.layers),
            "share": share,
            "synthetic": synthetic,
        }


_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)"""


def _style(path: Path, names: Sequence[str]) -> None:
    """Add the table in which QGIS looks for styles: outlines and points in loud colours."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(_STYLES)
        for name in names:
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
                " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description,"
                " owner, ui, update_time)"
                " VALUES ('', '', ?, 'geom', 'check', ?, '', 1, '', 'zoning', NULL,"
                " strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
                (name, _qml(point=name.endswith("_point"))),
            )


def _qml(*, point: bool) -> str:
    """QML of three categories by severity."""
    symbols = "".join(
        f'<symbol type="{"marker" if point else "fill"}" name="{i}" alpha="1">'
        f'<layer class="{"SimpleMarker" if point else "SimpleFill"}" enabled="1">'
        + (
            f'<prop k="name" v="circle"/><prop k="size" v="3.5"/><prop k="color" v="{colour}"/>'
            if point
            else f'<prop k="style" v="f_diagonal"/><prop k="color" v="{colour}"/>'
            f'<prop k="outline_color" v="{colour}"/><prop k="outline_width" v="0.6"/>'
        )
        + "</layer></symbol>"
        for i, colour in enumerate(_COLOUR.values())
    )
    categories = "".join(
        f'<category value="{severity}" label="{severity}" symbol="{i}" render="true"/>'
        for i, severity in enumerate(_COLOUR)
    )
    return (
        '<!DOCTYPE qgis><qgis version="3.22"><renderer-v2 type="categorizedSymbol"'
        f' attr="severity"><categories>{categories}</categories><symbols>{symbols}</symbols>'
        "</renderer-v2></qgis>"
    )
