"""Twelve invented months of sun and air, near enough to Guiyang's that a demo looks like one."""

from __future__ import annotations

from pathlib import Path

REMARK = "示例数据 SYNTHETIC: 虚构的月平均日总辐射，数量级与贵阳相近，不得用于真实项目"
GHI = (1.5, 2.0, 2.7, 3.4, 3.7, 3.5, 4.1, 4.2, 3.4, 2.3, 1.9, 1.5)
"""[kWh/(m2 d)] Invented."""
AIR = (5, 7, 11, 16, 19, 22, 24, 23, 20, 16, 12, 7)
"""[degC] Invented."""
ALTITUDE_M = 1200


def write_sun(path: Path) -> None:
    """Write the months as ``zoning.solar.read_months`` reads them."""
    rows = [
        f"{month},{ghi:g},{air:g},{ALTITUDE_M}"
        for month, (ghi, air) in enumerate(zip(GHI, AIR, strict=True), 1)
    ]
    head = [f"# {REMARK}", "month,ghi_kwh_m2_day,air_c,altitude_m"]
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8", newline="\n")
