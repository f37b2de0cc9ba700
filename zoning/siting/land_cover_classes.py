"""Classes of rasters as a preset names them and as a catalog does: matched by a table, or said."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from zoning.catalog import Catalog
from zoning.layers import RasterLayer, VectorLayer, read_features
from zoning.rules.grammar import (
    Comparison,
    Condition,
    FactRef,
    GrammarError,
    parse_condition,
    parse_fact,
)
from zoning.siting.presets.preferences import OTHERS, CriterionEntry, is_class_raster

if TYPE_CHECKING:
    from zoning.siting.presets.preset import Preset

MANY = 12
"""Classes of a layer that a message names."""


def matched(preset: Preset, catalog: Catalog) -> tuple[Preset, tuple[str, ...]]:
    """Name classes as the catalog's rasters do.

    A class that a raster has under another name of ``cover_names.toml`` is asked by that name. A
    class that it has under no name stays as it is: what is asked of it cannot be told.

    Parameters
    ----------
    preset : Preset
    catalog : Catalog

    Returns
    -------
    Preset, tuple of str
        What is to be said, in Chinese and English: first the classes that nobody could match, with
        what comes of it and the remedy, then those that go by another name.
    """
    matching = _Matching(catalog)
    limits = {
        key: tuple(text for told in getattr(preset, key) for text in matching.limit(told))
        for key in ("where", "where_held")
    }
    criteria = tuple(matching.criterion(entry) for entry in preset.criterion)
    named = preset.model_copy(update={**limits, "criterion": criteria})
    return named, matching.said()


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    """Name of a class, in small letters -> the names of the same class in the products known."""
    text = (resources.files("zoning.siting") / "cover_names.toml").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for row in tomllib.loads(text)["same"]:
        for name in row.values():
            found[name.casefold()] = tuple(
                dict.fromkeys((*found.get(name.casefold(), ()), *row.values()))
            )
    return found


class _Matching:
    """Classes asked of one catalog; what is to be said is gathered."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lost: dict[str, None] = {}
        self._renamed: dict[str, None] = {}

    def said(self) -> tuple[str, ...]:
        return (*self._lost, *self._renamed)

    def limit(self, text: str) -> tuple[str, ...]:
        """The condition with the raster's own names: one a class that has the name or a synonym."""
        condition = parse_condition(text)
        fact, test = condition.fact, condition.test
        layer = self._catalog.layers.get(fact.layer)
        wanted = fact.argument
        if isinstance(layer, VectorLayer) and not condition.denied:
            self._filtered(layer, fact, text)
        if (
            not isinstance(layer, RasterLayer)
            or not isinstance(test, Comparison)
            or fact.measure != "share"
            or wanted.lstrip("-").isdigit()
        ):
            return (text,)
        names = self._names_in(layer, wanted)
        # a cell is of one class: not of any of them is not of each; of any of them is no such sum
        if not names or (len(names) > 1 and not condition.denied):
            known = tuple(dict.fromkeys(name for _, name in layer.classes))
            self._lose(layer, (wanted,), text, known, "classes")
            return (text,)
        if names == (wanted,):
            return (text,)
        return tuple(
            str(Condition(replace(test, fact=replace(fact, argument=name)), condition.denied))
            for name in names
        )

    def _filtered(self, layer: VectorLayer, fact: FactRef, text: str) -> None:
        """Say that no feature is what the brackets ask for, so that no ground can be surely it."""
        words = [test for test in fact.filter if test.values and test.op in ("in", "=")]
        if not words:
            return
        attributes = read_features(layer, crs=self._catalog.crs).attributes
        for test in words:
            if test.attribute not in attributes:
                continue  # an attribute that is not there is no word that differs
            theirs = tuple(dict.fromkeys(map(str, attributes[test.attribute].dropna())))
            if not set(test.values) & set(theirs):
                self._lose(layer, test.values, text, theirs, f"{test.attribute} 的取值")

    def criterion(self, entry: CriterionEntry) -> CriterionEntry:
        """The criterion with the raster's own names."""
        try:
            fact = parse_fact(entry.fact)
        except GrammarError:
            return entry
        layer = self._catalog.layers.get(fact.layer)
        if not isinstance(layer, RasterLayer):
            return entry
        if fact.measure == "share" and not fact.argument.lstrip("-").isdigit():
            names = self._names_in(layer, fact.argument)
            if len(names) == 1 and names != (fact.argument,):
                renamed = str(replace(fact, argument=names[0]))
                return entry.model_copy(update={"fact": renamed})
        if is_class_raster(fact) and entry.categories is not None:
            scores: dict[str, float] = {}
            for word, score in entry.categories.items():
                held = () if word == OTHERS else self._names_in(layer, word)
                scores |= dict.fromkeys(held or (word,), score)
            return entry.model_copy(update={"categories": scores})
        return entry

    def _names_in(self, layer: RasterLayer, wanted: str) -> tuple[str, ...]:
        """Names that a raster has for a class: its own, else those that mean the same."""
        known = tuple(dict.fromkeys(name for _, name in layer.classes))
        if wanted in known:
            return (wanted,)
        same = {name.casefold() for name in _names().get(wanted.casefold(), (wanted,))}
        found = tuple(name for name in known if name.strip().casefold() in same)
        for name in found:
            self._renamed[
                f"{layer.title}的「{name}」按 cover_names.toml 当作预设的「{wanted}」 "
                f"class {name} of the layer is taken for {wanted} of the preset"
            ] = None
        return found

    def _lose(
        self,
        layer: RasterLayer | VectorLayer,
        wanted: tuple[str, ...],
        text: str,
        known: tuple[str, ...],
        where: str,
    ) -> None:
        some = known[:MANY] + (("……",) if len(known) > MANY else ())
        theirs = "、".join(some) if known else f"没有写 {where}"
        self._lost[
            f"注意：{layer.title}没有类别「{'、'.join(wanted)}」，条件 {text} 没有一处确实成立，"
            f"不会有地块。图层的类别：{theirs}。请在预设里改成图层的名称，或把图层 {layer.name} 的"
            f" {where} 改名；确实没有这类地就从预设删去这个条件 "
            f"caution: layer {layer.name} has no class {', '.join(wanted)}: nowhere is it sure "
            "that the condition holds, and no patch comes of it; its classes are "
            f"{', '.join(some) or 'not stated'}; rename one or the other, or take the condition "
            "out of the preset"
        ] = None
