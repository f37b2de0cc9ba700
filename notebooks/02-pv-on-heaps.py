# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
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
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import zoning
from zoning.siting import (
    compare,
    eligible,
    find_patches,
    load_preset,
    reweighted,
    study_heaps,
    suitable,
)
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
# 偏好写在预设里：准则、曲线、权重，全部为示意值，复制一份就能改。这里只把“距变电站”提到 0.6，
# 其余按原比例缩小；命令行是 `zoning heaps --weight 距变电站=0.6`。谁动了、因为哪一项动的？

# %%
nearer = study_heaps(
    reweighted(preset, {"距变电站": 0.6}),
    catalog,
    scratch / "again.tif",
    as_of=AS_OF,
    resolution_m=20.0,
)
moved = compare(study, nearer)
moved[moved["climbed"].fillna(0) != 0][
    ["id", "rank_before", "rank_after", "score_before", "score_after", "moved_by", "moved"]
]

# %% [markdown]
# 权重不是唯一的答案：抽样一千组权重，每个分区九成的名次落在哪两头之间。

# %%
ranked = study.table[study.table["rank"] > 0].sort_values("rank")
ranked[["id", "rank", "rank_best", "rank_worst", "decides"]]

# %% [markdown]
# ## 四、改一个门槛，比较两张图
# 同一张逐格图和适宜性图，把地块下限从 2 公顷提到 10 公顷：哪些没有了，剩下的名次怎么变。
# 地块每次重新连片，所以按地面重叠对应，不按编号。

# %%
found = eligible(preset, catalog, scratch / "cells.tif", as_of=AS_OF, resolution_m=30.0)
scores = suitable(found, catalog, scratch / "scores.tif")
patches = find_patches(found, catalog, suitability=scores)
large = preset.model_copy(update={"min_area_ha": 10.0})
fewer = find_patches(replace(found, preset=large), catalog, suitability=scores)
len(patches), len(fewer)

# %%
both = compare(patches, fewer)
both[["id", "id_after", "rank_before", "rank_after", "decision_after"]].head(8)

# %% [markdown]
# 改权重前后的两张图：名次、逐格判断、每个分区的逐月发电和得分构成。

# %%
from zoning.render.heaps_folder import show_heaps

show_heaps(study, catalog)

# %%
show_heaps(nearer, catalog)

# %% [markdown]
# ## 五、导出
# 排序工作簿、图层、报告；`screening/` 里是同样的筛查结果，可以用 `zoning verify` 复核。

# %%
from zoning.render.heaps_folder import write_heaps

write_heaps(study, catalog, scratch / "out")
sorted(path.name for path in (scratch / "out").iterdir())
