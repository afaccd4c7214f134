"""String functions with regular expressions. DMN 1.5, 10.3.4.3."""

from __future__ import annotations

import re
from typing import Any

from engine.feel.builtins.registry import NoResult, builtin
from engine.feel.builtins.xpath_patterns import compiled
from engine.feel.scope import Run

_SPECIAL_IN_REPLACEMENT = re.compile(r"\$(?!\d)|\\(?![\\$])")
_REFERENCE = re.compile(r"\\([\\$])|\$(\d+)")


@builtin("matches", "input: string, pattern: string, flags?: string|null")
def matches(text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the pattern occurs anywhere in the input."""
    return compiled(pattern, flags or "").search(text) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string|null", needs_run=True)
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    matcher = compiled(pattern, flags or "")
    if matcher.search("") is not None:
        raise NoResult("expected a pattern that does not match the empty string")
    is_literal = "q" in (flags or "")
    if not is_literal and _SPECIAL_IN_REPLACEMENT.search(replacement.replace("\\\\", "").replace("\\$", "")):
        raise NoResult("expected $ before a group number and \\ before $ or \\ only")
    parts: list[str] = []
    size = position = 0
    for match in matcher.finditer(text):
        put = replacement if is_literal else _expanded(replacement, match)
        parts += [text[position : match.start()], put]
        size += match.start() - position + len(put)
        position = match.end()
        run.spend()
        if size > run.limits.string_length:
            run.fits_string(size)
    parts.append(text[position:])
    return "".join(parts)


def _expanded(replacement: str, match: Any) -> str:
    def group(reference: re.Match[str]) -> str:
        if reference[1]:
            return reference[1]
        digits, rest = reference[2], ""
        while len(digits) > 1 and int(digits) > match.re.groups:
            digits, rest = digits[:-1], digits[-1] + rest
        number = int(digits)
        return ((match.group(number) or "") if number <= match.re.groups else "") + rest

    return _REFERENCE.sub(group, replacement)


@builtin("split", "string: string, delimiter: string", needs_run=True)
def split(run: Run, string: str, delimiter: str) -> list[str]:
    matcher = compiled(delimiter, "")
    if matcher.search("") is not None:
        raise NoResult("expected a delimiter that does not match the empty string")
    parts: list[str] = []
    position = 0
    for match in matcher.finditer(string):
        parts.append(string[position : match.start()])
        position = match.end()
        run.spend()
        run.fits_list(len(parts))
    parts.append(string[position:])
    return parts
