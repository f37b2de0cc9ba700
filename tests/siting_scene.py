"""A study of places over the scene of the map's tests, its cards written by hand."""

from __future__ import annotations

import numpy as np

from zoning.render.map.pictures import encode
from zoning.render.map.relief import Relief
from zoning.render.map.study_page import Bar, Figure, Overlay, Siting, SitingCard

MONTHS = (43.0, 50.0, 71.0, 83.0, 90.0, 80.0, 97.0, 102.0, 84.0, 61.0, 51.0, 43.0)

BEST = SitingCard(
    rank=1, span=(1, 2), score=0.64, decides="可用面积", brief="16.8–29.7 MW",
    gate="封场并验收", gate_told="门槛已过", ready=True, passed=True, gated=True,
    heads=(Figure("装机 MW", "16.8–29.7"), Figure("倾角")),
    more=(Figure("距变电站", "11.7 km", "北面"),),
    ground=(("可用", 36.9, "#2F7F6E"), ("不得", 0.0, "#A3262A")),
    months=MONTHS, demands=("监测井布置", "监测井布置两年数据"),
    bars=(Bar("可用面积", 0.92, 0.6, 0.552), Bar("距道路", 0.22, 0.4, 0.088)),
)  # fmt: skip
SECOND = SitingCard(
    rank=2, span=(1, 2), score=0.31, brief="3–5 MW", gated=True, gate="封场并验收",
    gate_told="状态已到，门槛材料未核：地下水监测材料", ready=True,
    bars=(Bar("可用面积", 0.25, 0.6, 0.15), Bar("距道路", 0.4, 0.4, 0.16)),
)  # fmt: skip
LAST = SitingCard(unranked="在辖区外，未核", brief="装机未核", heads=(Figure("装机 MW"),))


def picture(colour: tuple[int, int, int]) -> Relief:
    """Two by two pixels over the middle of the region."""
    bands = np.zeros((4, 2, 2), np.uint8)
    bands[:3] = np.asarray(colour, np.uint8)[:, None, None]
    bands[3] = 255
    return Relief(encode(bands), ((26.60, 106.75), (26.70, 106.95)))


RED, GREEN = ("不得", "#A3262A"), ("80–100", "#3F7C86")
OVERLAYS = (
    Overlay("eligibility", "逐格判断", (RED,), (picture((163, 38, 42)),), note="格网"),
    Overlay("suitability", "得分", (GREEN,), (picture((63, 124, 134)),), on=False),
    Overlay("closed", "不公开的图", (RED,), note="可反推农田的边界，不画"),
)  # fmt: skip


def make_siting(**changes: object) -> Siting:
    """P-08 ranks first and P-04 second; P-01 is refused and not ranked; the rest have no card."""
    cards = {"P-08": BEST, "P-04": SECOND, "P-01": LAST}
    given = {
        "title": "测试选址", "sub": "方阵", "cards": cards, "overlays": OVERLAYS, "what": "分区",
        "sun": "来源：测试站", "draws": 1000, "note": "不等于同意",
    }  # fmt: skip
    return Siting(**{**given, **changes})  # type: ignore[arg-type]  # changes of one test
