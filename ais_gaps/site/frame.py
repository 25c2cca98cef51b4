"""What every page of the site shares: its frame, its style, and a policy that lets nothing from elsewhere in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from ais_gaps import __version__
from ais_gaps.dossier import wording
from ais_gaps.report.page import showing
from ais_gaps.site.assets import Assets

if TYPE_CHECKING:
    from jinja2 import Environment

PROGRAM: Final = f"ais_gaps {__version__}"
POLICY: Final = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file: data:; "
    "base-uri 'none'; form-action 'none'"
)
"""Scripts and styles from beside the page and from nowhere else, none in the page itself; nothing is fetched or sent. ``file:``
is for browsers to which each file is an origin of its own."""

SECTIONS: Final = (
    ("day", "Newest day", "index.html"),
    ("calendar", "Calendar", "calendar.html"),
    ("search", "Search", "search.html"),
)
"""Pages that every page leads to: key, label, address from the site's root."""


def page(
    template: str,
    assets: Assets,
    *,
    root: str,
    section: str,
    title: str,
    styles: tuple[str, ...] = ("site.css",),
    scripts: tuple[str, ...] = (),
    **context: Any,
) -> bytes:
    """A page of the site: a template that extends ``base.html``, filled.

    Args:
        template: its name, in ``site/templates`` or ``site/vessels/templates``.
        root: the way from the page to the site's root: ``""`` or ``"../"``.
        section: one of `SECTIONS`' keys, or any other word; the class of the body.
        title: of the window.
        styles, scripts: names of `Assets` in the order in which they are loaded; scripts run when the page is parsed.
        context: what the template uses beside.
    """
    text = environment().get_template(template).render(
        assets=assets, root=root, section=section, title=title, styles=styles, scripts=scripts, sections=SECTIONS,
        policy=POLICY, program=PROGRAM, **context,
    )  # fmt: skip
    return text.encode()


@cache
def environment() -> Environment:
    """Templates of the site: every expression is cleaned and escaped, and a name that is not given is an error."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=ChoiceLoader([PackageLoader("ais_gaps.site"), PackageLoader("ais_gaps.report.page")]),
        autoescape=True,
        finalize=showing.finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        href=showing.href,
        machine=showing.machine,
        miles=wording.miles,
        minute=wording.minute,
        instant=_instant,
        position=wording.position,
        shown=showing.shown,
        together=_together,
    )
    return found


def _instant(iso: str) -> str:
    """``2026-11-20 04:12 UTC`` of a time as JSON has it."""
    return f"{iso[:10]} {iso[11:16]} UTC"


def _together(text: str) -> Markup:
    """A short text that is not broken between its words, where it is short indeed."""
    short = showing.shown(text, 40)
    return escape(short.replace(" ", "\u00a0") if len(short) < 16 else short)
