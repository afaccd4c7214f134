"""XPath regular expressions (XPath functions 3.1, 5.6.1) in the notation of RE2.

RE2 matches in time linear in the text, so no pattern can hang; back-references have no such algorithm and are refused.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from engine.feel.builtins.registry import NoResult

_LONGEST = 2000
_MEMORY = 1 << 20
_LARGEST_DIFFERENCE = 1000
_LITERAL_ESCAPES = frozenset(r"nrt\|.-^?*+{}()[]$")
_BLANKS = frozenset(" \t\n\r")
_IN_CLASS = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r" \t\n\r",
    "S": r"\x{0}-\x{8}\x{b}\x{c}\x{e}-\x{1f}\x{21}-\x{10ffff}",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "W": r"\p{P}\p{Z}\p{C}",
    "i": r"\p{L}_:",
    "c": r"\p{L}\p{M}\p{Nd}._:\-",
}
_NEGATED = {"I": "i", "C": "c"}
_BLOCKS = {
    "IsBasicLatin": r"\x{0}-\x{7f}",
    "IsLatin-1Supplement": r"\x{80}-\x{ff}",
    "IsGreek": r"\x{370}-\x{3ff}",
    "IsCyrillic": r"\x{400}-\x{4ff}",
    "IsHiragana": r"\x{3040}-\x{309f}",
    "IsKatakana": r"\x{30a0}-\x{30ff}",
    "IsCJKSymbolsandPunctuation": r"\x{3000}-\x{303f}",
    "IsCJKUnifiedIdeographs": r"\x{4e00}-\x{9fff}",
}


@lru_cache(512)
def compiled(pattern: str, flags: str) -> Any:
    """Raises NoResult for what is no XPath pattern, or cannot be matched in linear time."""
    if set(flags) - set("smixq"):
        raise NoResult(f"expected the flags s, m, i, x, q, but got {flags!r}")
    if len(pattern) > _LONGEST:
        raise NoResult(f"expected a pattern of at most {_LONGEST} characters")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.case_sensitive = "i" not in flags
    text = pattern
    if "q" in flags:
        options.literal = True
    else:
        text = _Translation(pattern, flags).text()
        text = f"(?m){text}" if "m" in flags else text
    try:
        return re2.compile(text, options=options)
    except re2.error as problem:
        raise NoResult(f"expected a regular expression, but {_reason(problem)}") from None


def _reason(problem: Exception) -> str:
    reason = problem.args[0] if problem.args else "it is none"
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)


def _without_blanks(pattern: str) -> str:
    """Without the blanks that stand outside character classes."""
    kept: list[str] = []
    depth = 0
    for character in pattern:
        if depth or character not in _BLANKS:
            if not (kept and kept[-1] == "\\"):
                depth += (character == "[") - (character == "]")
            kept.append(character)
    return "".join(kept)


class _Translation:
    def __init__(self, pattern: str, flags: str) -> None:
        self._pattern = _without_blanks(pattern) if "x" in flags else pattern
        self._position = 0
        self._dot = r"[\x{0}-\x{10ffff}]" if "s" in flags else r"[^\n\r]"

    def text(self) -> str:
        parts: list[str] = []
        while self._position < len(self._pattern):
            character = self._next()
            if character == "\\":
                parts.append(self._escape())
            elif character == "[":
                parts.append(self._class())
            elif character == ".":
                parts.append(self._dot)
            elif character == "(" and self._rest("?") and not self._rest("?:"):
                raise NoResult("expected an XPath regular expression, but (? begins a construct of another dialect")
            elif character == "]":
                raise NoResult("expected an opening bracket before ]")
            else:
                parts.append(character)
        return "".join(parts)

    def _next(self) -> str:
        if self._position >= len(self._pattern):
            raise NoResult("expected a complete regular expression, but the pattern ends")
        self._position += 1
        return self._pattern[self._position - 1]

    def _rest(self, start: str) -> bool:
        return self._pattern.startswith(start, self._position)

    def _escape(self) -> str:
        character = self._next()
        if character in _LITERAL_ESCAPES:
            return "\\" + character
        if character in "pP":
            return f"[{self._property(character)}]"
        if character in _IN_CLASS:
            return f"[{_IN_CLASS[character]}]"
        if character in _NEGATED:
            return f"[^{_IN_CLASS[_NEGATED[character]]}]"
        if character.isdigit() and character != "0":
            raise NoResult("expected a pattern without back-references")
        raise NoResult(f"expected an escape of XPath, but got \\{character}")

    def _property(self, letter: str) -> str:
        """The inside of a class for `\\p{…}`, after the letter."""
        end = self._pattern.find("}", self._position)
        if not self._rest("{") or end < 0:
            raise NoResult("expected {…} after \\p")
        name = self._pattern[self._position + 1 : end]
        self._position = end + 1
        if not name.startswith("Is"):
            return f"\\{letter}{{{name}}}"
        if name not in _BLOCKS:
            raise NoResult(f"expected a known Unicode block, but got {name}")
        return ("^" if letter == "P" else "") + _BLOCKS[name]

    def _class(self) -> str:
        """A character class, after its opening bracket."""
        start = "^" if self._rest("^") else ""
        self._position += len(start)
        parts: list[str] = []
        while not self._rest("]") or not parts:
            character = self._next()
            if character == "\\":
                parts.append(self._escape_in_class())
            elif character == "-" and self._rest("[") and parts:
                self._position += 1
                removed = self._class()
                if self._next() != "]":
                    raise NoResult("expected ] after a class subtraction")
                return _difference(f"[{start}{''.join(parts)}]", removed)
            elif character == "[":
                raise NoResult("expected \\[ inside a character class")
            else:
                parts.append(character if character == "-" or character.isalnum() else f"\\x{{{ord(character):x}}}")
        self._position += 1
        return f"[{start}{''.join(parts)}]"

    def _escape_in_class(self) -> str:
        character = self._next()
        if character in _LITERAL_ESCAPES:
            return "\\" + character
        if character in "pP":
            inside = self._property(character)
            if inside.startswith("^"):
                raise NoResult("expected a Unicode block that is not negated inside a character class")
            return inside
        if character in _IN_CLASS:
            return _IN_CLASS[character]
        raise NoResult(f"expected an escape of a character class, but got \\{character}")


@lru_cache(1)
def _plane() -> str:
    """The characters of the basic plane."""
    return "".join(chr(code) for code in range(0x10000) if not 0xD800 <= code <= 0xDFFF)


def _difference(kept: str, removed: str) -> str:
    """`[a-z-[aeiou]]`: RE2 has no subtraction, so what remains of the first thousand characters is spelled out."""
    first, second = re2.compile(kept), re2.compile(removed)
    if first.fullmatch(chr(0x10FFFF)):
        raise NoResult("expected a class subtraction from listed characters")
    remaining = [ord(character) for character in first.findall(_plane()) if not second.fullmatch(character)]
    if not 0 < len(remaining) <= _LARGEST_DIFFERENCE:
        raise NoResult(f"expected a class subtraction that leaves 1 to {_LARGEST_DIFFERENCE} characters")
    return "[" + "".join(f"\\x{{{code:x}}}" for code in remaining) + "]"
