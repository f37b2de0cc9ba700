"""Rasters side by side: whether their cells lie on one grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from zoning.catalog import Catalog
from zoning.layers import RasterLayer
from zoning.soundness.finding import CheckFinding
from zoning.soundness.raster.census import Census

_SAME = 1e-3  # illustrative: of a cell; less is rounding of the origin
_Lattice = tuple[str, float, float, float, float]


def check_grids(catalog: Catalog, censuses: Mapping[str, Census]) -> Iterator[CheckFinding]:
    """Say which rasters lie on another grid than most."""
    lattices = {
        name: _lattice(layer, censuses[name])
        for name, layer in catalog.layers.items()
        if isinstance(layer, RasterLayer) and name in censuses
    }
    if len(lattices) < 2:
        return
    common, _ = Counter(lattices.values()).most_common(1)[0]
    base = next(name for name, lattice in lattices.items() if lattice == common)
    for name, lattice in lattices.items():
        if lattice != common:
            yield _other(name, lattice, base, common)


def _lattice(layer: RasterLayer, census: Census) -> _Lattice:
    """CRS, cell width and height, and where in a cell the origin of the CRS falls, in cells."""
    a, _, c, _, e, f = census.transform
    return layer.crs, round(a, 9), round(e, 9), _part(c / a), _part(f / e)


def _part(cells: float) -> float:
    part = cells % 1.0
    return 0.0 if min(part, 1.0 - part) < _SAME else round(part, 3)


def _other(name: str, lattice: _Lattice, base: str, common: _Lattice) -> CheckFinding:
    if lattice[0] != common[0]:
        zh, en = f"坐标系 {lattice[0][:40]} 与 {base} 不同", "another CRS"
    elif lattice[1:3] != common[1:3]:
        ours, theirs = (f"{one[1]:g} × {-one[2]:g}" for one in (lattice, common))
        zh = f"像元 {ours} 与 {base} 的 {theirs} 不同"
        en = "another cell size"
    else:
        dx, dy = lattice[3] - common[3], lattice[4] - common[4]
        zh = f"与 {base} 像元同大，但错开 {dx:+.2f}, {dy:+.2f} 个像元"
        en = f"same cells, shifted by {dx:+.2f}, {dy:+.2f} of a cell"
    shifted = lattice[:3] == common[:3]
    return CheckFinding(
        "warning" if shifted else "note",
        name,
        "grid",
        f"栅格未对齐: {zh}",
        f"not on the grid of {base}: {en}",
        where=base,
        remedy_zh=f"以 {base} 为模板重采样 (gdalwarp -tap)，或保持原样: 逐图层量算不受影响",
        remedy_en="resample to one grid; measures of single layers do not suffer",
    )
