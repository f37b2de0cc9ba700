"""The map of a study, and what is kept beside it so that it can be drawn again without the study.

``map.json.gz`` holds what the page says of the places: cards, ranks, figures, pictures of cells.
The ground beneath (districts, layers, relief) is read from the catalog anew, as `share` allows.
What is kept was made under the shares of its day, which stand beside it: a layer that was closed
since may be in it by its shapes, its names or the edges of cells, so that it is not drawn again.
"""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

import numpy as np
import pyogrio
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zoning.errors import Fault, InputError
from zoning.layers.model import Share
from zoning.render.map.map import render
from zoning.render.map.payload import gather, page_again

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.render.map.cards import Row
    from zoning.render.map.shapes import Json
    from zoning.render.map.study_page import Siting
    from zoning.screening import Screening

MAP, KEPT = "map.html", "map.json.gz"
SCHEMA: Final = "zoning/map/2"
STUDIES: Final = (
    ("heaps.json", "heaps.gpkg", "heaps"),
    ("eligible.json", "patches.gpkg", "eligible"),
)
"""Head of a study's folder, the places in it, the command that writes it."""
_OPENNESS: Final[tuple[str, ...]] = get_args(Share)
"""Shares, the closest first."""


class Kept(BaseModel):
    """``map.json.gz``, unpacked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: str = Field(alias="$schema", pattern=f"^{SCHEMA}$")
    crs: str
    region: str
    title: str
    shares: dict[str, Share]
    data: dict[str, object]


def write_siting_map(
    screening: Screening, catalog: Catalog, folder: Path, *, siting: Siting
) -> None:
    """Write ``map.html`` and ``map.json.gz``.

    Parameters
    ----------
    screening : Screening
    catalog : Catalog
    folder : Path
    siting : Siting
    """
    page = gather(screening, catalog, siting)
    (folder / MAP).write_text(render(page), encoding="utf-8", newline="\n")
    shares = {layer.name: layer.share for layer in catalog.layers.values()}
    head = {
        "$schema": SCHEMA,
        "crs": catalog.crs,
        "region": catalog.name,
        "title": page.title,
        "shares": shares,
    }
    text = json.dumps(
        {**head, "data": page.own}, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    (folder / KEPT).write_bytes(gzip.compress(text.encode(), mtime=0))  # the same bytes each time


def study_in(folder: Path) -> tuple[str, str] | None:
    """Layer of places and command of the study that a folder is of; None where it is of none."""
    for head, places, command in STUDIES:
        if (folder / head).is_file():
            return places, command
    return None


def draw_again(folder: Path, catalog: Catalog) -> str:
    """Return the page of a study's folder, drawn from what is kept there.

    Parameters
    ----------
    folder : Path
        Of `zoning heaps` or `zoning eligible`.
    catalog : Catalog
        The one of the study.

    Raises
    ------
    InputError
        Nothing is kept, what is kept cannot be read, the catalog is another one, or gives away
        less of a layer than it did when the study was written.
    """
    places, command = study_in(folder) or ("", "")
    kept = open_kept(folder, catalog)
    shapes = _shapes(folder / places, command)
    return render(page_again(kept.title, _row(kept.data), catalog, shapes))


def open_kept(folder: Path, catalog: Catalog) -> Kept:
    """Read what is kept in a study's folder, if the catalog lets it be shown; see `draw_again`."""
    _, command = study_in(folder) or ("", "")
    kept = _read(folder, command)
    if (kept.crs, kept.region) != (catalog.crs, catalog.name):
        raise InputError(_other_data(kept, catalog))
    if faults := _closed_since(kept, catalog, folder, command):
        raise InputError(faults)
    return kept


def _row(data: dict[str, object]) -> Row:
    return {key: _json(value) for key, value in data.items()}


def _json(value: object) -> Json:
    """What was read, under the type of what the page holds."""
    if isinstance(value, dict):
        return {str(key): _json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_json(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(type(value).__name__)


def _read(folder: Path, command: str) -> Kept:
    path = folder / KEPT
    try:
        return Kept.model_validate_json(gzip.decompress(path.read_bytes()))
    except FileNotFoundError:
        why = f"选址结果里没有 {KEPT}，地图不能重绘", f"a siting folder without {KEPT}"
    except (OSError, EOFError, zlib.error, ValidationError):
        why = f"{KEPT} 读不出，或不是这个版本写的", f"{KEPT} cannot be read by this version"
    raise InputError(_again(f"{folder.name}/{KEPT}", *why, command))


def _closed_since(kept: Kept, catalog: Catalog, folder: Path, command: str) -> tuple[Fault, ...]:
    """One fault a layer that gives away less than when the page was made, or that is gone."""
    faults = []
    for name, was in kept.shares.items():
        layer = catalog.layers.get(name)
        now: Share = "none" if layer is None else layer.share
        if _OPENNESS.index(now) < _OPENNESS.index(was):
            faults.append(_narrowed(folder, name, was, "" if layer is None else now, command))
    return tuple(faults)


def _narrowed(folder: Path, name: str, was: str, now: str, command: str) -> Fault:
    """A layer of which the folder may hold more than the catalog now allows."""
    today = f"是 {now}" if now else "目录里没有这个图层"
    return Fault(
        zh=f"图层 {name} 写结果时 share 是 {was}，现在{today}；"
        "保存的卡片、图形和逐格图片可能含有它，没有重绘",
        en=f"layer {name} was shared as {was} when this was written and is "
        f"{now or 'not in the catalog'} now: what is kept may show it, so nothing was drawn",
        file=f"{folder.name}/{KEPT}",
        remedy_zh=f"重新运行 zoning {command} --out 这个目录；旧结果里的 GeoPackage、表、"
        "栅格和 map.html 也按现在的密级收回",
        remedy_en=f"run `zoning {command} --out FOLDER` again, and take back the old GeoPackage, "
        "tables, rasters and map.html too",
    )


def _shapes(path: Path, command: str) -> NDArray[np.object_]:
    """Places in their order; None for those that may not be shown."""
    try:
        frame = pyogrio.read_dataframe(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError):
        fault = _again(f"{path.parent.name}/{path.name}", "无法读取", "cannot be read", command)
        raise InputError(fault) from None
    shapes = frame.geometry if "geometry" in frame else [None] * len(frame)
    drawn = np.empty(len(frame), dtype=object)
    drawn[:] = list(shapes)
    return drawn


def _again(file: str, zh: str, en: str, command: str) -> Fault:
    return Fault(
        zh=zh,
        en=en,
        file=file,
        remedy_zh=f"重新运行 zoning {command} --out 这个目录，地图一并写出",
        remedy_en=f"run `zoning {command} --out FOLDER` again, it writes the map too",
    )


def _other_data(kept: Kept, catalog: Catalog) -> Fault:
    return Fault(
        zh=f"结果出自 {kept.region}（{kept.crs}）的数据，不是 {catalog.name}（{catalog.crs}）的",
        en=f"made with the data of {kept.region} ({kept.crs}), not of {catalog.name}",
        file=KEPT,
        remedy_zh="用出结果时的 --data 重绘",
        remedy_en="redraw with the --data of the study",
    )
