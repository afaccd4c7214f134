"""Public holidays of China with their make-up working days, seeded from the `holidays` library.

The State Council announces a year each November. A year the library does not know officially is a guess
(its statutory days without the moved weekends): `LAST_OFFICIAL_YEAR` marks the border.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

LAST_OFFICIAL_YEAR = 2026
FIRST_YEAR, LAST_YEAR = 2002, 2099
"""The years the lunar tables and the announcements of the library reach."""


@dataclass(frozen=True, slots=True)
class Year:
    """`days_off`: holidays and moved rest days with their English name; `make_up_days`: weekend days that are worked."""

    days_off: dict[date, str]
    make_up_days: frozenset[date]
    is_estimated: bool


@lru_cache(LAST_YEAR - FIRST_YEAR + 1)
def year_of(year: int) -> Year:
    """What is known of a year from FIRST_YEAR to LAST_YEAR; other years have no holidays and are estimated."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Year({}, frozenset(), is_estimated=True)
    # expand=False: asking about one year must not add others, or the answer would depend on who asked before
    table = holidays.country_holidays("CN", years=year, expand=False, language="en_US")
    make_up = frozenset(day for day in table.weekend_workdays if day.year == year)
    return Year({day: table[day] for day in sorted(table)}, make_up, is_estimated=year > LAST_OFFICIAL_YEAR)
