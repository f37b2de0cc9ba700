"""An invented table of papers for the heaps: what is held, what lacks, and cells left empty."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import geopandas as gpd

HELD, LACKS, NOTHING_SAID = "有", "无", ""
_HEADS = (
    "堆场名称", "组成部分", "闭库销号", "封场覆盖验收", "渗滤液材料", "地下水监测", "堆体稳定性",
    "自燃排查", "封场设计复核", "采矿权注销", "采空区调查", "修复验收", "验收后地类", "危废鉴别",
    "堆场权属", "综合利用衔接", "备注",
)  # fmt: skip
_REMARK = "示例数据 SYNTHETIC，虚构"
# heap -> part, papers in the order of the headings
_ROWS: dict[str, tuple[str, dict[str, str]]] = {
    "示例堆场A": ("封场区", {"封场覆盖验收": HELD, "渗滤液材料": HELD}),
    "示例堆场B": ("", {"封场覆盖验收": HELD, "渗滤液材料": LACKS}),
    "示例堆场D": (
        "",
        {"封场覆盖验收": HELD, "渗滤液材料": HELD, "地下水监测": HELD, "堆体稳定性": HELD},
    ),
    "示例堆场E": ("", {"危废鉴别": LACKS}),
    "示例堆场I": ("", {"闭库销号": HELD, "封场设计复核": HELD, "堆场权属": LACKS}),
    "示例堆场K": ("", {"采矿权注销": HELD, "修复验收": HELD}),
    "示例堆场L": ("", {"封场覆盖验收": HELD, "综合利用衔接": LACKS}),
    "示例废弃矿山M": (
        "",
        {"采矿权注销": HELD, "采空区调查": HELD, "修复验收": HELD, "验收后地类": "林地"},
    ),
}


def write_papers(heaps: gpd.GeoDataFrame, path: Path) -> None:
    """Write the table as `zoning.siting.read_papers` reads it, and as Excel opens it.

    Parameters
    ----------
    heaps : GeoDataFrame
        Layer ``waste_heap``: rows of a heap that another seed lacks are left out.
    path : Path
    """
    there = set(zip(heaps["name"], heaps["part"], strict=True))
    names = {name for name, _ in there}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADS)
    for name, (part, papers) in _ROWS.items():
        if (name, part) in there or (not part and name in names):
            cells = (papers.get(head, NOTHING_SAID) for head in _HEADS[2:-1])
            writer.writerow((name, part, *cells, _REMARK))
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
