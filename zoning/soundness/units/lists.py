"""The list of units that belongs to a layer, against its polygons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pandas as pd

from zoning.errors import InputError
from zoning.layers import Features, VectorLayer
from zoning.layers.tables import read_table
from zoning.soundness.finding import CheckFinding, listed
from zoning.soundness.units.codes import UNIT_CODE, unfolded


def check_list(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    """Compare the list of a layer with its polygons, code by code."""
    if layer.table is None:
        return
    try:
        table = read_table(layer.table, layer.name)
    except InputError as error:
        for f in error.faults:
            yield CheckFinding(
                "error", layer.name, "list", f.zh, f.en, 1, f.file, f.remedy_zh, f.remedy_en
            )
        return
    named = _spread(table["code"])
    yield from _ranges(layer, table)
    drawn = _spread(features.attributes["code"])
    yield from _one_way(layer, sorted(named - drawn), table)
    yield from _other_way(layer, sorted(drawn - named))
    yield from _doubles(layer, table)
    yield from _differing(layer, table, features)


def _spread(codes: Iterable[object]) -> set[str]:
    """Single codes, ranges unfolded."""
    said = [code for code in codes if isinstance(code, str)]
    return {single for code in said for single in unfolded(code) or (code,)}


def _ranges(layer: VectorLayer, table: pd.DataFrame) -> Iterator[CheckFinding]:
    file = layer.table.name if layer.table else ""
    folded = [
        (row, code, spread)
        for row, code in zip(table["row"], table["code"], strict=True)
        if (spread := unfolded(code))
    ]
    whole = [(row, code, s) for row, code, s in folded if all(map(UNIT_CODE.match, s))]
    if whole:
        yield CheckFinding(
            "note",
            layer.name,
            "list_range",
            f"清单有 {len(whole)} 行是编码区段，已展开为 {sum(len(s) for *_, s in whole)} 个编码",
            f"{len(whole)} rows of the list are ranges, unfolded to single codes",
            count=len(whole),
            where=f"{file}: " + listed([f"第 {r} 行 {c} = {len(s)}" for r, c, s in whole]),
        )
    loose = [(row, code) for row, code, s in folded if not all(map(UNIT_CODE.match, s))]
    if loose:
        yield CheckFinding(
            "warning",
            layer.name,
            "list_range",
            f"清单有 {len(loose)} 行的区段只有序号，没有区县和类别，无法对应图形",
            f"{len(loose)} rows of the list are ranges of serial numbers only",
            count=len(loose),
            where=f"{file}: " + listed([f"第 {row} 行 {code}" for row, code in loose]),
            remedy_zh="写出完整编码，如 ZH52011110001-005",
            remedy_en="write the whole code",
        )


def _one_way(layer: VectorLayer, missing: list[str], table: pd.DataFrame) -> Iterator[CheckFinding]:
    missing = [code for code in missing if UNIT_CODE.match(code) or code in set(table["code"])]
    missing = [code for code in missing if not unfolded(code)]
    if missing:
        yield CheckFinding(
            "error",
            layer.name,
            "not_drawn",
            f"清单中有 {len(missing)} 个编码没有图形",
            f"{len(missing)} codes of the list have no polygon",
            count=len(missing),
            where=listed(missing),
            remedy_zh="核对图层与清单的版本",
            remedy_en="compare the editions of layer and list",
        )


def _other_way(layer: VectorLayer, missing: list[str]) -> Iterator[CheckFinding]:
    if missing:
        yield CheckFinding(
            "error",
            layer.name,
            "not_listed",
            f"{len(missing)} 个编码的图形不在清单中，没有管控要求可依",
            f"{len(missing)} codes of polygons are not in the list: nothing is said of them",
            count=len(missing),
            where=listed(missing),
            remedy_zh="核对图层与清单的版本",
            remedy_en="compare the editions of layer and list",
        )


def _doubles(layer: VectorLayer, table: pd.DataFrame) -> Iterator[CheckFinding]:
    said = Counter(
        single for code in table["code"] for single in dict.fromkeys(unfolded(code) or (code,))
    )
    twice = sorted(code for code, n in said.items() if n > 1)
    if twice:
        yield CheckFinding(
            "warning",
            layer.name,
            "list_repeated",
            f"清单中有 {len(twice)} 个编码出现多次",
            f"{len(twice)} codes stand more than once in the list",
            count=len(twice),
            where=listed(twice),
            remedy_zh="合并或更正",
            remedy_en="merge or correct them",
        )


def _differing(
    layer: VectorLayer, table: pd.DataFrame, features: Features
) -> Iterator[CheckFinding]:
    """Codes of which list and polygon say different things."""
    for name in ("class", "name"):
        drawn = dict(zip(features.attributes["code"], features.attributes[name], strict=True))
        other = [
            f"{code} {said} / {drawn[code]}"
            for code, said in zip(table["code"], table[name], strict=True)
            if said is not None and drawn.get(code) not in (None, said)
        ]
        if other:
            yield CheckFinding(
                "error" if name == "class" else "warning",
                layer.name,
                "list_differs",
                f"{len(other)} 个单元的 {name} 在清单与图形中不一致 (清单 / 图形)",
                f"list and polygon disagree on {name} of {len(other)} units (list / polygon)",
                count=len(other),
                where=listed(other),
                remedy_zh="核对图层与清单的版本",
                remedy_en="compare the editions of layer and list",
            )
