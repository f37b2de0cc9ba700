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
from zoning.layers.encoding import shapefile_encoding
from zoning.projects.cells.words import DIMENSION, plain, words
from zoning.projects.tables.match_header import match_header

BYTES = "ISO-8859-1"  # every byte is a character of it, so that bytes survive the reader
CUT = "\N{REPLACEMENT CHARACTER}"  # at the end of what was cut inside a character
_NAME_BYTES, _TEXT_BYTES = 10, 254  # dBASE III: field names and texts hold no more


def beside(path: Path, suffix: str) -> Path | None:
    """Return the file of the same name with another suffix, in either case of letters."""
    candidates = (path.with_suffix(suffix), path.with_suffix(suffix.upper()))
    return next((p for p in candidates if p.exists()), None)


def dbf_encoding(path: Path) -> str | None:
    """Return the encoding of a shapefile's table by its bytes; None where GDAL is to tell.

    A GBK table without .cpg reads as silent mojibake under language id 0x00 and 0x57, and so it
    does with "ANSI 936" in the .cpg. A name or text that ends inside a character, as GDAL itself
    cuts them, does not make a table another encoding.
    """
    if beside(path, ".dbf") is None:
        return None
    sidecar = beside(path, ".cpg")
    claimed = "" if sidecar is None else sidecar.read_text("ascii", errors="ignore").strip().upper()
    if claimed and claimed not in ("UTF-8", "UTF8") and "936" not in claimed:
        return None
    return shapefile_encoding(path, whole=True) or "gb18030"


def from_bytes(text: str, encoding: str) -> str:
    """Return a text that was read as `BYTES`; one that was cut inside a character ends in `CUT`."""
    return text.encode(BYTES, "replace").decode(encoding, "replace")


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
    unknown = [name for name in headers if match_header(0, name) is None and name[-1:] != CUT]
    likes = {name: _begun_by(name) for name in unknown}
    return tuple(
        _cut(name, likes[name])
        for name in unknown
        if (size := _bytes(name, encoding)) >= _NAME_BYTES
        # a Chinese character that did not fit whole is left out whole
        or (size == _NAME_BYTES - 1 and not name.isascii() and likes[name])
    )


def field_names(path: Path) -> tuple[bytes, ...]:
    """Return the names of a shapefile's fields as their bytes; none without a table."""
    table = beside(path, ".dbf")
    if table is None:
        return ()
    data = table.read_bytes()
    fields = range(32, int.from_bytes(data[8:10], "little") - 1, 32)
    return tuple(data[i : i + 11].split(b"\0")[0] for i in fields)


def mended_names(
    headers: Sequence[str], written: Sequence[bytes], encoding: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return field names with those that end in half a character completed, and what is said.

    A name that the words of one column alone begin with, to the last byte, is read as that column,
    unless it has a unit, which may have stood in what is lost. Any other keeps its mark, and is
    not read.

    Parameters
    ----------
    headers : sequence of str
        As `from_bytes` returns them.
    written : sequence of bytes
        The same names in the file.
    encoding : str

    Examples
    --------
    >>> mended_names(["项目名\N{REPLACEMENT CHARACTER}"], ["项目名称".encode()[:10]], "utf-8")[0]
    ('项目名称',)
    """
    result, said = list(headers), []
    for i, (header, raw) in enumerate(zip(headers, written, strict=False)):
        if not header.endswith(CUT):
            continue
        begun = [word for word in words().headers if word.encode(encoding).startswith(raw)]
        meant = {words().headers[word] for word in begun}
        sure = len(meant) == 1 and not meant & DIMENSION.keys()
        name = header.removesuffix(CUT)
        result[i] = min(begun, key=len) if sure else header
        said.append(_read_whole(name, result[i]) if sure else _cut(name, _begun_by(name)))
    return tuple(result), tuple(said)


def _read_whole(name: str, word: str) -> str:
    return (
        f"字段名「{name}…」在字中间被截断，只有「{word}」这样开头，按它读取  "
        "a name cut inside a character, read as the only column that begins so"
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
    """Return row, header and text of every cell that is cut, or as long as a text can be."""
    return [
        (i, header, value)
        for header, column in zip(headers, columns, strict=True)
        for i, value in enumerate(column)
        if isinstance(value, str) and (value.endswith(CUT) or _is_full(value, encoding))
    ]


def _is_full(text: str, encoding: str | None) -> bool:
    return len(text) > _TEXT_BYTES // 4 - 1 and _bytes(text, encoding) >= _TEXT_BYTES - 2


def _bytes(text: str, encoding: str | None) -> int:
    return len(text.encode(encoding or "utf-8", errors="replace"))
