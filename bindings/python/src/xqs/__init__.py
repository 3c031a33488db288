"""Experience quality scores: satisfaction in per cent of the requirement."""

from xqs._library import version

__all__ = ["version"]
