"""What a list says never becomes a formula, in no file that a spreadsheet opens, and comes back."""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zoning
from zoning.render.files.record import read_verdicts
from zoning.render.reopen import reopen
from zoning.render.tables.guard import guarded, unguarded
from zoning.verify import verify

EVIL = [
    "=HYPERLINK(\"http://x\",\"y\")",
    "+1+cmd|'/c calc'!A1",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "{=1+1}",
    "'=1+1",
    "''=1+1",
    " =1+1",
    "http://example.invalid/x",
]  # fmt: skip
RUNS = re.compile(r"^['\s\u3000\ufeff]*[=+\-@＝＋－＠\t\r\n\0]")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, repo: Path) -> Path:
    """A screening of projects that are called, numbered, owned and remarked on like formulas."""
    folder = tmp_path_factory.mktemp("evil")
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["项目编号", "项目名称", "建设单位", "项目类型", "建设性质", "经度", "纬度", "坐标系",
             "区县", "产品", "备注"]
        )  # fmt: skip
        for i, evil in enumerate(EVIL):
            rows.writerow(
                [evil, evil, evil, "工业", "新建", 106.70123 + i / 100, 26.60123, "CGCS2000",
                 evil, evil, evil]
            )  # fmt: skip
    catalog = zoning.Catalog.open(repo / "data")
    sites = zoning.examine(zoning.read_projects(folder / "list.csv", crs=catalog.crs), catalog)
    import datetime as dt

    rules = zoning.load_rules("admission")
    screening = zoning.screen(sites, catalog, rules, as_of=dt.date(2026, 11, 22))
    zoning.write(screening, catalog, folder / "out")
    return folder / "out"


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(written: Path) -> None:
    with zipfile.ZipFile(written / "screening.xlsx") as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 8
        for name in sheets:
            text = book.read(name).decode("utf-8")
            assert "<f>" not in text
            assert "<f " not in text
            assert "<hyperlink" not in text
        assert not any("externalLink" in name for name in book.namelist())


def test_the_workbook_says_what_the_list_said(written: Path) -> None:
    book = openpyxl.load_workbook(written / "screening.xlsx")
    for name in ("项目结论", "组件", "存疑"):
        cells = {cell.value: cell.data_type for row in book[name].iter_rows() for cell in row}
        for evil in EVIL:
            if name != "存疑" or evil.strip() in cells:  # the reader strips outer blanks
                assert cells[evil.strip()] == "s", (name, evil)


@pytest.mark.parametrize("name", ["verdicts.csv", "findings.csv"])
def test_no_cell_of_a_csv_runs(written: Path, name: str) -> None:
    with (written / name).open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    for cell in cells:
        assert not RUNS.match(cell) or cell.startswith("'"), cell
        assert not cell.startswith(("=", "+", "-", "@", "＝")), cell


def test_what_was_guarded_comes_back(written: Path, repo: Path) -> None:
    stripped = {evil.strip() for evil in EVIL}
    assert set(read_verdicts(written)) == stripped
    assert verify(written).agrees
    again = reopen(written, zoning.Catalog.open(repo / "data"))
    assert set(again.sites.table["name"]) == stripped
    assert [f.value for faults in again.sites.faults for f in faults if f.column == "区县"]


@given(st.text(st.sampled_from("'=+-@＝ \t\r\n\0a1中\u3000\ufeff"), max_size=6))
def test_any_text_comes_back_and_none_runs(text: str) -> None:
    safe = guarded(text)
    assert unguarded(safe) == text
    assert safe == text or safe == f"'{text}"
    assert not RUNS.match(safe) or safe.startswith("'")
    assert not safe.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0"))
