"""Opening a catalog: the headers of its files are read, and every fault is said at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zoning.catalog.entry import Found
from zoning.catalog.raster import raster_handle
from zoning.catalog.text import (
    CatalogText,
    LayerText,
    RegionText,
    nearest_word,
    read_toml,
    sound_name,
    validate,
)
from zoning.catalog.vector import vector_handle
from zoning.crs import canonical, legacy, legacy_fault, metric, read_crs
from zoning.errors import CatalogFaults, Fault, InputError
from zoning.facts.vocabulary import LAYERS, SPACES
from zoning.layers import OWN_EXTENT, REGION, Layer, RasterLayer, VectorLayer
from zoning.layers.source import RASTER_SUFFIXES, VECTOR_SUFFIXES


@dataclass(frozen=True, slots=True)
class Opened:
    """What a catalog file says, sound in itself; the parameters are those of ``Catalog``."""

    name: str
    crs: str
    region: str
    out_of_scope: tuple[tuple[str, str], ...]
    layers: Mapping[str, Layer]
    folder: Path
    note: str
    sun: SunFile | None


def open_catalog(path: Path) -> Opened:
    """Read a catalog file, or the one in a folder; see ``Catalog.open``."""
    file = _catalog_file(path)
    raw = read_toml(file)
    text, faults = validate(raw, file.name)
    if text is None:
        raise CatalogFaults(faults)
    crs, crs_faults = _work_crs(text.region, file.name)
    layers, layer_faults = _layers(text, crs, file)
    sun, sun_faults = _sun(text, file)
    names = frozenset(raw["layers"]) if isinstance(raw["layers"], dict) else frozenset()
    faults = (
        *faults,
        *crs_faults,
        *layer_faults,
        *_boundary_faults(text.region, names, layers, file.name),
        *_coverage_faults(text, names, layers, file.name),
        *_scope_faults(text, names, file.name),
        *sun_faults,
    )
    if faults:
        raise CatalogFaults(faults)
    scope = tuple((item.layer, item.department) for item in text.region.out_of_scope)
    region = text.region
    work = canonical(crs)
    return Opened(region.name, work, region.boundary, scope, layers, file.parent, region.note, sun)


def _sun(text: CatalogText, file: Path) -> tuple[SunFile | None, tuple[Fault, ...]]:
    """Where the file of sun is; what is in it is read when a study asks."""
    if text.sun is None:
        return None, ()
    path = file.parent / text.sun.path.replace("\\", "/")
    if not path.is_file():
        return None, (_absent(path, text.sun.path, file.name, "sun.path"),)
    entry = text.sun
    return SunFile(path, entry.source, entry.date, entry.licence, entry.synthetic), ()


def _catalog_file(path: Path) -> Path:
    file = path / CATALOG_FILE if path.is_dir() else path
    if file.is_file():
        return file
    raise CatalogFaults(
        Fault(
            zh=f"找不到数据目录文件 {CATALOG_FILE}" if path.is_dir() else "找不到数据目录",
            en="no catalog there",
            file=file.name,
            value=path.name,
            remedy_zh=f"给出 {CATALOG_FILE} 或其所在文件夹",
            remedy_en=f"name the {CATALOG_FILE} or the folder that holds it",
        )
    )


def _work_crs(region: RegionText, file: str) -> tuple[str, tuple[Fault, ...]]:
    """Work CRS, or a stand-in and the fault."""
    stand_in = "EPSG:4545"
    try:
        known = read_crs(region.crs)
    except InputError as error:
        return stand_in, (placed(error.faults[0], file, "region.crs"),)
    if legacy(region.crs):
        return stand_in, (placed(legacy_fault(region.crs), file, "region.crs"),)
    if metric(region.crs):
        return region.crs, ()
    fault = Fault(
        zh=f"工作坐标系须为以米为单位的投影坐标系，{known.name} 不是",
        en="the work CRS must be projected, in metres",
        file=file,
        key="region.crs",
        value=region.crs,
        remedy_zh="贵阳用 EPSG:4545 (CGCS2000 三度带 108°E)",
        remedy_en="use EPSG:4545 in Guiyang",
    )
    return stand_in, (fault,)


def placed(fault: Fault, file: str, key: str) -> Fault:
    """Return the fault as one of the catalog, at a key; the file it was found in goes with it."""
    value = fault.value or (fault.file if fault.file != file else "")
    return Fault(
        zh=fault.zh,
        en=fault.en,
        file=file,
        row=fault.row,
        column=fault.column,
        key=key,
        value=value,
        remedy_zh=fault.remedy_zh,
        remedy_en=fault.remedy_en,
    )


def _layers(text: CatalogText, crs: str, file: Path) -> tuple[dict[str, Layer], tuple[Fault, ...]]:
    layers: dict[str, Layer] = {}
    faults: list[Fault] = []
    for name, entry in text.layers.items():
        faults += _name_faults(name, file.name)
        try:
            path, sublayer = _locate(name, entry, file)
        except CatalogFaults as error:
            faults += error.faults
            continue
        found = Found(name, entry, path, sublayer, crs, file.name, file.parent)
        is_raster = path.suffix.lower() in RASTER_SUFFIXES
        layer, wrong = raster_handle(found) if is_raster else vector_handle(found)
        faults += wrong
        if layer is not None:
            layers[name] = layer
    return layers, tuple(faults)


def _name_faults(name: str, file: str) -> Iterator[Fault]:
    if name in SPACES or name == OWN_EXTENT:
        yield Fault(
            zh="图层名与规则语言的保留字相同",
            en="the layer's name is a word of the rule language",
            file=file,
            key=f"layers.{name}",
            remedy_zh=f"换一个名字 (保留: {', '.join(SPACES)})",
            remedy_en="choose another name",
        )
    elif not sound_name(name):
        yield Fault(
            zh="图层名只能用小写英文字母、数字和下划线，以字母开头",
            en="a layer's name is lower-case letters, digits and underscores, a letter first",
            file=file,
            key=f"layers.{name}",
            remedy_zh='中文名写在 title，例如 [layers.redline] title = "生态保护红线"',
            remedy_en="put the Chinese name into title",
        )


def _locate(name: str, entry: LayerText, file: Path) -> tuple[Path, str | None]:
    """Path of a layer's file, and the layer inside it.

    Raises
    ------
    CatalogFaults
        Not there, or of a format that is not read.
    """
    key = f"layers.{name}.path"
    if any(not sign.isprintable() for sign in entry.path):
        raise CatalogFaults(
            Fault(
                zh="路径中的反斜杠被 TOML 当作转义符",
                en="backslashes in the path were read as escapes",
                file=file.name,
                key=key,
                remedy_zh="路径用正斜杠 /，或写在单引号里",
                remedy_en="write the path with / or in single quotes",
            )
        )
    stem, _, inner = entry.path.partition("|")
    path = Path(stem.strip().replace("\\", "/"))
    path = path if path.is_absolute() else file.parent / path
    if not path.exists():
        raise CatalogFaults(_absent(path, stem, file.name, key))
    if path.suffix.lower() not in (*VECTOR_SUFFIXES, *RASTER_SUFFIXES):
        known = " ".join((*VECTOR_SUFFIXES, *RASTER_SUFFIXES))
        raise CatalogFaults(
            Fault(
                zh="不支持的文件格式",
                en="file format not supported",
                file=file.name,
                key=key,
                value=stem,
                remedy_zh=f"可用: {known}",
                remedy_en=f"use one of {known}",
            )
        )
    return path, inner.removeprefix("layername=").strip() or None


def _absent(path: Path, stated: str, file: str, key: str) -> Fault:
    folder = path.parent
    close = nearest_word(path.name, (p.name for p in folder.iterdir())) if folder.is_dir() else ""
    return Fault(
        zh="文件不存在",
        en="the file does not exist",
        file=file,
        key=key,
        value=stated,
        remedy_zh=f"是否应为 {close}?" if close else "路径相对于目录文件所在的文件夹",
        remedy_en=f"did you mean {close}?" if close else "paths start at the catalog's folder",
    )


def _boundary_faults(
    region: RegionText, names: frozenset[str], layers: dict[str, Layer], file: str
) -> Iterator[Fault]:
    layer = layers.get(region.boundary)
    close = nearest_word(region.boundary, names)
    if region.boundary and region.boundary not in names:
        yield Fault(
            zh="辖区边界图层不在目录中",
            en="the boundary of the region is no layer of the catalog",
            file=file,
            key="region.boundary",
            value=region.boundary,
            remedy_zh=f"是否应为 {close}?" if close else f"增加 [layers.{region.boundary}]",
            remedy_en=f"did you mean {close}?" if close else "add that layer",
        )
    elif layer is not None and not _is_polygon(layer):
        yield Fault(
            zh="辖区边界须为面图层",
            en="the boundary of the region must be a polygon layer",
            file=file,
            key="region.boundary",
            value=region.boundary,
        )


def _is_polygon(layer: Layer) -> bool:
    return isinstance(layer, VectorLayer) and layer.geometry_kind == "polygon"


def _coverage_faults(
    text: CatalogText, names: frozenset[str], layers: dict[str, Layer], file: str
) -> Iterator[Fault]:
    for name, entry in text.layers.items():
        stated = entry.coverage
        if stated is None or (stated == REGION and REGION not in names):
            continue
        wrong = (
            _own_extent_wrong(layers.get(name))
            if stated == OWN_EXTENT
            else _coverage_wrong(stated, names, layers)
        )
        if wrong is not None:
            zh, en, remedy_zh, remedy_en = wrong
            key = f"layers.{name}.coverage"
            yield Fault(zh, en, file, None, "", key, stated, remedy_zh, remedy_en)


_Wrong = tuple[str, str, str, str] | None  # what is wrong and the remedy, each in both languages


def _own_extent_wrong(layer: Layer | None) -> _Wrong:
    if layer is None or isinstance(layer, RasterLayer) or layer.geometry_kind == "polygon":
        return None
    return (
        "点、线图层没有面积，不能以自身范围为覆盖范围",
        "points and lines cover no ground: their own extent is no coverage",
        '改为 "region" 或一个面图层的名字',
        'write "region" or the name of a polygon layer',
    )


def _coverage_wrong(stated: str, names: frozenset[str], layers: dict[str, Layer]) -> _Wrong:
    if stated not in names:
        close = nearest_word(stated, (*names, REGION, OWN_EXTENT))
        return (
            "覆盖范围指向目录中没有的图层",
            "the coverage names a layer that is not in the catalog",
            f"是否应为 {close}?" if close else '可用: 图层名、"region"、"own extent"',
            f"did you mean {close}?" if close else 'a layer, "region" or "own extent"',
        )
    if stated in layers and not _is_polygon(layers[stated]):
        return (
            "作为覆盖范围的图层须为面图层",
            "a layer that states coverage must hold polygons",
            "改为一个面图层的名字",
            "name a polygon layer",
        )
    return None


def _scope_faults(text: CatalogText, names: frozenset[str], file: str) -> Iterator[Fault]:
    for i, item in enumerate(text.region.out_of_scope):
        key = f"region.out_of_scope.{i}.layer"
        close = "" if item.layer in LAYERS else nearest_word(item.layer, LAYERS)
        if item.layer in names:
            yield Fault(
                zh="图层既在目录中，又声明为不掌握",
                en="the layer is both held and declared out of scope",
                file=file,
                key=key,
                value=item.layer,
                remedy_zh="两处删去一处",
                remedy_en="remove one of the two",
            )
        elif close:
            yield Fault(
                zh="不认识的图层名",
                en="unknown layer",
                file=file,
                key=key,
                value=item.layer,
                remedy_zh=f"是否应为 {close}?",
                remedy_en=f"did you mean {close}?",
            )


CATALOG_FILE = "catalog.toml"


@dataclass(frozen=True, slots=True)
class SunFile:
    """``[sun]`` of the catalog: the file that an hourly year is made of.

    Parameters
    ----------
    path : Path
    source, licence : str
    date : datetime.date or None
    synthetic : bool
    """

    path: Path
    source: str = ""
    date: date | None = None
    licence: str = ""
    synthetic: bool = False
