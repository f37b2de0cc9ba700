"""``heaps.xlsx``: the ranked table, and all that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from zoning.render.share import with_sources
from zoning.render.style import VERDICT
from zoning.render.tables.accounts import ACCOUNT_COLUMNS, ledger_rows
from zoning.render.tables.columns import Column
from zoning.render.tables.criteria import criteria_rows
from zoning.render.tables.heap_columns import cells, heads, ordered
from zoning.render.words import CLAIM, NO_PAPERS
from zoning.render.workbook.book import Book, Cell, Look, Row, Table, open_book
from zoning.render.workbook.rank_changes import movers_sheet
from zoning.siting.heaps.gates import clauses
from zoning.solar import GUIZHOU, OBSERVED

if TYPE_CHECKING:
    import pandas as pd

    from zoning.siting.heaps.study import HeapStudy
    from zoning.siting.scores.comparison import Comparison


def write_heap_book(
    study: HeapStudy,
    table: pd.DataFrame,
    path: Path,
    *,
    notices: Sequence[str],
    comparison: Comparison | None = None,
) -> None:
    """Write the ranked workbook.

    Parameters
    ----------
    study : HeapStudy
    table : pandas.DataFrame [n]
        Of `with_demands`.
    path : Path
    notices : sequence of str
        Stand over every sheet, after the claim.
    comparison : Comparison, optional
        Gets a sheet.
    """
    target = BytesIO()
    title = f"{study.found.preset.title} · 截至 {study.found.as_of}"
    with TemporaryDirectory() as aside:
        workbook = open_book(target, Path(aside), title=title, made=study.found.as_of)
        said: list[tuple[str, Look]] = [(CLAIM, {})]
        if study.screening.synthetic:
            mark = "示例数据 SYNTHETIC：图层为虚构，堆场不对应任何真实地点。"
            said.insert(0, (mark, {"bold": True, "font_color": VERDICT["FORBID"].text}))
        said += [(line, {}) for line in (*notices, *_grounds(study))]
        marked = "示例数据 SYNTHETIC  " if study.screening.synthetic else ""
        book = Book(workbook, title=title, footer=marked + CLAIM, notices=tuple(said))
        _ranked(book, table)
        _criteria(book, study)
        _gates(book, study)
        if comparison is not None:
            movers_sheet(book, comparison)
        _ledger(book, study)
        _sources(book, study)
        workbook.close()
    path.write_bytes(target.getvalue())


def _grounds(study: HeapStudy) -> tuple[str, ...]:
    """Editions and figures that the table stands on, each with its source."""
    rules, factor = study.found.rules, GUIZHOU[-1]
    uses = "；".join(f"{d.where} {d.ha_per_mw:g} ha/MW（{d.source}）" for d in OBSERVED)
    land = str(study.table["land_use"].iloc[0])
    observed = f"：{uses}" if "用户给定" not in land else ""
    carbon = (
        (f"碳因子 {factor.kg_per_kwh} kgCO2/kWh（{factor.year} 年，{factor.source}）",)
        if study.yields is not None
        else ()
    )
    return (
        f"规则集 {rules.name} {rules.edition}，截至 {study.found.as_of}",
        f"装机按用地 {land}{observed}",
        *carbon,
        *(() if study.parts.papers else (NO_PAPERS,)),
        *study.notes,
    )


def _ranked(book: Book, table: pd.DataFrame) -> None:
    sheet = Table(book, book.sheet("排序"), heads(table), freeze=5, spread=True)
    for _, row in ordered(table).iterrows():
        tint = VERDICT[str(row["decision"]).upper()].tint
        values = cells(row, table)
        sheet.add(Row([Cell(v, tint=tint) if v == row["decision_zh"] else v for v in values]))
    sheet.close()


def _criteria(book: Book, study: HeapStudy) -> None:
    columns = (
        Column("分组", 16), Column("准则", 18), Column("事实", 36), Column("权重", 10, "share"),
        Column("偏好（示意值）", 60, "wrap"),
    )  # fmt: skip
    sheet = Table(book, book.sheet("准则"), columns, freeze=1)
    for row in criteria_rows(study.scored.model):
        words = [str(row[name]) for name in ("group", "title", "fact")]
        sheet.add(Row([*words, float(str(row["weight"])), str(row["preference"])]))
    sheet.close()


def _gates(book: Book, study: HeapStudy) -> None:
    columns = (Column("管理类别", 12), Column("门槛材料", 30), Column("依据", 100, "wrap"))
    sheet = Table(book, book.sheet("门槛依据"), columns, freeze=1)
    for row in clauses(study.found.rules):
        sheet.add(Row(list(row)))
    sheet.close()


def _sources(book: Book, study: HeapStudy) -> None:
    columns = (
        Column("图层", 20), Column("名称", 28, "wrap"), Column("来源", 48, "wrap"),
        Column("日期", 12, "date"), Column("许可", 16, "wrap"), Column("精度 m", 10, "number"),
        Column("示例", 18),
    )  # fmt: skip
    sheet = Table(book, book.sheet("数据来源"), columns, freeze=1)
    more = study.suitability.sources if study.suitability is not None else ()
    for s in with_sources(study.found, (*study.sources, *more)).sources:
        mark = "示例 SYNTHETIC" if s.synthetic else ""
        day = s.date or "未注明"
        sheet.add(Row([s.layer, s.title, s.source, day, s.licence, s.accuracy_m, mark]))
    sheet.close()


def _ledger(book: Book, study: HeapStudy) -> None:
    sheet = Table(book, book.sheet("目标对照"), ACCOUNT_COLUMNS, freeze=1)
    for row in ledger_rows(study.ledger):
        sheet.add(Row(row))
    sheet.close()
