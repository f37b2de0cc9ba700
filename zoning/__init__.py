"""Screen sites against layers and rules, and always be able to say why."""

__version__ = "0.1.0"
