"""Charts as SVG text: bars drawn to scale, no script, no font of their own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

INK, SOFT, LINE = "#22282B", "#6B6257", "#C9C4B8"
BAR = 20  # [px] height of a bar and its gap
LABEL = 190  # [px]


def bars(
    rows: Sequence[tuple[str, Sequence[tuple[float, str]], str]],
    *,
    title: str,
    most: float = 0.0,
    room: int = 260,
    width: int = 1040,
) -> str:
    """Draw one bar a row, made of coloured parts.

    Parameters
    ----------
    rows : sequence of (label, parts, note)
        Parts are (length, colour).
    title : str
        Read instead of the picture.
    most : float
        Length that fills the width; that of the longest row by default.
    room : int
        For the notes. [px]
    width : int
        [px]
    """
    longest = max((sum(length for length, _ in parts) for _, parts, _ in rows), default=0.0)
    whole = most or longest
    scale = (width - LABEL - room) / whole if whole > 0 else 0.0
    drawn = [_row(i, row, scale) for i, row in enumerate(rows)]
    return _sheet("".join(drawn), title, width, len(rows) * BAR + 6)


def _sheet(drawn: str, title: str, width: int, height: int) -> str:
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">{drawn}</svg>'
    )


def _row(i: int, row: tuple[str, Sequence[tuple[float, str]], str], scale: float) -> str:
    label, parts, note = row
    y = i * BAR + 3
    text = f'<text x="{LABEL - 8}" y="{y + 11}" text-anchor="end">{escape(label)}</text>'
    x, drawn = float(LABEL), []
    for length, colour in parts:
        size = max(length, 0.0) * scale
        drawn.append(f'<rect x="{x:.1f}" y="{y}" width="{size:.1f}" height="14" fill="{colour}"/>')
        x += size
    return text + "".join(drawn) + f'<text x="{x + 6:.1f}" y="{y + 11}">{escape(note)}</text>'


def columns(values: Sequence[float], labels: Sequence[str], *, unit: str, width: int = 1040) -> str:
    """Draw one column a value, with the value above it."""
    tall, base = 150, 175
    most = max(values, default=0.0) or 1.0
    step = width / max(len(values), 1)
    drawn = [
        f'<rect x="{i * step + step * 0.2:.1f}" y="{base - v / most * tall:.1f}" '
        f'width="{step * 0.6:.1f}" height="{v / most * tall:.1f}" fill="#CDA654"/>'
        f'<text x="{i * step + step / 2:.1f}" y="{base - v / most * tall - 4:.1f}" '
        f'text-anchor="middle">{v:.0f}</text>'
        f'<text x="{i * step + step / 2:.1f}" y="{base + 14}" text-anchor="middle">'
        f"{escape(label)}</text>"
        for i, (v, label) in enumerate(zip(values, labels, strict=True))
    ]
    line = f'<line x1="0" y1="{base}" x2="{width}" y2="{base}" stroke="{LINE}"/>'
    spoken = "，".join(f"{label} {v:.0f}" for v, label in zip(values, labels, strict=True))
    named = f'<text x="0" y="12" fill="{SOFT}">{escape(unit)}</text>'
    return _sheet(line + "".join(drawn) + named, f"{unit}：{spoken}", width, 196)


def spans(rows: Sequence[tuple[str, int, int, int]], *, last: int, width: int = 1040) -> str:
    """Draw the span of ranks of each row, and the rank itself as a dot.

    Parameters
    ----------
    rows : sequence of (label, rank, best, worst)
    last : int
        The worst rank there is.
    """
    room = (width - LABEL - 80) / max(last - 1, 1)
    drawn = [
        f'<line x1="{LABEL + k * room:.1f}" y1="0" x2="{LABEL + k * room:.1f}" '
        f'y2="{len(rows) * BAR}" stroke="#ECE8DD"/><text x="{LABEL + k * room:.1f}" '
        f'y="{len(rows) * BAR + 15}" text-anchor="middle" fill="{SOFT}">{k + 1}</text>'
        for k in range(0, last, max(1, -(-last // 20)))
    ]
    for i, (label, rank, best, worst) in enumerate(rows):
        y = i * BAR + 10
        a, b, at = (LABEL + (place - 1) * room for place in (best, worst, rank))
        drawn.append(
            f'<text x="{LABEL - 8}" y="{y + 4}" text-anchor="end">{escape(label)}</text>'
            f'<line x1="{a:.1f}" y1="{y}" x2="{b:.1f}" y2="{y}" stroke="{LINE}" stroke-width="8" '
            f'stroke-linecap="round"/><circle cx="{at:.1f}" cy="{y}" r="5" fill="{INK}"/>'
            f'<text x="{b + 12:.1f}" y="{y + 4}" fill="{SOFT}">{best}–{worst}</text>'
        )
    spoken = "；".join(f"{label} 第 {rank} 名，{best}–{worst}" for label, rank, best, worst in rows)
    return _sheet("".join(drawn), f"名次及其范围：{spoken}", width, len(rows) * BAR + 22)
