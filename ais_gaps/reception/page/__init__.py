"""Reception as one page of HTML with a map, that asks nobody for anything."""

from ais_gaps.reception.page.page import render

__all__ = ["render"]
