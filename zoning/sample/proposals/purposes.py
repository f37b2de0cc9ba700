"""All sample proposals, in the order of the list.

`PURPOSES` is for tests and for whoever changes the sample; what a proposal is meant to show is not
written to the list.
"""

from __future__ import annotations

from zoning.sample.proposals.contested import CONTESTED
from zoning.sample.proposals.feasible import FEASIBLE
from zoning.sample.proposals.proposal import Proposal

PURPOSES: tuple[Proposal, ...] = (*FEASIBLE, *CONTESTED)
