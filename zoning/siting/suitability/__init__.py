"""Suitability: preferences, weights, ranking, and how much it hangs on the weights."""

from zoning.siting.suitability.curves import Categories, Classes, Curve
from zoning.siting.suitability.model import Criterion, Group, Model
from zoning.siting.suitability.ranking import Ranking, topsis, weighted_sum
from zoning.siting.suitability.sensitivity import Stability, deciding, stability
from zoning.siting.suitability.weights import Weights, from_comparisons, from_entropy, given

__all__ = [
    "Categories",
    "Classes",
    "Criterion",
    "Curve",
    "Group",
    "Model",
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
