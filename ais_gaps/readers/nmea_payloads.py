"""The fields of AIS messages out of their payloads, many messages at a time.

The layouts (which bits hold which field) are those of pyais's message classes. pyais itself takes some 6 microseconds
a message, since it builds an object with every field of it; here the few fields that a row needs are taken out of all
messages of a kind at once. The tests hold every field against pyais's own decoding.

Scales and the numbers for "not available" are those of ITU-R M.1371-5, annex 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyais import messages as pyais_messages

from ais_gaps.itu import ship_type_words
from ais_gaps.readers import messages

_ARMOUR = bytes((c - 48 if c < 96 else c - 56) if 48 <= c < 88 or 96 <= c < 120 else 0 for c in range(256))
_ARMOURED = bytes((*range(48, 88), *range(96, 120)))
_NUMBER_BITS, _MMSI_BITS, _PART_BITS = (0, 6), (8, 30), (38, 2)
_UNKNOWN_SECOND = 60
_DAY_US = 86_400_000_000


@dataclass(frozen=True)
class _Field:
    start: int
    width: int
    signed: bool


def _layout(message: Any) -> dict[str, _Field]:
    """Where the fields of a pyais message class lie."""
    fields, start = {}, 0
    for each in message.fields():
        width = each.metadata["width"]
        fields[each.name] = _Field(start, width, each.metadata["signed"])
        start += width
    return fields


_LAYOUTS: Final = [
    ((1, 2, 3), None, _layout(pyais_messages.MessageType1)),
    ((4, 11), None, _layout(pyais_messages.MessageType4)),
    ((5,), None, _layout(pyais_messages.MessageType5)),
    ((9,), None, _layout(pyais_messages.MessageType9)),
    ((18,), None, _layout(pyais_messages.MessageType18)),
    ((19,), None, _layout(pyais_messages.MessageType19)),
    ((21,), None, _layout(pyais_messages.MessageType21)),
    ((24,), 0, _layout(pyais_messages.MessageType24PartA)),
    ((24,), 1, _layout(pyais_messages.MessageType24PartB)),
    ((27,), None, _layout(pyais_messages.MessageType27)),
]


@dataclass(frozen=True)
class Decoded:
    """Messages decoded, all of shape (n,).

    Attributes:
        columns: columns of `ais_gaps.readers.interface.ROWS`, by name.
        reasons: index of a message and why it could not be decoded.
        mmsi: who sent it, 0 where that could not be decoded.
        second: second of the UTC minute at which it was made, 60 or more if it does not say.
        base_us: the UTC date and time that messages 4 and 11 carry, microseconds since 1970; -1 elsewhere.
    """

    columns: dict[str, Any]
    reasons: list[tuple[int, str]]
    mmsi: NDArray[np.int64]
    second: NDArray[np.int64]
    base_us: NDArray[np.int64]


def decode(payloads: Sequence[bytes], fills: Sequence[int]) -> Decoded:
    """The fields of messages.

    Args:
        payloads: the armoured payload of each.
        fills: how many bits at its end are only filling.
    """
    rows = _Rows(payloads, fills)
    for numbers, part, layout in _LAYOUTS:
        chosen = rows.good & np.isin(rows.number, numbers)
        if part is not None:
            chosen &= rows.part == part
        where = np.flatnonzero(chosen)
        if where.size:
            rows.take(where, layout)
    return rows.finish()


class _Rows:
    def __init__(self, payloads: Sequence[bytes], fills: Sequence[int]) -> None:
        n = len(payloads)
        self._payloads = payloads
        self._bits = np.fromiter(map(len, payloads), np.int64, n) * 6 - np.fromiter(fills, np.int64, n)
        self.reasons: list[tuple[int, str]] = []
        head = _six_bits(payloads, 7)
        self.number = _bits(head, *_NUMBER_BITS)
        self.mmsi = _bits(head, *_MMSI_BITS)
        self.part = np.where(self.number == 24, _bits(head, *_PART_BITS), 0)
        self.good = self._check()
        self.second = np.full(n, _UNKNOWN_SECOND, dtype=np.int64)
        self.base_us = np.full(n, -1, dtype=np.int64)
        self._floats = {
            name: np.full(n, np.nan) for name in ("lat", "lon", "sog", "cog", "heading", "length", "beam", "draught")
        }
        self._status: NDArray[np.int16] = np.full(n, -1, dtype=np.int16)
        self._imo: NDArray[np.int64] = np.full(n, -1, dtype=np.int64)
        texts = ("name", "call_sign", "ship_type", "destination", "eta")
        self._texts: dict[str, NDArray[np.object_]] = {name: np.full(n, None, dtype=object) for name in texts}

    def _check(self) -> NDArray[np.bool_]:
        faults: list[tuple[NDArray[np.bool_], str]] = [
            (self._bits <= 0, "AIS sentence has no payload"),
            (self._foreign(), "payload holds characters that no AIS message has"),
            ((self.number < 1) | (self.number > messages.LAST), "there is no AIS message {number}"),
            (self._bits < sum(_MMSI_BITS), "payload is too short: {bits} bits"),
            (
                (self.number == 24) & (self._bits < sum(_PART_BITS)),
                "payload is too short for message 24: {bits} bits",
            ),
            (self.part > 1, "static data report has an unknown part number: {part}"),
        ]
        good: NDArray[np.bool_] = np.ones(len(self._payloads), dtype=bool)
        for bad, reason in faults:
            self._reject(np.flatnonzero(bad & good), reason)
            good &= ~bad
        return good

    def _foreign(self) -> NDArray[np.bool_]:
        if not b"".join(self._payloads).translate(None, _ARMOURED):
            return np.zeros(len(self._payloads), dtype=bool)
        return np.array([bool(payload.translate(None, _ARMOURED)) for payload in self._payloads], dtype=bool)

    def _reject(self, where: NDArray[np.intp], reason: str) -> None:
        for i in where.tolist():
            values = {"number": self.number[i], "bits": self._bits[i], "part": self.part[i]}
            self.reasons.append((i, reason.format_map(values)))

    def take(self, where: NDArray[np.intp], layout: dict[str, _Field]) -> None:
        """Takes the fields of a layout out of the messages at those indices."""
        if "lat" in layout:
            short = self._bits[where] < layout["lat"].start + layout["lat"].width
            self._reject(where[short], "payload is too short for message {number}: {bits} bits")
            self.good[where[short]] = False
            where = where[~short]
        group = _Group([self._payloads[i] for i in where.tolist()], self._bits[where], layout)
        number = self.number[where]
        if "lat" in layout:
            # as pyais rounds: to 6 decimals, exactly
            coarse = 10_000 if number.size and number[0] == 27 else 10
            for name in ("lat", "lon"):
                self._floats[name][where] = ((coarse * group.number(name)[0] + 3) // 6) / 1e6
        if "speed" in layout:
            whole = np.isin(number, (9, 27))
            sog = group.float("speed") / np.where(whole, 1, 10)
            cog = group.float("course") / np.where(number == 27, 1, 10)
            messages.clear_unavailable(number, sog, cog)
            self._floats["sog"][where], self._floats["cog"][where] = sog, cog
        if "heading" in layout:
            self._floats["heading"][where] = group.float("heading")
        if "status" in layout:
            self._status[where] = np.where(*group.number_or("status", -1))
        if "second" in layout:
            self.second[where] = np.where(*group.number_or("second", _UNKNOWN_SECOND))
        if "year" in layout:
            self.base_us[where] = _date_us(group)
        if not messages.CLAIMS.isdisjoint(number[:1].tolist()):
            self._take_claims(where, group, layout)

    def _take_claims(self, where: NDArray[np.intp], group: _Group, layout: dict[str, _Field]) -> None:
        if "name_ext" in layout:
            parts = zip(group.text("name"), group.text("name_ext", variable=True), strict=True)
            self._texts["name"][where] = [(name or "") + (more or "") or None for name, more in parts]
        for column, name in (("name", "shipname"), ("call_sign", "callsign"), ("destination", "destination")):
            if name in layout:
                self._texts[column][where] = group.text(name)
        if "ship_type" in layout:
            codes = np.where(*group.number_or("ship_type", 0)).tolist()
            self._texts["ship_type"][where] = [ship_type_words(code) for code in codes]
        if "to_bow" in layout:
            # what is a craft's size elsewhere is its parent ship's MMSI in an auxiliary craft's message 24
            auxiliary = (self.number[where] == 24) & (self.mmsi[where] // 10_000_000 == 98)
            for column, one, other in (("length", "to_bow", "to_stern"), ("beam", "to_port", "to_starboard")):
                size = group.float(one) + group.float(other)
                self._floats[column][where] = np.where((size == 0) | auxiliary, np.nan, size)
        if "imo" in layout:
            self._imo[where] = np.where(*group.number_or("imo", -1))
            draught = group.float("draught") / 10
            self._floats["draught"][where] = np.where(draught == 0, np.nan, draught)
            self._texts["eta"][where] = group.eta()

    def finish(self) -> Decoded:
        bad = ~self.good
        number = np.where(bad, 0, self.number)
        columns: dict[str, Any] = {
            "mmsi": pa.array(self.mmsi, mask=bad),
            "nav_status": pa.array(self._status, mask=bad | (self._status < 0)),
            "imo": pa.array(self._imo, mask=self._imo < 0),
            **messages.columns(number),
            **self._floats,
            **self._texts,
        }
        return Decoded(columns, sorted(self.reasons), np.where(bad, 0, self.mmsi), self.second, self.base_us)


class _Group:
    """Messages of one layout."""

    def __init__(self, payloads: Sequence[bytes], bits: NDArray[np.int64], layout: dict[str, _Field]) -> None:
        self._bits, self._layout = bits, layout
        end = max(field.start + field.width for field in layout.values())
        self._six = _six_bits(payloads, -(-end // 6))

    def number(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The integers of a field, and whether the messages are long enough to hold it."""
        field = self._layout[name]
        values = _bits(self._six, field.start, field.width)
        if field.signed:
            values -= (values >> (field.width - 1)) << field.width
        return values, self._bits >= field.start + field.width

    def number_or(self, name: str, absent: int) -> tuple[NDArray[np.bool_], NDArray[np.int64], int]:
        """The arguments of `numpy.where` for a field."""
        values, present = self.number(name)
        return present, values, absent

    def float(self, name: str) -> NDArray[np.float64]:
        """The numbers of a field, NaN where the message is too short."""
        values, present = self.number(name)
        return np.where(present, values.astype(np.float64), np.nan)

    def text(self, name: str, variable: bool = False) -> list[str | None]:
        """The texts of a field, up to the first ``@``, without spaces around; None if empty or cut off."""
        field = self._layout[name]
        starts = range(field.start, field.start + field.width - 5, 6)
        characters = np.stack([_bits(self._six, start, 6) for start in starts], axis=1).astype(np.uint8)
        # messages 5 of 420 bits, which lack some of the last character, are common
        last = self._bits[:, None]
        characters[np.array(starts) + 6 > last] = 0
        ended = np.logical_or.accumulate(characters == 0, axis=1)
        letters = np.where(characters < 32, characters + 64, characters)
        letters[ended] = 0
        texts = letters.view(f"S{letters.shape[1]}").ravel().tolist()
        if variable:
            return [text.decode("ascii").strip() or None for text in texts]
        whole = (self._bits >= field.start + field.width - 6).tolist()
        return [text.decode("ascii").strip() or None if kept else None for text, kept in zip(texts, whole, strict=True)]

    def eta(self) -> list[str | None]:
        """The times of arrival, "MM-DD HH:MM" as sent; None without month or day."""
        fields = [self.number(name) for name in ("month", "day", "hour", "minute")]
        rows = zip(*(values.tolist() for values, _ in fields), fields[-1][1].tolist(), strict=True)
        return [f"{m:02}-{d:02} {h:02}:{minute:02}" if kept and m and d else None for m, d, h, minute, kept in rows]


def _six_bits(payloads: Sequence[bytes], characters: int) -> NDArray[np.uint8]:
    """The first characters of payloads as six-bit numbers, zeros behind their ends, shape (n, characters)."""
    padded = b"".join([payload[:characters].ljust(characters, b"0") for payload in payloads])
    return np.frombuffer(padded.translate(_ARMOUR), dtype=np.uint8).reshape(-1, characters)


def _bits(six: NDArray[np.uint8], start: int, width: int) -> NDArray[np.int64]:
    first, last = start // 6, (start + width - 1) // 6
    values = six[:, first].astype(np.int64)
    for column in range(first + 1, last + 1):
        values = (values << 6) | six[:, column]
    return (values >> (6 * (last + 1) - start - width)) & ((1 << width) - 1)


def _date_us(group: _Group) -> NDArray[np.int64]:
    year, month, day, hour, minute, second = (
        group.number(name)[0] for name in ("year", "month", "day", "hour", "minute", "second")
    )
    known = (year >= 1970) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    known &= (hour < 24) & (minute < 60) & (second < 60)
    months = np.where(known, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64) + day - 1
    return np.where(known, days * _DAY_US + ((hour * 60 + minute) * 60 + second) * 1_000_000, -1)
