"""Why a result folder could not be written, said so that a planner can mend it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

from zoning.errors import Fault, InputError, OutputFault

_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
# what SQLite and GDAL say instead of an error number
_FULL_WORDS = (
    "disk is full",
    "no space left",
    "disk i/o error",
    "file too large",
    "failed to commit transaction",
)
_SHOWN = 5


def explain(error: BaseException, place: Path) -> OutputFault | None:
    """Turn an error of the disk into a fault for people; None if it is of another kind."""
    if isinstance(error, InputError) or not isinstance(error, Exception):
        return None
    causes = tuple(_causes(error))
    if any(_is_full(cause) for cause in causes):
        return OutputFault(_disk_full(place.name))
    denied = [cause for cause in causes if isinstance(cause, PermissionError)]
    if denied:
        # the swap itself was refused: a file of the old folder is open
        held = any(str(place) in (cause.filename, cause.filename2) for cause in denied)
        return OutputFault(_locked(place) if held and place.is_dir() else _no_entry(place.name))
    disk = [cause for cause in causes if isinstance(cause, OSError) and _of_the_disk(cause, place)]
    return OutputFault(_other(place.name, disk[0])) if disk else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        yield from (arg for arg in error.args if isinstance(arg, OSError))
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words in str(error).lower() for words in _FULL_WORDS)


def _of_the_disk(error: OSError, place: Path) -> bool:
    if isinstance(error, FileNotFoundError):  # ours only where the folder itself cannot be made
        return error.filename is not None and Path(error.filename).parent == place.parent
    return error.errno is not None


def holds_something_else(folder: str, names: tuple[str, ...]) -> Fault:
    """Fault for a folder with files that this program did not write."""
    shown = "、".join(names[:_SHOWN]) + (f" … (共 {len(names)} 项)" if len(names) > _SHOWN else "")
    return Fault(
        zh=f"输出文件夹里有不是本程序写的内容: {shown}",
        en=f"the output folder holds something else: {', '.join(names[:_SHOWN])}",
        file=folder,
        remedy_zh="换一个文件夹，或加 --overwrite（其他文件会保留）",
        remedy_en="choose another folder, or add --overwrite (other files are kept)",
    )


def not_a_place(name: str, zh: str, en: str) -> Fault:
    """Fault for a place that cannot be a result folder at all."""
    return Fault(
        zh=f"「{name}」{zh}",
        en=f"“{name}” {en}",
        remedy_zh="请指定一个专用的结果文件夹，例如 --out 结果",
        remedy_en="name a folder of its own, such as --out results",
    )


def lost_way(folder: str, old: str) -> Fault:
    """Fault for the one case in which the old folder stands under another name."""
    return Fault(
        zh=f"写入中断，原有结果完整，暂存为「{old}」",
        en=f"interrupted; the old results are whole, kept as “{old}”",
        file=folder,
        remedy_zh="关闭占用它的程序后再运行一次，会自动恢复",
        remedy_en="close the program that holds it and run again: it is put back",
    )


def _disk_full(folder: str) -> Fault:
    return Fault(
        zh="磁盘空间不足，结果没有写入；原有结果未动",
        en="the disk is full; nothing was written, old results are untouched",
        file=folder,
        remedy_zh="清理磁盘，或用 --out 换一个位置",
        remedy_en="make room, or choose another place with --out",
    )


def _locked(place: Path) -> Fault:
    open_files = "、".join(_held(place)) or "其中某个文件"
    return Fault(
        zh=f"结果文件夹正被其他程序占用（{open_files}），没有写入；原有结果未动",
        en="a file of the result folder is open in another program; old results are untouched",
        file=place.name,
        remedy_zh="在 Excel/WPS/QGIS 中关闭它再运行，或用 --out 换一个文件夹",
        remedy_en="close it in Excel/WPS/QGIS and run again, or choose another folder with --out",
    )


def _held(place: Path) -> list[str]:
    """Files that look open: an office program's owner file beside them, or they refuse to open."""
    names = []
    for path in sorted(p for p in place.iterdir() if p.is_file()):
        if path.name.startswith("~$"):
            continue
        owner = (f"~${path.name}", f"~${path.name[2:]}", f".~{path.name}")
        try:
            with path.open("r+b"):
                held = any((place / name).exists() for name in owner)
        except PermissionError:
            held = True
        if held:
            names.append(path.name)
    return names


def _no_entry(folder: str) -> Fault:
    return Fault(
        zh="没有权限在此处写入，结果没有写入",
        en="no permission to write here; nothing was written",
        file=folder,
        remedy_zh="用 --out 换一个可写的文件夹",
        remedy_en="choose a folder you may write to with --out",
    )


def _other(folder: str, error: OSError) -> Fault:
    return Fault(
        zh="写入结果时磁盘出错，结果没有写入；原有结果未动",
        en="the disk failed while writing; nothing was written, old results are untouched",
        file=folder,
        value=error.strerror or type(error).__name__,
        remedy_zh="检查磁盘或网络盘连接后重试",
        remedy_en="check the disk or the network drive and try again",
    )
