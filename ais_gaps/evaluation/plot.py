"""The reliability plot: p_switched_off against the share that was switched off, both on logarithmic axes, as SVG of its own."""

from __future__ import annotations

import math
from html import escape
from typing import Final

import pyarrow as pa

from ais_gaps.evaluation import words
from ais_gaps.evaluation.question import Report

_SIDE, _LEFT, _TOP, _WIDTH, _HEIGHT = 420.0, 76.0, 62.0, 540, 545
_LEAST: Final = -4  # the axes begin at 10 to this power; what is less stands on the edge
_STYLE: Final = (
    "text{font:13px sans-serif;fill:#222}.small{font-size:11px;fill:#555}.axis{stroke:#222;fill:none}"
    ".grid{stroke:#ddd}.even{stroke:#888;stroke-dasharray:5 4}.bar{stroke:#1d5f8a;stroke-width:1.5}.point{fill:#1d5f8a}"
)


def svg(report: Report) -> str:
    """The plot: a point a bin at its mean p and its observed share, with the 95 percent interval of that share."""
    what = "by the truth of a generated world" if report.by_truth else "by injection"
    title = f"Reliability of p_switched_off, {what}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="26">{escape(title)}</text>',
        f'<text class="small" x="{_LEFT}" y="44">{escape(_under(report))}</text>',
        *_axes(),
        *_points(report.reliability),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def html(report: Report) -> str:
    """A page with the plot and what is said with it; it needs no network."""
    lines = "".join(f"<p>{escape(line)}</p>\n" for line in (*words.summary(report), *words.limits(report)))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Reliability of p_switched_off</title>\n'
        "<style>body{font:15px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222}svg{max-width:100%;"
        f"height:auto}}</style>\n</head>\n<body>\n{svg(report)}{lines}</body>\n</html>\n"
    )


def _under(report: Report) -> str:
    rows = int(sum(report.reliability["silences"].to_pylist()))
    share = "" if report.by_truth else f"; {report.question.prevalence:.2%} taken to be switched off"
    return f"{rows:,} silences, bins of equal weight, 95 percent intervals{share}"


def _at(p: float) -> float:
    """How far along an axis, 0 to 1."""
    return 0.0 if p <= 10.0**_LEAST else min(1.0 - math.log10(p) / _LEAST, 1.0)


def _x(p: float) -> str:
    return f"{_LEFT + _SIDE * _at(p):.1f}"


def _y(p: float) -> str:
    return f"{_TOP + _SIDE * (1.0 - _at(p)):.1f}"


def _axes() -> list[str]:
    right, bottom = _LEFT + _SIDE, _TOP + _SIDE
    parts = []
    for power in range(_LEAST, 1):
        p = 10.0**power
        name = f"{p:g}" if power > _LEAST else f"≤ {p:.4f}"
        parts += [
            f'<line class="grid" x1="{_x(p)}" y1="{_TOP}" x2="{_x(p)}" y2="{bottom}"/>',
            f'<line class="grid" x1="{_LEFT}" y1="{_y(p)}" x2="{right}" y2="{_y(p)}"/>',
            f'<text class="small" x="{_x(p)}" y="{bottom + 18}" text-anchor="middle">{name}</text>',
            f'<text class="small" x="{_LEFT - 8}" y="{_y(p)}" dy="4" text-anchor="end">{name}</text>',
        ]
    middle = _TOP + _SIDE / 2.0
    return [
        *parts,
        f'<rect class="axis" x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}"/>',
        f'<line class="even" x1="{_LEFT}" y1="{bottom}" x2="{right}" y2="{_TOP}"/>',
        f'<text x="{_LEFT + _SIDE / 2.0}" y="{bottom + 44}" text-anchor="middle">mean p_switched_off of the bin</text>',
        f'<text transform="translate(18 {middle}) rotate(-90)" text-anchor="middle">share that was switched off</text>',
    ]


def _points(bins: pa.Table) -> list[str]:
    parts = []
    for row in bins.to_pylist():
        x, said = (
            _x(row["mean_p"]),
            f"{row['silences']:,} silences: mean p {row['mean_p']:.4f}, observed {row['observed']:.4f}",
        )
        parts += [
            f'<line class="bar" x1="{x}" y1="{_y(row["low"])}" x2="{x}" y2="{_y(row["high"])}"/>',
            f'<circle class="point" cx="{x}" cy="{_y(row["observed"])}" r="4"><title>{said}</title></circle>',
        ]
    return parts
