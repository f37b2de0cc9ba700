"""A small ground for the map's tests: two districts, eight layers of every `share`, seven projects.

Lengths in metres of EPSG:4545, measured from a corner west of Guiyang, so that numbers can be
checked by eye.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from zoning.catalog import Catalog
from zoning.crs import WORK
from zoning.errors import Fault
from zoning.rules.load import parse_rules
from zoning.rules.model import RuleSet
from zoning.screening import Screening, screen
from zoning.sites import Sites

AS_OF = date(2026, 11, 22)
X, Y = 370_000.0, 2_940_000.0  # south-west corner of the region
EVIL = (
    '<img src=x onerror="document.title=1">{{7*7}}{% endraw %}<!--zoning:data--></script>示例项目'
)

RULES = """
schema = 1
name = "base"
title = "底线"

[[rule]]
id = "base.redline"
title = "生态保护红线内不得进行开发性、生产性建设"
role = "substance"
kinds = ["*"]
since = 2022-08-16
when = ["redline.meets"]
then = "forbid"
remedy = "trim"
demand = "退让红线"
cite = { title = "自然资发〔2022〕142号", article = "一", seen = "copy" }
status = "verified"
@@

[[rule]]
id = "base.farmland"
title = "不得占用永久基本农田"
role = "substance"
kinds = ["*"]
when = ["basic_farmland.overlap_area > 0 m2"]
then = "forbid"
remedy = "trim"
cite = { title = "土地管理法", article = "35", seen = "copy" }
status = "verified"
@@

[[rule]]
id = "base.bank"
title = "岸线 1 公里内不得新建化工项目"
role = "substance"
kinds = ["industry"]
when = ["river_bank.distance < 1 km"]
then = "forbid"
remedy = "relocate"
cite = { title = "长江保护法", article = "26(2)、95(2)", since = 2021-03-01, seen = "original" }
status = "verified"
@@

[[rule]]
id = "base.wetland"
title = "占用湿地须征求意见"
role = "substance"
kinds = ["*"]
when = ["wetland.meets"]
then = "conditional"
demand = "取得湿地主管部门意见"
cite = { title = "湿地保护法", article = "19", seen = "excerpt" }
status = "verified"
@@

[[rule]]
id = "base.protected"
title = "自然保护地内不得建设"
role = "substance"
kinds = ["*"]
when = ["protected_area.meets"]
then = "forbid"
remedy = "relocate"
cite = { title = "自然保护区条例", article = "32", seen = "copy" }
status = "verified"
@@

[[rule]]
id = "base.unit"
title = "重点管控单元: 按四个维度逐条论证"
role = "substance"
kinds = ["industry", "pv"]
when = ["control_unit.class in [重点管控]"]
then = "conditional"
demand = "按四个维度逐条研判"
cite = { title = "贵阳市三线一单 单元清单", seen = "excerpt" }
status = "verified"
@@

[[rule]]
id = "base.benchmark"
title = "能效低于基准水平的，限期改造或不予准入"
role = "substance"
kinds = ["industry"]
when = ["project.energy > 1000 tce/a"]
then = "forbid"
remedy = "documents"
cite = { title = "发改产业〔2023〕723号", seen = "none" }
status = "secondary"
@@
"""

_CASES = """
[[rule.case]]
why = "例"
facts = {}
expect = "undetermined"
"""

CATALOG = """
[region]
name = "贵阳贵安"
crs = "EPSG:4545"
boundary = "districts"
out_of_scope = [{ layer = "forest_map", department = "市林业局" }]
"""

_LAYER = """
[layers.{name}]
title = "{title}"
path = "{name}.gpkg"
role = "{role}"
source = "测试"
date = 2026-05-01
licence = "无"
accuracy_m = {accuracy}
coverage = "districts"
share = "{share}"
synthetic = {synthetic}
"""


def box(x: float, y: float, wide: float, tall: float | None = None) -> shapely.Polygon:
    """A rectangle with its corner (x, y) counted from the region's corner."""
    return shapely.box(X + x, Y + y, X + x + wide, Y + y + (tall or wide))


# name, title, share, accuracy, features, attributes
LAYERS = [
    ("districts", "区县界", "full", 0, [box(0, 0, 20_000), box(20_000, 0, 20_000)],
     {"adcode": ["520111", "520121"], "name": ["花溪区", "开阳县"]}),
    ("control_unit", "环境管控单元", "full", 0,
     [box(0, 0, 20_000, 10_000), box(0, 10_000, 20_000, 10_000), box(20_000, 0, 20_000)],
     {"code": ["ZH52011110001", "ZH52011120001", "ZH52012130001"], "name": ["甲", "乙", "丙"],
      "class": ["优先保护", "重点管控", "一般管控"]}),
    ("redline", "生态保护红线", "full", 10, [box(2_000, 2_000, 3_000)],
     {"code": ["HX1"], "type": ["水源涵养"]}),
    ("basic_farmland", "永久基本农田", "result_only", 0, [box(9_111, 3_222, 2_345, 1_234)],
     {"code": ["NT-7731"]}),
    ("protected_area", "自然保护地", "none", 0, [box(31_313, 2_727, 3_456, 2_222)],
     {"name": ["绝密保护地"], "kind": ["森林公园"]}),
    ("wetland", "湿地", "clipped", 0, [box(25_151, 12_171, 4_321, 3_777)],
     {"name": ["测试湿地"], "importance": ["其他湿地"]}),
    ("river_bank", "河流岸线", "full", 10, [box(0, 14_000, 20_000, 200)],
     {"name": ["测试河"], "rank": ["干流"]}),
]  # fmt: skip


@dataclass(frozen=True)
class Scene:
    catalog: Catalog
    screening: Screening
    folder: Path


def write_catalog(folder: Path, *, shares: dict[str, str] | None = None) -> Path:
    """The layers as files, and the catalog that names them."""
    text = CATALOG
    for name, title, share, accuracy, shapes, attributes in LAYERS:
        frame = gpd.GeoDataFrame(attributes, geometry=shapes, crs=WORK)
        frame.to_file(folder / f"{name}.gpkg", driver="GPKG")
        text += _LAYER.format(
            name=name, title=title, role=name, accuracy=accuracy,
            share=(shares or {}).get(name, share), synthetic=str(name != "districts").lower(),
        )  # fmt: skip
    _write_dem(folder / "dem.tif")
    text += (
        _LAYER.format(
            name="dem", title="高程", role="terrain", accuracy=0, share="full", synthetic="true"
        )
        .replace("dem.gpkg", "dem.tif")
        .replace('"districts"', '"own extent"')
    )
    text += 'unit = "m"\nvalid_range = [0, 3000]\n'
    path = folder / "catalog.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _write_dem(path: Path) -> None:
    import rasterio
    from rasterio.transform import from_origin

    y, x = np.mgrid[0:120, 0:240]
    height = (1200 + 80 * np.sin(x / 9) * np.cos(y / 7)).astype("float32")
    with rasterio.open(
        path, "w", driver="GTiff", width=240, height=120, count=1, dtype="float32", crs=WORK,
        transform=from_origin(X - 4_000, Y + 22_000, 200, 200), nodata=-9999,
    ) as out:  # fmt: skip
        out.write(height, 1)


SITES = [
    # id, component, name, kind, geometry, accuracy, county
    ("P-01", "", "示例压红线项目", "industry", box(4_500, 4_500, 1_000), 0, "花溪区"),
    ("P-02", "", "示例近岸点位项目", "industry",
     shapely.Point(X + 6_000, Y + 15_190), 30, "花溪区"),
    ("P-03", "array", "示例湿地光伏", "pv", box(24_651, 13_271, 1_000), 0, "开阳县"),
    ("P-03", "line", "示例湿地光伏", "line",
     shapely.LineString([(X + 25_000, Y + 14_000), (X + 27_000, Y + 18_000)]), 0, "开阳县"),
    ("P-04", "", "示例清白项目", "pv", box(22_000, 17_000, 800), 0, "花溪区"),
    ("P-05", "", "示例占农田项目", "pv", box(8_650, 2_760, 1_000), 0, "花溪区"),
    ("P-06", "", "示例保护地项目", "pv", box(30_850, 2_260, 1_000), 0, "开阳县"),
    ("P-07", "", "示例无坐标项目", "pv", None, 0, "开阳县"),
    ("P-08", "", EVIL, "pv", box(36_000, 17_000, 500), 0, "开阳县"),
]  # fmt: skip


def make_sites() -> Sites:
    rows = list(zip(*SITES, strict=True))
    sites = Sites.of(
        rows[4], project=rows[0], component=rows[1], name=rows[2], kind=rows[3],
        accuracy_m=rows[5], county=rows[6], stage="新建", owner="测试公司",
        accepted=date(2026, 9, 3),
        industry=["C2619" if kind == "industry" else "D4416" for kind in rows[3]],
        declared_m2=64_000.0,
    )  # fmt: skip
    fault = Fault("坐标缺失", "no coordinates", "表.xlsx", 9, "经度", remedy_zh="补填经纬度")
    faults = tuple((fault,) if row[4] is None else () for row in SITES)
    return Sites(sites.table, sites.geometry, sites.crs, faults)


def make_scene(folder: Path, *, shares: dict[str, str] | None = None) -> Scene:
    """Screen the projects of the scene against its catalog."""
    rules = folder / "rules.toml"
    rules.write_text(RULES.replace("@@", _CASES * 3), encoding="utf-8")
    catalog = Catalog.open(write_catalog(folder, shares=shares))
    return Scene(catalog, screen(make_sites(), catalog, _rules(rules), as_of=AS_OF), folder)


def _rules(path: Path) -> RuleSet:
    return parse_rules(path.read_text(encoding="utf-8"), file=path.name)[0]
