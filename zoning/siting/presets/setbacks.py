"""Setbacks of arrays on heaps: engineering defaults, a planner's to change in the preset file."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Setbacks(BaseModel):
    """What is deducted from a heap's ground before arrays are laid out.

    None of these numbers comes from a law or a standard that was read: all are illustrative.

    Parameters
    ----------
    edge_m : float
        From the outline of a part inwards: crest and toe. [m]
    dam_m : float
        Around dams, on both sides of a line. [m]
    drainage_m : float
        Around channels, wells and chutes of drainage, on both sides of a line. [m]
    steep_deg : float
        Steeper ground is not counted on (farming above 25 degrees is what the law on soil and
        water forbids, not arrays). [deg]
    source : str
        Whence, or that it is illustrative; printed beside the numbers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    edge_m: float = Field(default=10.0, ge=0, le=1000)
    dam_m: float = Field(default=30.0, ge=0, le=1000)
    drainage_m: float = Field(default=5.0, ge=0, le=1000)
    steep_deg: float = Field(default=25.0, gt=0, le=90)
    source: str = Field(default="示意值 illustrative，不是法定界限", min_length=1)

    def told(self) -> str:
        """The numbers and whence they are, as people read them."""
        return (
            f"边缘 {self.edge_m:g} m、坝体 {self.dam_m:g} m、排水 {self.drainage_m:g} m、"
            f"陡于 {self.steep_deg:g}°（{self.source}；在预设的 [ground] 里改）"
        )
