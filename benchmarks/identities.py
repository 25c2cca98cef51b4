"""Who the vessels of a generated fleet are: numbers, names, types and sizes, as they say them in AIS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_MIDS = np.array([209, 211, 219, 229, 235, 244, 247, 248, 256, 257, 273, 303, 338, 351, 352, 366, 367, 368, 371, 372,
                  412, 413, 431, 440, 441, 445, 477, 538, 563, 636])  # fmt: skip
_FIRST = ("NORTHERN", "PACIFIC", "OCEAN", "GOLDEN", "SILVER", "EASTERN", "BLUE", "ROYAL", "LUCKY", "GRAND", "BALTIC",
          "SEA", "MISS", "LADY", "CAPE", "PORT", "STAR", "SUN", "POLAR", "ARCTIC", "CORAL", "AMBER", "IRON", "JADE",
          "WESTERN", "SOUTHERN", "CRYSTAL", "EVER", "NEW", "OLD")  # fmt: skip
_SECOND = ("TRADER", "SPIRIT", "PIONEER", "STAR", "HARMONY", "GLORY", "EXPRESS", "DAWN", "BREEZE", "FORTUNE", "HOPE",
           "WAVE", "EAGLE", "FALCON", "SWAN", "DOLPHIN", "ORCHID", "LOTUS", "TIGER", "DRAGON", "BRIDGE", "HORIZON",
           "VOYAGER", "PRINCESS", "MARINER", "CHALLENGER", "VENTURE", "ISLANDER", "RUNNER", "CARRIER")  # fmt: skip
# ITU-R M.1371 ship type, share of the fleet, class A share, shortest and longest (m), slowest and fastest (kn)
_TYPES = np.array([
    (30, 0.18, 0.55, 12, 90, 5, 12), (31, 0.10, 0.9, 18, 45, 5, 12), (37, 0.12, 0.02, 6, 30, 4, 20),
    (60, 0.06, 0.9, 20, 300, 10, 22), (70, 0.22, 1, 60, 300, 9, 18), (71, 0.04, 1, 80, 366, 10, 20),
    (79, 0.05, 1, 60, 230, 8, 15), (80, 0.13, 1, 70, 330, 8, 15), (89, 0.03, 1, 60, 250, 8, 14),
    (90, 0.05, 0.7, 15, 140, 5, 14), (0, 0.02, 0.5, 10, 60, 4, 12),
])  # fmt: skip


@dataclass(frozen=True)
class Identities:
    """One entry a vessel.

    Attributes:
        texts: what it says of itself, by MarineCadastre column, null where it says nothing.
        class_a: class A transceiver, else B.
        type_code: ITU-R M.1371 ship type, 0 = not said.
        speed_kn: its usual speed.
        draught_dm: laden draught in decimetres, 0 = not said.
        no_heading: it has no compass on its AIS and sends 511.
    """

    texts: dict[str, pa.Array]
    class_a: Flags
    type_code: Ints
    speed_kn: Floats
    draught_dm: Ints
    no_heading: Flags


def make_identities(rng: np.random.Generator, n: int) -> Identities:
    """As many vessels as asked for, no two of one MMSI or IMO number; names repeat, as real ones do."""
    kinds = _TYPES[rng.choice(len(_TYPES), n, p=_TYPES[:, 1] / _TYPES[:, 1].sum())]
    code = kinds[:, 0].astype(np.int64)
    class_a: Flags = rng.random(n) < kinds[:, 2]
    length = np.round(kinds[:, 3] + (kinds[:, 4] - kinds[:, 3]) * rng.beta(1.3, 2.5, n)).astype(np.int64)
    speed_kn = kinds[:, 5] + (kinds[:, 6] - kinds[:, 5]) * rng.random(n)
    cargo = np.where((code >= 70) & (code < 90), code, 0)
    return Identities(
        texts={
            "MMSI": _texts(_mmsi(rng, n)),
            "VesselName": pa.array(_names(rng, n), mask=rng.random(n) < 0.02),
            "IMO": _texts(_imo(rng, n), class_a & (length > 50), "IMO{}"),
            "CallSign": pa.array(_call_signs(rng, n), mask=~(class_a | (rng.random(n) < 0.5))),
            "VesselType": _texts(code, code > 0),
            "Length": _texts(length),
            "Width": _texts(np.maximum(2, length // 6)),
            "Cargo": _texts(cargo, cargo > 0),
            "TransceiverClass": pa.array(np.where(class_a, "A", "B")),
        },
        class_a=class_a,
        type_code=code,
        speed_kn=speed_kn.astype(np.float64),
        draught_dm=np.where(class_a & (length > 40), np.round(length * 0.55), 0).astype(np.int64),
        no_heading=np.where(class_a, rng.random(n) < 0.12, rng.random(n) < 0.85),
    )


def _mmsi(rng: np.random.Generator, n: int) -> Ints:
    found = np.empty(0, np.int64)
    while len(found) < n:
        more = rng.choice(_MIDS, n) * 1_000_000 + rng.integers(1_000, 1_000_000, n)
        found = np.unique(np.concatenate([found, more]))
    return rng.permutation(found)[:n]


def _names(rng: np.random.Generator, n: int) -> list[str]:
    numbers = zip(rng.integers(1, 100, n), rng.random(n) < 0.6, strict=True)
    words = zip(rng.choice(_FIRST, n), rng.choice(_SECOND, n), numbers, strict=True)
    return [f"{first} {second} {k}" if numbered else f"{first} {second}" for first, second, (k, numbered) in words]


def _call_signs(rng: np.random.Generator, n: int) -> list[str]:
    letters, digits = rng.integers(65, 91, (n, 3)), rng.integers(1, 100, n)
    return [f"{chr(a)}{chr(b)}{chr(c)}{k}" for (a, b, c), k in zip(letters, digits, strict=True)]


def _imo(rng: np.random.Generator, n: int) -> Ints:
    """Numbers whose last digit is the checksum (IMO Resolution A.1117(30): weights 7 down to 2)."""
    body = rng.choice(900_000, n, replace=False) + 100_000
    digits = body[:, None] // 10 ** np.arange(5, -1, -1) % 10
    last: Ints = (digits * np.arange(7, 1, -1)).sum(1) % 10
    return body * 10 + last


def _texts(numbers: Ints, known: Flags | None = None, form: str = "{}") -> pa.Array:
    return pa.array([form.format(k) for k in numbers.tolist()], mask=None if known is None else ~known)
