"""Text files that an office writes by hand: catalogs, presets, mappings, rules. One reader."""

from __future__ import annotations

from pathlib import Path

from zoning.errors import Fault, InputError

_FEW = 0.02
"""Share of bytes beyond ASCII that may be damaged for a text still to be meant as UTF-8."""


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 or GB 18030 file, each byte of it understood.

    Notepad saves either. A single bad byte does not make a UTF-8 file GB 18030: read so, its words
    become others without a word of warning.

    Raises
    ------
    InputError
        The file cannot be opened, or has a byte of neither encoding; the fault names its line.
    """
    try:
        raw = path.read_bytes()
    except OSError:
        raise InputError(
            Fault(
                zh="文件打不开",
                en="the file cannot be opened",
                file=path.name,
                remedy_zh="核对路径和权限",
                remedy_en="check its path and permissions",
            )
        ) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        damage = error
    if not _meant_as_utf8(raw):
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError as error:
            damage = error
    raise InputError(_bad_byte(path, raw, damage.start))


def _meant_as_utf8(raw: bytes) -> bool:
    """Whether all but a few bytes beyond ASCII are sound UTF-8; GB 18030 is hardly ever."""
    beyond = sum(byte > 127 for byte in raw)
    kept = raw.decode("utf-8", "ignore").encode("utf-8")
    lost = beyond - sum(byte > 127 for byte in kept)
    return lost <= max(3, _FEW * beyond) and beyond > lost


def _bad_byte(path: Path, raw: bytes, at: int) -> Fault:
    line = raw.count(b"\n", 0, at) + 1
    return Fault(
        zh=f"第 {line} 行有一个字节不是 UTF-8 (0x{raw[at]:02X})，文件可能在传送中损坏",
        en=f"line {line} holds a byte that is no UTF-8 (0x{raw[at]:02X}): damaged on the way?",
        file=path.name,
        row=line,
        remedy_zh="改正这一处，或从来处重新取一份；另存为 UTF-8",
        remedy_en="mend it, or take the file from its source again; save it as UTF-8",
    )
