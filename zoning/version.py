"""The version, on a floor of its own: whoever writes a result says what wrote it."""

__version__ = "0.4.0"
