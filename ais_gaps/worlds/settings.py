"""What a generated world is like: every habit is a setting, so that evaluation can vary it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Final

from ais_gaps.errors import UsageError

DAY_S: Final = 86_400
HOUR_S: Final = 3_600


def _setting(default: Any, meaning: str, most: float | None = None) -> Any:
    return field(default=default, metadata={"meaning": meaning, "most": most})


@dataclass(frozen=True)
class Settings:
    """A world's settings. Shares are within 0 and 1, hours and days are medians or means as they say.

    Raises:
        UsageError: a value is out of its range.
    """

    seed: int = _setting(1, "of everything that is drawn")
    sea: str = _setting("japan", "by name, see `seas.SEAS`")
    vessels: int = _setting(300, "how many ships", 99_999)
    days: int = _setting(30, "how long", 3_650)
    start: str = _setting("2023-07-01", "first day, UTC")

    class_b: float = _setting(0.30, "share of ships with class B", 1)
    fishing_a: float = _setting(0.12, "share of class A ships that fish", 1)
    fishing_b: float = _setting(0.75, "share of class B ships that fish", 1)
    tankers: float = _setting(0.30, "share of tankers among the other ships", 1)
    shuttles: float = _setting(0.04, "share of ships that shuttle between two ports", 1)
    call_factor: float = _setting(1.0, "times the usual hours of open calls (see `fleet.KINDS`)", 100)
    roads: float = _setting(0.35, "share of arrivals that wait at anchor in the roads", 1)
    adrift: float = _setting(0.15, "share of voyages with a lawful stop adrift at sea", 1)
    alongside_off_a: float = _setting(0.12, "share of class A calls with the power off alongside", 1)
    alongside_off_b: float = _setting(0.38, "the same of class B", 1)
    open_callers: float = _setting(
        0.10, "share of ships that trade openly with watched ports, which no station hears", 1
    )
    leaving: float = _setting(
        0.0, "share of voyages that lead out of the sea, for weeks or for good; the feed ends there", 1
    )
    fault_days: float = _setting(200.0, "mean days between a transmitter's faults")

    dark_ships: float = _setting(0.10, "share of ships that go dark by choice", 1)
    dark_trips: float = _setting(0.35, "share of their trips that they go dark on", 1)
    dark_shuttle_trips: float = _setting(0.8, "the same of dark shuttles", 1)
    dark_at_sea: float = _setting(0.2, "share of dark trips to a ship-to-ship transfer, not to a port", 1)
    dark_unwatched: float = _setting(0.10, "share of hidden port calls at ports that nobody watches", 1)
    dark_near_nm: float = _setting(300.0, "hidden ports are chosen by exp(-way / this)")
    dark_call_h: float = _setting(0.0, "median hours of a hidden call; 0 = as her open ones")
    dark_call_spread: float = _setting(0.6, "standard deviation of the logarithm of these hours", 3)
    off_from: float = _setting(0.04, "earliest part of the way out at which she goes dark", 1)
    off_to: float = _setting(0.65, "latest part of it", 1)
    on_from: float = _setting(0.35, "earliest part of the way on at which she is back", 1)
    on_to: float = _setting(1.0, "latest part of it", 1)
    dark_long: float = _setting(0.06, "share of dark trips with days more of silence", 1)
    dark_for_good: float = _setting(0.06, "share of dark trips after which she is not heard again", 1)

    slot_s: int = _setting(300, "seconds of a slot: the provider keeps one report a ship and slot", 3_600)
    station_nm: float = _setting(48.0, "usual range of a station for class A")
    outage_days: float = _setting(14.0, "mean days between a station's outages")
    pass_gap_h: float = _setting(1.1, "mean hours between satellite passes; 0 = no satellite")
    feed_outage_days: float = _setting(40.0, "mean days between outages of the satellite feed, and of the whole feed")
    hole_days: float = _setting(0.0, "days of a hole of the whole feed, in the middle of the world")
    feed_share: float = _setting(
        1.0, "share of the sea's width, from the west, that the feed holds: an export ends somewhere", 1
    )
    statics: float = _setting(0.08, "share of rows that carry static fields", 1)
    stations_named: bool = _setting(False, "reports name the station that heard them")

    shared: float = _setting(1 / 80, "pairs of ships on one MMSI, as a share of ships", 0.5)
    clock_errors: float = _setting(2e-4, "share of reports with a wrong clock", 1)
    teleports: float = _setting(2e-4, "share of reports with a wrong place", 1)

    def __post_init__(self) -> None:
        for each in fields(self):
            value, most = getattr(self, each.name), each.metadata["most"]
            if isinstance(value, int | float) and not 0 <= value <= (float("inf") if most is None else most):
                raise UsageError(f"{each.name.replace('_', '-')} is {value:g}, outside 0 to {most or 'any'}.")
        if not self.vessels or not self.days or self.slot_s < 60:
            raise UsageError("A world needs at least one vessel, one day, and slots of 60 s.")
        if self.off_from > self.off_to or self.on_from > self.on_to:
            raise UsageError("off-from and on-from must not be above off-to and on-to.")
        try:
            datetime.strptime(self.start, "%Y-%m-%d")
        except ValueError as error:
            raise UsageError(f"start is {self.start!r}, no day such as 2023-07-01.") from error

    @property
    def start_s(self) -> int:
        """First second of the world, seconds since 1970-01-01 UTC."""
        return int(datetime.strptime(self.start, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())

    @property
    def length_s(self) -> int:
        """Seconds that the world lasts."""
        return self.days * DAY_S


KINDS_OF_FEED: Final[dict[str, dict[str, Any]]] = {
    "dense": {},
    "sparse": {"pass_gap_h": 6.0, "outage_days": 7.0, "adrift": 0.35},
    "terrestrial": {"pass_gap_h": 0.0, "outage_days": 7.0, "adrift": 0.35},
}
"""Settings by the name of a feed: about 22 satellite passes a day, 4 a day, none."""
