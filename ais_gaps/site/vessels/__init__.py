"""A page a vessel: what the site's lists say of her on all their days, and for those that matter most today her dossier.

vessel/imo-9179842.html          her page; the dossier where one is made, else what the lists hold
data/vessel/imo-9179842.json     what the lists hold, which every page shows
data/dossier/imo-9179842.json    the dossier, where one is made
data/vessels.json                all vessels of the site
"""

from __future__ import annotations

from ais_gaps.site.vessels.build import write
from ais_gaps.site.vessels.choice import DOSSIERS, MOST

__all__ = ["DOSSIERS", "MOST", "write"]
