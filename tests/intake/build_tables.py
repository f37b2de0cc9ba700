"""Builds the workbooks, letters and texts of the intake corpus, one trap each.

    python -m tests.intake.build_tables FOLDER

What each must read as stands, worked out by hand, in ``tables.toml`` beside this file. Longitude
108 is the central meridian of the work CRS, so that such a point has an easting of 500 000 m.
"""

from __future__ import annotations

import datetime as dt
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

Rows = Sequence[Sequence[object]]
HEAD = ("项目名称", "占地面积(亩)", "经度(CGCS2000)", "纬度(CGCS2000)")
A = ("甲", 15, 108, 26.512345)
B = ("乙", 30, 108, 26.612345)
C = ("丙", 45, 108, 26.712345)
PLACE = (108, 26.512345)

BUILDERS: dict[str, Callable[[Path], None]] = {}
Build = Callable[[Path], None]


def builds(name: str) -> Callable[[Build], Build]:
    def known(function: Build) -> Build:
        BUILDERS[name] = function
        return function

    return known


def build(folder: Path) -> None:
    """Write every file of the corpus."""
    for name, function in BUILDERS.items():
        function(folder / name)


# --- xlsx ---------------------------------------------------------------------------------------


def workbook(path: Path, rows: Rows, *, merged: Sequence[str] = (), name: str = "清单"):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    book.save(path)
    return book, sheet


@builds("title_rows.xlsx")
def _(path: Path) -> None:
    title = ["2026年拟建项目一览表"]
    workbook(
        path, [title, ["填报单位：发改局", None, "单位：亩"], [], HEAD, A, B], merged=["A1:D1"]
    )


@builds("two_header_rows.xlsx")
def _(path: Path) -> None:
    rows = [
        ["项目基本情况", None, "用地情况", "坐标（CGCS2000）", None, "要件", None],
        ["名称", "性质", "面积（公顷）", "东经", "北纬", "环评文件", "节能审查意见"],
        ["甲", "新建", 2, *PLACE, "有", "无"],
    ]
    workbook(path, rows, merged=["A1:B1", "D1:E1", "F1:G1"])


@builds("three_header_rows.xlsx")
def _(path: Path) -> None:
    rows = [
        ["序号", "项目名称", "主要污染物排放量(t/a)", None, "项目位置", None, None],
        [None, None, "废水污染物", "大气污染物", "区县", "坐标", None],
        [None, None, "COD", "NOx", None, "经度", "纬度"],
        [1, "甲", 3.5, 12, "清镇市", *PLACE],
    ]
    workbook(path, rows, merged=["A1:A3", "B1:B3", "C1:D1", "E1:G1", "F2:G2", "E2:E3"])


@builds("units_row.xlsx")
def _(path: Path) -> None:
    rows = [
        ["项目名称", "占地面积", "综合能耗", "经度(CGCS2000)", "纬度(CGCS2000)"],
        [None, "公顷", "(tce/a)", "°", "°"],
        ["甲", 2, 1000, *PLACE],
    ]
    workbook(path, rows)


@builds("foreign_parent.xlsx")
def _(path: Path) -> None:
    rows = [
        ["项目名称", "规划园区", None, "经度(CGCS2000)", "纬度(CGCS2000)"],
        [None, "面积(公顷)", "名称", None, None],
        ["甲", 900, "某园区", *PLACE],
    ]
    workbook(path, rows, merged=["A1:A2", "B1:C1", "D1:D2", "E1:E2"])


@builds("column_numbers.xlsx")
def _(path: Path) -> None:
    workbook(path, [HEAD, [1, 2, 3, 4], A, B])


@builds("merged_project.xlsx")
def _(path: Path) -> None:
    rows = [
        ["项目编号", "项目名称", "组成部分", "占地面积(亩)", "经度(CGCS2000)", "纬度(CGCS2000)"],
        ["P1", "光伏", "方阵", 60, *PLACE],
        [None, None, "升压站", None, 108, 26.522345],
        [None, None, "送出线路", None, 108, 26.532345],
        ["P2", "水泥", None, 30, 108, 26.6],
    ]
    workbook(path, rows, merged=["A2:A4", "B2:B4", "D2:D4"])


@builds("blank_not_merged.xlsx")
def _(path: Path) -> None:
    rows = [["项目名称", "组成部分", *HEAD[2:]], ["光伏", "方阵", *PLACE], [None, "升压站", *PLACE]]
    workbook(path, rows)


@builds("notes_below.xlsx")
def _(path: Path) -> None:
    rows = [
        HEAD,
        ["一、工业项目"],
        A,
        ["小计", 15],
        ["二、能源项目"],
        B,
        ["小计", 30],
        ["合计（2个）", 45],
        [],
        ["注：1.面积以勘测定界为准。"],
        ["2.坐标为中心点。"],
        ["填表人：张三", None, "审核人：李四", "日期：2026年9月1日"],
    ]
    workbook(path, rows)


@builds("repeated_header.xlsx")
def _(path: Path) -> None:
    workbook(path, [HEAD, A, HEAD, B, HEAD, C])


@builds("two_lists_stacked.xlsx")
def _(path: Path) -> None:
    other = ["项目名称", "建设单位", "经度", "纬度", "建设性质"]
    workbook(path, [HEAD, A, [], other, ["乙", "某公司", *PLACE, "新建"]])


@builds("hidden_rows_and_columns.xlsx")
def _(path: Path) -> None:
    book, sheet = workbook(path, [HEAD, A, B, C])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.save(path)


@builds("hidden_sheet.xlsx")
def _(path: Path) -> None:
    book, _sheet = workbook(path, [HEAD, A])
    old = book.create_sheet("旧版")
    for row in (HEAD, B, C):
        old.append(list(row))
    old.sheet_state = "hidden"
    book.save(path)


@builds("two_sheets.xlsx")
def _(path: Path) -> None:
    book, _sheet = workbook(path, [HEAD, A], name="一季度")
    second = book.create_sheet("二季度")
    turned = (HEAD[0], *HEAD[2:], HEAD[1])
    for row in (turned, ("乙", 108, 26.612345, 30), ("丙", "x", 26.7, 45)):
        second.append(list(row))
    book.save(path)


@builds("instructions_beside.xlsx")
def _(path: Path) -> None:
    book, _sheet = workbook(path, [HEAD, A], name="名单")
    told = book.create_sheet("填表说明")
    for row in (["填表说明"], ["1", "项目名称应与立项文件一致"], ["2", "面积单位为亩"]):
        told.append(row)
    book.save(path)


@builds("empty_columns.xlsx")
def _(path: Path) -> None:
    rows = [[None, HEAD[0], None, *HEAD[1:], None], [None, A[0], None, *A[1:], None]]
    book, sheet = workbook(path, [[], *rows])
    sheet.cell(500, 40).number_format = "0.00"  # formatted emptiness far away
    sheet.cell(300, 3).value = "  "
    book.save(path)


@builds("formulas_unsaved.xlsx")
def _(path: Path) -> None:
    workbook(path, [HEAD, ["甲", "=10+5", *PLACE], ["乙", 30, "=108", 26.6], B])


@builds("error_values.xlsx")
def _(path: Path) -> None:
    book, sheet = workbook(path, [HEAD, A, B])
    sheet["B2"].value, sheet["B2"].data_type = "#REF!", "e"
    sheet["A3"].value, sheet["A3"].data_type = "#N/A", "e"
    book.save(path)


@builds("external_link.xlsx")
def _(path: Path) -> None:
    """An ordinary book with a part that links to another file, as Excel keeps it."""
    workbook(path, [HEAD, A])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")


@builds("macros.xlsm")
def _(path: Path) -> None:
    workbook(path, [HEAD, A])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macros")


@builds("dates.xlsx")
def _(path: Path) -> None:
    days = [
        dt.date(2026, 9, 10),
        46275,  # days since 1899-12-30
        20260910,
        "2026年9月10日",
        "２０２６/９/１０",
        "2026.9.10",
        "2026.9",
        2026.9,
        "九月",
    ]
    rows = [(f"项目{i}", day, *PLACE) for i, day in enumerate(days)]
    workbook(path, [["项目名称", "受理日期", *HEAD[2:]], *rows])


@builds("lost_digits.xlsx")
def _(path: Path) -> None:
    rows = [
        ["项目编号", "项目代码", "行政区划代码", "行业代码", *HEAD[2:], "项目名称"],
        [2.02652018126031e19, 2.02652018126031e19, 52018, 610, *PLACE, "甲"],
        ["P2", "2.02652E+19", "520181", "0610", *PLACE, "乙"],
        ["P3", "20265201812603123456", 520181, "2611", *PLACE, "丙"],
        ["P4", "2026-520181-26-03-123456", 520181.0, 2611, *PLACE, "丁"],
    ]
    workbook(path, rows)


@builds("cell_far_away.xlsx")
def _(path: Path) -> None:
    book, sheet = workbook(path, [HEAD, A])
    sheet["XFD1048576"] = "x"
    book.save(path)


@builds("dimension_lies.xlsx")
def _(path: Path) -> None:
    """A claimed size of one cell, and a cell at the last corner of the sheet."""
    book, sheet = workbook(path, [HEAD, A])
    sheet["ZZ999999"] = "x"
    book.save(path)
    rewrite(path, "xl/worksheets/sheet1.xml", b'ref="A1:ZZ999999"', b'ref="A1:D2"')


@builds("chart_first.xlsx")
def _(path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("清单")
        for i, row in enumerate((HEAD, A)):
            sheet.write_row(i, 0, row)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=清单!$B$2:$B$2"})
        book.add_chartsheet("图").set_chart(chart)


# --- what is wrong with the package ---------------------------------------------------------------


def rewrite(path: Path, part: str, old: bytes, new: bytes) -> None:
    """Replace bytes in one part of a package."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


@builds("zip_bomb.xlsx")
def _(path: Path) -> None:
    """40 MB of blanks in a part of 40 kB."""
    workbook(path, [HEAD, A])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * 40 * 1024**2)


@builds("size_lies.xlsx")
def _(path: Path) -> None:
    """The list of parts says that a part is shorter than what unpacks from it."""
    workbook(path, [HEAD, A])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    listed = data.rindex(b"xl/worksheets/sheet1.xml") - 46  # fixed head of an entry
    data[listed + 24 : listed + 28] = (info.file_size // 2).to_bytes(4, "little")
    path.write_bytes(bytes(data))


@builds("entities.xlsx")
def _(path: Path) -> None:
    workbook(path, [HEAD, A])
    declared = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">]><worksheet '
    rewrite(path, "xl/worksheets/sheet1.xml", b"<worksheet ", declared)


@builds("truncated.xlsx")
def _(path: Path) -> None:
    workbook(path, [HEAD, A])
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


@builds("locked.xlsx")
def _(path: Path) -> None:
    path.write_bytes(ole({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y" * 5000}))


def ole(streams: dict[str, bytes]) -> bytes:
    """Return a compound file with streams of 4096 bytes and more ([MS-CFB] 2)."""
    size, body, entries = 512, b"", []
    fat: list[int] = []
    for name, data in streams.items():
        first, count = len(fat), -(-len(data) // size)
        fat += [*range(first + 1, first + count), 0xFFFFFFFE]
        body += data.ljust(count * size, b"\0")
        entries.append(entry(name, 2, first, len(data)))
    table = b"".join([entry("Root Entry", 5, 0xFFFFFFFE, 0), *entries]).ljust(size, b"\0")
    directory = len(fat)
    fat += [0xFFFFFFFE, 0xFFFFFFFD]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    head = bytearray(size)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[24:34] = b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0"
    for at, value in ((44, 1), (48, directory), (56, 4096), (60, 0xFFFFFFFE), (68, 0xFFFFFFFE)):
        head[at : at + 4] = value.to_bytes(4, "little")
    head[76:512] = b"\xff" * 436
    head[76:80] = (directory + 1).to_bytes(4, "little")
    return bytes(head) + body + table + b"".join(n.to_bytes(4, "little") for n in fat)


def entry(name: str, kind: int, first: int, length: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    data = bytearray(128)
    data[: len(text)] = text
    data[64:66] = len(text).to_bytes(2, "little")
    data[66] = kind
    data[68:80] = b"\xff" * 12
    data[116:120] = first.to_bytes(4, "little")
    data[120:124] = length.to_bytes(4, "little")
    return bytes(data)


@builds("word_of_old.xls")
def _(path: Path) -> None:
    path.write_bytes(ole({"WordDocument": b"x" * 5000}))


# --- xls, xlsb, ods -------------------------------------------------------------------------------


@builds("old.xls")
def _(path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("清单")
    for j, text in enumerate(("项目名称", "组成部分", *HEAD[1:])):
        sheet.write(0, j, text)
    sheet.write_merge(1, 2, 0, 0, "光伏")
    for i, (part, area) in enumerate((("方阵", 15), ("升压站", 30), ("", 45)), 1):
        for j, cell in enumerate((part, area, *PLACE), 1):
            sheet.write(i, j, cell)
    sheet.write(3, 0, "水泥")
    sheet.row(3).hidden = True
    sheet.row(3).height_mismatch = True
    hidden = book.add_sheet("旧版")
    hidden.write(0, 0, "项目名称")
    hidden.visibility = 1
    book.save(str(path))


@builds("binary.xlsb")
def _(path: Path) -> None:
    from pyxlsbwriter import XlsbWriter

    with XlsbWriter(str(path)) as book:
        book.add_sheet("清单")
        book.write_sheet([list(HEAD), list(A), list(B)])


OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    "<office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)
OPEN_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def open_document(path: Path, tables: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), OPEN_TYPE)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest='
            '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{OPEN_TYPE}"/></manifest:manifest>',
        )
        archive.writestr("content.xml", OPEN.format(tables))


def open_cell(value: object, more: str = "") -> str:
    if value is None:
        return f"<table:table-cell {more}/>"
    if isinstance(value, str):
        kind = 'office:value-type="string"'
    else:
        kind = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {kind} {more}><text:p>{value}</text:p></table:table-cell>"


def open_row(cells: Sequence[object], more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(map(open_cell, cells))}</table:table-row>"


@builds("libre.ods")
def _(path: Path) -> None:
    head = ("项目名称", "组成部分", *HEAD[1:])
    first = (
        "<table:table-row>"
        + open_cell("光伏", 'table:number-rows-spanned="2"')
        + "".join(map(open_cell, ("方阵", 15, *PLACE)))
        + "</table:table-row>"
    )
    second = (
        "<table:table-row><table:covered-table-cell/>"
        + "".join(map(open_cell, ("升压站", 30, *PLACE)))
        + "</table:table-row>"
    )
    failed = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
        'office:string-value=""><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    third = (
        '<table:table-row table:visibility="filter">'
        + open_cell("水泥")
        + open_cell(None)
        + failed
        + "".join(map(open_cell, PLACE))
        + "</table:table-row>"
    )
    tail = (
        '<table:table-row table:number-rows-repeated="1048571">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    rows = open_row(head) + first + second + third + tail
    open_document(path, f'<table:table table:name="清单">{rows}</table:table>')


@builds("repeated_cells.ods")
def _(path: Path) -> None:
    """One filled cell that says that it is sixteen thousand by a million."""
    row = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        'table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell></table:table-row>"
    )
    open_document(path, f'<table:table table:name="a">{open_row(HEAD)}{row}</table:table>')


# --- letters --------------------------------------------------------------------------------------


def word_table(document, rows: Rows):
    table = document.add_table(len(rows), max(map(len, rows)))
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            table.cell(i, j).text = "" if cell is None else str(cell)
    return table


@builds("letter.docx")
def _(path: Path) -> None:
    """A letter: who is written to in one table, the list in another, with merged cells."""
    import docx

    letter = docx.Document()
    letter.add_paragraph("关于报送2026年拟建项目的函")
    word_table(letter, [["收文单位", "市自然资源局"], ["联系人", "张三"]])
    letter.add_paragraph("项目清单如下：")
    head = ["项目名称", "组成部分", "占地面积(亩)", "坐标(CGCS2000)", ""]
    rows = [
        head,
        ["", "", "", "经度", "纬度"],
        ["光伏", "方阵", 15, *PLACE],
        ["", "升压站", 30, *PLACE],
        ["水泥", "", "45亩", *PLACE],
        ["合计", "", 90, "", ""],
    ]
    table = word_table(letter, rows)
    for j in range(3):
        table.cell(0, j).merge(table.cell(1, j))
    table.cell(0, 3).merge(table.cell(0, 4))
    table.cell(2, 0).merge(table.cell(3, 0))
    letter.save(str(path))


@builds("letter_continued.docx")
def _(path: Path) -> None:
    """One list in three tables: the second has the header again, the third has none."""
    import docx

    letter = docx.Document()
    word_table(letter, [HEAD, A])
    letter.add_paragraph("续表")
    word_table(letter, [HEAD, B])
    letter.add_paragraph("")
    word_table(letter, [C])
    letter.save(str(path))


@builds("letter_of_two_lists.docx")
def _(path: Path) -> None:
    import docx

    letter = docx.Document()
    word_table(letter, [HEAD, A])
    letter.add_paragraph("附件2")
    word_table(letter, [["项目名称", "建设性质", *HEAD[2:]], ["乙", "新建", 108, 26.612345]])
    letter.save(str(path))


@builds("letter_of_changes.docx")
def _(path: Path) -> None:
    """Tracked changes: a name inserted and another deleted; a row deleted."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    letter = docx.Document()
    table = word_table(letter, [HEAD, ("", *A[1:]), B])
    changed = table.cell(1, 0).paragraphs[0]._p
    for kind, tag, text in (("del", "delText", "旧名"), ("ins", "t", "甲")):
        changed.append(
            parse_xml(
                f'<w:{kind} {nsdecls("w")} w:id="1" w:author="a"><w:r><w:{tag}>{text}</w:{tag}>'
                f"</w:r></w:{kind}>"
            )
        )
    gone = parse_xml(f'<w:trPr {nsdecls("w")}><w:del w:id="2" w:author="a"/></w:trPr>')
    table.rows[2]._tr.insert(0, gone)
    letter.save(str(path))


# --- text -----------------------------------------------------------------------------------------


def text_of(rows: Rows, mark: str = ",") -> str:
    return "\n".join(mark.join("" if c is None else str(c) for c in row) for row in rows) + "\n"


LIST = (HEAD, A, B)


@builds("gbk.csv")
def _(path: Path) -> None:
    path.write_bytes(text_of(LIST).encode("gbk"))


@builds("bom.csv")
def _(path: Path) -> None:
    path.write_bytes(text_of(LIST).encode("utf-8-sig"))


@builds("unicode_text.txt")
def _(path: Path) -> None:
    """As Excel saves "Unicode text": UTF-16 with a mark, tabs, carriage returns."""
    path.write_bytes(text_of(LIST, "\t").replace("\n", "\r\n").encode("utf-16"))


@builds("full_width_commas.csv")
def _(path: Path) -> None:
    path.write_text(text_of(LIST, "，"), "utf-8")


@builds("semicolons.csv")
def _(path: Path) -> None:
    path.write_text("sep=;\n" + text_of(LIST, ";"), "utf-8")


@builds("title_with_commas.csv")
def _(path: Path) -> None:
    path.write_text("项目一览表,2026,a,b,c,d,e,f\n" + text_of(LIST, ";"), "utf-8")


@builds("stray_comma.csv")
def _(path: Path) -> None:
    path.write_text(text_of([HEAD, ("甲,一期", 15, *PLACE), B]), "utf-8")


@builds("cut_off.csv")
def _(path: Path) -> None:
    path.write_bytes((text_of(LIST) + "丙").encode("utf-8")[:-1])


@builds("excel_errors.csv")
def _(path: Path) -> None:
    path.write_text(text_of([HEAD, ("甲", "#DIV/0!", *PLACE), B]), "utf-8")


@builds("two_headers.csv")
def _(path: Path) -> None:
    rows = [["项目名称", "用地", "坐标(CGCS2000)", ""], ["", "面积(亩)", "经度", "纬度"], A, B]
    path.write_text(text_of(rows), "utf-8")


@builds("amounts.csv")
def _(path: Path) -> None:
    amounts = [
        "12.5亩",
        "约3公顷",
        "≥5",
        "3~5公顷",
        "１２，０００㎡",
        "1.2万",
        "1.2×10⁴m²",
        "三十亩",
        "30余亩",
        "1.2×104",
        "15亩左右",
        "0.5万亩以上",
    ]
    rows = [["项目名称", "占地面积(亩)", *HEAD[2:]]]
    rows += [[f"项目{i}", amount, *PLACE] for i, amount in enumerate(amounts)]
    path.write_text(text_of(rows), "utf-8")


@builds("capacities.csv")
def _(path: Path) -> None:
    amounts = ["1.2万吨/年", "1.2万", "50000", "1.2×10^4 t/a", "约50万吨", "20万吨/年(一期)"]
    rows = [["项目名称", "生产规模", "规模单位", *HEAD[2:], "综合能耗"]]
    rows += [[f"项目{i}", a, "t/a", *PLACE, '"50,000 tce"'] for i, a in enumerate(amounts)]
    path.write_text(text_of(rows), "utf-8")


# --- wrong extensions -----------------------------------------------------------------------------

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<style>td {mso-number-format:"0"}</style></head><body><table border=1>
<tr><th rowspan=2>项目名称<th rowspan=2>组成部分<th rowspan=2>占地面积(亩)
<th colspan=2>坐标(CGCS2000)
<tr><th>经度<th>纬度
<tr><td rowspan=2>光伏</td><td>方阵</td><td>15</td><td>108</td><td>26.512345</td></tr>
<tr><td>升压站</td><td>30&nbsp;</td><td>108</td><td>26.512345</td></tr>
<tr><td>水泥<br>一期</td><td></td><td>45</td><td>108</td><td>26.512345</td></tr>
</table></body></html>"""


@builds("page.xls")
def _(path: Path) -> None:
    """What old web systems hand out as a workbook."""
    path.write_bytes(PAGE.encode("gbk"))


@builds("tabs.xls")
def _(path: Path) -> None:
    path.write_bytes(text_of(LIST, "\t").encode("gbk"))


@builds("newer.xls")
def _(path: Path) -> None:
    workbook(path.with_suffix(".xlsx"), [HEAD, A, B])
    path.with_suffix(".xlsx").replace(path)


@builds("workbook.csv")
def _(path: Path) -> None:
    workbook(path.with_suffix(".xlsx"), [HEAD, A, B])
    path.with_suffix(".xlsx").replace(path)


@builds("markup_of_2003.xls")
def _(path: Path) -> None:
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>',
        "utf-8",
    )


@builds("web_archive.xls")
def _(path: Path) -> None:
    path.write_text("MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>", "utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
