"""A folder written beside its place and swapped in whole, or not at all.

The old folder is never opened for writing: it is exchanged for the new one in one step where the
system can (Linux), else by two renames that are undone when the second fails. What a killed run
leaves behind (``.NAME.zoning-HOST-PID-XXXX.new`` or ``.old``) is mended by the next one.
"""

from __future__ import annotations

import ctypes
import gc
import hashlib
import os
import platform
import re
import secrets
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from zoning.errors import OutputFault
from zoning.render.files.refusal import explain, holds_something_else, lost_way, not_a_place

Foreign: TypeAlias = Callable[[Path], tuple[str, ...]]

# Virus scanners and indexers hold fresh files for a moment on Windows: try again, then say so. [s]
PATIENCE = (0.1, 0.3, 0.8)
# A leftover of another machine on a shared drive is stale after this long. [s]
FORGOTTEN = 86_400.0
_LEFTOVER = re.compile(
    r"\.zoning-(?P<host>[0-9a-f]{4})-(?P<pid>\d+)-[0-9a-f]{4}\.(?P<what>new|old)$"
)


@contextmanager
def swapped(place: Path, *, foreign: Foreign, overwrite: bool = False) -> Iterator[Path]:
    """Give an empty folder to fill; put it in place when the block ends without error.

    Parameters
    ----------
    place : Path
        Where the folder shall be. Its parents are made.
    foreign : callable
        Names of the entries of an existing folder that are not ours.
    overwrite : bool
        Go ahead though the folder holds something else; that is kept beside the new files.

    Yields
    ------
    Path
        A fresh folder beside ``place``, on the same disk.

    Raises
    ------
    OutputFault
        Something else is there, a file is open in another program, the disk is full, or the
        place cannot be written. The old folder is whole.
    """
    place = Path(place).resolve()
    recover(place, foreign)
    _refuse(place, foreign, overwrite=overwrite)
    fresh: tuple[Path, ...] = ()
    staging = _beside(place, "new")
    try:
        fresh = _make_parents(place.parent)
        staging.mkdir()
        yield staging
        _sync(staging)
        _put(staging, place, foreign)
    except BaseException as error:
        _let_go(error)
        shutil.rmtree(staging, ignore_errors=True)
        for parent in reversed(fresh):
            with suppress(OSError):
                parent.rmdir()
        fault = explain(error, place)
        if fault is None:
            raise
        raise fault from error


_LITTER = re.compile(
    r"~\$.*|\.~.*|.*\.gpkg-(wal|shm|journal)|.*\.aux\.xml|\.DS_Store|Thumbs\.db|desktop\.ini",
    re.IGNORECASE,
)


def strangers(folder: Path, *, head: str, schema: str, files: Sequence[str]) -> tuple[str, ...]:
    """Names in a folder that are not ours; all of them where the folder is none of ours.

    Parameters
    ----------
    folder : Path
    head : str
        Name of the JSON file that begins with our schema.
    schema : str
        Such as ``zoning/heaps/``, whatever its number.
    files : sequence of str
        What a folder of ours may hold. What programs leave beside open files does not count.
    """
    names = sorted(path.name for path in folder.iterdir() if not _LITTER.fullmatch(path.name))
    try:
        with (folder / head).open(encoding="utf-8") as file:
            ours = re.match(rf'^\{{\s*"\$schema"\s*:\s*"{schema}', file.read(200)) is not None
    except (OSError, UnicodeDecodeError):
        ours = False
    return tuple(name for name in names if not ours or name not in files)


def _let_go(error: BaseException | None) -> None:
    """Drop what the frames of a failed write still hold: Windows deletes no open file."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
    gc.collect()


def recover(place: Path, foreign: Foreign) -> None:
    """Mend what killed runs left beside ``place``: put an old folder back, drop unfinished ones."""
    if not place.parent.is_dir():
        return
    stem = _stem(place)
    for path in sorted(place.parent.iterdir()):
        if not path.name.startswith(stem):
            continue
        match = _LEFTOVER.fullmatch(path.name[len(stem) :])
        if match is None or _busy(path, match["host"], int(match["pid"])):
            continue
        if match["what"] == "old" and not place.exists():
            path.rename(place)
        elif match["what"] == "old":
            _retire(path, place, foreign)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _refuse(place: Path, foreign: Foreign, *, overwrite: bool) -> None:
    if place.exists() and not place.is_dir():
        raise OutputFault(not_a_place(place.name, "不是文件夹", "is not a folder"))
    # replacing the folder one stands in, the home folder or a drive is never what was meant
    for inner in (Path.cwd(), Path.home()):
        if place == inner or place in inner.parents:
            raise OutputFault(
                not_a_place(place.name or str(place), "不能作为结果文件夹", "is no result folder")
            )
    if not overwrite and place.is_dir() and (names := foreign(place)):
        raise OutputFault(holds_something_else(place.name, names))


def _make_parents(folder: Path) -> tuple[Path, ...]:
    """Make a folder and its parents; return those made, outermost first."""
    absent = [p for p in (folder, *folder.parents) if not p.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(reversed(absent))


def _sync(folder: Path) -> None:
    """Have every byte on the disk before the swap, or a power cut swaps in empty files."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # a folder cannot be opened there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put(staging: Path, place: Path, foreign: Foreign) -> None:
    if not place.exists():
        _rename(staging, place)
    elif not foreign(place) and exchange(staging, place):
        shutil.rmtree(staging, ignore_errors=True)
    else:
        _put_by_renames(staging, place, foreign)
    _sync_folder(place.parent)


def _put_by_renames(staging: Path, place: Path, foreign: Foreign) -> None:
    old = _beside(place, "old")
    _rename(place, old)
    try:
        _rename(staging, place)
    except BaseException as error:
        try:
            _rename(old, place)
        except OSError:
            raise OutputFault(lost_way(place.name, old.name)) from error
        raise
    _retire(old, place, foreign)


def _retire(old: Path, place: Path, foreign: Foreign) -> None:
    """Carry what is not ours into the new folder, then drop the old one."""
    for name in foreign(old):
        target = place / name
        if target.exists():
            target = place / f"{name}.old"
        with suppress(OSError):
            (old / name).rename(target)
    if not foreign(old):
        shutil.rmtree(old, ignore_errors=True)


def _rename(source: Path, target: Path) -> None:
    for pause in (*PATIENCE, None):
        try:
            os.rename(source, target)  # noqa: PTH104 - one place to fail in, for the tests too
        except PermissionError:
            if pause is None:
                raise
            time.sleep(pause)
        else:
            return


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; False where the system or the file system cannot.

    References
    ----------
    .. [1] renameat2(2), RENAME_EXCHANGE, Linux 3.15.
    """
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    here, swap = -100, 2  # AT_FDCWD, RENAME_EXCHANGE of <fcntl.h>, <linux/fs.h>
    done: int = rename(here, os.fsencode(one), here, os.fsencode(other), swap)
    return done == 0


def _stem(place: Path) -> str:
    name = place.name
    if len(name.encode()) > 80:  # file names end at 255 bytes, and Windows paths at 260 signs
        name = f"{name[:20]}~{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return f".{name}"


def _beside(place: Path, what: str) -> Path:
    tag = f".zoning-{_host()}-{os.getpid()}-{secrets.token_hex(2)}.{what}"
    return place.with_name(_stem(place) + tag)


def _host() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:4]


def _busy(path: Path, host: str, pid: int) -> bool:
    """Whether the run that made a leftover may still be at it."""
    if host != _host():
        with suppress(OSError):
            return time.time() - path.stat().st_mtime < FORGOTTEN
        return True
    return pid != os.getpid() and _alive(pid)


def _alive(pid: int) -> bool:
    if sys.platform == "win32":
        # os.kill(pid, 0) would end the process there
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return False
        code = ctypes.c_ulong()
        known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return bool(known) and code.value == 259  # STILL_ACTIVE
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    return True
