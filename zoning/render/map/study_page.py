"""What a map of places to build on says beside the screening's: figures, ranks, rasters.

Values here are text or plain numbers, ready to be shown; where nothing is known there is nothing,
and the page says so. A study is turned into these by `zoning.render.map.heaps_page` and
`zoning.render.map.patches_page`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zoning.render.map.cards import Pool, Row
from zoning.render.map.relief import Relief
from zoning.render.map.shapes import Json


@dataclass(frozen=True, slots=True)
class Overlay:
    """A raster as a light picture over the ground, switched in the legend.

    Parameters
    ----------
    key, title : str
    classes : tuple of (str, str)
        Title and colour of each class, in the order of the legend.
    pictures : tuple of Relief
        Empty where it may not be drawn; ``note`` then says why.
    on : bool
        Shown when the page opens.
    opacity : float
        0 to 1, to begin with.
    note : str
        What one must know to read it.
    synthetic : bool
        Made from invented layers.
    """

    key: str
    title: str
    classes: tuple[tuple[str, str], ...]
    pictures: tuple[Relief, ...] = ()
    on: bool = True
    opacity: float = 0.7
    note: str = ""
    synthetic: bool = False

    def row(self) -> Row:
        """Return it as the page holds it."""
        return {
            "k": self.key,
            "t": self.title,
            "c": [[title, colour] for title, colour in self.classes],
            "p": [[each.uri, [list(corner) for corner in each.bounds]] for each in self.pictures],
            "on": int(self.on),
            "op": self.opacity,
            "n": self.note,
            "s": int(self.synthetic),
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its name and, where it needs one, a word beside it; "" is not known."""

    label: str
    text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One criterion of a score.

    Parameters
    ----------
    title : str
    score : float or None
        0 to 1; None where the weight is 0.
    weight : float
        0 to 1.
    adds : float
        To the whole score.
    """

    title: str
    score: float | None
    weight: float
    adds: float


@dataclass(frozen=True, slots=True)
class SitingCard:
    """What one place says of itself besides its verdict.

    Parameters
    ----------
    rank : int
        1 the best; 0 where not ranked, ``unranked`` says why.
    span : pair of int, optional
        Ranks that nine draws of weights in ten stay within.
    score : float, optional
    unranked, decides : str
        Why it is not ranked; the criterion that sets it most apart from the others.
    brief : str
        For the row of the list.
    gate : str
        What must be behind the place before anything is built.
    gate_told : str
        Where the place stands before it, in words.
    ready : bool or None
        Whether nothing that is known speaks against it; None where that is not known.
    passed : bool
        It is behind the place for sure, with every paper.
    gated : bool
        False where the study asks for no gate.
    heads, more : tuple of Figure
        The figures that are read first, and the others.
    ground : tuple of (str, float, str)
        Word, area [ha] and colour of the parts that the ground falls into.
    months : tuple of float
        Twelve yields [kWh/kWp], or none.
    bars : tuple of Bar
    demands : tuple of str
    """

    rank: int = 0
    span: tuple[int, int] | None = None
    score: float | None = None
    unranked: str = ""
    decides: str = ""
    brief: str = ""
    gate: str = ""
    gate_told: str = ""
    ready: bool | None = None
    passed: bool = False
    gated: bool = False
    heads: tuple[Figure, ...] = ()
    more: tuple[Figure, ...] = ()
    ground: tuple[tuple[str, float, str], ...] = ()
    months: tuple[float, ...] = ()
    bars: tuple[Bar, ...] = ()
    demands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Siting:
    """Everything that a map of places adds to the map of a screening.

    Parameters
    ----------
    title, sub : str
        Head of the page.
    cards : mapping
        Id of a project -> its card.
    overlays : tuple of Overlay
    what : str
        What one site is called, such as 分区.
    sun : str
        Where the months of yield come from; "" where none are given.
    draws : int
        Of weights.
    own : str
        Layer that the sites themselves are features of: they do not conflict with it.
    outlines : bool
        False where the sites' edges would retrace a layer that may not be given away: each is then
        a circle of its area around a point inside it.
    note : str
        Printed under each card's figures.
    """

    title: str
    sub: str
    cards: Mapping[str, SitingCard]
    overlays: tuple[Overlay, ...] = ()
    what: str = "地块"
    sun: str = ""
    draws: int = 0
    own: str = ""
    outlines: bool = True
    note: str = ""

    def order(self, ids: Sequence[str], gravest: Sequence[int]) -> list[int]:
        """Return sites as they are read: ranked, the best first; then the others as given.

        Parameters
        ----------
        ids : sequence of str
            Projects.
        gravest : sequence of int
            All places in ``ids``, the gravest first.
        """
        last = len(ids) + 1
        ranks = [self.cards[name].rank if name in self.cards else 0 for name in ids]
        return sorted(gravest, key=lambda at: ranks[at] or last)


class SitingWriter:
    """Writes the cards of a study; what many of them say is written once.

    Parameters
    ----------
    siting : Siting
    """

    def __init__(self, siting: Siting) -> None:
        self._siting = siting
        self._said = Pool()

    def page(self) -> Row:
        """Return what all cards share; after the cards were written, since it holds their words."""
        siting = self._siting
        ranked = [card for card in siting.cards.values() if card.rank]
        titles = next((card.bars for card in ranked if card.bars), ())
        return {
            "cr": [bar.title for bar in titles],
            "ov": [overlay.row() for overlay in siting.overlays],
            "what": siting.what,
            "sun": siting.sun,
            "draws": siting.draws,
            "ranked": len(ranked),
            "circles": int(not siting.outlines),
            "note": siting.note,
            "said": [row["t"] for row in self._said.rows],
        }

    def add_to(self, row: Row) -> Row:
        """Return the row of a project with its card; as it is where the study has none."""
        card = self._siting.cards.get(str(row["id"]))
        return row if card is None else {**row, "m": self._card(card)}

    def _card(self, card: SitingCard) -> Row:
        row: Row = {
            "r": card.rank,
            "sp": list(card.span) if card.span else None,
            "sc": _round(card.score),
            "un": card.unranked,
            "de": card.decides,
            "br": card.brief,
            "ga": [self._word(card.gate), _colour(card), card.gate_told] if card.gated else None,
            "h": [_figure(each) for each in card.heads],
            "f": [_figure(each) for each in card.more],
            "gr": [[word, _round(ha), colour] for word, ha, colour in card.ground],
            "mo": [_round(value) for value in card.months],
            "b": [[_round(bar.score), _round(bar.weight), _round(bar.adds)] for bar in card.bars],
            "dm": [self._word(text) for text in card.demands],
        }
        return {key: value for key, value in row.items() if value not in (None, "", [])}

    def _word(self, text: str) -> int:
        return self._said.number({"t": text})


def _figure(figure: Figure) -> list[Json]:
    return [figure.label, figure.text, *([figure.note] if figure.note else [])]


def _colour(card: SitingCard) -> str:
    """Class of the gate's box: passed, held back by unseen papers, not passed, cannot tell."""
    if card.passed:
        return "g1"
    return "gx" if card.ready is None else "ga" if card.ready else "g0"


def _round(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.4g}")
