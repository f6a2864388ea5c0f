"""Days, times and lengths as people say them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from trajgym.seeding import Rng

BASE = date(2026, 3, 2)
"""First day of every calendar; a Monday."""
SPAN = 98
"""Days of a calendar."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_HOURS = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_LENGTHS = {
    15: "a quarter of an hour",
    30: "half an hour",
    45: "three quarters of an hour",
    60: "an hour",
    75: "an hour and a quarter",
    90: "an hour and a half",
    120: "two hours",
    150: "two and a half hours",
}


@lru_cache(maxsize=256)
def today_of(level: int, view: int) -> date:
    """Today, for a level and a tool view: a weekday between the third and the tenth week of the calendar."""
    day = BASE + timedelta(days=14 + (view * 5 + level * 3) % 49)
    return day - timedelta(days=max(0, day.weekday() - 4))


def clock(minute: int) -> str:
    """Minute of the day as HH:MM."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def stamp(day: date, minute: int) -> str:
    """A date-time as the tools take it, e.g. 2026-03-02T15:00."""
    return f"{day.isoformat()}T{clock(minute)}"


def long_day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]}"


def say_day(day: date, today: date, rng: Rng, relative: bool) -> str:
    """The day without preposition: "14 April", or as seen from today when `relative`: "next Tuesday"."""
    if not relative:
        month = MONTHS[day.month - 1]
        return rng.choice((f"{day.day} {month}", f"{month} {day.day}", long_day(day), day.isoformat()))
    ahead = (day - today).days
    ways = [f"in {ahead} days"] if ahead > 2 else []
    if ahead == 1:
        ways = ["tomorrow"]
    elif ahead == 2:
        ways = ["the day after tomorrow", "in two days"]
    elif ahead in (7, 14):
        ways = ["a week from today" if ahead == 7 else "two weeks from today"]
    week = (day - timedelta(days=day.weekday()) - today + timedelta(days=today.weekday())).days // 7
    if ahead > 1 and week < 2:
        ways += [f"{('this', 'next')[week]} {WEEKDAYS[day.weekday()]}"] * 2
    return rng.choice(ways)


def say_time(minute: int, rng: Rng, words: bool) -> str:
    """A time of day without preposition: "3:30 pm", or in `words`: "half past three in the afternoon"."""
    hour, rest = divmod(minute, 60)
    if not words:
        short = f"{(hour - 1) % 12 + 1}" + (f":{rest:02d}" if rest else "") + (" pm" if hour >= 12 else " am")
        return rng.choice((short, short, clock(minute)))
    part = "in the morning" if hour < 12 else "in the afternoon" if hour < 17 else "in the evening"
    if rest == 0:
        return "noon" if hour == 12 else f"{_HOURS[hour % 12]} o'clock {part}"
    if rest == 45:
        return f"quarter to {_HOURS[(hour + 1) % 12]} {part}"
    return f"{'half' if rest == 30 else 'quarter'} past {_HOURS[hour % 12]} {part}"


def say_length(minutes: int, words: bool) -> str:
    """A length of time: "90 minutes", or in `words`: "an hour and a half"."""
    return _LENGTHS[minutes] if words else f"{minutes} minutes"


LENGTHS = tuple(_LENGTHS)
