"""Column names that stand for a standard attribute, and which column of a file does.

The names of control units are those seen on the 三线一单 platforms (national PDF not obtained);
those of the other layers are the usual headers of planning, land and forest data (from memory,
so a catalog's own ``fields`` always wins).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

_NAME = "名称 mc"
_TABLE: dict[str, dict[str, str]] = {
    "districts": {
        "adcode": "行政区划代码 区划代码 行政区代码 xzqdm xzqhdm pac 代码 code",
        "name": f"{_NAME} 行政区名称 区县 区县名称 县区 xzqmc county 县名",
    },
    "control_unit": {
        "code": "hjgkdybm hjzhgkdybm zhgkdybm 环境管控单元编码 管控单元编码 单元编码 编码",
        "name": "hjgkdymc hjzhgkdymc zhgkdymc 环境管控单元名称 管控单元名称 单元名称 名称",
        "class": "zhgkdyfl hjgkdyfl gkdyfl 环境管控单元分类 管控单元分类 管控单元类别 单元分类 "
        "单元类别 单元类型 管控分类 管控类别 分类 类别",
        "county": "county area 区县 县区 县 区县名称",
        "spatial": "kjbjys 空间布局约束",
        "emission": "pwwpfgk wrwpfgk 污染物排放管控",
        "risk": "hjfxfk 环境风险防控",
        "resource": "zykfxlyq 资源开发效率要求 资源开发效率 资源利用效率要求 资源利用效率",
    },
    "redline": {
        "code": "红线编码 编码 编号 hxbm",
        "name": f"{_NAME} 红线名称 hxmc",
        "type": "类型 红线类型 类别 hxlx",
        "core": "核心保护区 是否核心保护区 是否核心 核心区",
    },
    "protected_area": {
        "name": f"{_NAME} 保护地名称 自然保护地名称 bhdmc",
        "kind": "类型 保护地类型 自然保护地类型 类别 bhdlx",
        "zone": "功能分区 管控分区 分区 功能区 gnfq",
        "level": "级别 等级 保护地级别 bhdjb",
    },
    "water_source": {
        "name": f"{_NAME} 水源地名称 保护区名称 水源保护区名称",
        "level": "级别 等级 保护区级别 保护区等级 bhqjb",
    },
    "basic_farmland": {
        "code": "编码 编号 图斑编号 地块编号 tbbh yjjbnttbbh 永久基本农田图斑编号",
        "concentrated": "集中连片 是否集中连片 连片",
    },
    "farmland": {
        "code": "编码 编号 图斑编号 tbbh",
        "type": "类型 地类 地类名称 耕地类型 dlmc",
    },
    "wetland": {
        "name": f"{_NAME} 湿地名称",
        "importance": "重要性 重要程度 湿地级别 级别 等级",
        "kind": "类型 湿地类型 类别",
        "zone": "功能分区 分区 功能区",
    },
    "park": {
        "name": f"{_NAME} 园区名称 开发区名称",
        "level": "级别 等级 园区级别",
        "leading": "主导产业 主导产业代码 主导行业",
        "planning_eia": "规划环评 是否通过规划环评 通过规划环评 规划环评是否通过",
        "eia_number": "规划环评文号 环评文号 审查意见文号 规划环评审查意见文号",
        "eia_date": "规划环评日期 环评日期 审查日期 规划环评审查日期",
        "lawful": "依法合规 依法合规设立 是否依法合规 合规园区 是否合规",
        "sewage_plant": "污水处理厂 污水集中处理设施 是否建成污水处理厂 污水处理厂建成",
        "chemical_park": "化工园区 是否化工园区 化工园区认定 认定化工园区",
    },
    "river_bank": {
        "name": f"{_NAME} 河流名称 河名",
        "rank": "级别 等级 河流级别 河流等级 干支流",
        "basin": "流域 流域名称 lymc",
    },
    "catchment": {"name": f"{_NAME} 流域名称 流域 lymc"},
    "contaminated_parcel": {
        "name": f"{_NAME} 地块名称",
        "listed": "列入名录 是否列入名录",
        "target_met": "达到目标 是否达到目标 达到风险管控修复目标 是否达到风险管控修复目标",
        "survey_done": "完成调查 是否完成调查 已完成调查",
    },
    "waste_heap": {
        "name": f"{_NAME} 堆场名称 渣场名称",
        "type": "类型 固废类型 堆场类型 固废种类",
        "regime": "管理类别 管理类型 监管类别",
        "state": "状态 堆场状态 运行状态",
        "part": "部位 部分",
        "holder": "责任主体 责任单位 权属单位 权属人 责任人",
        "cover_m": "覆盖层厚度 覆盖厚度 覆土厚度",
        "tenure": "土地权属 权属性质 土地性质 土地使用权 使用权 使用权人",
        "reserved": "留作综合利用 是否留作综合利用 综合利用预留 是否综合利用预留",
        "restored_class": "验收后地类 修复后地类 复垦后地类 验收地类",
    },
    "dam": {"name": f"{_NAME} 坝名", "type": "类型 坝型 坝体类型"},
    "drainage": {"name": f"{_NAME} 设施名称", "type": "类型 设施类型"},
    "building": {
        "name": f"{_NAME} 建筑名称 楼栋名称",
        "use": "用途 建筑用途 房屋用途 类型",
        "floors": "层数 楼层 地上层数 floor",
        "area": "面积 屋顶面积 基底面积 占地面积",
    },
    "land_use": {"class": "地类 地类名称 用地类型 用地性质 dlmc"},
    "receptor": {"name": f"{_NAME} 敏感点名称", "type": "类型 敏感点类型"},
    "substation": {
        "name": f"{_NAME} 变电站名称 站名",
        "kv": "电压 电压等级 电压(kv) 电压等级(kv)",
        "spare_mw": "可接入容量 剩余容量 可接入容量(mw) 剩余容量(mw)",
    },
    "road": {"name": f"{_NAME} 道路名称 路名", "class": "等级 道路等级 公路等级 类型"},
    "karst_zone": {
        "degree": "发育程度 岩溶发育程度 程度",
        "sinkholes": "落水洞 落水洞较多 落水洞和岩溶漏斗较多",
    },
    "forest_map": {
        "grade": "林地保护等级 保护等级 等级 级别",
        "type": "类型 林地类型 地类",
        "origin": "起源 林木起源",
        "cover": "郁闭度 覆盖度 盖度",
    },
    "grassland": {"grade": "等级 级别 草原等级"},
    "geohazard": {"type": "类型 类别 灾害类型"},
    "flood_zone": {"type": "类型 类别"},
    "heritage": {"type": "类型 类别"},
    "natural_forest": {"type": "类型 类别"},
}
ALIASES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        layer: MappingProxyType({name: tuple(words.split()) for name, words in table.items()})
        for layer, table in _TABLE.items()
    }
)
# Names of a control unit's *element* zone: taken only where the file has no name of the unit itself
FALLBACK: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"control_unit": {"code": ("hjysgkfqbm",), "name": ("hjysgkfqmc",)}}
)
_TEXT_ONLY = frozenset({"area", "code"})  # AREA is a county's name on some platforms, m2 on most
_DBF_NAME_BYTES = 10


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its name as written, and whether it holds text."""

    name: str
    text: bool = True


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several columns that could all be one attribute."""

    attribute: str
    columns: tuple[str, ...]


def clean_header(text: str) -> str:
    r"""Give a header without line breaks, spaces, BOM, full-width forms or case.

    Examples
    --------
    >>> clean_header("空间布局约束\n"), clean_header("ＨＪＧＫＤＹＢＭ ")
    ('空间布局约束', 'hjgkdybm')
    """
    wide = unicodedata.normalize("NFKC", text.replace("\ufeff", "").replace("\x00", ""))
    return "".join(wide.split()).casefold()


def match_columns(
    layer: str,
    attributes: Sequence[str],
    columns: Sequence[Column],
    *,
    stated: Mapping[str, str],
    dbf_encoding: str | None = None,
) -> tuple[dict[str, str], tuple[Ambiguous, ...]]:
    """Find the column of each standard attribute.

    Parameters
    ----------
    layer : str
        Key of the layer; one that the alias table lacks has the standard names only.
    attributes : sequence of str
        Standard names looked for.
    columns : sequence of Column
    stated : Mapping
        Attribute -> column, from the catalog: taken as it is, and no column is used twice.
    dbf_encoding : str or None
        Set for shapefiles, whose names are cut at 10 bytes of this encoding.

    Returns
    -------
    dict, tuple of Ambiguous
        Attribute -> column; and attributes for which two columns or more would do.
    """
    found, doubtful = dict(stated), []
    cut = _cut_names(layer, attributes, dbf_encoding) if dbf_encoding else {}
    free = [column for column in columns if column.name not in set(stated.values())]
    for attribute in attributes:
        if attribute in stated:
            continue
        hits = _hits(free, {*_names(layer, attribute), *cut.get(attribute, ())})
        if not hits:
            hits = _hits(free, set(FALLBACK.get(layer, {}).get(attribute, ())))
        if len(hits) == 1:
            found[attribute] = hits[0]
        elif hits:
            doubtful.append(Ambiguous(attribute, hits))
    return found, tuple(doubtful)


def _names(layer: str, attribute: str) -> set[str]:
    generic = tuple(_NAME.split()) if attribute == "name" else ()
    aliases = ALIASES.get(layer, {}).get(attribute, generic)
    return {clean_header(name) for name in (attribute, *aliases)}


def _cut_names(layer: str, attributes: Sequence[str], encoding: str) -> dict[str, set[str]]:
    """Names as a shapefile cuts them, less those that are cut alike for several attributes."""
    cut = {a: {cut_name(name, encoding) for name in _names(layer, a)} for a in attributes}
    owners = Counter(name for names in cut.values() for name in names)
    return {a: {name for name in names if owners[name] == 1} for a, names in cut.items()}


def cut_columns(
    layer: str, columns: Sequence[Column], encoding: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Columns of a shapefile whose names look cut at 10 bytes, and the attributes they may be.

    Parameters
    ----------
    layer : str
        Key of the layer; one that the alias table lacks has no such columns.
    columns : sequence of Column
    encoding : str
        Of the table.

    Returns
    -------
    tuple of (column, attributes)
    """
    names = {attribute: _names(layer, attribute) for attribute in ALIASES.get(layer, {})}
    whole = set().union(*names.values())
    found = []
    for column in columns:
        header = clean_header(column.name)
        owners = tuple(
            attribute
            for attribute, known in names.items()
            if any(name != header and cut_name(name, encoding) == header for name in known)
        )
        if owners and header not in whole:
            found.append((column.name, owners))
    return tuple(found)


def _hits(columns: Sequence[Column], wanted: set[str]) -> tuple[str, ...]:
    return tuple(
        column.name
        for column in columns
        if (header := clean_header(column.name)) in wanted
        and (column.text or header not in _TEXT_ONLY)
    )


def cut_name(name: str, encoding: str) -> str:
    """Cut a name as a shapefile does, at 10 bytes, and drop the character left in two."""
    return name.encode(encoding, "replace")[:_DBF_NAME_BYTES].decode(encoding, "ignore")
