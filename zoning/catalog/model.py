"""The catalog: the region, the layers that are held, and those that others hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Final

import shapely

from zoning.catalog.open import CATALOG_FILE, SunFile, open_catalog
from zoning.errors import Fault, InputError
from zoning.layers import OWN_EXTENT, REGION, Layer, RasterLayer, VectorLayer, read_features
from zoning.layers.source import file_stamp


class Extent(Enum):
    """Coverage that is no polygon."""

    VALID_PIXELS = "valid pixels"


VALID_PIXELS: Final = Extent.VALID_PIXELS
Coverage = shapely.Geometry | Extent | None


@dataclass(frozen=True, slots=True)
class Catalog:
    """What is known of the data; nothing of it is read until somebody asks.

    Parameters
    ----------
    name : str
        Of the region.
    crs : str
        Work CRS: projected, metres.
    region : str
        Name of the layer that is the jurisdiction.
    out_of_scope : tuple of (str, str)
        Layers that the office does not hold, each with the department that does.
    layers : Mapping
        Name -> handle, in the order of the file.
    folder : Path
        Folder of the catalog file.
    note : str
        What a reader of results must know of the region's limits.
    sun : SunFile or None
    """

    name: str
    crs: str
    region: str
    out_of_scope: tuple[tuple[str, str], ...]
    layers: Mapping[str, Layer]
    folder: Path
    note: str = ""
    sun: SunFile | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", MappingProxyType(dict(self.layers)))

    def __reduce__(self) -> tuple[object, ...]:  # a mapping proxy does not pickle
        held = (self.name, self.crs, self.region, self.out_of_scope)
        return Catalog, (*held, dict(self.layers), self.folder, self.note, self.sun)

    @staticmethod
    def open(path: Path | str) -> Catalog:
        """Open a catalog: a TOML file, or a folder that holds ``catalog.toml``.

        Reads the headers of the files it names, not their features.

        Raises
        ------
        CatalogFaults
            Every fault of the catalog and of the files at once.
        """
        found = open_catalog(Path(path))
        return Catalog(
            found.name,
            found.crs,
            found.region,
            found.out_of_scope,
            found.layers,
            found.folder,
            note=found.note,
            sun=found.sun,
        )

    def region_geometry(self) -> shapely.Geometry:
        """Return the jurisdiction: the union of the boundary layer, in the work CRS."""
        return _union(self._vector(self.region), self.crs)

    def coverage(self, layer: Layer | str) -> Coverage:
        """Where a layer is complete: outside, what it does not show may still be there.

        Parameters
        ----------
        layer : VectorLayer, RasterLayer or str
            A layer of this catalog, or its name.

        Returns
        -------
        shapely.Geometry, Extent or None
            Polygon(s) in the work CRS; None where nobody stated the coverage: unknown everywhere;
            ``VALID_PIXELS`` for a raster with "own extent", which only its cells can answer
            (``zonal`` with the statistic ``covered``), never a hull.
        """
        handle = self.layers[layer] if isinstance(layer, str) else layer
        match handle.coverage:
            case None:
                return None
            case word if word == OWN_EXTENT:
                if isinstance(handle, RasterLayer):
                    return VALID_PIXELS
                return _union(handle, self.crs)
            case word if word == REGION and REGION not in self.layers:
                return self.region_geometry()
            case word:
                return _union(self._vector(word), self.crs)

    def _vector(self, name: str) -> VectorLayer:
        layer = self.layers.get(name)
        if not isinstance(layer, VectorLayer):
            raise InputError(
                Fault(
                    zh=f"目录中没有矢量图层 {name}",
                    en=f"the catalog holds no vector layer {name}",
                    file=CATALOG_FILE,
                    key=f"layers.{name}",
                )
            )
        return layer

    def _repr_html_(self) -> str:
        head = (
            "图层 layer,标题 title,版本 date,精度 accuracy,覆盖 coverage,共享 share,合成 synthetic"
        )
        rows = "".join(_html_row(layer) for layer in self.layers.values())
        absent = "".join(
            f"<li>{escape(layer)}: {escape(department)}</li>"
            for layer, department in self.out_of_scope
        )
        return (
            f"<div><b>{escape(self.name)}</b> · {escape(self.crs)} {escape(self.note)}"
            f"<table><thead><tr>{''.join(f'<th>{h}</th>' for h in head.split(','))}</tr></thead>"
            f"<tbody>{rows}</tbody></table>"
            + (f"<p>未核查 out of scope</p><ul>{absent}</ul>" if absent else "")
            + "</div>"
        )


def _html_row(layer: Layer) -> str:
    accuracy = f"{layer.accuracy_m:g} m" + (" (默认 default)" if layer.accuracy_default else "")
    cells = (
        layer.name,
        layer.title,
        layer.date.isoformat() if layer.date else "未注明",
        accuracy,
        layer.coverage or "未注明",
        layer.share,
        "合成 synthetic" if layer.synthetic else "",
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _union(layer: VectorLayer, crs: str) -> shapely.Geometry:
    return _union_of(layer, crs, file_stamp(layer.path))


@lru_cache(maxsize=64)
def _union_of(layer: VectorLayer, crs: str, stamp: object) -> shapely.Geometry:  # noqa: ARG001  stamp: cache key
    union = shapely.union_all(read_features(layer, crs=crs).geometry)
    shapely.prepare(union)
    return union
