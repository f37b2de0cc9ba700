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
# # 第一次筛查 · A first screening
#
# 打开数据目录，读入项目清单，逐条筛查；看表、看图；问一个项目为什么不通过；
# 采纳一条规则，看哪些结论翻转。
# 随附的管控单元、红线、园区、项目都是**示例数据**，由种子生成，不是任何真实地块。
#
# Open the catalog, read the list, screen it; look at table and map; ask why one project failed;
# adopt one rule and see what flips. Units, redlines, parks and projects here are **synthetic**.

# %%
from datetime import date

import zoning

AS_OF = date(2026, 11, 22)

# %% [markdown]
# ## 1 数据目录 · The catalog
# 每个图层的来源、日期、精度、覆盖范围和共享限制都写在 `data/catalog.toml`。

# %%
catalog = zoning.Catalog.open("../data")
catalog

# %% [markdown]
# ## 2 项目清单 · The list
# 坏行不会丢：它们带着疑问留在表里，结论是“待补充信息”。

# %%
sites = zoning.read_projects("../data/projects/proposed_projects.xlsx", crs=catalog.crs)
sites

# %% [markdown]
# ## 3 筛查 · Screen
# 管控单元的准入清单由人逐维度研判；研判表带署名、日期和所判原文，原文一变即失效。

# %%
rules = zoning.load_rules("admission")
judged = zoning.read_determinations("../data/projects/determinations.csv")
screening = zoning.screen(sites, catalog, rules, as_of=AS_OF, determinations=judged)
screening

# %% [markdown]
# ## 4 地图 · The map
# 整张图在一个文件里，不访问网络。

# %%
zoning.show_map(screening, catalog)

# %% [markdown]
# ## 5 为什么 · Why
# 第一个判定不通过的项目：每条规则、每个数、数的误差、条文和它读到什么程度。

# %%
table = screening.table()
failed = table.loc[table["decision"] == "FORBID", "project"].iloc[0]
screening.why(failed)

# %% [markdown]
# ## 6 采纳一条规则 · Adopt a rule
# 依据没有读过原文的规则只作“疑似”，不会单独拒绝任何人。负责人可以署名采纳它；
# 新的规则集是另一个对象，原来的不变。

# %%
doubted = screening.unverified
doubted

# %%
adopted = rules
for rule in doubted:
    adopted = adopted.adopt(rule, by="示例·张工", on=AS_OF)
again = zoning.screen(sites, catalog, adopted, as_of=AS_OF, determinations=judged)
both = table.merge(again.table(), on="project", suffixes=("_before", "_after"))
moved = (both["least_before"] != both["least_after"]) | (both["most_before"] != both["most_after"])
both.loc[moved, ["project", "结论_before", "least_before", "结论_after", "least_after"]]
