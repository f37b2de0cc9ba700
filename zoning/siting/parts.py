"""Parts of heaps and mines as sites: each with its regime, its gate, and the papers handed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import DOCUMENTS
from zoning.facts.words import ATTRIBUTE_WORDS
from zoning.layers import Features, VectorLayer, read_features
from zoning.sites import Sites
from zoning.siting.patches import counties_of
from zoning.siting.preset import Preset

LAYER = "waste_heap"

GATES: Mapping[str, str] = MappingProxyType(
    {
        "尾矿库": "闭库并销号，闭库后再利用须设计论证和批准",
        "Ⅱ类场": "封场并验收，封场后的渗滤液、监测、覆盖维护不断",
        "矿山用地": "采矿权注销、采空区查明、修复验收；验收为耕地的方阵不得占用",
        "疑似危废": "先鉴别；鉴别前管理类别不明，不作结论",
        "": "管理类别没有写明: 先查明属于尾矿库、一般固废场还是矿山用地",
    }
)
"""Regime -> what must be behind it before an array is thought of; rules of the set `pv`."""
READY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "尾矿库": ("已闭库销号",),
        "Ⅱ类场": ("已封场", "已修复"),
        "矿山用地": ("已修复",),
        "疑似危废": (),
    }
)
"""Regime -> states in which its gate is behind it, as far as a state can say; papers on top."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Parts of heaps and mines.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        ``id``, ``heap``, ``part``, ``type``, ``regime``, ``state``, ``county``, ``gate``,
        ``ready`` (True, False, or None where regime or state is not known).
    sites : Sites
        The same rows.
    """

    table: pd.DataFrame
    sites: Sites

    @property
    def geometry(self) -> NDArray[np.object_]:
        """Polygons in the work CRS."""
        return self.sites.geometry


def heap_parts(catalog: Catalog, preset: Preset, *, papers: Sites | None = None) -> Parts:
    """Return the parts of the catalog's heap layer, as sites of a preset.

    Parameters
    ----------
    catalog : Catalog
    preset : Preset
        What is to stand there.
    papers : Sites, optional
        A list whose rows name heaps (项目名称) and parts (组成部分, all parts where empty) and the
        papers that are held.

    Returns
    -------
    Parts

    Raises
    ------
    InputError
        The catalog holds no heaps, or the papers name one that it does not hold.
    """
    layer = catalog.layers.get(LAYER)
    if not isinstance(layer, VectorLayer):
        raise InputError(
            Fault(
                zh="目录里没有堆场图层 waste_heap",
                en="the catalog holds no vector layer waste_heap",
                file="catalog.toml",
                key=f"layers.{LAYER}",
                remedy_zh="登记堆场和废弃矿山的边界图层",
                remedy_en="add a layer of heaps and abandoned mines",
            )
        )
    features = read_features(layer, crs=catalog.crs)
    if faults := tuple(_no_ground(layer, features)):
        raise InputError(faults)
    words = {
        name: _words(features.attributes, name)
        for name in ("name", "part", "type", "regime", "state")
    }
    county = counties_of(features.geometry, catalog)
    ids = _ids(words["name"], words["part"])
    table = pd.DataFrame(
        {
            "id": ids,
            "heap": words["name"],
            "part": words["part"],
            "type": words["type"],
            "regime": words["regime"],
            "state": words["state"],
            "county": county,
            "gate": [GATES.get(regime, GATES[""]) for regime in words["regime"]],
            "ready": [
                is_ready(*pair) for pair in zip(words["regime"], words["state"], strict=True)
            ],
        }
    )
    sites = preset.sites(list(features.geometry), catalog.crs, names=ids, counties=county)
    return Parts(table, sites if papers is None else with_papers(sites, table, papers))


def _no_ground(layer: VectorLayer, features: Features) -> Iterator[Fault]:
    """Say which features of the layer have no ground that an array could stand on."""
    odd = int((shapely.get_dimensions(features.geometry) != 2).sum()) + features.dropped
    if odd or not len(features.geometry):
        yield Fault(
            zh=f"堆场图层里有 {odd} 个要素没有面" if odd else "堆场图层里没有要素",
            en="features of the heap layer are no polygons" if odd else "the heap layer is empty",
            file=layer.path.name,
            key=f"layers.{LAYER}",
            remedy_zh="补上边界，或从图层里去掉；没有边界的堆场不能判断",
            remedy_en="supply their boundaries or take them out of the layer",
        )


def is_ready(regime: str, state: str) -> bool | None:
    """Whether the gate of a regime is behind a part; None where regime or state is not known.

    Examples
    --------
    >>> is_ready("尾矿库", "已封场"), is_ready("疑似危废", ""), is_ready("", "已封场")
    (False, False, None)
    """
    known = ATTRIBUTE_WORDS["waste_heap", "state"]
    if regime not in READY:
        return None
    if not READY[regime]:
        return False
    return state in READY[regime] if state in known else None


def with_papers(sites: Sites, parts: pd.DataFrame, papers: Sites) -> Sites:
    """Return the sites with the papers that a list states for their heap and part.

    Raises
    ------
    InputError
        A row names a heap or a part that is not there: it is never dropped in silence.
    """
    columns = [f"document_{name}" for name in DOCUMENTS]
    table = sites.table.copy()
    said: dict[tuple[int, str], float] = {}
    faults = []
    for _, row in papers.table.iterrows():
        mine = np.flatnonzero(_named(row, parts))
        if not len(mine):
            faults.append(_nobody(row))
        for column in columns:
            value = float(row[column])
            for k in mine if value == value else ():
                if said.setdefault((int(k), column), value) != value:
                    faults.append(_contradicts(row, str(parts["id"].iloc[k]), column))
    if faults:
        raise InputError(tuple(faults))
    for (part, column), paper in said.items():
        table.loc[part, column] = paper
    return replace(sites, table=table)


def _named(row: pd.Series[str], parts: pd.DataFrame) -> NDArray[np.bool_]:
    """Parts that a row of papers names: none where it names no heap."""
    mine = parts["heap"].to_numpy() == row["name"]
    if row["component"]:
        mine &= parts["part"].to_numpy() == row["component"]
    return np.asarray(mine & bool(row["name"]), dtype=np.bool_)


def _contradicts(row: pd.Series[str], part: str, column: str) -> Fault:
    return Fault(
        zh=f"材料表里对 {part} 的说法前后矛盾",
        en="two rows say different things of one part",
        file=str(row["source"]),
        row=int(str(row["row"])) or None,
        column=DOCUMENTS[column.removeprefix("document_")],
        remedy_zh="只留一行，或写明分区",
        remedy_en="keep one row, or name the part",
    )


def _nobody(row: pd.Series[str]) -> Fault:
    return Fault(
        zh="材料表里的堆场或分区在图层中没有",
        en="the layer holds no such heap or part",
        file=str(row["source"]),
        row=int(str(row["row"])) or None,
        value=f"{row['name']} {row['component']}".strip(),
        remedy_zh="按图层里的名称和部位填写",
        remedy_en="write the names that the layer has",
    )


def _words(attributes: pd.DataFrame, name: str) -> list[str]:
    if name not in attributes.columns:
        return [""] * len(attributes)
    return ["" if pd.isna(value) else str(value) for value in attributes[name]]


def _ids(names: list[str], parts: list[str]) -> list[str]:
    """Name and part; numbered where two parts are called the same."""
    made: list[str] = []
    seen: dict[str, int] = {}
    for number, (name, part) in enumerate(zip(names, parts, strict=True), 1):
        text = "·".join(filter(None, (name or f"无名堆场{number}", part)))
        seen[text] = seen.get(text, 0) + 1
        made.append(text if seen[text] == 1 else f"{text}#{seen[text]}")
    return made
