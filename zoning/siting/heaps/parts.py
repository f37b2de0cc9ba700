"""Parts of heaps and mines as sites: each with its regime, its gate, and the papers handed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import DOCUMENTS
from zoning.layers import Features, RasterLayer, VectorLayer, read_features
from zoning.sites import Sites
from zoning.siting.figures.counties import counties_of
from zoning.siting.heaps.from_raster import (
    LEAST_M2,
    NOBODY,
    RASTER,
    Spots,
    compared,
    heap_raster,
    spots_of,
    unmatched,
)
from zoning.siting.heaps.gates import gate_columns, reuse_column, reuse_told
from zoning.siting.heaps.papers import STATED, TITLES, Given, Papers, match_papers
from zoning.siting.presets.preset import Preset

LAYER = "waste_heap"

OVERLAPPING = "分区边界重叠"
"""How the note of parts on the same ground begins."""
OVERLAP_HA = 0.1
"""[ha] Less common ground of two parts is the drawing of their edge. Illustrative."""
DRAWN, SEEN = "图层", "栅格"
"""Whence the boundary of a part."""
From = Literal["polygons", "raster", "both"]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Parts of heaps and mines.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        ``id``, ``heap``, ``part``, ``type``, ``regime``, ``state``, ``holder``, ``tenure``,
        ``restored_class`` ("" not stated), ``reserved`` (for reuse: True, False, None not
        stated), ``reserved_zh``,
        ``county``, what `gate_columns` says, ``source`` (图层, 栅格); where both were held
        against each other ``raster_type``, ``raster_share`` [1], ``disagreement`` ("" none).
    sites : Sites
        The same rows.
    notes : tuple of str
        Whence they are, and what was left out.
    papers : tuple of str
        What was read of the table of papers; () where none was given.
    """

    table: pd.DataFrame
    sites: Sites
    notes: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()

    @property
    def geometry(self) -> NDArray[np.object_]:
        """Polygons in the work CRS."""
        return self.sites.geometry


def heap_parts(
    catalog: Catalog,
    preset: Preset,
    *,
    papers: Papers | None = None,
    source: From | None = None,
) -> Parts:
    """Return the parts of the catalog's heaps, as sites of a preset.

    Parameters
    ----------
    catalog : Catalog
    preset : Preset
        What is to stand there.
    papers : Papers, optional
        See `read_papers`. What it says goes before the layer's own attributes.
    source : {"polygons", "raster", "both"}, optional
        Layer ``waste_heap``, raster ``waste_heap_class``, or both: the polygons, held against the
        raster, and what the raster has beyond all of them. By default what is held.

    Returns
    -------
    Parts
        Polygons in the order of the layer, then spots of the raster from the northwest.

    Raises
    ------
    InputError
        The catalog does not hold what is asked for, or the papers name a heap that is not there.
    """
    layer, raster = catalog.layers.get(LAYER), heap_raster(catalog)
    drawn = layer if isinstance(layer, VectorLayer) else None
    chosen = source or ("both" if drawn and raster else "raster" if raster else "polygons")
    if faults := tuple(_wanting(chosen, drawn, raster)):
        raise InputError(faults)
    tables: list[pd.DataFrame] = []
    shapes: list[shapely.Geometry] = []
    notes: list[str] = []
    reach_m = 0.0
    if drawn is not None and chosen != "raster":
        features = read_features(drawn, crs=catalog.crs)
        if faults := tuple(_no_ground(drawn, features)):
            raise InputError(faults)
        tables.append(_of_layer(features, drawn, raster if chosen == "both" else None, catalog))
        shapes += list(features.geometry)
    if raster is not None and chosen != "polygons":
        spots = spots_of(raster, catalog.crs)
        if chosen == "both" and drawn is not None:
            spots = unmatched(spots, np.asarray(shapes, dtype=object), drawn.accuracy_m)
        reach_m = spots.reach_m
        tables.append(_of_spots(spots))
        shapes += list(spots.geometry)
        notes += _said(spots, raster, chosen)
    table = pd.concat(tables, ignore_index=True)
    if table.empty:
        raise InputError(_nothing(raster))
    given = Given.nothing(len(table)) if papers is None else match_papers(table, papers)
    table, differing = _stated(table, given)
    table, sites = _as_sites(table, shapes, catalog, preset, reach_m, given)
    notes += [
        *_overlapping(table, shapes),
        *_disagreeing(table),
        *given.told,
        *differing,
        *reuse_told(table),
    ]
    return Parts(table, sites, tuple(notes), given.told)


def _stated(table: pd.DataFrame, given: Given) -> tuple[pd.DataFrame, list[str]]:
    """Rows with what the table of papers states, and notes on where the layer says otherwise."""
    columns = {name: table[name].tolist() for name in STATED}
    notes = []
    for name, values in columns.items():
        other = []
        for k, said in enumerate(given.stated):
            if name not in said:
                continue
            value = bool(said[name]) if name == "reserved" else said[name]
            if values[k] not in (None, "", value):
                other.append(str(table["id"].iloc[k]))
            values[k] = value
        if other:
            parts = "、".join(other[:5]) + ("……" if len(other) > 5 else "")
            notes.append(f"{TITLES[name]}：材料表与图层不一致，以材料表为准：{parts}")
    stated = {name: pd.Series(values, dtype=object) for name, values in columns.items()}
    return table.assign(**stated), notes


def _of_layer(
    features: Features, layer: VectorLayer, raster: RasterLayer | None, catalog: Catalog
) -> pd.DataFrame:
    """Rows of the heap layer; held against the raster where there is one."""
    names = ("name", "part", "type", "regime", "state", "holder", "tenure", "restored_class")
    words = {name: _words(features.attributes, name) for name in names}
    table = pd.DataFrame(words).rename(columns={"name": "heap"})
    table["reserved"] = _reserved(features.attributes)
    table.insert(0, "id", _ids(words["name"], words["part"]))
    table["source"] = DRAWN
    if raster is None:
        return table
    against = compared(
        features.geometry, words["type"], raster, catalog.crs, accuracy_m=layer.accuracy_m
    )
    return pd.concat([table, pd.DataFrame(against)], axis=1)


def _of_spots(spots: Spots) -> pd.DataFrame:
    """Rows of the raster's spots: nothing but a type is known of them."""
    n = len(spots.type)
    numbers = [f"栅格堆场{k:02d}" for k in range(1, n + 1)]
    return pd.DataFrame(
        {
            "id": [f"{name}·{kind}" for name, kind in zip(numbers, spots.type, strict=True)],
            "heap": numbers,
            **{name: [""] * n for name in ("part", "regime", "state", "holder", "tenure")},
            "restored_class": [""] * n,
            "reserved": pd.Series([None] * n, dtype=object),
            "type": list(spots.type),
            "source": [SEEN] * n,
            "raster_type": list(spots.type),
            "raster_share": [1.0] * n,
            "disagreement": [NOBODY] * n,
        }
    )


def _as_sites(
    table: pd.DataFrame,
    shapes: list[shapely.Geometry],
    catalog: Catalog,
    preset: Preset,
    reach_m: float,
    given: Given,
) -> tuple[pd.DataFrame, Sites]:
    """Rows with county and gate, and the same rows as sites."""
    drawn = np.empty(len(shapes), dtype=object)
    drawn[:] = shapes
    table = table.assign(
        reserved_zh=reuse_column(table, given.documents),
        county=counties_of(drawn, catalog),
        **gate_columns(table, given.documents),
    )
    seen = (table["source"] == SEEN).to_numpy()
    # nobody declares the county of a part of a layer: it is the one that it lies in
    sites = preset.sites(
        shapes, catalog.crs, names=table["id"].tolist(), counties=table["county"].tolist()
    )
    stated = sites.table.assign(
        from_raster=seen, accuracy_m=np.where(seen, reach_m, 0.0), **_documents(sites, given)
    )
    return table, replace(sites, table=stated)


def _documents(sites: Sites, given: Given) -> dict[str, list[float]]:
    """Papers as rules ask for them: what is not spoken of stays as the preset has it."""
    columns = {}
    for name in DOCUMENTS:
        before = sites.table[f"document_{name}"].tolist()
        said = [float(each[name]) if name in each else None for each in given.documents]
        columns[f"document_{name}"] = [
            old if new is None else new for old, new in zip(before, said, strict=True)
        ]
    return columns


def _said(spots: Spots, raster: RasterLayer, chosen: From) -> Iterator[str]:
    what = "图层以外、" if chosen == "both" else ""
    yield (
        f"栅格「{raster.title}」里{what}连片不小于 {LEAST_M2 / 1e4:g} 公顷（示意值）的堆体 "
        f"{len(spots.type)} 处；边界沿像元，误差按像元加精度 {spots.reach_m:g} m；"
        "管理类别和状态不明，不作结论"
    )
    if spots.small:
        yield f"另有 {spots.small} 处更小的栅格斑块，共 {spots.small_ha:.1f} 公顷，没有列入"
    if spots.strange:
        yield f"栅格里的类别 {'、'.join(spots.strange)} 不是堆场类型，没有用"


def _overlapping(table: pd.DataFrame, shapes: list[shapely.Geometry]) -> Iterator[str]:
    """Say which parts lie on the same ground: each is told whole, so their sums count it twice."""
    drawn = np.asarray(shapes, dtype=object)
    one, other = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    later = one < other
    one, other = one[later], other[later]
    ha = shapely.area(shapely.intersection(drawn[one], drawn[other])) / 1e4
    for k in np.flatnonzero(ha > OVERLAP_HA):
        names = (str(table["id"].iloc[at]) for at in (one[k], other[k]))
        yield (
            f"{OVERLAPPING}，须核对图层：{'、'.join(names)} 共有 {ha[k]:.1f} 公顷，"
            "面积、装机和合计在此算了两次 counted twice"
        )


def _disagreeing(table: pd.DataFrame) -> Iterator[str]:
    """Say how often the raster speaks against the layer: that asks, and decides nothing."""
    if "disagreement" not in table:
        return
    odd = int(((table["disagreement"] != "") & (table["source"] == DRAWN)).sum())
    if odd:
        yield f"{odd} 个图层分区与栅格不一致，见“图层与栅格”一栏，须核对；不影响结论"


def _wanting(
    chosen: From, layer: VectorLayer | None, raster: RasterLayer | None
) -> Iterator[Fault]:
    """Say what is asked for and not held."""
    for name, held, asked in (
        (LAYER, layer, chosen != "raster"),
        (RASTER, raster, chosen != "polygons"),
    ):
        if asked and held is None:
            title = "图层" if name == LAYER else "类型栅格"
            yield Fault(
                zh=f"目录里没有堆场{title} {name}",
                en=f"the catalog holds no {name}",
                file="catalog.toml",
                key=f"layers.{name}",
                remedy_zh="登记堆场和废弃矿山的边界图层或类型栅格",
                remedy_en="add a layer, or a raster of classes, of heaps and abandoned mines",
            )


def _nothing(raster: RasterLayer | None) -> Fault:
    return Fault(
        zh="没有找到堆体",
        en="no heap was found",
        file=raster.path.name if raster is not None else "catalog.toml",
        remedy_zh=f"核对类别的值；小于 {LEAST_M2 / 1e4:g} 公顷的斑块不算",
        remedy_en="check the values of the classes; small spots do not count",
    )


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


def _reserved(attributes: pd.DataFrame) -> pd.Series[bool]:
    """Whether the stock is kept for reuse; None where the layer does not say."""
    if "reserved" not in attributes.columns:
        return pd.Series([None] * len(attributes), dtype=object)
    held = [None if pd.isna(value) else bool(value) for value in attributes["reserved"]]
    return pd.Series(held, dtype=object)


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
