"""Suitability: preferences, weights, ranking, and how much it hangs on the weights."""

from zoning.siting.criteria.curves import Categories, Classes, Curve
from zoning.siting.criteria.model import Criterion, Group, Model
from zoning.siting.criteria.ranking import Ranking, topsis, weighted_sum
from zoning.siting.criteria.sensitivity import Stability, deciding, stability
from zoning.siting.criteria.weights import Weights, from_comparisons, from_entropy, given

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
