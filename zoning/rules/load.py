"""Read rule files: TOML to a RuleSet, every fault of a file in one error."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zoning.errors import Fault, RuleFaults
from zoning.facts.vocabulary import KINDS, LAYERS, STAGES, AttributeKind, LayerSpec
from zoning.rules.check import faults_of, faults_of_condition
from zoning.rules.grammar import Condition, GrammarError, parse_condition
from zoning.rules.model import (
    AskedAt,
    Case,
    Cite,
    Expected,
    Remedy,
    Role,
    Rule,
    RuleSet,
    Seen,
    Status,
    Then,
)
from zoning.textfile import read_text

SCHEMA = 1
Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Cite(_Strict):
    title: Text
    number: str = ""
    article: str = ""
    since: date | None = None
    until: date | None = None
    seen: Seen
    note: str = ""


class _Case(_Strict):
    why: Text
    facts: dict[str, object]
    expect: Expected
    kind: str = ""
    stage: str = ""
    accepted: date | None = None


class _Adopted(_Strict):
    by: Text
    on: date


class _Rule(_Strict):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")]
    title: Text
    role: Role
    kinds: Annotated[list[str], Field(min_length=1)]
    then: Then
    stages: list[str] = []
    since: date | None = None
    until: date | None = None
    at: AskedAt = "accepted"
    when: list[str] = []
    any: list[str] = []
    unless: list[str] = []
    remedy: Remedy | None = None
    demand: str = ""
    cite: _Cite | list[_Cite] = []
    status: Status | None = None
    adopted: _Adopted | None = None
    note: str = ""
    department: str = ""
    candidates: list[str] = []
    case: list[_Case] = []


class _Layer(_Strict):
    title: Text
    kind: Literal["vector", "raster"] = "vector"
    attributes: dict[str, AttributeKind] = {}
    unit: str = ""


class _File(_Strict):
    schema_: Annotated[int, Field(alias="schema")]
    name: Text
    title: Text
    includes: list[str] = []
    layers: dict[str, _Layer] = {}
    rule: list[dict[str, object]] = []


def _fault(file: str, key: str, zh: str, en: str, value: object = "", remedy: str = "") -> Fault:
    return Fault(zh=zh, en=en, file=file, key=key, value=str(value), remedy_zh=remedy)


_WORDS = {
    "missing": ("缺少此键", "this key is missing; add it"),
    "extra_forbidden": ("没有这个键", "unknown key"),
    "literal_error": ("取值不在允许之列", "not one of the allowed values"),
    "date_from_datetime_parsing": ("不是日期", "not a date"),
    "date_type": ("不是日期", "not a date"),
    "string_too_short": ("不能为空", "must not be empty"),
    "string_pattern_mismatch": ("写法不对", "does not match the pattern"),
}


def _validation(file: str, where: str, error: ValidationError, known: Sequence[str]) -> list[Fault]:
    faults = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"])
        zh, en = _WORDS.get(item["type"], ("取值不对", item["msg"]))
        remedy = ""
        if item["type"] == "extra_forbidden":
            close = difflib.get_close_matches(key, known, 1)
            remedy = f"是否想写 did you mean「{close[0]}」" if close else ""
        elif item["type"] == "literal_error":
            remedy = f"允许: {item.get('ctx', {}).get('expected', '')}"
        value = "" if item["type"] == "missing" else item["input"]
        faults.append(_fault(file, f"{where}{key}", zh, en, value, remedy))
    return faults


def _conditions(
    file: str, where: str, texts: Sequence[str], faults: list[Fault]
) -> list[Condition]:
    parsed = []
    for text in texts:
        try:
            parsed.append(parse_condition(text))
        except GrammarError as error:
            faults.append(_fault(file, where, str(error), "condition cannot be read"))
    return parsed


def _unknown_words(file: str, raw: _Rule) -> list[Fault]:
    faults = []
    for what, words, known in (("kinds", raw.kinds, ("*", *KINDS)), ("stages", raw.stages, STAGES)):
        for word in words:
            if word not in known:
                remedy = f"允许: {'、'.join(known)}"
                key = f"rule {raw.id}.{what}"
                faults.append(_fault(file, key, "没有这个取值", "unknown word", word, remedy))
    return faults


def _build(file: str, raw: _Rule) -> tuple[Rule, list[Fault]]:
    faults = _unknown_words(file, raw)
    parts = {
        name: tuple(_conditions(file, f"rule {raw.id}.{name}", texts, faults))
        for name, texts in (("when", raw.when), ("any", raw.any), ("unless", raw.unless))
    }
    cites = raw.cite if isinstance(raw.cite, list) else [raw.cite]
    status: Status = raw.status or ("integrity" if raw.role == "integrity" else "default")
    rule = Rule(
        id=raw.id,
        title=raw.title,
        role=raw.role,
        kinds=tuple(raw.kinds),
        then=raw.then,
        when=parts["when"],
        any=parts["any"],
        unless=parts["unless"],
        stages=tuple(raw.stages),
        since=raw.since,
        until=raw.until,
        at=raw.at,
        remedy=raw.remedy,
        demand=raw.demand,
        cites=tuple(Cite(**cite.model_dump()) for cite in cites),
        status=status,
        adopted_by=raw.adopted.by if raw.adopted else "",
        adopted_on=raw.adopted.on if raw.adopted else None,
        note=raw.note,
        department=raw.department,
        candidates=tuple(raw.candidates),
        cases=tuple(
            Case(c.why, tuple(c.facts.items()), c.expect, c.kind, c.stage, c.accepted)
            for c in raw.case
        ),
    )
    return rule, faults


def _condition_faults(
    file: str, where: str, table: Mapping[str, object], layers: Mapping[str, LayerSpec]
) -> list[Fault]:
    """Faults of the conditions of a rule whose other keys are wrong too."""
    faults: list[Fault] = []
    for key in ("when", "any", "unless"):
        texts = table.get(key, [])
        listed = [t for t in texts if isinstance(t, str)] if isinstance(texts, list) else []
        for condition in _conditions(file, f"{where}{key}", listed, faults):
            faults += faults_of_condition(condition, layers, file, f"{where}{key}")
    return faults


def _parse(file: str, text: str) -> tuple[_File, list[Fault]]:
    """Read the head; its faults are kept, so that those of the rules are told with them."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleFaults(_fault(file, "", f"不是合法的 TOML: {error}", "not valid TOML")) from None
    faults: list[Fault] = []
    try:
        parsed = _File.model_validate(raw)
    except ValidationError as error:
        known = ["schema", *(name for name in _File.model_fields if name != "schema_")]
        faults = _validation(file, "", error, known)
        tables = raw.get("rule", [])
        rules = [t for t in tables if isinstance(t, dict)] if isinstance(tables, list) else []
        head = {"schema": SCHEMA, "name": "?", "title": "?"}
        parsed = _File.model_validate({**head, "rule": rules})
    if parsed.schema_ != SCHEMA:
        faults.append(
            _fault(file, "schema", f"只认 schema = {SCHEMA}", "unknown schema", parsed.schema_)
        )
    return parsed, faults


def parse_rules(text: str, *, file: str = "rules.toml") -> tuple[RuleSet, tuple[str, ...]]:
    """Read one rule file.

    Parameters
    ----------
    text : str
        TOML.
    file : str
        Name for messages.

    Returns
    -------
    RuleSet, tuple of str
        Its own rules, and the names of the sets it includes.

    Raises
    ------
    RuleFaults
        Every fault of the file.
    """
    parsed, faults = _parse(file, text)
    layers = {
        name: LayerSpec(spec.title, spec.kind, spec.attributes, spec.unit)
        for name, spec in parsed.layers.items()
    }
    rules: list[Rule] = []
    for number, table in enumerate(parsed.rule, 1):
        where = f"rule {table.get('id', f'#{number}')}."
        try:
            raw = _Rule.model_validate(table)
        except ValidationError as error:
            faults += _validation(file, where, error, list(_Rule.model_fields))
            faults += _condition_faults(file, where, table, {**LAYERS, **layers})
            continue
        rule, found = _build(file, raw)
        faults += found
        faults += faults_of(rule, {**LAYERS, **layers}, file)
        if rule.id in {other.id for other in rules}:
            faults.append(_fault(file, f"rule {rule.id}", "规则编号重复", "duplicate rule id"))
        rules.append(rule)
    if faults:
        raise RuleFaults(tuple(faults))
    return (
        RuleSet(parsed.name, parsed.title, tuple(rules), ((file, text),), layers),
        tuple(parsed.includes),
    )


def library() -> Mapping[str, str]:
    """Names of the shipped rule sets -> their text."""
    folder = files("zoning.rules") / "library"
    found = {
        entry.name.removesuffix(".toml"): entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    return dict(sorted(found.items()))


def _text_of(name: str) -> tuple[str, str]:
    shipped = library()
    if name in shipped:
        return f"{name}.toml", shipped[name]
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return path.name, read_text(path)
    close = difflib.get_close_matches(name, list(shipped), 1)
    remedy = f"可用: {'、'.join(shipped)}，或一个 .toml 文件"
    remedy += f"; 是否想写「{close[0]}」" if close else ""
    raise RuleFaults(_fault("", "", "没有这个规则集", "no such rule set", name, remedy))


def merge(name: str, sets: Sequence[RuleSet]) -> RuleSet:
    """Put sets together; the last names the whole.

    Raises
    ------
    RuleFaults
        Two rules share an id.
    """
    rules: dict[str, Rule] = {}
    faults = []
    for part in sets:
        for rule in part.rules:
            if rule.id in rules:
                faults.append(_fault(part.name, rule.id, "规则编号重复", "duplicate rule id"))
            rules[rule.id] = rule
    if faults:
        raise RuleFaults(tuple(faults))
    layers: dict[str, LayerSpec] = {}
    for part in sets:
        layers |= part.layers
    texts = tuple(text for part in sets for text in part.texts)
    ordered = tuple(rules[rule_id] for rule_id in sorted(rules))
    return RuleSet(name, sets[-1].title, ordered, texts, layers)


def load_rules(*names: str) -> RuleSet:
    """Load rule sets by name or path, with all they include; ``base`` is part of every set.

    Parameters
    ----------
    *names : str
        ``"admission"``, or the path of a TOML file.

    Raises
    ------
    RuleFaults
        Unknown set, or every fault of a file.
    """
    loaded: dict[str, RuleSet] = {}

    def add(name: str) -> None:
        file, text = _text_of(name)
        if file in loaded:
            return
        rules, includes = parse_rules(text, file=file)
        for other in ("base", *includes):
            if other != name:
                add(other)
        loaded[file] = rules

    for name in names:
        add(name)
    return merge(
        "+".join(part.name for part in list(loaded.values())[-len(names) :]), [*loaded.values()]
    )


def rules_from_texts(name: str, texts: Sequence[tuple[str, str]]) -> RuleSet:
    """Rebuild a set from the texts that a screening carries."""
    return merge(name, [parse_rules(text, file=file)[0] for file, text in texts])
