"""Suitability: preferences, weights, ranking, and how much it hangs on the weights."""

from zoning.siting.suitability.curves import Categories, Classes, Curve
from zoning.siting.suitability.ranking import Ranking, topsis, weighted_sum
from zoning.siting.suitability.sensitivity import Stability, deciding, stability
from zoning.siting.suitability.weights import Weights, from_comparisons, from_entropy, given

__all__ = [
    "Categories",
    "Classes",
    "Curve",
    "Ranking",
    "Stability",
    "Weights",
    "deciding",
    "from_comparisons",
    "from_entropy",
    "given",
    "stability",
    "topsis",
    "weighted_sum",
]
