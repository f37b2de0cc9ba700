"""Preferences as a planner writes them in a preset: criteria, submodels, weights.

::

    [[criterion]]
    name   = "substation"
    title  = "距变电站"
    fact   = "substation.distance"                 # a fact of the rules, or "site.usable_ha"
    curve  = [["1 km", 1.0], ["10 km", 0.0]]       # with a unit, or a number in the base unit
    weight = 0.2

A bare number is in the fact's base unit (m, m2, deg, a share from 0 to 1), that of a column of
sites in the column's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict, Field

from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import LAYERS, SPACES, FactSpec
from zoning.facts.words import ATTRIBUTE_WORDS
from zoning.rules.check import faults_of_condition, spec_of
from zoning.rules.grammar import Condition, FactRef, GrammarError, Missing, parse_fact
from zoning.siting.criteria import Categories, Classes, Curve, from_comparisons, given
from zoning.siting.criteria.model import Criterion, Group, How, Method, Model, Preference
from zoning.units import BASE, UNITS, convert, dimension, parse_quantity

OTHERS: Final = "其他"
"""Score of the classes of a raster that are not named."""
NONE: Final = "无"
"""Score of ground that meets no feature of a layer."""
YES, NO = "是", "否"

SITE_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("area_ha", "usable_ha", "unclear_ha", "forbidden_ha", "edge_ha"), "ha"),
        **dict.fromkeys(("perimeter_m", "relief_m", "altitude_m"), "m"),
        **dict.fromkeys(("slope_mean_deg", "slope_p90_deg"), "deg"),
        **dict.fromkeys(("low_mw", "high_mw", "substation_spare_mw"), "MW"),
        **dict.fromkeys(
            ("shape_index", "suitability_mean", "land_cover_share", "aspect_share"), "1"
        ),
        "substation_kv": "kV",
        "yield_kwh_kwp": "kWh/kWp",
        **dict.fromkeys(("gwh_low", "gwh_high"), "GWh/a"),
        **dict.fromkeys(("tco2_low", "tco2_high"), "tCO2/a"),
        **dict.fromkeys(("aspect", "land_cover", "terrain_class", "county"), ""),
        **dict.fromkeys(("type", "regime", "state", "receptor_downstream"), ""),
    }
)
"""Columns of the tables of heaps and patches that can be scored, and their unit; "": words."""

Number = float | str


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Steps(_Entry):
    """Edges and the scores between them."""

    edges: tuple[Number, ...]
    scores: tuple[float, ...]


class CriterionEntry(_Entry):
    """One ``[[criterion]]``."""

    name: str = Field(pattern=r"^[\w-]+$")
    title: str
    fact: str
    curve: tuple[tuple[Number, float], ...] | None = None
    classes: Steps | None = None
    categories: dict[str, float] | None = None
    weight: float | None = Field(default=None, ge=0)
    group: str = ""


class WeightsEntry(_Entry):
    """``[weights]``: of the groups, or of the criteria where there are no groups."""

    how: How = "given"
    matrix: tuple[tuple[float, ...], ...] = ()


class GroupEntry(_Entry):
    """One ``[[group]]``; how and matrix are of its criteria, in the order of the file."""

    name: str = Field(pattern=r"^[\w-]+$")
    title: str
    weight: float | None = Field(default=None, ge=0)
    how: How = "given"
    matrix: tuple[tuple[float, ...], ...] = ()


class Weighted(Protocol):
    """What of a preset is preference."""

    @property
    def criterion(self) -> tuple[CriterionEntry, ...]:
        """Criteria, in the order of the file."""

    @property
    def group(self) -> tuple[GroupEntry, ...]:
        """Submodels, in the order of the file."""

    @property
    def weights(self) -> WeightsEntry:
        """Weights of the whole."""

    @property
    def method(self) -> Method:
        """How scores are put together."""


def read_preferences(preset: Weighted, file: str) -> tuple[Model, list[Fault]]:
    """Make the model of a preset, and say every fault of it.

    Parameters
    ----------
    preset : Weighted
        A preset, or what reads like one.
    file : str
        Name for messages.

    Returns
    -------
    Model, list of Fault
        The model is of no use where there are faults.
    """
    reader = _Reader(preset, file)
    model = reader.model()
    return model, reader.faults


class _Reader:
    """One preset being read; faults are gathered."""

    def __init__(self, preset: Weighted, file: str) -> None:
        self.entries, self.groups = preset.criterion, preset.group
        self.weights, self.method = preset.weights, preset.method
        self.file = file
        self.faults: list[Fault] = []
        self.notes: list[str] = []

    def fault(
        self,
        key: str,
        zh: str,
        en: str,
        *,
        value: str = "",
        remedy_zh: str = "",
        remedy_en: str = "",
    ) -> None:
        fault = Fault(zh, en, self.file, key=key, value=value)
        self.faults.append(replace(fault, remedy_zh=remedy_zh, remedy_en=remedy_en))

    def model(self) -> Model:
        if not self.entries:
            if self.groups or self.weights != WeightsEntry():
                self.fault("criterion", "有分组或权重，没有准则", "weights without criteria")
            return Model()
        self._names()
        top = self._shares(
            "weights",
            self.weights,
            [(g.name, g.weight) for g in self.groups] or [(c.name, c.weight) for c in self.entries],
            "分组之间" if self.groups else "准则之间",
        )
        within = {
            group.name: self._shares(
                f"group {group.name}",
                group,
                [(c.name, c.weight) for c in self.entries if c.group == group.name],
                f"{group.title}之内",
            )
            for group in self.groups
        }
        made = []
        for entry in self.entries:
            share = within.get(entry.group, top).get(entry.name, 0.0)
            made.append(self._criterion(entry, share))
        criteria = tuple(criterion for criterion in made if criterion is not None)
        groups = tuple(Group(g.name, g.title, top.get(g.name, 0.0), g.how) for g in self.groups)
        return Model(criteria, groups, self.weights.how, self.method, tuple(self.notes))

    def _names(self) -> None:
        """Names and titles that stand twice; groups that are not there, or of nobody."""
        entries = (*self.entries, *self.groups)
        for what in ("name", "title"):
            said = [str(getattr(entry, what)) for entry in entries]
            for word in sorted({word for word in said if said.count(word) > 1}):
                self.fault("criterion", f"{what} 重复", f"{what} twice", value=word)
        known = [group.name for group in self.groups]
        for entry in self.entries:
            if entry.group not in (known or [""]):
                self.fault(
                    f"criterion {entry.name}", "没有这个分组，或没有写 group",
                    "no such group", value=entry.group, remedy_zh=f"可选: {'、'.join(known)}",
                    remedy_en="declare it as [[group]], or use one of these",
                )  # fmt: skip
        for name in known:
            if not any(entry.group == name for entry in self.entries):
                self.fault(f"group {name}", "分组里没有准则", "a group without criteria")

    def _shares(
        self,
        key: str,
        level: WeightsEntry | GroupEntry,
        members: Sequence[tuple[str, float | None]],
        where: str,
    ) -> dict[str, float]:
        """Shares of the members of one level."""
        names = [name for name, _ in members]
        if not names:
            return {}
        if (level.how == "ahp") != bool(level.matrix):
            self.fault(key, 'matrix 与 how = "ahp" 同写', "matrix goes with how = ahp")
            return {}
        try:
            if level.how == "ahp":
                return self._compared(key, level.matrix, names, where)
            lacking = [name for name, weight in members if weight is None]
            if level.how == "given" and lacking:
                self.fault(key, "没有写权重 weight", "a weight is wanted", value="、".join(lacking))
                return {}
            numbers = [1.0 if weight is None else weight for _, weight in members]
            return dict(zip(names, given(numbers).values, strict=True))
        except InputError as error:
            self._keep(error, key)
            return {}

    def _compared(
        self, key: str, matrix: Sequence[Sequence[float]], names: list[str], where: str
    ) -> dict[str, float]:
        if len(matrix) != len(names) or any(len(row) != len(names) for row in matrix):
            self.fault(
                key, f"两两比较矩阵应为 {len(names)} 行 {len(names)} 列",
                "one row and one column a member", value="、".join(names),
            )  # fmt: skip
            return {}
        found = from_comparisons(matrix, names=names)
        self.notes.append(f"{where}权重: AHP，一致性比例 {found.consistency:.3f}")
        return dict(zip(names, found.values, strict=True))

    def _criterion(self, entry: CriterionEntry, share: float) -> Criterion | None:
        key = f"criterion {entry.name}"
        told = [entry.curve, entry.classes, entry.categories]
        if sum(item is not None for item in told) != 1:
            self.fault(
                key, "curve、classes、categories 写且只写一个", "exactly one of the three",
                remedy_zh="数值用 curve 或 classes，类别用 categories",
                remedy_en="curve or classes for numbers, categories for words",
            )  # fmt: skip
            return None
        try:
            fact = parse_fact(entry.fact)
        except GrammarError as error:
            self.fault(key, str(error), "no fact", value=entry.fact)
            return None
        unit = self._unit(key, entry, fact)
        preference = None if unit is None else self._preference(key, entry, unit)
        if preference is None:
            return None
        return Criterion(entry.name, entry.title, fact, preference, share, entry.group)

    def _unit(self, key: str, entry: CriterionEntry, fact: FactRef) -> str | None:
        """Unit that a preference is over, "" for words; None where there is a fault."""
        if fact.layer == "site":
            unit = None if fact.filter or fact.argument else SITE_COLUMNS.get(fact.measure)
            if unit is None:
                self.fault(
                    key, "地块表没有这一列", "no such column of sites", value=entry.fact,
                    remedy_zh=f"可选: {'、'.join(SITE_COLUMNS)}", remedy_en="use one of these",
                )  # fmt: skip
                return None
            kind = "number" if unit else "words"
        else:
            spec = self._spec(key, fact)
            if spec is None:
                return None
            kind, unit = spec.kind, BASE[dimension(spec.unit)] if spec.kind == "number" else ""
        if (kind == "number") == (entry.categories is not None):
            self.fault(
                key, f"{entry.fact} 是{'数值' if kind == 'number' else '类别'}",
                "curve or classes for numbers, categories for words", value=entry.fact,
            )  # fmt: skip
            return None
        known = _words(fact, kind)
        strange = [word for word in entry.categories or () if known and word not in known]
        if strange:
            self.fault(
                key, f"{entry.fact} 没有这个取值", "no such word", value="、".join(strange),
                remedy_zh=f"可选: {'、'.join(known)}", remedy_en="use one of these",
            )  # fmt: skip
        return None if strange else unit

    def _spec(self, key: str, fact: FactRef) -> FactSpec | None:
        if fact.layer in SPACES or fact.measure in ("count", "covered"):
            self.fault(
                key, "偏好只能问图层的事实或地块表的列", "facts of layers, or columns of sites",
                value=str(fact),
            )  # fmt: skip
            return None
        if is_class_raster(fact):
            return FactSpec("codes", "类别")
        condition = Condition(Missing(fact))  # what a rule could ask of it matters, not how
        if faults := faults_of_condition(condition, LAYERS, self.file, key):
            self.faults += faults
            return None
        return spec_of(fact, LAYERS)

    def _preference(self, key: str, entry: CriterionEntry, unit: str) -> Preference | None:
        try:
            if entry.curve is not None:
                return Curve(tuple((_number(value, unit), score) for value, score in entry.curve))
            if entry.classes is not None:
                edges = tuple(_number(value, unit) for value in entry.classes.edges)
                return Classes(edges, entry.classes.scores)
            return Categories(entry.categories or {})
        except InputError as error:
            self._keep(error, key)
        except ValueError:
            self.fault(
                key, "取值要递增，得分在 0 到 1 之间；分级的得分比界限多一个",
                "rising values, scores between 0 and 1, classes one score more than edges",
            )  # fmt: skip
        return None

    def _keep(self, error: InputError, key: str) -> None:
        """Keep the faults of an error, with the place that they are at."""
        self.faults += [replace(fault, file=self.file, key=key) for fault in error.faults]


def is_class_raster(fact: FactRef) -> bool:
    """Whether a fact is the class of a raster: rules ask for shares, preferences for this too."""
    spec = LAYERS.get(fact.layer)
    held = spec is not None and spec.kind == "raster" and spec.unit == "class"
    return held and fact.measure == "class" and not (fact.filter or fact.argument)


def _words(fact: FactRef, kind: str) -> tuple[str, ...]:
    """Words that a fact can take; none where they are free."""
    if kind == "claim":
        return YES, NO
    if fact.measure == "class" and kind == "codes" and not is_class_raster(fact):
        known = ATTRIBUTE_WORDS.get((fact.layer, "class"), ())
        return (*known, NONE) if known else ()
    return ()


def _number(value: Number, unit: str) -> float:
    """Return a number in a unit; a bare one is in it already.

    Raises
    ------
    InputError
        No quantity, or one of another dimension.
    """
    if not isinstance(value, str):
        return float(value)
    quantity = parse_quantity(value)
    if unit not in UNITS:
        raise InputError(
            Fault(zh=f"这一列以 {unit} 计，只写数", en="a bare number is wanted", value=value)
        )
    return convert(quantity.value, quantity.unit, unit)
