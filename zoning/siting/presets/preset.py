"""Presets: what is to be sited, under which rules, and what is assumed of it. Files, not code."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from importlib import resources
from pathlib import Path
from typing import Literal

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zoning.components import component_kind
from zoning.crs import geodesic_area
from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import DOCUMENTS, KINDS, LAYERS, PROJECT_CLAIMS, STAGES
from zoning.rules.check import faults_of_condition
from zoning.rules.grammar import Condition, GrammarError, parse_condition
from zoning.rules.load import load_rules
from zoning.rules.model import RuleSet
from zoning.sites import DERIVED_CLAIMS, Sites
from zoning.siting.criteria.model import Method, Model
from zoning.siting.presets.density import Density, Spacing
from zoning.siting.presets.preferences import (
    CriterionEntry,
    GroupEntry,
    WeightsEntry,
    read_preferences,
)
from zoning.siting.presets.setbacks import Setbacks
from zoning.textfile import read_text

_HELD = {"none": 0.0, "unstated": np.nan}


class Preset(BaseModel):
    """One thing to be sited.

    Parameters
    ----------
    name, title : str
    rules : tuple of str
        Rule sets, by name or file, as ``load_rules`` takes them.
    kind, stage : str
        As a project list states them.
    component : str
        In the words of lists, such as 方阵.
    industry : str
        GB/T 4754 code.
    documents : {"none", "unstated"}
        none: a place that nobody has applied for has no paper, so what a paper would settle is a
        demand; unstated: it stays open.
    assume : dict of str to bool
        Claims about the project, such as ``outfall = false``; printed with every result.
    min_area_ha, min_width_m : float
        Of a patch. [ha], [m]
    resolution_m : float
        Side of a cell that suits what is sited. [m]
    where : tuple of str
        Conditions on layers that ground must meet to be looked at, such as ``waste_heap.meets``;
        all of them. Their layers must be held.
    where_held : tuple of str
        The same, of layers that may be wanting: such a condition then narrows nothing.
    density : Density, optional
        Of photovoltaics; what was observed by default.
    spacing : Spacing, optional
        Of turbines.
    ground : Setbacks
        What of a heap carries no array.
    criterion : tuple of CriterionEntry
        What makes one place better than another; none: nothing is ranked.
    group : tuple of GroupEntry
        Submodels.
    weights : WeightsEntry
    method : {"sum", "topsis"}
    note : str
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(pattern=r"^[\w-]+$")
    title: str
    rules: tuple[str, ...] = Field(min_length=1)
    kind: str
    stage: str = "新建"
    component: str = ""
    industry: str = ""
    documents: Literal["none", "unstated"] = "none"
    assume: dict[str, bool] = Field(default_factory=dict)
    min_area_ha: float = Field(default=1.0, ge=0)
    min_width_m: float = Field(default=0.0, ge=0)
    resolution_m: float = Field(default=30.0, gt=0)
    where: tuple[str, ...] = ()
    where_held: tuple[str, ...] = ()
    density: Density | None = None
    spacing: Spacing | None = None
    ground: Setbacks = Setbacks()
    criterion: tuple[CriterionEntry, ...] = ()
    group: tuple[GroupEntry, ...] = ()
    weights: WeightsEntry = WeightsEntry()
    method: Method = "sum"
    note: str = ""

    def sites(
        self,
        shapes: Sequence[shapely.Geometry | None],
        crs: str,
        *,
        names: Sequence[str] | None = None,
        counties: Sequence[str] | None = None,
    ) -> Sites:
        """Return sites that state what the preset states and lie exactly where they are drawn.

        Points stand for no more ground than themselves: 0 m2 is declared. Of others nothing is
        declared but what is drawn.

        Parameters
        ----------
        shapes : sequence of shapely geometry or None
            In ``crs``.
        crs : str
            Work CRS.
        names : sequence of str, optional
            Projects; 1, 2, 3 … by default.
        counties : sequence of str, optional
            Declared for each, or located by who drew them: then no list is there to differ from
            the map. None by default: what asks for a declaration stays open.
        """
        said: dict[str, object] = {
            "kind": self.kind,
            "stage": self.stage,
            "component": self.component,
            "industry": self.industry,
            "declared_m2": _declared(shapes, crs),
        }
        if names is not None:
            said["project"] = list(names)
        if counties is not None:
            said["county"] = list(counties)
        said |= {f"is_{name}": float(value) for name, value in self.assume.items()}
        said |= {f"document_{name}": _HELD[self.documents] for name in DOCUMENTS}
        return Sites.of(shapes, crs=crs, to=crs, **said)

    def without(self, layer: str) -> Preset:
        """The same, its ground not limited by one layer: the heaps themselves are the ground."""
        kept = tuple(t for t in self.where if t != f"{layer}.meets")
        return self.model_copy(update={"where": kept})

    def limits_on(self, held: Collection[str]) -> tuple[Condition, ...]:
        """Conditions that ground must meet to be looked at.

        Parameters
        ----------
        held : collection of str
            Layers of the catalog.

        Raises
        ------
        InputError
            A layer of ``where`` is not held: nothing could be looked at, and it is said which.
        """
        limits = tuple(parse_condition(text) for text in self.where)
        if faults := tuple(_not_held(self.name, c) for c in limits if c.fact.layer not in held):
            raise InputError(faults)
        more = tuple(parse_condition(text) for text in self.where_held)
        return limits + tuple(c for c in more if c.fact.layer in held)

    def unheld(self, held: Collection[str]) -> tuple[str, ...]:
        """Conditions of ``where_held`` that narrow nothing, because their layer is not held."""
        return tuple(t for t in self.where_held if parse_condition(t).fact.layer not in held)

    def preferences(self) -> Model:
        """Return the model that places are scored by; one without criteria where none is told.

        Raises
        ------
        InputError
            What was put into the preset since it was read cannot be.
        """
        model, faults = read_preferences(self, self.name)
        if faults:
            raise InputError(tuple(faults))
        return model

    def rule_set(self) -> RuleSet:
        """Return the rules it is held against."""
        return load_rules(*self.rules)


def _not_held(preset: str, condition: Condition) -> Fault:
    layer = condition.fact.layer
    return Fault(
        zh=f"预设 {preset} 只看「{LAYERS[layer].title}」上的地，目录里没有图层 {layer}",
        en=f"the preset looks at ground of layer {layer}, which the catalog does not hold",
        file="catalog.toml",
        key=f"layers.{layer}",
        value=str(condition),
        remedy_zh="在目录里登记这个图层，或另写一个不带这条 where 的预设",
        remedy_en="add the layer, or write a preset without this condition",
    )


def _declared(shapes: Sequence[shapely.Geometry | None], crs: str) -> list[float]:
    """Area that each shape is drawn with [m2, geodesic]; 0 for points."""
    drawn = np.empty(len(shapes), dtype=object)
    drawn[:] = list(shapes)
    area = np.zeros(len(drawn))
    polygons = np.isin(shapely.get_type_id(drawn), (3, 6))
    area[polygons] = geodesic_area(drawn[polygons], crs)
    return area.tolist()


def preset_names() -> tuple[str, ...]:
    """Names of the presets that come with the package."""
    folder = resources.files("zoning.siting") / "presets"
    return tuple(
        sorted(Path(item.name).stem for item in folder.iterdir() if item.name.endswith(".toml"))
    )


def load_preset(name: str) -> Preset:
    """Load a preset by name, or from a file.

    Raises
    ------
    InputError
        No such preset, or one that says what cannot be: every fault at once.
    """
    if name in preset_names():
        text = (resources.files("zoning.siting") / "presets" / f"{name}.toml").read_text("utf-8")
        return read_preset(text, f"{name}.toml")
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return read_preset(read_text(path), path.name)
    raise InputError(
        Fault(
            zh="没有这个预设，也没有这个文件",
            en="no such preset, nor such a file",
            value=name,
            remedy_zh=f"可选: {'、'.join(preset_names())}，或一个 .toml 文件",
            remedy_en="choose one of these, or name a .toml file",
        )
    )


def read_preset(text: str, file: str) -> Preset:
    """Read a preset from its text.

    Raises
    ------
    InputError
        No TOML, unknown keys or words.
    """
    try:
        preset = Preset.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        fault = Fault(zh=f"不是合格的 TOML ({error})", en="no valid TOML", file=file)
        raise InputError(fault) from None
    except ValidationError as error:
        raise InputError(tuple(_fault(item, file) for item in error.errors())) from None
    if faults := tuple(_strange(preset, file)):
        raise InputError(faults)
    return preset


def _fault(item: object, file: str) -> Fault:
    detail = dict(item) if isinstance(item, dict) else {}
    return Fault(
        zh="预设里这个键缺失、不认识或取值不对",
        en=str(detail.get("msg", "")),
        file=file,
        key=".".join(str(part) for part in detail.get("loc", ())),
        remedy_zh="照随附的预设改正",
        remedy_en="see the presets that come with the package",
    )


def _where_faults(text: str, file: str) -> list[Fault]:
    """Say why a text is no condition on a layer that ground can be asked."""
    try:
        condition = parse_condition(text)
    except GrammarError as error:
        return [Fault(zh=str(error), en="no condition", file=file, key="where", value=text)]
    if condition.fact.layer in LAYERS:
        return faults_of_condition(condition, LAYERS, file, "where")
    return [
        Fault(
            zh="where 里只能写图层的条件",
            en="only conditions on layers can stand here",
            file=file,
            key="where",
            value=text,
        )
    ]


def _strange(preset: Preset, file: str) -> list[Fault]:
    """Faults of words that no list could state."""
    claims = set(PROJECT_CLAIMS) - DERIVED_CLAIMS
    asked = (
        ("kind", preset.kind, preset.kind in KINDS, KINDS),
        ("stage", preset.stage, preset.stage in STAGES, STAGES),
        *(("assume", name, name in claims, sorted(claims)) for name in preset.assume),
    )
    faults = [
        Fault(
            zh=f"不认识的 {key}",
            en="unknown word",
            file=file,
            key=key,
            value=word,
            remedy_zh=f"可选: {'、'.join(known)}",
            remedy_en="use one of these",
        )
        for key, word, good, known in asked
        if not good
    ]
    faults += [
        fault for text in (*preset.where, *preset.where_held) for fault in _where_faults(text, file)
    ]
    faults += read_preferences(preset, file)[1]
    if preset.component and not component_kind(preset.component):
        faults.append(
            Fault(
                zh="不认识的组成部分",
                en="unknown component",
                file=file,
                key="component",
                value=preset.component,
            )
        )
    return faults
