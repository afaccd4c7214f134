"""What a run may read besides the instance's own variables. Read-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any


@dataclass(frozen=True)
class World:
    """`now`: aware. `functions`: FEEL functions by name. `names`: names every expression sees (`starter`, `case`); a
    variable of the same name cannot hide them. `zone`: read into dates and times that carry none."""

    now: datetime
    functions: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)
    zone: tzinfo = UTC
