"""What has changed, as an Atom feed (RFC 4287): one entry a change, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree import ElementTree

import orjson

from ais_gaps import __version__
from ais_gaps.errors import AisGapsError, UsageError
from ais_gaps.plain import plain
from ais_gaps.site.data.day import day_file
from ais_gaps.site.data.xml import text
from ais_gaps.site.files import Written, write_all
from ais_gaps.site.keys import vessel_page
from ais_gaps.site.rows import anchor

FEED: Final = "feed.xml"
FEED_DAYS: Final = 14
"""The feed holds the changes of so many of the newest days of the site; those before stand in the files of their days."""

TAG: Final = "tag:ais-gaps.invalid,2026:"
"""Beginning of the ids (RFC 4151). They must not hang on where a site lies, or a move would announce every change anew; so the
authority is a name that nobody can own (RFC 2606), and what follows is unique by itself."""

_ATOM: Final = "http://www.w3.org/2005/Atom"
_GEORSS: Final = "http://www.georss.org/georss"


def write_feed(folder: Path, days: Sequence[date], *, base_url: str | None = None, last: int = FEED_DAYS) -> Written:
    """Writes ``feed.xml`` under the site's folder.

    Args:
        folder: the site's; the days' JSON is read there (`day.write_day` comes first).
        days: all days of the site, in any order.
        base_url: where the site will be served, so that links are whole addresses; None = links relative to the feed, which
            is how they are read where ``xml:base`` is not given (RFC 4287, section 2; RFC 3986, section 5.1).
        last: so many of the newest days.

    Raises:
        UsageError: the address is none that a site can have.
        AisGapsError: a day's file is missing or is none of this form.
    """
    base = "" if base_url is None else checked(base_url)
    newest = sorted(days, reverse=True)[:last]
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xmlns:georss": _GEORSS, "xml:lang": "en"})
    lists = [_read(folder, day) for day in newest]
    listed = {(row["day"], row["gap_id"]) for found in lists for row in found["rows"]}
    # What late data took back is told on the lists of two days, and is one change.
    first = {change["change_id"]: change for found in lists for change in found["changes"]}
    changes = list(first.values())
    changes.sort(key=lambda change: (datetime.fromisoformat(_updated(change)), change["day"]), reverse=True)
    _head(root, base, len(newest), max((_end_of(day) for day in newest), default="1970-01-01T00:00:00Z"), changes)
    for change in changes:
        _entry(root, change, base, on_page=(change["day"], change["gap_id"]) in listed)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return write_all(folder, [(FEED, written + b"\n")])


def checked(base_url: str) -> str:
    """The address of the site, with a slash at its end.

    Raises:
        UsageError: it is not plainly http or https with a host, or has a query, a fragment or a password.
    """
    problem = f"--base-url {plain(base_url)[:200]!r} is no address of a site; it takes one such as https://example.org/dark-ships/"
    try:
        parts = urlsplit(base_url)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        raise UsageError(problem) from None
    odd = parts.query or parts.fragment or parts.username or parts.password or not base_url.isascii()
    if not whole or odd or any(character in base_url for character in '\\"<>^`{|} ') or not base_url.isprintable():
        raise UsageError(problem)
    return base_url.rstrip("/") + "/"


def _read(folder: Path, day: date) -> dict[str, Any]:
    path = folder / day_file(day, "json")
    try:
        found: dict[str, Any] = orjson.loads(path.read_bytes())
        if found["day"] == day.isoformat() and isinstance(found["changes"], list):
            return found
    except FileNotFoundError:
        raise AisGapsError(f"{path} is missing; write the site anew") from None
    except OSError as error:
        raise AisGapsError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError):
        pass
    raise AisGapsError(f"{path} is no watchlist of that day; write the site anew")


def _head(root: Any, base: str, days: int, end: str, changes: Sequence[dict[str, Any]]) -> None:
    # Two sites are two feeds: where it is known where this one lies, that is its id.
    _tell(root, "id", base + FEED if base else f"{TAG}watchlist")
    _tell(root, "title", "Dark-ship watchlist: changes", type="text")
    _tell(root, "subtitle", f"What is new on the list, of the newest {days} of its days", type="text")
    _tell(root, "updated", max([end, *map(_updated, changes[:1])], key=datetime.fromisoformat))
    author = ElementTree.SubElement(root, "author")
    _tell(author, "name", "ais_gaps")
    _tell(root, "generator", "ais_gaps", version=__version__)
    _link(root, "self", base + FEED, "application/atom+xml")
    _link(root, "alternate", base + "index.html", "text/html")
    _link(root, "archives", base + "calendar.html", "text/html", "All days")
    _link(root, "archives", base + "data/days.json", "application/json", "All days")


def _entry(root: Any, change: dict[str, Any], base: str, *, on_page: bool) -> None:
    entry = ElementTree.SubElement(root, "entry")
    day = date.fromisoformat(change["day"])
    _tell(entry, "id", f"{TAG}change/{text(change['change_id'])}")
    _tell(entry, "title", text(change["text"], 300), type="text")
    _tell(entry, "updated", _updated(change))
    ElementTree.SubElement(entry, "category", {"term": text(change["kind"])})
    row = anchor(change["gap_id"]) if on_page else None
    page = f"{base}day/{day.isoformat()}.html" + (f"#{row}" if row else "")
    _link(entry, "alternate", page, "text/html", f"Watchlist of {day.isoformat()}")
    _link(entry, "related", base + vessel_page(change), "text/html", "The vessel")
    _link(entry, "related", base + day_file(day, "json"), "application/json", f"Watchlist of {day.isoformat()} as JSON")
    _tell(entry, "content", " ".join(_said(change)), type="text")
    if change["lat"] is not None and change["lon"] is not None:
        _tell(entry, "georss:point", f"{change['lat']} {change['lon']}")


def _said(change: dict[str, Any]) -> Iterator[str]:
    """The change, and the row's figures as the table has them."""
    yield text(change["text"])
    yield f"Silent from {change['off_ts']}" + (f" to {change['on_ts']}." if change["on_ts"] else ".")
    p = change["p_switched_off"]
    yield "Not judged." if p is None else f"Probability of a choice: {p:.2f}."
    yield f"MMSI {change['mmsi']}" + (f", IMO {change['imo']}." if change["imo"] is not None else ".")
    yield f"Silence {text(change['gap_id'])}."


def _updated(change: dict[str, Any]) -> str:
    return change["known_at"] or _end_of(date.fromisoformat(change["day"]))


def _end_of(day: date) -> str:
    return f"{datetime(day.year, day.month, day.day) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"


def _tell(parent: Any, name: str, said: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = said


def _link(parent: Any, rel: str, href: str, media: str, title: str | None = None) -> None:
    attributes = {"rel": rel, "type": media, "href": href} | ({} if title is None else {"title": title})
    ElementTree.SubElement(parent, "link", attributes)
