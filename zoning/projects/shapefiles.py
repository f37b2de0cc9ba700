"""What goes wrong with the several files of one shapefile, looked at before GDAL reads them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zoning.errors import Fault, ProjectFaults
from zoning.projects.headers import match_header
from zoning.projects.words import plain, words

_NAME_BYTES, _TEXT_BYTES = 10, 254  # dBASE III: field names and texts hold no more


def beside(path: Path, suffix: str) -> Path | None:
    """Return the file of the same name with another suffix, in either case of letters."""
    candidates = (path.with_suffix(suffix), path.with_suffix(suffix.upper()))
    return next((p for p in candidates if p.exists()), None)


def dbf_encoding(path: Path) -> str | None:
    """Return "gb18030" where a shapefile's table is no UTF-8 and its .cpg does not help GDAL.

    A GBK table without .cpg reads as silent mojibake under language id 0x00 and 0x57, and so it
    does with "ANSI 936" in the .cpg.
    """
    sidecar = beside(path, ".cpg")
    if sidecar is not None and "936" not in sidecar.read_text("ascii", errors="ignore"):
        return None
    table = beside(path, ".dbf")
    if table is None:
        return None
    data = table.read_bytes()
    text = b"".join(data[i : i + 11].split(b"\0")[0] for i in range(32, _header_end(data), 32))
    body = data[int.from_bytes(data[8:10], "little") :]
    try:
        (text + body).decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8" if sidecar is None else None


def _header_end(data: bytes) -> int:
    """Return where the field descriptors of a .dbf end: before the terminator of its header."""
    return int.from_bytes(data[8:10], "little") - 1


@contextmanager
def whole(path: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Give a path that GDAL reads without writing beside it, and notes on what is missing.

    A lost index (.shx) is made again in a copy that goes away.

    Raises
    ------
    ProjectFaults
        The table has another number of rows than there are shapes: whose are they?
    """
    notes = []
    if beside(path, ".dbf") is None:
        notes.append("缺 .dbf，没有属性  the .dbf is missing: no attributes")
    if (index := beside(path, ".shx")) is not None:
        _same_length(path, index)
    else:
        notes.append("缺 .shx，已重建索引 (在副本中)  the .shx is missing: made again in a copy")
    projection = _projection(path)
    if projection is not None:
        notes.append(".prj 不是 UTF-8，按 GB 18030 读取  the .prj is no UTF-8: read as GB 18030")
    if index is not None and projection is None:
        yield path, tuple(notes)
        return
    with tempfile.TemporaryDirectory(prefix="zoning-") as folder, _restoring_index():
        copied = Path(folder, path.stem + ".shp")
        for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            if (part := beside(path, suffix)) is not None:
                shutil.copyfile(part, copied.with_suffix(suffix))
        if projection is not None:
            copied.with_suffix(".prj").write_text(projection, "utf-8")
        yield copied, tuple(notes)


def _projection(path: Path) -> str | None:
    """Return the text of a .prj that GDAL cannot take as it stands; None where it can."""
    part = beside(path, ".prj")
    if part is None:
        return None
    data = part.read_bytes()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")
    return None


@contextmanager
def _restoring_index() -> Iterator[None]:
    import pyogrio

    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def _same_length(path: Path, index: Path) -> None:
    table = beside(path, ".dbf")
    if table is None:
        return
    with table.open("rb") as file:
        rows = int.from_bytes(file.read(8)[4:8], "little")
    shapes = (index.stat().st_size - 100) // 8
    if rows != shapes:
        raise ProjectFaults(
            Fault(
                zh=f".dbf 有 {rows} 行，.shp 有 {shapes} 个图形，属性会错位",
                en=f"{rows} rows in the .dbf, {shapes} shapes in the .shp: whose are they?",
                file=path.name,
                remedy_zh="属性表可能在 Excel 里改过; 请在 GIS 中重新导出",
                remedy_en="the table was changed elsewhere; export both again from a GIS",
            )
        )


def cut_names(headers: Sequence[str], encoding: str | None) -> tuple[str, ...]:
    """Return a note for every unknown field name as long as a field name can be.

    Examples
    --------
    >>> cut_names(["capacity_u"], None)[0].split("  ")[0]
    '字段名「capacity_u」可能被截断 (shp 最多 10 字节); 是否指「capacity_unit」?'
    """
    unknown = [name for name in headers if match_header(0, name) is None]
    likes = {name: _begun_by(name) for name in unknown}
    return tuple(
        _cut(name, likes[name])
        for name in unknown
        if (size := _bytes(name, encoding)) >= _NAME_BYTES
        # a Chinese character that did not fit whole is left out whole
        or (size == _NAME_BYTES - 1 and not name.isascii() and likes[name])
    )


def _begun_by(name: str) -> str:
    """Return the shortest known header that begins with a name, "" without one."""
    begun = [word for word in words().headers if len(word) > 3 and word.startswith(plain(name))]
    return _as_written(min(begun, key=len)) if begun else ""


def _cut(name: str, like: str) -> str:
    hint = f"; 是否指「{like}」?" if like else ""
    return (
        f"字段名「{name}」可能被截断 (shp 最多 {_NAME_BYTES} 字节){hint}  "
        "the name of a field may be cut; name it in a mapping"
    )


def _as_written(word: str) -> str:
    """Return the column that a word without blanks and underscores stands for, or the word."""
    column = words().headers[word]
    return column if plain(column) == word else word


def cut_texts(
    columns: Sequence[NDArray[np.object_]], headers: Sequence[str], encoding: str | None
) -> list[tuple[int, str, str]]:
    """Return row, header and text of every cell as long as a text can be: it may go on."""
    return [
        (i, header, value)
        for header, column in zip(headers, columns, strict=True)
        for i, value in enumerate(column)
        if isinstance(value, str)
        and len(value) > _TEXT_BYTES // 4 - 1
        and _bytes(value, encoding) >= _TEXT_BYTES - 2
    ]


def _bytes(text: str, encoding: str | None) -> int:
    return len(text.encode(encoding or "utf-8", errors="replace"))
