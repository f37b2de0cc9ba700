"""A suitability model: criteria, how much each weighs, and the submodels that they make up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from zoning.arrays import Floats, Mask
from zoning.rules.grammar import FactRef
from zoning.siting.criteria.curves import Categories, Classes, Curve
from zoning.siting.criteria.ranking import Ranking, topsis, weighted_sum
from zoning.siting.criteria.weights import from_entropy

How: TypeAlias = Literal["given", "ahp", "entropy"]
Method: TypeAlias = Literal["sum", "topsis"]
Preference: TypeAlias = Curve | Classes | Categories


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that counts, and how good each of its values is.

    Parameters
    ----------
    name, title : str
    fact : FactRef
        In the vocabulary of rules; ``site.x`` is the column ``x`` of the table of sites.
    preference : Curve, Classes or Categories
        Over the fact in its base unit, a column in its own.
    share : float
        Of the weight of its group, of all where there are no groups.
    group : str
        Name of its submodel; "" where there are none.
    """

    name: str
    title: str
    fact: FactRef
    preference: Preference
    share: float
    group: str = ""

    @property
    def of_site(self) -> bool:
        """Whether only the table of sites can answer, so that no cell can."""
        return self.fact.layer == "site"


@dataclass(frozen=True, slots=True)
class Group:
    """A submodel: criteria that are summed by themselves.

    Parameters
    ----------
    name, title : str
    share : float
        Of all weight.
    how : {"given", "ahp", "entropy"}
        Where the shares of its criteria come from.
    """

    name: str
    title: str
    share: float
    how: How = "given"


@dataclass(frozen=True, slots=True)
class Model:
    """Criteria and what they weigh.

    Parameters
    ----------
    criteria : tuple of Criterion
    groups : tuple of Group
        Empty: the criteria are summed at once.
    how : {"given", "ahp", "entropy"}
        Where the shares of the groups come from, of the criteria where there are none.
    method : {"sum", "topsis"}
        How sites are ranked. Cells always take the sum: TOPSIS depends on who else is compared.
    notes : tuple of str
        What a reader should know, such as the consistency ratio of an AHP.
    """

    criteria: tuple[Criterion, ...] = ()
    groups: tuple[Group, ...] = ()
    how: How = "given"
    method: Method = "sum"
    notes: tuple[str, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles of the criteria."""
        return tuple(criterion.title for criterion in self.criteria)

    @property
    def weights(self) -> Floats:
        """What each criterion weighs in all; sums to 1. [criteria]"""
        whole = {group.name: group.share for group in self.groups}
        return np.asarray([c.share * whole.get(c.group, 1.0) for c in self.criteria], np.float64)

    @property
    def places(self) -> tuple[int, ...]:
        """Place of the group that each criterion is in; 0 where there are no groups."""
        names = [group.name for group in self.groups]
        return tuple(names.index(c.group) if names else 0 for c in self.criteria)

    def only(self, kept: Sequence[bool] | Mask) -> Model:
        """Some of the criteria; what the others weighed goes to their group, then to the groups."""
        left = tuple(c for c, held in zip(self.criteria, kept, strict=True) if held)
        sums = {g: sum(c.share for c in left if c.group == g) for g in {c.group for c in left}}
        left = tuple(c for c in left if sums[c.group] > 0)
        criteria = tuple(replace(c, share=c.share / sums[c.group]) for c in left)
        held_groups = [g for g in self.groups if sums.get(g.name, 0.0) > 0]
        whole = sum(group.share for group in held_groups)
        if self.groups and not whole > 0:
            return replace(self, criteria=(), groups=())
        groups = tuple(replace(group, share=group.share / whole) for group in held_groups)
        return replace(self, criteria=criteria, groups=groups)

    def weighed(self, scores: Floats) -> Model:
        """Shares that come from entropy, found from the sites at hand.

        Where fewer than two sites have all their scores there is nothing to learn from: the shares
        stay as given.

        Parameters
        ----------
        scores : float array [n, criteria]
        """
        known = scores[~np.isnan(scores).any(axis=1)]
        if len(known) < 2 or "entropy" not in {self.how, *(group.how for group in self.groups)}:
            return self
        model = self
        for group in self.groups:
            if group.how == "entropy":
                model = _shared(model, known, group.name)
        if self.how == "entropy" and not self.groups:
            model = _shared(model, known, "")
        if self.how == "entropy" and self.groups:
            shares = from_entropy(model.group_scores(known)).values
            pairs = zip(model.groups, shares, strict=True)
            model = replace(model, groups=tuple(replace(g, share=s) for g, s in pairs))
        return model

    def group_scores(self, scores: Floats) -> Floats:
        """Weighted sum within each group, in [0, 1]. [n, groups]"""
        share = np.asarray([c.share for c in self.criteria])
        place = np.asarray(self.places)
        columns = [(scores * share)[:, place == k].sum(axis=1) for k in range(len(self.groups))]
        return np.stack(columns, axis=1) if columns else np.zeros((len(scores), 0))

    def rank(self, scores: Floats, weights: Floats | None = None) -> Ranking:
        """Rank sites by the model's method.

        Parameters
        ----------
        scores : float array [n, criteria]
        weights : float array [criteria], optional
            Its own by default.
        """
        way = topsis if self.method == "topsis" else weighted_sum
        return way(scores, self.weights if weights is None else weights)


def _shared(model: Model, known: Floats, group: str) -> Model:
    at = [k for k, criterion in enumerate(model.criteria) if criterion.group == group]
    shares = dict(zip(at, from_entropy(known[:, at]).values, strict=True))
    pairs = enumerate(model.criteria)
    return replace(
        model, criteria=tuple(replace(c, share=shares.get(k, c.share)) for k, c in pairs)
    )
