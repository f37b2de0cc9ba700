"""The map of a study, and what is kept beside it so that it can be drawn again without the study.

``map.json.gz`` holds what the page says of the places: cards, ranks, figures, pictures of cells.
The ground beneath (districts, layers, relief) is read from the catalog anew, as `share` allows.
"""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pyogrio
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zoning.errors import Fault, InputError
from zoning.render.map import render
from zoning.render.payload import gather, page_again

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.render.cards import Row
    from zoning.render.shapes import Json
    from zoning.render.siting_page import Siting
    from zoning.screening import Screening

MAP, KEPT = "map.html", "map.json.gz"
SCHEMA: Final = "zoning/map/1"
STUDIES: Final = (
    ("heaps.json", "heaps.gpkg", "heaps"),
    ("eligible.json", "patches.gpkg", "eligible"),
)
"""Head of a study's folder, the places in it, the command that writes it."""


class Kept(BaseModel):
    """``map.json.gz``, unpacked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: str = Field(alias="$schema", pattern=f"^{SCHEMA}$")
    crs: str
    region: str
    title: str
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
    head = {"$schema": SCHEMA, "crs": catalog.crs, "region": catalog.name, "title": page.title}
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
        Nothing is kept, what is kept cannot be read, or the catalog is another one.
    """
    places, command = study_in(folder) or ("", "")
    kept = _read(folder, command)
    if (kept.crs, kept.region) != (catalog.crs, catalog.name):
        raise InputError(_other_data(kept, catalog))
    shapes = _shapes(folder / places, command)
    return render(page_again(kept.title, _row(kept.data), catalog, shapes))


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
