"""What the pages load from beside them: styles, scripts, map library and land, under names that change with their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from ais_gaps.report.page import offline, shared
from ais_gaps.site import coast
from ais_gaps.site.files import Written, write_all

Assets = Mapping[str, str]
"""Logical name (``site.css``) to path from the site's root (``assets/site-0f3a52c01b7e.css``)."""

_SITE: Final = "ais_gaps.site"
_DIGITS: Final = 12
_LEAFLET: Final = "vendor/leaflet/leaflet"
_CLUSTER: Final = "vendor/leaflet.markercluster"


@cache
def contents() -> Mapping[str, bytes]:
    """Every asset but the land, by its logical name."""
    cluster = offline.text(f"{_CLUSTER}/leaflet.markercluster.js", _SITE).splitlines()
    texts = {
        "site.css": offline.text("static/site.css", _SITE),
        "site.js": offline.text("static/site.js", _SITE),
        "leaflet.css": offline.style(f"{_LEAFLET}.css"),
        "leaflet.js": offline.script(f"{_LEAFLET}.js"),
        "cluster.css": offline.text(f"{_CLUSTER}/MarkerCluster.css", _SITE),
        "cluster.js": "\n".join(line for line in cluster if not line.startswith("//# sourceMappingURL=")),
        "sea.js": offline.text("static/marks.js") + offline.text("static/sea.js"),
        "map.js": offline.text("static/land.js", _SITE) + offline.text("static/map.js", _SITE),
        "day.js": offline.text("static/day.js", _SITE),
        "search.js": offline.text("static/search.js", _SITE),
        "vessel.css": offline.text("static/vessel.css", _SITE),
        "dossier.css": shared()["dossier.css"],
        "dossier.js": "".join(
            (offline.text("static/land.js", _SITE), offline.text("static/ashore.js", _SITE), shared()["dossier.js"])
        ),
        "licences.txt": _licences(),
    }
    return {name: text.encode() for name, text in texts.items()}


@cache
def names() -> Assets:
    """Where each asset lies in the site; ``land`` is a folder."""
    return {name: _hashed(name, data) for name, data in contents().items()} | {"land": f"assets/land-{coast.version()}"}


def write_assets(folder: Path) -> Written:
    """Writes all of them under the site's folder. Land that is there already is not made again."""
    found = write_all(folder, ((names()[name], data) for name, data in contents().items()))
    return found + coast.write_coast(folder, names()["land"])


def _hashed(name: str, data: bytes) -> str:
    stem, suffix = name.rsplit(".", 1)
    return f"assets/{stem}-{hashlib.sha256(data).hexdigest()[:_DIGITS]}.{suffix}"


def _licences() -> str:
    said = [
        ("Leaflet 1.9.4", offline.text("vendor/leaflet/LICENSE")),
        ("Leaflet.markercluster 1.5.3", offline.text(f"{_CLUSTER}/LICENSE", _SITE)),
        ("Land: Natural Earth", "Made with Natural Earth. Free vector and raster map data @ naturalearthdata.com.\n"),
    ]
    return "\n".join(f"{what}\n\n{text}" for what, text in said)
