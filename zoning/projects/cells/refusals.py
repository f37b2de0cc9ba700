"""Why a cell was not understood."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cell was not understood, and what to write instead."""

    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""
