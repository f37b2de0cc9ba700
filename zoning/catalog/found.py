"""A catalog entry whose file is there, and what is asked of any such entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zoning.catalog.roles import ROLES
from zoning.catalog.text import LayerText, nearest_word
from zoning.crs import canonical, transformer
from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import LAYERS


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


def file_crs(found: Found, stated: str | None) -> tuple[str | None, list[Fault]]:
    """CRS of the file, or why it cannot be used."""
    if not stated:
        return None, [
            found.fault(
                "path",
                "文件没有坐标系",
                "the file states no coordinate reference system",
                value=found.path.name,
                remedy_zh="补上 .prj，或在 QGIS 中“设置图层坐标参考系”后另存",
                remedy_en="add the .prj, or assign the CRS in QGIS and save again",
            )
        ]
    try:
        crs = canonical(stated)
        transformer(crs, found.work_crs)
    except InputError as error:
        return None, [at(found, "path", fault) for fault in error.faults]
    return crs, []
