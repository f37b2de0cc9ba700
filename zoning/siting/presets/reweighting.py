"""Weights changed one by one: what would another opinion rank first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zoning.errors import Fault, InputError
from zoning.siting.criteria.model import How
from zoning.siting.presets.preferences import read_preferences
from zoning.siting.presets.preset import Preset


def reweighted(preset: Preset, changes: Mapping[str, float]) -> Preset:
    """Give criteria or groups another share; the others of their level keep their proportions.

    Parameters
    ----------
    preset : Preset
    changes : mapping of str to float
        Name or title of a criterion or a group -> its share of its level, from 0 to 1.

    Raises
    ------
    InputError
        Nobody has such a name, a share is none, the shares of a level sum to more than 1, or the
        weights of the level are not given but come from AHP or entropy.
    """
    told_of = [(item.title, item.name) for item in preset.criterion]
    told_of += [(item.title, item.name) for item in preset.group]
    names = dict(told_of) | {name: name for _, name in told_of}
    faults = [_no_weight(names, word, share) for word, share in changes.items()]
    told = tuple(fault for fault in faults if fault is not None)
    twice = [word for word in changes if word != names.get(word) and names.get(word) in changes]
    told += tuple(_said_twice(word) for word in twice)
    if told:
        raise InputError(told)
    wanted = {names[word]: share for word, share in changes.items()}
    model, _ = read_preferences(preset, preset.name)
    hows = {group.name: group.how for group in model.groups}
    levels: dict[tuple[str, str], dict[str, float]] = {}
    for group in model.groups:
        levels.setdefault(("group", ""), {})[group.name] = group.share
    for criterion in model.criteria:
        level = levels.setdefault(("criterion", criterion.group), {})
        level[criterion.name] = criterion.share
    found: dict[str, float] = {}
    for (_, group_name), shares in levels.items():
        found |= _moved(shares, wanted, hows.get(group_name, model.how))
    return preset.model_copy(
        update={
            "criterion": tuple(
                c.model_copy(update={"weight": found.get(c.name, c.weight)})
                for c in preset.criterion
            ),
            "group": tuple(
                g.model_copy(update={"weight": found.get(g.name, g.weight)}) for g in preset.group
            ),
        }
    )


def _no_weight(names: Mapping[str, str], word: str, share: float) -> Fault | None:
    if word not in names:
        known = "、".join(dict.fromkeys(names.values()))
        return Fault(
            zh="没有这个准则或分组", en="no such criterion or group", key="weight", value=word,
            remedy_zh=f"可选: {known}" if known else "预设里没有准则", remedy_en="use one of these",
        )  # fmt: skip
    if not 0 <= share <= 1:
        return Fault(
            zh="权重要在 0 到 1 之间", en="a weight lies between 0 and 1", key="weight",
            value=f"{word}={share:g}",
        )  # fmt: skip
    return None


def _moved(
    shares: Mapping[str, float], wanted: Mapping[str, float], how: How
) -> Mapping[str, float]:
    """Shares of one level with some of them set."""
    mine = {name: wanted[name] for name in shares if name in wanted}
    if not mine:
        return {}
    fixed, rest = sum(mine.values()), sum(s for name, s in shares.items() if name not in mine)
    spare = {name: share for name, share in shares.items() if name not in mine}
    said = "、".join(f"{name}={share:g}" for name, share in mine.items())
    if how != "given":
        fault = Fault(
            zh=f"这一层的权重由 {how} 定，不能单改", en="these weights are not given", value=said,
            remedy_zh="复制预设，改为 how = \"given\"", remedy_en="give weights in a copy",
        )  # fmt: skip
        raise InputError(fault)
    if fixed > 1 + 1e-9 or (fixed <= 0 and rest <= 0):
        fault = Fault(
            zh="同一层的权重之和大于 0、至多 1", en="weights of a level sum to 1", value=said
        )
        raise InputError(fault)
    if rest <= 0:
        return {**dict.fromkeys(spare, 0.0), **mine}
    left = max(1 - fixed, 0.0)
    return {**{name: share * left / rest for name, share in spare.items()}, **mine}


def read_changes(texts: Sequence[str]) -> dict[str, float]:
    """Read ``名=0.4`` as a command line gives it.

    Raises
    ------
    InputError
        A text that is not a name and a number: all of them at once.
    """
    found: dict[str, float] = {}
    faults: list[Fault] = []
    for text in texts:
        name, _, number = text.partition("=")
        if name.strip() in found:
            faults.append(_said_twice(text))
        try:
            found[name.strip()] = float(number)
        except ValueError:
            faults.append(
                Fault(
                    zh="要写成 名=0.4",
                    en="a name and a number are wanted",
                    key="--weight",
                    value=text,
                    remedy_zh="如 --weight slope=0.4",
                    remedy_en="such as slope=0.4",
                )
            )
    if faults:
        raise InputError(tuple(faults))
    return found


def _said_twice(text: str) -> Fault:
    return Fault(
        zh="同一项写了两次", en="one of them is given twice", key="--weight", value=text,
        remedy_zh="只留一个", remedy_en="keep one of them",
    )  # fmt: skip
