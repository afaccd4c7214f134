"""String functions with regular expressions. DMN 1.5, 10.3.4.3."""

from __future__ import annotations

import re
from typing import Any

from engine.feel.builtins.registry import NoResult, builtin
from engine.feel.builtins.xpath_patterns import compiled
from engine.feel.scope import Run

_SPECIAL_IN_REPLACEMENT = re.compile(r"\$(?!\d)|\\(?![\\$])")
_REFERENCE = re.compile(r"\\([\\$])|\$(\d+)")


_STEPS = 200
"""What a pattern costs beside the text it is matched with: compiling it may take as long as many other steps."""


@builtin("matches", "input: string, pattern: string, flags?: string|null", needs_run=True)
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the pattern occurs anywhere in the input."""
    run.spend(_STEPS)
    return compiled(pattern, flags or "").search(text) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string|null", needs_run=True)
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    run.spend(_STEPS)
    matcher = compiled(pattern, flags or "")
    if matcher.search("") is not None:
        raise NoResult("expected a pattern that does not match the empty string")
    is_literal = "q" in (flags or "")
    if not is_literal and _SPECIAL_IN_REPLACEMENT.search(replacement.replace("\\\\", "").replace("\\$", "")):
        raise NoResult("expected $ before a group number and \\ before $ or \\ only")
    # positions are found in bytes: in texts the library counts them anew from the beginning for every match
    source, parts, position, size = _encoded(text), [], 0, 0
    for match in matcher.finditer(source):
        put = _encoded(replacement) if is_literal else _expanded(replacement, match)
        parts += [source[position : match.start()], put]
        size += match.start() - position + len(put)
        position = match.end()
        run.spend()
        if size > 4 * run.limits.string_length:
            run.fits_string(size)
    parts.append(source[position:])
    return b"".join(parts).decode()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _expanded(replacement: str, match: Any) -> bytes:
    def group(reference: re.Match[str]) -> str:
        if reference[1]:
            return reference[1]
        digits, rest = reference[2][:6], reference[2][6:]
        while len(digits) > 1 and int(digits) > match.re.groups:
            digits, rest = digits[:-1], digits[-1] + rest
        number = int(digits)
        found: bytes = (match.group(number) or b"") if number <= match.re.groups else b""
        return found.decode() + rest

    return _encoded(_REFERENCE.sub(group, replacement))


@builtin("split", "string: string, delimiter: string", needs_run=True)
def split(run: Run, string: str, delimiter: str) -> list[str]:
    run.spend(_STEPS)
    matcher = compiled(delimiter, "")
    if matcher.search("") is not None:
        raise NoResult("expected a delimiter that does not match the empty string")
    source, position = _encoded(string), 0
    parts: list[str] = []
    for match in matcher.finditer(source):
        parts.append(source[position : match.start()].decode())
        position = match.end()
        run.spend()
        run.fits_list(len(parts))
    parts.append(source[position:].decode())
    return parts
