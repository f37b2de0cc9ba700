"""The grammar of conditions: text to a small tree. The EBNF stands in ``grammar.ebnf``.

Examples
--------
>>> parse_condition("river_bank[rank = 重要支流].distance < 1 km").fact.layer
'river_bank'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from zoning.units import Quantity, known

CompareOp: TypeAlias = Literal["<", "<=", ">", ">=", "=", "!="]
TestOp: TypeAlias = Literal["<", "<=", ">", ">=", "=", "!=", "in", "contains"]
_COMPARE: dict[str, CompareOp] = {op: op for op in ("<", "<=", ">", ">=", "=", "!=")}


class GrammarError(ValueError):
    """A condition that does not follow the grammar; the message is bilingual."""


@dataclass(frozen=True, slots=True)
class FeatureTest:
    """One condition on an attribute of a feature, inside brackets."""

    attribute: str
    op: TestOp
    values: tuple[str, ...] = ()
    quantity: Quantity | None = None
    other: FactRef | None = None

    def __str__(self) -> str:
        if self.other is not None:
            return f"{self.attribute} {self.op} {self.other}"
        if self.quantity is not None:
            return f"{self.attribute} {self.op} {self.quantity}"
        if self.op == "in":
            return f"{self.attribute} in [{', '.join(map(_quote, self.values))}]"
        return f"{self.attribute} {self.op} {_quote(self.values[0])}"


@dataclass(frozen=True, slots=True)
class FactRef:
    """The name of a fact: ``layer[filter].measure(argument)``."""

    layer: str
    measure: str
    filter: tuple[FeatureTest, ...] = ()
    argument: str = ""

    def __str__(self) -> str:
        tests = f"[{', '.join(map(str, self.filter))}]" if self.filter else ""
        argument = f"({_quote(self.argument)})" if self.argument else ""
        return f"{self.layer}{tests}.{self.measure}{argument}"


@dataclass(frozen=True, slots=True)
class Claim:
    """The fact itself is a claim: ``redline.meets``."""

    fact: FactRef

    def __str__(self) -> str:
        return str(self.fact)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number against a limit: ``river_bank.distance < 1 km``."""

    fact: FactRef
    op: CompareOp
    limit: Quantity

    def __str__(self) -> str:
        return f"{self.fact} {self.op} {self.limit}"


@dataclass(frozen=True, slots=True)
class Membership:
    """A set against a list; ``only``: every code met is in the list."""

    fact: FactRef
    values: tuple[str, ...]
    only: bool = False

    def __str__(self) -> str:
        word = "only in" if self.only else "in"
        return f"{self.fact} {word} [{', '.join(map(_quote, self.values))}]"


@dataclass(frozen=True, slots=True)
class Missing:
    """The fact has no value; for integrity rules only."""

    fact: FactRef

    def __str__(self) -> str:
        return f"{self.fact} is missing"


Test: TypeAlias = Claim | Comparison | Membership | Missing


@dataclass(frozen=True, slots=True)
class Condition:
    """A test, possibly denied."""

    test: Test
    denied: bool = False

    @property
    def fact(self) -> FactRef:
        """The fact that the test asks for."""
        return self.test.fact

    def __str__(self) -> str:
        return f"not {self.test}" if self.denied else str(self.test)


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted>"[^"]*")
    | (?P<number>[-+]?\d[\d,]*(?:\.\d+)?(?![\w]))
    | (?P<op><=|>=|!=|<|>|=)
    | (?P<mark>[\[\](),.])
    | (?P<word>(?:[^\W]|[-/+°²³%：、])+)
    )""",
    re.VERBOSE,
)
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def _quote(value: str) -> str:
    match = _TOKEN.fullmatch(value)
    plain = match is not None and match["word"] is not None and value not in ("in", "only", "not")
    return value if plain else f'"{value}"'


class _Reader:
    """Tokens of one condition, read once from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        self.at = 0
        end = 0
        while text[end:].strip():
            match = _TOKEN.match(text, end)
            if match is None or match.lastgroup is None:
                raise self.fault(f"看不懂「{text[end:].strip()[:12]}」", "cannot read this")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            end = match.end()

    def fault(self, zh: str, en: str) -> GrammarError:
        return GrammarError(f"条件「{self.text}」: {zh}  {en}")

    def peek(self, *texts: str) -> bool:
        if self.at >= len(self.tokens):
            return False
        kind, text = self.tokens[self.at]
        return kind != "quoted" and text in texts

    def kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else "end"

    def accept(self, *texts: str) -> str:
        if not self.peek(*texts):
            return ""
        self.at += 1
        return self.tokens[self.at - 1][1]

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.fault(f"此处应为「{text}」", f"expected {text!r}")

    def take(self, *kinds: str) -> str:
        if self.kind() not in kinds:
            raise self.fault("写法不完整", f"expected {' or '.join(kinds)}")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def name(self) -> str:
        word = self.take("word")
        if not _NAME.fullmatch(word):
            raise self.fault(f"名称应为小写英文「{word}」", "a name is lower-case English")
        return word

    def value(self) -> str:
        return self.take("word", "quoted", "number").strip('"')

    def value_list(self) -> tuple[str, ...]:
        self.expect("[")
        values = [self.value()]
        while self.accept(","):
            values.append(self.value())
        self.expect("]")
        return tuple(values)

    def quantity(self) -> Quantity:
        number = float(self.take("number").replace(",", ""))
        unit = "1"
        if self.kind() == "word":
            unit = self.take("word")
            if not known(unit):
                raise self.fault(f"不认识的单位「{unit}」", "unknown unit")
        return Quantity(number, unit)

    def done(self) -> None:
        if self.at < len(self.tokens):
            rest = " ".join(text for _, text in self.tokens[self.at :])
            raise self.fault(f"多出「{rest}」", "text after the end")


def _compare_op(reader: _Reader) -> CompareOp:
    text = reader.accept(*_COMPARE)
    if not text:
        raise reader.fault("缺少比较符", "a comparison is missing")
    return _COMPARE[text]


def _feature(reader: _Reader) -> FeatureTest:
    attribute = reader.name()
    if reader.accept("in"):
        return FeatureTest(attribute, "in", reader.value_list())
    if reader.accept("contains"):
        if reader.peek("project", "site", "document"):
            return FeatureTest(attribute, "contains", other=_fact(reader))
        return FeatureTest(attribute, "contains", (reader.value(),))
    op = _compare_op(reader)
    if reader.kind() == "number":
        return FeatureTest(attribute, op, quantity=reader.quantity())
    if op not in ("=", "!="):
        raise reader.fault("文字只能用 = 或 !=", "text takes = or != only")
    return FeatureTest(attribute, op, (reader.value(),))


def _fact(reader: _Reader) -> FactRef:
    layer = reader.name()
    tests: list[FeatureTest] = []
    if reader.accept("["):
        tests.append(_feature(reader))
        while reader.accept(","):
            tests.append(_feature(reader))
        reader.expect("]")
    reader.expect(".")
    measure = reader.name()
    argument = ""
    if reader.accept("("):
        argument = reader.value()
        reader.expect(")")
    return FactRef(layer, measure, tuple(tests), argument)


def _test(reader: _Reader) -> tuple[Test, bool]:
    fact = _fact(reader)
    if reader.accept("is"):
        reader.expect("missing")
        return Missing(fact), False
    if reader.accept("only"):
        reader.expect("in")
        return Membership(fact, reader.value_list(), only=True), False
    if reader.accept("in"):
        return Membership(fact, reader.value_list()), False
    if reader.kind() == "end":
        return Claim(fact), False
    op = _compare_op(reader)
    if reader.kind() == "number":
        return Comparison(fact, op, reader.quantity()), False
    if op not in ("=", "!="):
        raise reader.fault("文字只能用 = 或 !=", "text takes = or != only")
    return Membership(fact, (reader.value(),)), op == "!="


def parse_condition(text: str) -> Condition:
    """Read one condition.

    Raises
    ------
    GrammarError
        The text does not follow ``grammar.ebnf``.
    """
    reader = _Reader(text)
    denied = bool(reader.accept("not"))
    test, turned = _test(reader)
    reader.done()
    return Condition(test, denied != turned)


def parse_fact(text: str) -> FactRef:
    """Read the name of a fact.

    Raises
    ------
    GrammarError
        The text is not a fact's name.
    """
    reader = _Reader(text)
    fact = _fact(reader)
    reader.done()
    return fact
