"""A report as a page: one HTML file that needs no network, reads on a screen and prints on A4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from zoning.render.report.charts import INK, SOFT

_STYLE: Final = f"""
body{{font:15px/1.6 "Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif;color:{INK};
max-width:1080px;margin:2rem auto;padding:0 1rem;background:#FBFAF6}}
h1{{font-size:24px}}
h2{{font-size:18px;margin-top:2rem;border-top:1px solid #C9C4B8;padding-top:1rem}}
h1 small,h2 small{{font-weight:normal;font-size:13px;color:{SOFT};margin-left:.6em}}
table{{border-collapse:collapse;font-size:13px}} td,th{{border:1px solid #D9D4C8;padding:3px 7px}}
th{{background:#EFEBE1}} td.n{{text-align:right;white-space:nowrap}}
.lead td:first-child{{white-space:nowrap}}
svg text{{font-size:12px;fill:{INK}}} .soft{{color:{SOFT}}}
.mark{{background:#F6E7C8;border:1px solid #D9A441;padding:6px 12px;border-radius:4px}}
body{{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
svg{{display:block;max-width:100%;height:auto}}
.wide{{overflow-x:auto}} .wide td,.wide th{{white-space:nowrap}}
.paper{{display:none}}
@page{{size:A4;margin:14mm 12mm}}
@media print{{body{{margin:0;padding:0;max-width:none;background:none;font-size:11.5px}}
h1{{font-size:19px}} h2{{font-size:15px;margin-top:1.1rem;break-after:avoid}}
h3{{break-after:avoid}} table{{font-size:9.5px}} td,th{{padding:2px 4px}}
thead{{display:table-header-group}} tr,svg{{break-inside:avoid}}
.wide{{overflow:visible}} .wide td,.wide th{{white-space:normal}}
.off{{display:none}} .paper{{display:block}}}}
"""


def page(title: str, body: Sequence[str]) -> str:
    """Return the whole page; ``body`` is HTML."""
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def section(title: str, body: str, *, en: str = "") -> str:
    """Return a part of the page under its heading, with a short English one beside it."""
    beside = f" <small>{escape(en)}</small>" if en else ""
    return f"<h2>{escape(title)}{beside}</h2>{body}"


def paragraph(lines: Iterable[str], *, mark: bool = False) -> str:
    """Return lines of text; ``mark`` sets them in a box that is not overlooked."""
    inside = "<br>".join(escape(line) for line in lines)
    return f"<p{' class=mark' if mark else ''}>{inside}</p>"


def bullets(lines: Iterable[str]) -> str:
    """Return a list of texts; "" of none."""
    inside = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{inside}</ul>" if inside else ""


def grid(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, figures: Sequence[int] = ()
) -> str:
    """Return a table of texts, its heading repeated on every sheet of paper.

    Parameters
    ----------
    heads : sequence of str
    rows : iterable of sequence of str
    figures : sequence of int
        Columns that hold figures, set to the right.
    """
    head = "".join(f"<th>{escape(word)}</th>" for word in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=n' if at in figures else ''}>{escape(text)}</td>"
            for at, text in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def wide(table: str, elsewhere: str) -> str:
    """Return a table that scrolls sideways; no paper is as wide, there it is said where it is."""
    note = f"这张表太宽，不印在纸上；见 {elsewhere}。"
    return f'<div class="wide off">{table}</div><p class="paper soft">{escape(note)}</p>'


def keys(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a legend of (word, colour)."""
    return "，".join(f'<span style="color:{c}">■</span> {escape(word)}' for word, c in pairs)
