"""String functions with regular expressions. DMN 1.5, 10.3.4.3; XPath 3.1 functions, 5.6.

RE2 matches in time linear in the text, so no pattern can hang. Back-references have no such algorithm and are refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

from engine.feel.builtins.registry import NoResult, builtin
from engine.feel.scope import Run

_LONGEST = 2000
_MEMORY = 4 << 20
_NOT_IN_XPATH = re.compile(r"\(\?(?!:)|\\[AzZbBEQCaGkXRKvfhHNx]")
_SPECIAL_IN_REPLACEMENT = re.compile(r"\$(?!\d)|\\(?![\\$])")
_REFERENCE = re.compile(r"\\([\\$])|\$(\d+)")
_SUBTRACTION = re.compile(r"\[([^\[\]]+)-\[([^\[\]]+)\]\]")
_BLOCKS = {"IsBasicLatin": r"\x00-\x7f", "IsLatin-1Supplement": r"\x{80}-\x{ff}", "IsCJKUnifiedIdeographs": r"\x{4e00}-\x{9fff}"}
_BLOCK = re.compile(r"\\([pP])\{(Is[A-Za-z0-9-]+)\}")
_BACK_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]")


@lru_cache(512)
def _compiled(pattern: str, flags: str) -> Any:
    """Raises NoResult for what is no XPath pattern, or cannot be matched in linear time."""
    if set(flags) - set("smixq"):
        raise NoResult(f"expected the flags s, m, i, x, q, but got {flags!r}")
    if len(pattern) > _LONGEST:
        raise NoResult(f"expected a pattern of at most {_LONGEST} characters")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.case_sensitive = "i" not in flags
    if "q" in flags:
        options.literal = True
        text = pattern
    else:
        text = _translated(pattern, "x" in flags)
        kept = "".join(flag for flag in "sm" if flag in flags)
        text = f"(?{kept}){text}" if kept else text
    try:
        return re2.compile(text, options=options)
    except re2.error as problem:
        raise NoResult(f"expected a regular expression, but {problem}") from None


def _translated(pattern: str, without_blanks: bool) -> str:
    if _NOT_IN_XPATH.search(pattern.replace("\\\\", "")):
        raise NoResult("expected an XPath regular expression, but it has constructs of another dialect")
    if _BACK_REFERENCE.search(pattern):
        raise NoResult("expected a pattern without back-references")
    if without_blanks:
        pattern = re.sub(r"\s+", "", pattern)
    pattern = _BLOCK.sub(_block, pattern)
    return _SUBTRACTION.sub(_difference, pattern)


def _block(match: re.Match[str]) -> str:
    characters = _BLOCKS.get(match[2])
    if characters is None:
        raise NoResult(f"expected a known Unicode block, but got {match[2]}")
    return f"[{'^' if match[1] == 'P' else ''}{characters}]"


def _difference(match: re.Match[str]) -> str:
    """`[a-z-[aeiou]]`: RE2 has no subtraction, so the remaining characters are spelled out."""
    kept = _characters(match[1]) - _characters(match[2])
    if not kept:
        raise NoResult("expected a character class that holds something")
    return "[" + "".join(f"\\x{{{code:x}}}" for code in sorted(kept)) + "]"


def _characters(text: str) -> set[int]:
    if "\\" in text or text.startswith("^"):
        raise NoResult("expected plain characters and ranges in a class subtraction")
    codes: set[int] = set()
    index = 0
    while index < len(text):
        if text[index + 1 : index + 2] == "-" and index + 2 < len(text):
            first, last = ord(text[index]), ord(text[index + 2])
            if last - first > 1000:
                raise NoResult("expected a smaller range in a class subtraction")
            codes.update(range(first, last + 1))
            index += 3
        else:
            codes.add(ord(text[index]))
            index += 1
    return codes


@builtin("matches", "input: string, pattern: string, flags?: string|null")
def matches(text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the pattern occurs anywhere in the input."""
    return _compiled(pattern, flags or "").search(text) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string|null", needs_run=True)
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    compiled = _compiled(pattern, flags or "")
    if compiled.search("") is not None:
        raise NoResult("expected a pattern that does not match the empty string")
    is_literal = "q" in (flags or "")
    if not is_literal and _SPECIAL_IN_REPLACEMENT.search(replacement.replace("\\\\", "").replace("\\$", "")):
        raise NoResult("expected $ before a group number and \\ before $ or \\ only")
    parts: list[str] = []
    size = position = 0
    for match in compiled.finditer(text):
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
    compiled = _compiled(delimiter, "")
    if compiled.search("") is not None:
        raise NoResult("expected a delimiter that does not match the empty string")
    parts: list[str] = []
    position = 0
    for match in compiled.finditer(string):
        parts.append(string[position : match.start()])
        position = match.end()
        run.spend()
        run.fits_list(len(parts))
    parts.append(string[position:])
    return parts
