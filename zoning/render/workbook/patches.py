"""Patches as people read them: ranked workbook, headings, style of the layer."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import pandas as pd

from zoning.facts.vocabulary import KINDS
from zoning.render.style import VERDICT
from zoning.render.tables.accounts import ACCOUNT_COLUMNS, ledger_rows
from zoning.render.tables.columns import Column, Form, Value
from zoning.render.tables.criteria import criteria_rows
from zoning.render.tables.ranks import by_rank
from zoning.render.workbook.book import Book, Cell, Look, Row, Table, open_book
from zoning.render.workbook.rank_changes import movers_sheet

if TYPE_CHECKING:
    from zoning.siting import Comparison, Eligibility
    from zoning.siting.patches import Sited
    from zoning.siting.target import Ledger

COLUMNS: Final[tuple[tuple[str, str, float, Form], ...]] = (
    ("rank", "名次", 6, "int"),
    ("rank_best", "名次上限", 8, "int"),
    ("rank_worst", "名次下限", 8, "int"),
    ("id", "地块", 9, "centre"),
    ("decision_zh", "结论", 12, "centre"),
    ("county", "区县", 10, "centre"),
    ("heap", "堆场·部位（占地块）", 30, "wrap"),
    ("heap_type", "堆场类型", 12, "wrap"),
    ("heap_regime", "管理类别", 12, "wrap"),
    ("heap_state", "堆场状态", 12, "wrap"),
    ("heap_ready", "门槛状态", 16, "wrap"),
    ("heap_reserved", "留作综合利用", 10, "centre"),
    ("heap_gate", "门槛", 36, "wrap"),
    ("area_ha", "面积 ha", 10, "ha"),
    ("perimeter_m", "周长 m", 10, "metres"),
    ("shape_index", "形状指数", 9, "number"),
    ("low_mw", "装机下限 MW", 12, "number"),
    ("high_mw", "装机上限 MW", 12, "number"),
    ("capacity_note", "装机说明", 18, "wrap"),
    ("slope_mean_deg", "平均坡度 °", 10, "number"),
    ("slope_p90_deg", "坡度 90 分位 °", 12, "number"),
    ("terrain_class", "地形类别", 9, "centre"),
    ("aspect", "主要坡向", 9, "centre"),
    ("aspect_share", "该坡向占比", 11, "share"),
    ("south_share", "南向占比", 10, "share"),
    ("altitude_m", "高程 m", 9, "metres"),
    ("relief_m", "高差 m", 9, "metres"),
    ("strong_karst", "强岩溶占比", 11, "share"),
    ("land_cover", "主要地类", 14, "centre"),
    ("land_cover_share", "该地类占比", 11, "share"),
    ("substation_m", "距变电站 m", 11, "metres"),
    ("substation_bearing", "变电站方位", 11, "centre"),
    ("substation_kv", "电压 kV", 8, "int"),
    ("substation_spare_mw", "剩余 MW", 9, "number"),
    ("road_m", "距道路 m", 10, "metres"),
    ("road_bearing", "道路方位", 9, "centre"),
    ("receptor_m", "距敏感点 m", 11, "metres"),
    ("receptor_bearing", "敏感点方位", 11, "centre"),
    ("receptor_downstream", "敏感点低于地块", 14, "centre"),
    ("suitability_mean", "逐格适宜性均值", 14, "number"),
    ("score", "得分", 8, "number"),
    ("decides", "主要差别", 12, "centre"),
    ("unranked", "未排名原因", 18, "wrap"),
    ("demands", "须补要求", 60, "wrap"),
)
"""Column of the table of patches, heading, width in Latin characters, form."""
_LOWER: Final = "敏感点低于地块只比高程，不是水流方向，岩溶区地下水另须调查。"
_UNKNOWN: Final = {"score": "未排名", "unranked": "", "suitability_mean": "未评分"}
_EMPTY: Final = (
    "capacity_note", "unranked", "demands", "decides", "county", "heap", "heap_type",
    "heap_regime", "heap_state", "heap_ready", "heap_reserved", "heap_gate",
)  # fmt: skip
_MET: Final = ("substation_bearing", "road_bearing", "receptor_bearing")


def write_patch_book(
    table: pd.DataFrame,
    sited: Sited,
    found: Eligibility,
    path: Path,
    *,
    notices: Sequence[str],
    ledger: Ledger | None = None,
    comparison: Comparison | None = None,
) -> None:
    """Write the ranked workbook.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        Of `patch_table`.
    sited : Sited
    found : Eligibility
    path : Path
    notices : sequence of str
        Stand over every sheet, the claim first.
    ledger : Ledger, optional
        Gets a sheet.
    comparison : Comparison, optional
        Gets a sheet.
    """
    target = BytesIO()
    title = f"{found.preset.title} · 截至 {found.as_of}"
    with TemporaryDirectory() as aside:
        workbook = open_book(target, Path(aside), title=title, made=found.as_of)
        said: list[tuple[str, Look]] = [(line, {}) for line in (*notices, _LOWER)]
        invented = bool(found.synthetic or sited.screening.synthetic)
        if invented:
            mark = "示例数据 SYNTHETIC：图层为虚构，地块不对应任何真实地点。"
            said.insert(0, (mark, {"bold": True, "font_color": VERDICT["FORBID"].text}))
        footer = ("示例数据 SYNTHETIC  " if invented else "") + notices[0]
        book = Book(workbook, title=title, footer=footer, notices=tuple(said))
        _ranked(book, table)
        _weights(book, sited)
        if comparison is not None:
            movers_sheet(book, comparison)
        if ledger is not None:
            _ledger(book, ledger, KINDS.get(found.preset.kind, found.preset.kind))
        workbook.close()
    path.write_bytes(target.getvalue())


def _ranked(book: Book, table: pd.DataFrame) -> None:
    held = tuple(column for column in COLUMNS if column[0] in table.columns)
    heads = tuple(Column(title, width, form) for _, title, width, form in held)
    sheet = Table(book, book.sheet("排序"), heads, freeze=5, spread=True)
    for _, row in by_rank(table).iterrows():
        tint = VERDICT[str(row["decision"]).upper()].tint
        values = [_value(row[name], name) for name, *_ in held]
        sheet.add(Row([Cell(v, tint=tint) if v == row["decision_zh"] else v for v in values]))
    sheet.close()


def _value(value: object, name: str) -> Value:
    """Value of a cell; a word where nothing is known."""
    if value is None or value != value:
        return _UNKNOWN.get(name, "未掌握")
    if name.startswith("rank") and value == 0:
        return "未排名"
    if value == "":
        return "" if name in _EMPTY else "相接" if name in _MET else "未掌握"
    return value if isinstance(value, str) else float(str(value))


def _weights(book: Book, sited: Sited) -> None:
    columns = (
        Column("分组", 16), Column("准则", 18), Column("事实", 36), Column("权重", 10, "share"),
        Column("偏好", 60, "wrap"),
    )  # fmt: skip
    sheet = Table(book, book.sheet("准则"), columns, freeze=1)
    for row in criteria_rows(sited.scored.model):
        sheet.add(
            Row([str(row["group"]), str(row["title"]), str(row["fact"]), float(str(row["weight"])),
                 str(row["preference"])])
        )  # fmt: skip
    sheet.close()


def _ledger(book: Book, ledger: Ledger, kind: str) -> None:
    sheet = Table(book, book.sheet("目标对照"), ACCOUNT_COLUMNS, freeze=1)
    for row in ledger_rows(ledger, kind):
        sheet.add(Row(row))
    sheet.close()
