# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 渣场和废弃矿山上的光伏 · Photovoltaics on heaps
#
# 从图层到排序清单：逐格判断、每条规则占掉多少、装机与发电的范围、改一个权重看谁动了。
# 随附数据除区县界外**全部虚构** (synthetic)。

# %%
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import zoning
from zoning.siting import eligible, find_patches, load_preset, reweighted, study_heaps
from zoning.solar import read_months

DATA = next(p for p in (Path("data"), Path("../data")) if p.is_dir())
catalog = zoning.Catalog.open(DATA)
preset = load_preset("pv-heaps")
scratch = Path(mkdtemp())
AS_OF = date(2026, 11, 24)

# %% [markdown]
# ## 一、哪些分区、怎么判、排第几
# `documents = "none"`：还没有人申请，材料都没有，所以规则要的材料成为“须补要求”。

# %%
study = study_heaps(
    preset,
    catalog,
    scratch / "heaps.tif",
    as_of=AS_OF,
    sun=read_months(DATA / "sun_monthly.csv"),
    resolution_m=20.0,
)
shown = ["rank", "id", "decision_zh", "gate", "usable_ha", "unclear_ha", "low_mw", "high_mw"]
study.table[study.table["rank"] > 0].sort_values("rank")[shown]

# %% [markdown]
# ## 二、规则的代价
# 每条规则不得占用多少、只因它不得的有多少、去掉它能多出多少（公顷）。

# %%
costs = sorted(study.found.costs, key=lambda cost: -cost.forbids - cost.opens)
[
    (cost.rule, *(round(a / 1e4, 1) for a in (cost.forbids, cost.alone, cost.opens)))
    for cost in costs[:8]
]

# %% [markdown]
# ## 三、改一个权重
# 只看离变电站远近，谁动了？

# %%
nearer = study_heaps(
    reweighted(preset, {"距变电站": 0.6}),
    catalog,
    scratch / "again.tif",
    as_of=AS_OF,
    resolution_m=20.0,
)
moved = study.table[["id", "rank"]].assign(now=nearer.table["rank"])
moved[(moved["rank"] != moved["now"]) & (moved["rank"] > 0)]

# %% [markdown]
# ## 四、改一个门槛，比较两张图
# 把地块下限从 2 公顷提到 10 公顷：同一张逐格图，地块少了多少。

# %%
large = preset.model_copy(update={"min_area_ha": 10.0})
found = eligible(preset, catalog, scratch / "cells.tif", as_of=AS_OF, resolution_m=30.0)
patches = find_patches(found, catalog)
fewer = find_patches(
    eligible(large, catalog, scratch / "large.tif", as_of=AS_OF, resolution_m=30.0), catalog
)
len(patches), len(fewer)

# %% [markdown]
# ## 五、导出
# 排序工作簿、图层、报告；`screening/` 里是同样的筛查结果，可以用 `zoning verify` 复核。

# %%
from zoning.render.heaps import write_heaps

write_heaps(study, catalog, scratch / "out")
sorted(path.name for path in (scratch / "out").iterdir())
