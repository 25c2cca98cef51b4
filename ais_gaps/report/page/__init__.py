"""A dossier as one page of HTML that asks nobody for anything: readable without a manual, checkable to the row.

`render` gives the whole page as text: styles, scripts, land, map library and the dossier's own JSON are in it. `render_beside`
gives the same page for a site of many, where these lie beside it.
"""

from ais_gaps.report.page.page import SCRIPTS, STYLES, Beside, render, render_beside, shared

__all__ = ["SCRIPTS", "STYLES", "Beside", "render", "render_beside", "shared"]
