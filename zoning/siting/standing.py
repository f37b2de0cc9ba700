"""How far a heap's gate is, in the words of the tables."""

from __future__ import annotations

from typing import Final

NOT_YET, UNKNOWN, REACHED = "门槛未过：状态未到", "门槛不明", "状态已到，门槛材料未核"
"""Words of ``heap_ready``, the gravest first: of several parts the gravest is told."""

KEPT: Final = "是"
"""Word of ``heap_reserved`` where the stock is kept for reuse: arrays would stand in its way."""
