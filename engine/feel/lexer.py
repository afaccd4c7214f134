"""Text to tokens, and the names in scope as sequences of tokens.

FEEL names may hold blanks and operators (`Total Amount`, `pre-tax`), so where a name ends is known only from the names in scope:
the parser asks `Names` at every place where a name may stand. DMN 1.5, 10.3.1.2-4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from engine.errors import InvalidInput
from engine.feel.limits import TEXT_LENGTH, exceeded


class Kind(Enum):
    WORD = "name"
    NUMBER = "number"
    STRING = "string"
    SYMBOL = "symbol"
    END = "end"


class Token(NamedTuple):
    kind: Kind
    text: str
    start: int
    end: int


_BLANK = r"(?:\s|\ufeff|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+"
_WORD = r"(?:[^\W\d]|[?_\U00010000-\U000EFFFF])[\w\u0300-\u036F\u203F\u2040\u00B7\U00010000-\U000EFFFF]*"
_TOKEN = re.compile(
    rf"(?P<blank>{_BLANK})"
    rf"|(?P<word>{_WORD})"
    r"|(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<symbol>\.\.|\*\*|<=|>=|!=|->|/(?!\*)|[=<>+\-*()\[\]{},:.@'])",
    re.DOTALL,
)
_KINDS = {"word": Kind.WORD, "number": Kind.NUMBER, "string": Kind.STRING, "symbol": Kind.SYMBOL}
_ESCAPE = re.compile(r"\\(U[0-9A-Fa-f]{6}|u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}


def invalid(text: str, position: int, sentence: str) -> InvalidInput:
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    return InvalidInput(
        "invalid_expression",
        f"{sentence}, at line {line}, column {column}: {text[position : position + 30]!r}",
        position=position,
        line=line,
        column=column,
        text=text[:500],
    )


def tokenize(text: str) -> list[Token]:
    """All tokens, and one END. Raises InvalidInput("invalid_expression" | "limit_exceeded")."""
    if len(text) > TEXT_LENGTH:
        raise exceeded("characters in an expression", TEXT_LENGTH)
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise invalid(text, position, _unreadable(text, position))
        if match.lastgroup is not None and match.lastgroup != "blank":
            tokens.append(Token(_KINDS[match.lastgroup], match.group(), match.start(), match.end()))
        position = match.end()
    tokens.append(Token(Kind.END, "", position, position))
    return tokens


def _unreadable(text: str, position: int) -> str:
    if text[position] == '"':
        return "expected a closing quote, but the string does not end"
    if text.startswith("/*", position):
        return "expected */, but the comment does not end"
    return f"expected an expression, but {text[position]!r} has no meaning here"


def unquoted(token: str) -> str:
    """The text a string token stands for."""
    body = token[1:-1]
    if "\\" not in body:
        return body

    def plain(match: re.Match[str]) -> str:
        escape = match[1]
        if len(escape) > 1:
            code = int(escape[1:], 16)
            return chr(code) if code <= 0x10FFFF else match[0]
        return _PLAIN.get(escape, match[0])

    text = _ESCAPE.sub(plain, body)
    paired = _SURROGATES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    return paired.encode("utf-8", "replace").decode() if _has_lone_surrogate(paired) else paired


def _has_lone_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


@lru_cache(4096)
def _parts(name: str) -> tuple[str, ...]:
    """The tokens of a name; none where no expression could spell it (such a key is reached with `get value`)."""
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except InvalidInput:
        return ()


_Trie: TypeAlias = dict[str, Any]
_END = ""
"""In a trie, the key of the name that ends there: no token is empty."""


class Names:
    """Names of more than one token, as a trie over their tokens. `known`: names it adds to, shared and left as they are."""

    def __init__(self, names: Iterable[str] = (), known: Names | None = None) -> None:
        self._trie: _Trie = {}
        self._known = known
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        parts = () if name.isidentifier() else _parts(name)
        if len(parts) < 2:
            return
        node = self._trie
        for part in parts:
            node = node.setdefault(part, {})
        node[_END] = name

    def longest(self, tokens: list[Token], index: int) -> tuple[str, int] | None:
        """The longest known name that begins at `index`, and the index after it."""
        found = None if self._known is None else self._known.longest(tokens, index)
        node = self._trie
        for place in range(index, len(tokens) - 1):
            if tokens[place].text not in node:
                break
            node = node[tokens[place].text]
            if _END in node and (found is None or place >= found[1]):
                found = node[_END], place + 1
        return found
