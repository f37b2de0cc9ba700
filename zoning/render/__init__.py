"""Results for people and for other programs: folder, tables, workbook, map."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoning.render.map.map import show_map, write_map
    from zoning.render.screening_folder import redraw, write

# Opened when first asked for: each brings its own large libraries
_HOMES = {
    "redraw": "zoning.render.screening_folder",
    "show_map": "zoning.render.map.map",
    "write": "zoning.render.screening_folder",
    "write_map": "zoning.render.map.map",
}

__all__ = ["redraw", "show_map", "write", "write_map"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'zoning.render' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
