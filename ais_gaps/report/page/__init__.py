"""A dossier as one page of HTML that asks nobody for anything: readable without a manual, checkable to the row.

`render` gives the whole page as text: styles, scripts, land, map library and the dossier's own JSON are in it.
"""

from ais_gaps.report.page.page import render

__all__ = ["render"]
