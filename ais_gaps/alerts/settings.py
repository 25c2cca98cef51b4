"""The file that says to whom alerts go: read, checked, and its addresses kept to themselves."""

from __future__ import annotations

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ais_gaps.errors import UsageError
from ais_gaps.plain import plain
from ais_gaps.watchlist.columns import KINDS

ENVIRONMENT: Final = "AIS_GAPS_ALERTS"
"""Names the file where no option does."""

MESSAGES_PER_RUN: Final = 20
TIMEOUT_S: Final = 60.0

_TOP: Final = ("channel", "site_url")
_CHANNEL: Final = (
    "name",
    "url",
    "url_env",
    "least_p",
    "kinds",
    "innocent",
    "unjudged",
    "heartbeat",
    "since",
    "messages_per_run",
    "timeout_s",
)
_NAME: Final = re.compile(r"[\w][\w .-]{0,39}")
_FEWEST, _MOST = 2, 1000


@dataclass(frozen=True)
class Channel:
    """One receiver of alerts.

    Attributes:
        name: by which it is spoken of, and known from run to run.
        address: apprise's URL of it: a secret, never shown. None where the environment does not have it.
        address_from: name of the variable of the environment that has it; None where it stands in the file.
        least_p: changes of silences with this probability of a choice or more are told.
        kinds: and only these kinds of change.
        innocent: also silences that a person has called innocent.
        unjudged: also silences without a probability.
        heartbeat: a message a day says that the run happened.
        since: the first day whose changes are told; None is the newest day when the channel is first seen.
        messages_per_run: after so many messages in a run the rest goes as one.
        timeout_s: how long one message may take.
    """

    name: str
    address: str | None = field(repr=False)
    address_from: str | None
    least_p: float
    kinds: frozenset[str]
    innocent: bool = False
    unjudged: bool = False
    heartbeat: bool = True
    since: date | None = None
    messages_per_run: int = MESSAGES_PER_RUN
    timeout_s: float = TIMEOUT_S


@dataclass(frozen=True)
class Settings:
    """What the file says.

    Attributes:
        channels: the receivers, in the file's order.
        site_url: where the site is served, without a slash at its end; None where messages carry no link.
        exposed: the file holds addresses and others on this machine may read it.
    """

    channels: tuple[Channel, ...]
    site_url: str | None = None
    exposed: bool = False


def read_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the file.

    Args:
        path: a TOML file: `site_url`, and a `[[channel]]` for each receiver.
        environment: where `url_env` is looked up; None is that of this process.

    Raises:
        UsageError: it cannot be read, or a key or a value in it is wrong: one line with the file and the key. An address that
            is missing from the environment, or that no service knows, is no such error: it is one of its channel's delivery.
    """
    environment = os.environ if environment is None else environment
    try:
        mode = path.stat().st_mode
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"alerts file {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"alerts file {path}: is not text in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"alerts file {path}: is not TOML: {_place(str(error))}") from None
    here = f"alerts file {path}"
    _known(content, _TOP, here)
    tables = content.get("channel", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UsageError(f"{here}: channel: write each receiver as [[channel]], in double brackets")
    if not tables:
        raise UsageError(f"{here}: it has no [[channel]], so that nobody would be told anything")
    channels = tuple(_channel(table, number, here, environment) for number, table in enumerate(tables, 1))
    _distinct(channels, here)
    in_file = any(channel.address_from is None for channel in channels)
    exposed = in_file and bool(mode & (stat.S_IROTH | stat.S_IRGRP))
    return Settings(channels, _site_url(content.get("site_url"), here), exposed)


def _channel(table: dict[str, Any], number: int, here: str, environment: Mapping[str, str]) -> Channel:
    name = table.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UsageError(
            f"{here}: channel {number}: name: say what to call it, in up to 40 letters, digits, spaces, '.', '_' or '-'"
        )
    here = f"{here}: channel '{name}'"
    _known(table, _CHANNEL, here)
    kinds = _kinds(table.get("kinds", list(KINDS)), here)
    address, address_from = _address(table, here, environment)
    return Channel(
        name,
        address,
        address_from,
        _least_p(table, here, needed=bool(kinds)),
        kinds,
        innocent=_flag(table, "innocent", False, here),
        unjudged=_flag(table, "unjudged", False, here),
        heartbeat=_flag(table, "heartbeat", True, here),
        since=_day(table.get("since"), here),
        messages_per_run=int(_number(table, "messages_per_run", MESSAGES_PER_RUN, _FEWEST, _MOST, here, whole=True)),
        timeout_s=_number(table, "timeout_s", TIMEOUT_S, 1, 3600, here),
    )


def _address(table: dict[str, Any], here: str, environment: Mapping[str, str]) -> tuple[str | None, str | None]:
    if ("url" in table) == ("url_env" in table):
        raise UsageError(f"{here}: give either url, or url_env with the name of an environment variable that holds it")
    key = "url" if "url" in table else "url_env"
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{here}: {key}: is not a text")
    if key == "url":
        return value.strip(), None
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):  # it may be the address itself: it is not repeated
        raise UsageError(f"{here}: url_env: is not the name of an environment variable, such as DESK_URL")
    return environment.get(value, "").strip() or None, value


def _least_p(table: dict[str, Any], here: str, *, needed: bool) -> float:
    if needed and "least_p" not in table:
        raise UsageError(
            f"{here}: least_p: say from which probability of a choice on changes are told, such as 0.7 (0 for all)"
        )
    return _number(table, "least_p", 0.0, 0, 1, here)


def _kinds(value: object, here: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(kind, str) for kind in value):
        raise UsageError(f"{here}: kinds: is not a list of texts; known: {', '.join(KINDS)}")
    for kind in value:
        if kind not in KINDS:
            raise UsageError(f"{here}: kinds: {_shown(kind)} is none; known: {', '.join(KINDS)}")
    return frozenset(value)


def _flag(table: dict[str, Any], key: str, default: bool, here: str) -> bool:
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise UsageError(f"{here}: {key}: is neither true nor false (without quotes)")
    return value


def _number(
    table: dict[str, Any], key: str, default: float, least: float, most: float, here: str, *, whole: bool = False
) -> float:
    value = table.get(key, default)
    right = isinstance(value, int) if whole else isinstance(value, int | float)
    if isinstance(value, bool) or not right or not least <= value <= most:
        raise UsageError(f"{here}: {key}: is not a {'whole ' if whole else ''}number from {least:g} to {most:g}")
    return float(value)


def _day(value: object, here: str) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            value = ...
    if value is not None and (isinstance(value, datetime) or not isinstance(value, date)):
        raise UsageError(f"{here}: since: is not a day written YYYY-MM-DD")
    return value


def _site_url(value: object, here: str) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value) if isinstance(value, str) and value.isprintable() else None
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc or " " in parts.geturl():
        raise UsageError(f"{here}: site_url: is not an address that begins with https:// or http://")
    if parts.username or parts.query or parts.fragment:
        raise UsageError(f"{here}: site_url: is sent to every channel: no name, password, ? or # may stand in it")
    return parts.geturl().rstrip("/")


def _known(table: Mapping[str, object], known: Iterable[str], here: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"{here}: unknown key {_shown(key)}{meant} (known: {', '.join(known)})")


def _distinct(channels: tuple[Channel, ...], here: str) -> None:
    """Each name and each address once: one receiver under two names would be told everything twice."""
    names: dict[str, str] = {}
    addresses: dict[str, str] = {}
    for channel in channels:
        if channel.name.casefold() in names:
            raise UsageError(f"{here}: two channels have the name '{channel.name}'")
        names[channel.name.casefold()] = channel.name
        if channel.address is not None:
            other = addresses.setdefault(channel.address, channel.name)
            if other != channel.name:
                raise UsageError(f"{here}: the channels '{other}' and '{channel.name}' have the same address")


def _shown(text: str) -> str:
    """A word of the file in a message; not so much of it that a misplaced address would be shown."""
    return f"'{plain(text)[:20]}'" if "/" not in text and ":" not in text else "(not shown: it may be an address)"


def _place(message: str) -> str:
    """What is wrong with the TOML, without words of the file: only the parser's place."""
    where = re.search(r"\(at [^()]*\)$", message)
    return f"{message.split(':')[0].split(chr(39))[0].strip().rstrip('.')} {where[0] if where else ''}".strip()
