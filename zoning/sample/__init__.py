"""Seeded synthetic layers and proposals around the real districts, all marked 示例."""

from zoning.sample.write import write_sample

__all__ = ["write_sample"]
