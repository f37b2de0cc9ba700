"""A catalog entry whose file is there, and what is asked of any such entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zoning.catalog.roles import ROLES
from zoning.catalog.text import LayerText, nearest_word
from zoning.crs import GEOGRAPHIC, canonical, transformer
from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import LAYERS

Bounds = tuple[float, float, float, float]

# Systems that data of Guiyang come in: zones 35 and 36 of 3 degrees, zone 18 of 6 degrees
KNOWN_CRS: tuple[tuple[str, str], ...] = (
    ("EPSG:4490", "经纬度 CGCS2000 degrees"),
    ("EPSG:4544", "三度带 CM 105E"),
    ("EPSG:4545", "三度带 CM 108E"),
    ("EPSG:4523", "三度带 35 带 (带号)"),
    ("EPSG:4524", "三度带 36 带 (带号)"),
    ("EPSG:4496", "六度带 18 带 (带号)"),
    ("EPSG:3857", "Web 墨卡托 web Mercator"),
)
_GUIYANG = (105.9, 25.9, 107.5, 27.6)  # 26.1-27.4 N, 106.1-107.3 E (policy.md 7) and 20 km around


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of the catalog whose file is there."""

    name: str
    entry: LayerText
    path: Path
    sublayer: str | None
    work_crs: str
    file: str
    folder: Path

    def fault(self, key: str, zh: str, en: str, **more: str) -> Fault:
        """Say what is wrong at a key of this entry."""
        place = f"layers.{self.name}.{key}" if key else f"layers.{self.name}"
        return Fault(
            zh=zh,
            en=en,
            file=self.file,
            key=place,
            value=more.get("value", ""),
            remedy_zh=more.get("remedy_zh", ""),
            remedy_en=more.get("remedy_en", ""),
        )

    @property
    def title(self) -> str:
        """Title of the entry, of the vocabulary, or the name itself."""
        spec = LAYERS.get(self.name)
        return self.entry.title or (spec.title if spec else self.name)


def at(found: Found, key: str, fault: Fault) -> Fault:
    """Return a fault of the file as one of the catalog entry."""
    return found.fault(
        key,
        fault.zh,
        fault.en,
        value=fault.value or found.path.name,
        remedy_zh=fault.remedy_zh,
        remedy_en=fault.remedy_en,
    )


def foreign_keys(found: Found, keys: tuple[str, ...], kind: str) -> Iterator[Fault]:
    """Say which keys of the entry belong to layers of the other kind."""
    word = {"raster": "栅格", "vector": "矢量"}[kind]
    for key in keys:
        if getattr(found.entry, key) is not None:
            yield found.fault(key, f"此键只用于{word}图层", f"this key is for {kind} layers only")


def role_faults(found: Found) -> Iterator[Fault]:
    """Say that the role is unknown, if it is."""
    role = found.entry.role
    if role is not None and role not in ROLES and role not in LAYERS:
        close = nearest_word(role, ROLES)
        known = ", ".join(sorted(ROLES))
        yield found.fault(
            "role",
            "不认识的角色",
            "unknown role",
            value=role,
            remedy_zh=f"是否应为 {close}?" if close else f"可用: {known}",
            remedy_en=f"did you mean {close}?" if close else f"use one of {known}",
        )


def likely(bounds: Bounds | None) -> list[tuple[str, str]]:
    """Return the systems, code and title, in which the middle of bounds lies in Guiyang."""
    if bounds is None:
        return []
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    west, south, east, north = _GUIYANG
    found = []
    for code, title in KNOWN_CRS:
        lon, lat = (x, y) if code == GEOGRAPHIC else transformer(code, GEOGRAPHIC).transform(x, y)
        if west <= lon <= east and south <= lat <= north:
            found.append((code, title))
    return found


def file_crs(
    found: Found, stated: str | None, bounds: Bounds | None
) -> tuple[str | None, list[Fault]]:
    """CRS of the file, or why it cannot be used; never guessed, though a guess is offered."""
    if not stated:
        guess = "、".join(f"{code} {title}" for code, title in likely(bounds))
        guess = f"；坐标像是 {guess}" if guess else ""
        return None, [
            found.fault(
                "path",
                "文件没有坐标系",
                "the file states no coordinate reference system",
                value=found.path.name,
                remedy_zh=f"补上 .prj，或在 QGIS 中“设置图层坐标参考系”后另存{guess}",
                remedy_en="add the .prj, or assign the CRS in QGIS and save again",
            )
        ]
    try:
        crs = canonical(stated)
        transformer(crs, found.work_crs)
    except InputError as error:
        return None, [at(found, "path", fault) for fault in error.faults]
    return crs, []
