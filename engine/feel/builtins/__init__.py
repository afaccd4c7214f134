"""The built-in functions of DMN 1.5, 10.3.4, by group."""

from __future__ import annotations

from engine.feel.builtins import boolean, contexts, conversion, dates, lists, numbers, patterns, ranges, strings
from engine.feel.builtins.registry import BUILTINS, Builtin

__all__ = [
    "BUILTINS",
    "Builtin",
    "boolean",
    "contexts",
    "conversion",
    "dates",
    "lists",
    "numbers",
    "patterns",
    "ranges",
    "strings",
]
