"""The 2023 plan and its tables as data: industries, energy benchmarks, limits, clauses."""

from zoning.policy.classes import branch, six_class, two_high
from zoning.policy.energy import benchmark_class, benchmark_rows, energy_limit_class, limit_rows
from zoning.policy.tables import Clause, EnergyRow, Industry, clauses, industries

__all__ = [
    "Clause",
    "EnergyRow",
    "Industry",
    "benchmark_class",
    "benchmark_rows",
    "branch",
    "clauses",
    "energy_limit_class",
    "industries",
    "limit_rows",
    "six_class",
    "two_high",
]
