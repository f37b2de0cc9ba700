"""Classes of rasters as a preset names them and as a catalog does: matched by a table, or said."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from zoning.catalog import Catalog
from zoning.layers import RasterLayer
from zoning.rules.grammar import Comparison, Condition, GrammarError, parse_condition, parse_fact
from zoning.siting.preferences import OTHERS, CriterionEntry, is_class_raster

if TYPE_CHECKING:
    from zoning.siting.preset import Preset


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
            self._lose(layer, wanted, text)
            return (text,)
        if names == (wanted,):
            return (text,)
        return tuple(
            str(Condition(replace(test, fact=replace(fact, argument=name)), condition.denied))
            for name in names
        )

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

    def _lose(self, layer: RasterLayer, wanted: str, text: str) -> None:
        known = tuple(dict.fromkeys(name for _, name in layer.classes))
        theirs = "、".join(known) if known else "目录没有写 classes"
        self._lost[
            f"注意：{layer.title}没有类别「{wanted}」，条件 {text} 说不清，不会有地块。"
            f"图层的类别：{theirs}。请在预设里改成图层的名称，或在目录 layers.{layer.name} 的 "
            f"classes 里改名；没有这类地就从预设删去这个条件 "
            f"caution: layer {layer.name} has no class {wanted}: whether ground is of it cannot be "
            f"told and no patch comes of it; its classes are {', '.join(known) or 'not stated'}; "
            "rename one or the other, or take the condition out of the preset"
        ] = None
