"""Running numbers of cases: `HT-{year}-{seq:4}` counts within the year, `{seq}` alone without end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

_FIELD = re.compile(r"\{(year|month|seq(?::(\d+))?)\}")


def fill_number(pattern: str, now: datetime, zone: ZoneInfo, count: Callable[[str], int]) -> str:
    """The next number. `count` gives the next value of the counter it names: the pattern with its dates filled in."""
    here = now.astimezone(zone)
    dated = pattern.replace("{year}", f"{here.year:04}").replace("{month}", f"{here.month:02}")

    def put(found: re.Match[str]) -> str:
        return str(count(dated)).rjust(int(found[2] or 0), "0")

    return _FIELD.sub(put, dated)


def is_numbering(pattern: str) -> bool:
    """Whether a pattern counts at all, so that no two cases share a number."""
    return any(field.startswith("seq") for field, _ in _FIELD.findall(pattern))
