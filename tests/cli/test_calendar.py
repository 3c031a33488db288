"""Time zones against Python's zoneinfo, periods against datetime and an own 4-4-5 calendar.

zoneinfo reads the same tzdata as the program. XQS_THOROUGH=1 takes every zone there is.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import random
from collections.abc import Iterable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from conftest import Program, Write
from survey import label

FEEDBACK = "respondent,touchpoint,item,requirement,satisfaction\nc,,effort,4,4\n"
# One hour, half an hour, no summer time any more, summer time that is negative and follows the
# moon, midnights that do not exist, a day that does not, offsets of 45 minutes.
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Europe/Dublin",
    "Asia/Beirut",
    "Pacific/Apia",
    "Pacific/Chatham",
    "America/Caracas",
]
THOROUGH = bool(os.environ.get("XQS_THOROUGH"))
SECOND = dt.timedelta(seconds=1)
UTC = dt.UTC


def zones() -> list[str]:
    # localtime is whatever the machine has.
    return sorted(available_timezones() - {"localtime"}) if THOROUGH else ZONES


@cache
def transitions(name: str) -> list[dt.datetime]:
    """Every change of the offset from 1990 to 2037, found by looking."""
    zone = ZoneInfo(name)

    def offset(at: dt.datetime) -> dt.timedelta | None:
        return at.astimezone(zone).utcoffset()

    found = []
    step = dt.timedelta(hours=12)
    before, end = dt.datetime(1990, 1, 1, tzinfo=UTC), dt.datetime(2038, 1, 1, tzinfo=UTC)
    while before < end:
        after = before + step
        if offset(before) != offset(after):
            low, high = before, after
            while high - low > SECOND:
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
            found.append(high)
        before = after
    return found


def moments(name: str) -> list[dt.datetime]:
    """One second before, at and one second after each change, and some others."""
    near = [at + shift * SECOND for at in transitions(name) for shift in (-1, 0, 1)]
    chance = random.Random(name)
    start = dt.datetime(1990, 1, 1, tzinfo=UTC)
    return near + [start + chance.randrange(48 * 365 * 86_400) * SECOND for _ in range(50)]



def timeline(xqs: Program, write: Write, times: Iterable[str], *arguments: str) -> dict[str, str]:
    """The time of each touchpoint as it is printed, by the touchpoint's number."""
    rows = "".join(f"{i},c,{time}\n" for i, time in enumerate(times))
    file = write("touchpoint,contact,time\n" + rows, "touchpoints.csv")
    out = xqs.prints(
        *("timeline", write(FEEDBACK), "--touchpoints", file, "--contact", "c"),
        *("--format", "csv", *arguments),
        notes=["score of all feedback"],
    )
    rows_out = csv.DictReader(io.StringIO(out.decode()))
    return {row["touchpoint"]: row["time"] for row in rows_out if row["touchpoint"]}


@pytest.mark.parametrize("name", zones())
def test_local_time_of_utc(xqs: Program, write: Write, name: str) -> None:
    given = moments(name)
    times = [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in given]
    shown = timeline(xqs, write, times, "--time-zone", name)
    assert shown == {
        str(i): at.astimezone(ZoneInfo(name)).isoformat() for i, at in enumerate(given)
    }


def instant_of(local: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """The earlier of the times that a clock shows as `local`; none if it never does."""
    times = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    exist = [at for at in times if at.astimezone(zone).replace(tzinfo=None) == local]
    return min(exist) if exist else None


def local_times(name: str) -> list[dt.datetime]:
    """What clocks show around each change, and what they would without it."""
    zone = ZoneInfo(name)
    local = set()
    for at in moments(name):
        here = at.astimezone(zone).replace(tzinfo=None)
        local |= {here, here + dt.timedelta(minutes=30), here - dt.timedelta(minutes=30)}
        local |= {here + dt.timedelta(hours=1), here - dt.timedelta(hours=1)}
    return sorted(local)


@pytest.mark.parametrize("name", zones())
def test_utc_of_local_time(xqs: Program, write: Write, name: str) -> None:
    zone = ZoneInfo(name)
    known = {local: at for local in local_times(name) if (at := instant_of(local, zone))}
    shown = timeline(xqs, write, [f"{local:%Y-%m-%d %H:%M:%S}" for local in known],
                     "--time-zone", name)
    assert shown == {str(i): at.astimezone(zone).isoformat() for i, at in enumerate(known.values())}


@pytest.mark.parametrize("name", zones())
def test_local_times_that_do_not_exist(xqs: Program, write: Write, name: str) -> None:
    zone = ZoneInfo(name)
    local = [f"{t:%Y-%m-%dT%H:%M:%S}" for t in local_times(name) if not instant_of(t, zone)]
    if not local:
        pytest.skip("clocks never went forward")
    rows = "".join(f"p{i},effort,4,4,{time}\n" for i, time in enumerate(local))
    file = write("respondent,item,requirement,satisfaction,time\n" + rows)
    arguments = ("--by", "day(time)", "--time-zone", name)
    message = xqs.refuses("score", file, *arguments)
    for part in ("feedback.csv:2", f'"{local[0]}"', "does not exist"):
        assert part in message
    # All of them are reported, not only the first.
    skip = ("--on-error", "skip", "--rejects", "rejects.csv")
    assert f"bad_time {len(local)}" in xqs.refuses("score", file, *arguments, *skip)


def test_touchpoint_at_a_time_that_does_not_exist(xqs: Program, write: Write) -> None:
    touchpoints = "touchpoint,time\nt1,2025-03-30T01:59\nt2,2025-03-30T02:30\n"
    file = write(touchpoints, "t.csv")
    arguments = (write(FEEDBACK), "--touchpoints", file, "--by", "month(time)")
    message = xqs.refuses("score", *arguments, "--time-zone", "Europe/Berlin")
    assert "t.csv:3" in message and '"2025-03-30T02:30"' in message and "does not exist" in message


@pytest.mark.parametrize(
    ("name", "date", "start"),
    [
        ("Europe/Berlin", "2025-03-30", "2025-03-30T00:00:00+01:00"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"),  # midnight is missing
        ("Asia/Beirut", "2024-03-31", "2024-03-31T01:00:00+03:00"),
        ("America/Sao_Paulo", "2018-02-17", "2018-02-17T00:00:00-02:00"),  # 23 h to 24 h twice
        ("Africa/Cairo", "2024-11-01", "2024-11-01T00:00:00+02:00"),
    ],
)
def test_a_date_is_the_start_of_its_day(
    xqs: Program, write: Write, name: str, date: str, start: str
) -> None:
    assert timeline(xqs, write, [date], "--time-zone", name) == {"0": start}


def test_times_as_they_may_be_written(xqs: Program, write: Write) -> None:
    written = {
        "2025-03-07": "2025-03-07T00:00:00+01:00",
        "2025-03-07T10:15": "2025-03-07T10:15:00+01:00",
        "2025-03-07 10:15:30.123456": "2025-03-07T10:15:30.123456+01:00",
        "2025-03-07 10:15:30.5Z": "2025-03-07T11:15:30.5+01:00",
        "2025-03-07T10:15:30-09:30": "2025-03-07T20:45:30+01:00",
        "2025-03-07T00:15+14:00": "2025-03-06T11:15:00+01:00",
        "2024-02-29T23:59:59Z": "2024-03-01T00:59:59+01:00",
        "07.03.2025": "2025-03-07T00:00:00+01:00",
        "07.03.2025 23:59": "2025-03-07T23:59:00+01:00",
    }
    shown = timeline(xqs, write, written, "--time-zone", "Europe/Berlin")
    assert list(shown[str(i)] for i in range(len(written))) == list(written.values())


# Periods

FIRST_MONTHS = range(1, 13)
# Each weekday, the ends of months and years, a day that only leap years have.
STARTS = ("2024-01-01", "2024-12-30", "2023-10-01", "2022-07-02", "2024-02-29", "2025-04-04",
          "2023-12-26", "2024-06-05")
PERIODS = [
    *((period, "") for period in ("day", "iso_week", "month", "quarter", "half_year", "year")),
    *((period, str(m)) for period in ("fiscal_quarter", "fiscal_year") for m in FIRST_MONTHS),
    *(("weeks445", start) for start in STARTS),
]


def check_periods(xqs: Program, write: Write, dates: list[dt.date],
                  periods: list[tuple[str, str]]) -> None:
    rows = "".join(f"{i},{date.isoformat()}\n" for i, date in enumerate(dates))
    file = write("touchpoint,time\n" + rows, "touchpoints.csv")
    names = [f"{p}(time,{a})" if a else f"{p}(time)" for p, a in periods]
    by = ("--by", ",".join(["touchpoint.touchpoint", *names]), "--time-zone", "UTC")
    result = xqs.csv(write(FEEDBACK), "--touchpoints", file, *by)
    assert len(result) == len(dates) + 1  # and the feedback
    for row in result[:-1]:
        date = dates[int(row["touchpoint.touchpoint"])]
        got = [row[name] for name in names]
        assert got == [label(period, argument, date) for period, argument in periods], date


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]


@pytest.mark.parametrize("part", range(3))
def test_every_day_of_half_a_century(xqs: Program, write: Write, part: int) -> None:
    every = days(dt.date(1990, 1, 1), dt.date(2037, 12, 31))
    share = [PERIODS[:6], PERIODS[6:30], PERIODS[30:]][part]
    check_periods(xqs, write, every if THOROUGH or part != 1 else every[::7], share)


def test_days_of_other_centuries(xqs: Program, write: Write) -> None:
    chance = random.Random(9999)
    first, last = dt.date(1402, 1, 1), dt.date(9990, 12, 31)
    some = {first + dt.timedelta(days=chance.randrange((last - first).days)) for _ in range(1000)}
    for year in (1402, 1500, 1582, 1600, 1700, 1899, 1900, 2000, 2100, 2400, 9990):
        some |= set(days(dt.date(year, 2, 26), dt.date(year, 3, 3)))
        some |= set(days(dt.date(year, 12, 26), dt.date(year + 1, 1, 6)))
    check_periods(xqs, write, sorted(some), PERIODS)


def test_ends_of_the_calendar(xqs: Program, write: Write) -> None:
    first, last = dt.date(1400, 1, 5), dt.date(9999, 12, 25)
    check_periods(xqs, write, days(first, first.replace(month=2)), PERIODS[:30])
    check_periods(xqs, write, days(last - dt.timedelta(30), last), PERIODS[:6])


@pytest.mark.parametrize(
    ("period", "date"),
    [
        ("fiscal_year(time,7)", "9999-08-01"),  # there is no FY10000
        ("fiscal_quarter(time,7)", "9999-08-01"),
        ("weeks445(time,2024-01-01)", "9999-08-01"),
        ("weeks445(time,2024-01-01)", "1400-08-01"),
    ],
)
@pytest.mark.parametrize("table", ["touchpoints", "feedback"])
def test_periods_beyond_the_calendar(
    xqs: Program, write: Write, period: str, date: str, table: str
) -> None:
    """The message has line and column; rows of the feedback can be skipped."""
    by = ("--time-zone", "UTC", "--by", period)
    if table == "touchpoints":
        file = write(f"touchpoint,time\nt,2025-03-07\nu,{date}\n", "t.csv")
        message = xqs.refuses("score", write(FEEDBACK), "--touchpoints", file, *by)
        assert "t.csv:3: " in message and "time" in message
        return
    header = "respondent,item,requirement,satisfaction,time\n"
    file = write(f"{header}p,effort,4,4,2025-03-07\np,relevance,4,4,{date}\n")
    message = xqs.refuses("score", file, *by)
    assert "feedback.csv:3: " in message and "time" in message
    xqs.csv(file, *by, "--on-error", "skip", notes=["bad_time 1"])


@pytest.mark.parametrize(
    ("start", "date", "expected"),
    [
        ("2023-01-02", "2023-01-02", "FY2023-P01"),
        ("2023-01-02", "2023-12-31", "FY2023-P12"),
        ("2024-01-02", "2024-01-02", "FY2024-P01"),
        ("2024-01-02", "2024-12-30", "FY2024-P12"),
    ],
)
def test_a_445_year_that_begins_early_in_january(
    xqs: Program, write: Write, start: str, date: str, expected: str
) -> None:
    """Named after the year in which it ends: from 2023-01-02 52 weeks last until 2023-12-31."""
    file = write(f"touchpoint,time\nt,{date}\n", "t.csv")
    period = f"weeks445(time,{start})"
    arguments = (write(FEEDBACK), "--touchpoints", file, "--time-zone", "UTC")
    rows = xqs.csv(*arguments, "--by", period)
    assert rows[0][period] == expected


def test_no_two_445_years_have_one_name(xqs: Program, write: Write) -> None:
    """Whatever START is: each label stands for one stretch of days, and labels rise with time."""
    every = days(dt.date(2015, 12, 1), dt.date(2032, 2, 1))
    starts = [f"2024-{month:02}-{day:02}" for month in (1, 2, 12) for day in (1, 2, 4, 26, 29)]
    rows = "".join(f"{i},{date.isoformat()}\n" for i, date in enumerate(every))
    file = write("touchpoint,time\n" + rows, "t.csv")
    names = [f"weeks445(time,{start})" for start in starts]
    result = xqs.csv(
        *(write(FEEDBACK), "--touchpoints", file, "--time-zone", "UTC"),
        *("--by", ",".join(["touchpoint.touchpoint", *names])),
    )
    by_day = sorted(result[:-1], key=lambda row: int(row["touchpoint.touchpoint"]))
    for name in names:
        labels = [row[name] for row in by_day]
        assert labels == sorted(labels), name
        weeks: dict[str, int] = {}
        for one in labels:
            weeks[one] = weeks.get(one, 0) + 1
        whole = {one: n for one, n in weeks.items() if one not in (labels[0], labels[-1])}
        assert set(whole.values()) <= {28, 35, 42}, name
        assert {one[-3:] for one, n in whole.items() if n == 42} <= {"P12"}, name


# Bad input


@pytest.mark.parametrize(
    "zone",
    [
        "Nowhere/Nothing", "europe/berlin", "Europe", "Europe/Berlin/", "/usr/share/zoneinfo/UTC",
        "../zoneinfo/Europe/Berlin", "Europe/../UTC", "Europe/./Berlin", "right/Europe/Berlin",
        "zone.tab", "leapseconds", "Berlin", "+01:00", "UTC+1", "x" * 5000, "Europe/Berlin\n",
        "Europe/Berl\x01in", " UTC",
    ],
)  # fmt: skip
def test_bad_zone(xqs: Program, write: Write, zone: str) -> None:
    file = write(FEEDBACK)
    message = xqs.refuses("score", file, "--time-zone", zone, status=2)
    assert "time_zone" in message and "time zone" in message


@pytest.mark.parametrize(
    "period",
    [
        "months(time)", "Month(time)", "month()", "month(time,4)", "fiscal_year(time)",
        "fiscal_year(time,0)", "fiscal_year(time,13)", "fiscal_year(time,x)",
        "fiscal_year(time,-1)", "fiscal_year(time,4.0)", "fiscal_year(time,)",
        "fiscal_quarter(time,99999999999999999999)", "fiscal_quarter(,4)", "weeks445(time)",
        "weeks445(time,)", "weeks445(time,4)", "weeks445(time,2024-02-30)",
        "weeks445(time,2024-01-01T10:00)", "weeks445(time,0001-01-01)", "x(time)",
    ],
)  # fmt: skip
def test_bad_period(xqs: Program, write: Write, period: str) -> None:
    file = write("touchpoint,time\nt,2025-03-07\n", "t.csv")
    arguments = (write(FEEDBACK), "--touchpoints", file)
    message = xqs.refuses("score", *arguments, "--by", period, status=2)
    assert period.split("(")[0] in message
    xqs.refuses("score", *arguments, "--where", f"{period} = 2025", status=2)


@pytest.mark.parametrize("period", ["month(none)", "month(month(time))", "day(touchpoint.none)"])
def test_period_of_no_column(xqs: Program, write: Write, period: str) -> None:
    file = write("touchpoint,time\nt,2025-03-07\n", "t.csv")
    message = xqs.refuses("score", write(FEEDBACK), "--touchpoints", file, "--by", period)
    assert "no column" in message


BAD_TIMES = (
    "2025-04-31", "2025-02-29", "2025-13-01", "2025-00-10", "2025-01-00", "2025-3-7", "31.04.2025",
    "7.3.2025", "03/07/2025", "2025/03/07", "20250307", "2025-W10-5", "0001-01-01", "0000-01-01",
    "1399-12-31", "-2025-03-07", "12025-03-07", "2025-03-07T24:00", "2025-03-07T23:60",
    "2025-03-07T23:59:60Z", "2025-03-07T10", "2025-03-07T10:15:30.", "2025-03-07T10:15:30.1234567",
    "2025-03-07T10:15z", "2025-03-07T10:15 Z", "2025-03-07T10:15+24:00", "2025-03-07T10:15+1",
    "2025-03-07T10:15+01:60", "2025-03-07Z", "2025-03-07T", " 2025-03-07", "2025-03-07 ", "now",
    "1741342500000000", "1741342500", "45723", "45723.4271", "2025-03-07T10:15:30.5Europe/Berlin",
    "２０２５-03-07", "2025-03-07T10:15:3",
)  # fmt: skip


@pytest.mark.parametrize("zone", [[], ["--time-zone", "Europe/Berlin"]], ids=["", "zone"])
def test_bad_times(xqs: Program, write: Write, zone: list[str]) -> None:
    """In feedback all of them at once, with the touchpoints one by one."""
    rows = "".join(f"p{i},effort,4,4,{time}\n" for i, time in enumerate(BAD_TIMES))
    header = "respondent,item,requirement,satisfaction,time\n"
    good = "p,effort,4,4,2025-03-07T10:15Z\n"
    arguments = ("--by", "year(time)", "--on-error", "skip", "--rejects", "rejects.csv", *zone)
    count = f"bad_time {len(BAD_TIMES)}"
    (row,) = xqs.csv(write(header + good + rows), *arguments, notes=[count])
    assert row["year(time)"] == "2025"
    with open(xqs.folder / "rejects.csv", newline="", encoding="utf-8") as file:
        rejects = list(csv.DictReader(file))
    for time, reject in zip(BAD_TIMES, rejects, strict=True):
        assert reject["time"] == time and f'"{time}"' in reject["rejected_message"]


@pytest.mark.parametrize("time", BAD_TIMES[::4])
def test_bad_time_of_a_touchpoint(xqs: Program, write: Write, time: str) -> None:
    file = write(f"touchpoint,time\nt,2025-03-07\nu,{time}\n", "t.csv")
    message = xqs.refuses("score", write(FEEDBACK), "--touchpoints", file)
    assert "t.csv:3" in message and f'"{time}"' in message


def test_a_time_without_zone(xqs: Program, write: Write) -> None:
    file = write("touchpoint,time\nt,2025-03-07T10:15\n", "t.csv")
    arguments = (write(FEEDBACK), "--touchpoints", file)
    xqs.csv(*arguments)  # no period is asked
    message = xqs.refuses("score", *arguments, "--by", "day(time)")
    assert "t.csv:2" in message and "no time zone" in message
    message = xqs.refuses("score", *arguments, "--where", "day(time) = 2025-03-07")
    assert "t.csv:2" in message and "no time zone" in message
    feedback = "respondent,item,requirement,satisfaction,time\np,effort,4,4,2025-03-07\n"
    message = xqs.refuses("score", write(feedback), "--by", "day(time)")
    assert "feedback.csv:2" in message and "no time zone" in message


@pytest.mark.parametrize("time", ["1400-01-01", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("question", ["score", "timeline"])
def test_too_far_away(xqs: Program, write: Write, question: str, time: str) -> None:
    """The message is about the touchpoint, not about the feedback."""
    file = write(f"touchpoint,contact,time\nt,c,{time}\n", "t.csv")
    arguments = [question, write(FEEDBACK), "--touchpoints", file, "--time-zone", "Europe/Berlin"]
    arguments += ["--contact", "c"] if question == "timeline" else ["--by", "day(time)"]
    message = xqs.refuses(*arguments)
    assert "t.csv:2" in message and "1400 to 9999" in message
