"""What is dear to compute and follows from content alone, kept on disk between runs.

One file an entry, named by the hash of what it follows from. A file is written beside and moved
into place whole, so two processes never see half of one; it is believed only if its own checksum
holds, else it is made again. Where the folder cannot be written nothing is kept.

`ZONING_CACHE` moves the folder, or turns it off (``off``).
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress
from logging import getLogger
from pathlib import Path
from threading import Thread
from typing import BinaryIO, TypeVar

import numpy as np

from zoning.arrays import Values

MARK = b"zoning overlay 1\n"
MOST_BYTES = 2 << 30
"""Kept at most, the longest unused going first; the ten layers of a city take 0.2 GB."""
ABANDONED_S = 86_400.0
"""[s] Unfinished files older than this were left by a process that died."""
OFF = ("off", "0", "no", "false")

Layout = Sequence[tuple[str, int]]
Arrays = TypeVar("Arrays", bound=Sequence[Values])

log = getLogger(__name__)


def folder() -> Path | None:
    """Where entries are kept; None: nowhere."""
    asked = os.environ.get("ZONING_CACHE", "").strip()
    if asked.lower() in OFF:
        return None
    if asked:
        return Path(asked).expanduser() / "overlay"
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
        elif sys.platform == "darwin":
            base = Path.home() / "Library/Caches"
        else:
            base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # no home
        return None
    return base / "zoning" / "overlay"


def key_of(arrays: Sequence[Values], recipe: str) -> str:
    """Name of what follows from arrays by a recipe, which says its edition."""
    found = hashlib.blake2b(MARK + recipe.encode(), digest_size=20)
    for array in arrays:
        found.update(f"{array.dtype.str}{array.shape}".encode())
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()


def held(key: str, layout: Layout) -> tuple[Values, ...] | None:
    """Arrays kept under a key, of these kinds and dimensions; None: none, or damaged."""
    place = folder()
    if place is None:
        return None
    path = place / f"{key}.bin"
    try:
        with path.open("rb") as file:
            arrays = _read(file, key, layout)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError, MemoryError) as error:
        log.warning("cache entry %s is damaged and is made again: %s", path.name, error)
        with suppress(OSError):
            path.unlink()
        return None
    with suppress(OSError):
        os.utime(path)
    return arrays


def keep(key: str, arrays: Sequence[Values]) -> Thread | None:
    """Keep arrays, which must not change any more, under a key, if the folder lets us.

    That is done aside, and done before the process ends.
    """
    place = folder()
    if place is None:
        return None
    aside = Thread(target=_kept, args=(place, key, arrays), name="zoning-cache")
    aside.start()
    return aside


def _kept(place: Path, key: str, arrays: Sequence[Values]) -> None:
    unfinished: str | None = None
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=place, prefix=f"{key[:8]}-", suffix=".part", delete=False
        ) as file:
            unfinished = file.name
            _write(file, key, arrays)  # type: ignore[arg-type]  # stub: a wrapper, not BinaryIO
        Path(unfinished).replace(place / f"{key}.bin")
        _tidy(place)
    except OSError as error:  # read-only, full, or held open by another process
        log.info("nothing is kept in %s: %s", place, error)
        if unfinished is not None:
            with suppress(OSError):
                Path(unfinished).unlink()


def _write(file: BinaryIO, key: str, arrays: Sequence[Values]) -> None:
    file.write(MARK + key.encode())
    seal = 0
    for array in arrays:
        head = np.array([array.ndim, *array.shape], np.int64).tobytes()
        body = np.ascontiguousarray(array).data.cast("B") if array.size else b""
        for part in (head, body):
            seal = zlib.crc32(part, seal)
            file.write(part)
    file.write(_closing(seal))


def _closing(seal: int) -> bytes:
    return seal.to_bytes(4, "little")


def _read(file: BinaryIO, key: str, layout: Layout) -> tuple[Values, ...]:
    if file.read(len(MARK) + len(key)) != MARK + key.encode():
        raise ValueError("not an entry of this key")
    size = os.fstat(file.fileno()).st_size
    seal, arrays = 0, []
    for kind, dimensions in layout:
        head = file.read(8 * (dimensions + 1))
        seal = zlib.crc32(head, seal)
        shape = np.frombuffer(head, np.int64)
        if len(shape) != dimensions + 1 or shape[0] != dimensions or (shape < 0).any():
            raise ValueError("shapes are damaged")
        if np.prod(shape[1:].astype(np.float64)) * np.dtype(kind).itemsize > size:
            raise ValueError("shorter than its shapes")
        array = np.empty(tuple(shape[1:]), np.dtype(kind))
        if array.size:
            body = array.data.cast("B")
            if file.readinto(body) != len(body):  # type: ignore[attr-defined]  # BinaryIO has it
                raise EOFError("shorter than its shapes")
            seal = zlib.crc32(body, seal)
        arrays.append(array)
    if file.read() != _closing(seal):
        raise ValueError("checksum differs")
    return tuple(arrays)


def _tidy(place: Path) -> None:
    """Remove what dead processes left, and the longest unused entries above `MOST_BYTES`."""
    now = time.time()
    entries: list[tuple[float, int, Path]] = []
    for path in place.iterdir():
        with suppress(OSError):
            found = path.stat()
            if path.suffix == ".part" and now - found.st_mtime > ABANDONED_S:
                path.unlink()
            elif path.suffix == ".bin":
                entries.append((found.st_mtime, found.st_size, path))
    total = sum(size for _, size, _ in entries)
    for _, size, path in sorted(entries):
        if total <= MOST_BYTES:
            break
        with suppress(OSError):
            path.unlink()
            total -= size
