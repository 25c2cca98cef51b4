"""Cells as times: only what is certain, and in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.errors import UsageError
from ais_gaps.readers import times
from ais_gaps.readers.cells import Reasons
from ais_gaps.readers.times import Clock

_MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1))
_FORMATS = (
    "%Y-%m-%dT%H:%M:%S.%f",
    "%d/%m/%Y %H:%M:%S.%f",
    "%m/%d/%Y %I:%M:%S.%f %p",
    "%d.%m.%y %T.%f",
    "%j %Y %H%M%S%f",
    "%b %d %Y, %H:%M:%S.%f",
    "%A, %d %B %Y %H:%M:%S.%f",
)


def read(values: object, clock: Clock) -> tuple[list[datetime | None], list[str | None]]:
    array = values if isinstance(values, pa.Array) else pa.array(values)
    reasons = Reasons(len(array))
    return times.read(array, clock, reasons).to_pylist(), reasons.array().to_pylist()


def one(value: object, clock: Clock) -> datetime | None:
    return read([value], clock)[0][0]


class TestForms:
    @given(_MOMENTS, st.sampled_from(_FORMATS))
    def test_by_strptime_give_what_strptime_gives(self, moment: datetime, format_: str) -> None:
        written = moment.strftime(format_.replace("%T", "%H:%M:%S"))
        expected = datetime.strptime(written, format_.replace("%T", "%H:%M:%S"))
        assert one(written, Clock((times.strptime_form(format_),), "UTC")) == expected.replace(tzinfo=UTC)

    @given(_MOMENTS, st.integers(-14 * 4, 14 * 4))
    def test_of_iso_know_offsets(self, moment: datetime, quarters: int) -> None:
        zoned = moment.replace(tzinfo=UTC) + timedelta(0)
        offset = timedelta(minutes=15 * quarters)
        sign = "-" if quarters < 0 else "+"
        hours, minutes = divmod(abs(quarters) * 15, 60)
        written = (moment + offset).strftime("%Y-%m-%d %H:%M:%S.%f") + f"{sign}{hours:02}:{minutes:02}"
        assert one(written, Clock(times.CLEAR)) == zoned

    @given(st.integers(0, 13), st.integers(27, 32) | st.integers(0, 2), st.integers(0, 25), st.integers(0, 61))
    def test_refuse_what_no_calendar_and_no_clock_shows(self, month: int, day: int, hour: int, minute: int) -> None:
        try:
            expected = datetime(2023, month, day, hour, minute, tzinfo=UTC)
        except ValueError:
            expected = None
        assert one(f"2023-{month:02}-{day:02} {hour:02}:{minute:02}", Clock(times.CLEAR, "UTC")) == expected

    @pytest.mark.parametrize(
        "written",
        [
            "2023-08-10T12:00:00Z",
            "2023-08-10 12:00:00.000+00",
            "2023/08/10 12:00:00 UTC",
            "2023-08-10 12:00:00.000000 +0000 UTC",
            "20230810T120000Z",
            "10-Aug-2023 12:00:00 GMT",
            "Thu, 10 Aug 2023 12:00:00 GMT",
            "Aug 10, 2023 12:00:00 PM UTC",
            " 2023-08-10T21:00:00+09:00 ",
        ],
    )
    def test_that_are_clear_need_no_format(self, written: str) -> None:
        assert one(written, Clock(times.CLEAR)) == datetime(2023, 8, 10, 12, tzinfo=UTC)

    def test_say_what_they_cannot_read(self) -> None:
        _, reasons = read(["2023-02-30 10:00:00", "soon", "", None, "2023-02-03 10:00:00"], Clock(times.CLEAR))
        assert reasons == [
            "time cannot be read: '2023-02-30 10:00:00'",
            "time cannot be read: 'soon'",
            "time is missing",
            "time is missing",
            "time has no zone: '2023-02-03 10:00:00'",
        ]

    @pytest.mark.parametrize("format_", ["%Q", "%d.%m.%Y", "%H:%M", "", "%Y-%m-%d %I:%M", "%Y %Y-%m-%d %H", "%"])
    def test_by_an_impossible_format_are_refused(self, format_: str) -> None:
        with pytest.raises(UsageError, match="--time-format"):
            times.strptime_form(format_)

    def test_by_a_format_that_ends_in_z_are_utc(self) -> None:
        assert one("10.08.2023 12:00 Z", Clock((times.strptime_form("%d.%m.%Y %H:%M Z"),))) == datetime(
            2023, 8, 10, 12, tzinfo=UTC
        )


class TestZones:
    @given(
        _MOMENTS,
        st.sampled_from(
            ["Europe/Copenhagen", "Asia/Pyongyang", "Asia/Vladivostok", "America/New_York", "+09:00", "UTC"]
        ),
    )
    def test_give_the_moment_that_the_local_clock_shows_once(self, moment: datetime, zone: str) -> None:
        written = moment.isoformat(sep=" ", timespec="microseconds")
        (found,), (reason,) = read([written], Clock(times.CLEAR, zone))
        if zone in ("UTC", "+09:00"):
            assert found == moment.replace(tzinfo=UTC) - timedelta(hours=9 if zone == "+09:00" else 0)
            return
        first, second = (moment.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1))
        if first == second:
            assert found == moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        else:
            assert found is None
            assert reason is not None
            assert reason.startswith(f"time does not exist, or twice, in {zone}")

    def test_hold_for_timestamps_without_one(self) -> None:
        naive = pa.array([datetime(2023, 7, 1, 12), datetime(2023, 10, 29, 2, 30), None], pa.timestamp("ns"))
        found, reasons = read(naive, Clock(zone="Europe/Copenhagen"))
        assert found == [datetime(2023, 7, 1, 10, tzinfo=UTC), None, None]
        assert reasons[1] == "time does not exist, or twice, in Europe/Copenhagen: '2023-10-29 02:30:00.000000'"
        assert read(naive, Clock())[0] == [None, None, None]

    def test_that_timestamps_have_are_kept(self) -> None:
        zoned = pa.array([datetime(2023, 7, 1, 12, tzinfo=UTC)], pa.timestamp("ms", tz="Asia/Tokyo"))
        assert read(zoned, Clock())[0] == [datetime(2023, 7, 1, 12, tzinfo=UTC)]

    def test_that_do_not_exist_are_refused_with_the_nearest(self) -> None:
        with pytest.raises(
            UsageError, match=r"--time-zone Europe/Kopenhagen: there is no such time zone; nearest: Europe/Copenhagen"
        ):
            times.check_zone("Europe/Kopenhagen")


class TestNumbers:
    @given(st.integers(631_152_000_000, 4_102_444_799_999), st.sampled_from(["s", "ms", "us"]), st.booleans())
    def test_count_from_1970(self, ms: int, unit: str, as_text: bool) -> None:
        counted = ms / 1000 if unit == "s" else ms if unit == "ms" else ms * 1000
        expected = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
        assert one(str(counted) if as_text else counted, Clock(unit=unit)) == expected

    def test_may_count_from_another_time(self) -> None:
        start = datetime(2023, 7, 1, tzinfo=UTC)
        assert one(90.5, Clock(unit="s", origin=start)) == start + timedelta(seconds=90.5)

    def test_beyond_all_bounds_cost_their_row_only(self) -> None:
        found, reasons = read([1e300, 0.0, float("nan"), None], Clock(unit="s"))
        assert found == [None, datetime(1970, 1, 1, tzinfo=UTC), None, None]
        assert reasons[0] == "time is out of all bounds: '1e+300'"
        assert reasons[1:] == [None, "time is missing", "time is missing"]
