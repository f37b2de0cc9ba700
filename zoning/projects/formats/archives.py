"""Zips in: looked through before anything is unpacked, unpacked to a folder that goes away.

Refused whole: names that lead out of the folder, links, members under a password, and archives
that would unpack to more than a list can be. An archive inside an archive is left alone and told.
"""

from __future__ import annotations

import lzma
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol

from zoning.errors import Fault, ProjectFaults
from zoning.projects.tables.raw import RawTable, empty, no_such_part, several_parts, unreadable

ARCHIVES = (".zip",)
_PACKED = (".zip", ".rar", ".7z", ".kmz", ".ovkmz", ".gz", ".tar", ".tgz")
_MOST_FILES = 5_000  # illustrative, as the next three
_MOST_BYTES = 1024**3
_RATIO, _RATIO_FROM = 200.0, 10 * 1024**2  # unpacked by packed, from this size on
_CHUNK = 1024**2
_DRIVE = re.compile(r"^[A-Za-z]:")
_UTF8_NAME = 0x800  # APPNOTE 4.4.4, bit 11
_ENCRYPTED = 0x1 | 0x40  # bits 0 and 6
# What zipfile raises on a damaged archive: a name that is empty or no text of its encoding too
_DAMAGED = (
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    IndexError,
    ValueError,
    RuntimeError,
)
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


class Read(Protocol):
    """Reads one unpacked file."""

    def __call__(self, path: Path, *, sheet: str | None) -> RawTable:
        """Return its table; ``sheet`` chooses where there are several."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, under the name that people gave it."""

    info: zipfile.ZipInfo
    name: PurePosixPath


def read_archive(
    path: Path, *, sheet: str | None, read: Read, readable: tuple[str, ...]
) -> RawTable:
    """Read the one list or boundary in a zip, the named one where it holds several.

    Parameters
    ----------
    path : path
    sheet : str, optional
        Name of the file inside as the message lists it; ``file|layer`` where that holds several.
    read : callable
        Reads an unpacked file, with its sheet or layer.
    readable : tuple of str
        Suffixes of what it can read.

    Raises
    ------
    ProjectFaults
        No zip, an unsafe one, nothing in it to read, or several things.
    """
    with unpacked(path) as folder:
        inside = datasets(folder, readable)
        if not inside:
            raise ProjectFaults(_nothing(path.name, folder))
        wanted, _, part = (sheet or "").partition("|")
        chosen, part = _chosen(path.name, inside, wanted, part)
        try:
            raw = read(inside[chosen], sheet=part or None)
        except ProjectFaults as error:
            raise ProjectFaults(
                tuple(replace(fault, file=f"{path.name}/{chosen}") for fault in error.faults)
            ) from None
    shown = f"{path.name}/{chosen}"
    notes = (_others(path.name, inside, chosen), *raw.notes)
    faults = tuple((i, replace(fault, file=shown)) for i, fault in raw.faults)
    return replace(raw, file=shown, notes=tuple(filter(None, notes)), faults=faults)


def _chosen(file: str, inside: dict[str, Path], wanted: str, part: str) -> tuple[str, str]:
    if not wanted and len(inside) == 1:
        return next(iter(inside)), part
    if not wanted:
        raise ProjectFaults(several_parts(file, tuple(inside)))
    if wanted in inside:
        return wanted, part
    if len(inside) == 1 and not part:  # a sheet or layer of the only file
        return next(iter(inside)), wanted
    raise ProjectFaults(no_such_part(file, wanted, tuple(inside)))


def _others(file: str, inside: dict[str, Path], chosen: str) -> str:
    others = [name for name in inside if name != chosen]
    if not others:
        return ""
    return f"{file}: 只读了 {chosen}, 未读 {'、'.join(others)}  read {chosen} only"


def datasets(folder: Path, readable: tuple[str, ...]) -> dict[str, Path]:
    """Return what can be read in a folder, by its name inside it, in the order of names.

    A geodatabase is a folder; what lies in it is no file of its own.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        within_gdb = any(part.lower().endswith(".gdb") for part in inner.parts[:-1])
        suffix = path.suffix.lower()
        is_gdb = suffix == ".gdb" and path.is_dir()
        if within_gdb or suffix not in readable or not (is_gdb or path.is_file()):
            continue
        is_mapinfo_table = suffix == ".dat" and path.with_suffix(".tab").exists()
        if not path.name.startswith("~$") and not is_mapinfo_table:
            found[inner.as_posix()] = path
    return found


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give a temporary folder with the files of a zip; it is removed afterwards.

    Raises
    ------
    ProjectFaults
        No zip, or an unsafe one: then nothing has been written.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise ProjectFaults(unreadable(path, error)) from None
    with archive, tempfile.TemporaryDirectory(prefix="zoning-") as folder:
        try:
            members = checked(archive, path.name)
        except _DAMAGED as error:
            raise ProjectFaults(unreadable(path, error)) from None
        _extract(archive, members, Path(folder), path)
        yield Path(folder)


def checked(archive: zipfile.ZipFile, file: str) -> tuple[Member, ...]:
    """Return the files of an archive that may be unpacked.

    Raises
    ------
    ProjectFaults
        Everything unsafe, at once.
    """
    infos = [info for info in archive.infolist() if not info.is_dir()]
    members = [Member(info, _name(info)) for info in infos]
    faults = [fault for member in members if (fault := _unsafe(member, file)) is not None]
    if len(infos) > _MOST_FILES:
        faults.append(_too_many(file, len(infos)))
    size = sum(info.file_size for info in infos)
    if size > _MOST_BYTES or any(_blown_up(info) for info in infos):
        faults.append(_bomb(file, size, sum(info.compress_size for info in infos)))
    if faults:
        raise ProjectFaults(tuple(faults[:20]))
    kept = tuple(m for m in members if not any(part in _LITTER for part in m.name.parts))
    if not kept:
        raise ProjectFaults(empty(file))
    return kept


def _name(info: zipfile.ZipInfo) -> PurePosixPath:
    """Return the name of a member; Windows packs Chinese names in GBK and does not say so."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return PurePosixPath(name.replace("\\", "/"))


def _unsafe(member: Member, file: str) -> Fault | None:
    name, info = member.name, member.info
    if name.is_absolute() or ".." in name.parts or _DRIVE.match(str(name)) or "\0" in str(name):
        return _refused(
            file, name, "压缩包里的文件名指向包外", "a name that leads out of the archive"
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        return _refused(file, name, "压缩包里有链接", "a symbolic link")
    if info.flag_bits & _ENCRYPTED:
        return _refused(file, name, "压缩包有密码", "protected by a password")
    return None


def _blown_up(info: zipfile.ZipInfo) -> bool:
    return info.file_size > _RATIO_FROM and info.file_size > _RATIO * max(info.compress_size, 1)


def _extract(
    archive: zipfile.ZipFile, members: tuple[Member, ...], folder: Path, path: Path
) -> None:
    """Write the members out, counting bytes: a directory of an archive may lie about sizes."""
    left = _MOST_BYTES
    for member in members:
        target = folder / member.name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member.info) as source, target.open("xb") as sink:
                while chunk := source.read(_CHUNK):
                    if (left := left - len(chunk)) < 0:
                        raise ProjectFaults(_bomb(path.name, _MOST_BYTES, path.stat().st_size))
                    sink.write(chunk)
        except FileExistsError:
            fault = _refused(
                path.name, member.name, "压缩包里有两个同名文件", "a name that stands twice"
            )
            raise ProjectFaults(fault) from None
        except _DAMAGED:
            fault = _refused(path.name, member.name, "压缩包里的文件解不开", "a damaged member")
            raise ProjectFaults(fault) from None


def _refused(file: str, name: PurePosixPath, zh: str, en: str) -> Fault:
    return Fault(
        zh=f"{zh}，整个压缩包未读",
        en=f"{en}; the archive was not read",
        file=file,
        value=str(name)[:80],
        remedy_zh="请解压核对后，重新打包或直接给出里面的文件",
        remedy_en="unpack it, look at it, and hand in the files themselves",
    )


def _too_many(file: str, n: int) -> Fault:
    return Fault(
        zh=f"压缩包里有 {n} 个文件，多于 {_MOST_FILES} 个，未读",
        en=f"{n} files in one archive, more than {_MOST_FILES}: not read",
        file=file,
        remedy_zh="请只打包需要的文件",
        remedy_en="pack the needed files only",
    )


def _bomb(file: str, size: int, packed: int) -> Fault:
    return Fault(
        zh=f"压缩包解开后过大 ({size / 1024**2:.0f} MB，压缩比 {size / max(packed, 1):.0f})，未读",
        en=f"the archive would unpack to {size / 1024**2:.0f} MB: not read",
        file=file,
        remedy_zh=f"解开后不超过 {_MOST_BYTES // 1024**2} MB，单个文件压缩比不超过 {_RATIO:.0f}",
        remedy_en="hand in the files themselves, or a smaller archive",
    )


def _nothing(file: str, folder: Path) -> Fault:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    packed = [path.name for path in files if path.suffix.lower() in _PACKED]
    listed = "、".join(path.relative_to(folder).as_posix() for path in files[:8])
    if packed:
        return Fault(
            zh="压缩包里还是压缩包，不层层解开",
            en="an archive inside an archive is not unpacked",
            file=file,
            value="、".join(packed)[:80],
            remedy_zh="请先解开里面的一层",
            remedy_en="unpack the inner one first",
        )
    return Fault(
        zh="压缩包里没有能读的名单或边界",
        en="no list or boundary in the archive that could be read",
        file=file,
        value=listed[:200],
        remedy_zh="shp 要与 .shx .dbf .prj 一起打包",
        remedy_en="pack a .shp with its .shx, .dbf and .prj",
    )
