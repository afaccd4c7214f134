"""A place in the tokens of a text: what stands there, what is accepted, which names are known."""

from __future__ import annotations

from itertools import pairwise

from engine.errors import InvalidInput
from engine.feel.lexer import Kind, Names, Token, invalid, tokenize
from engine.feel.limits import NESTING, exceeded

_NOT_IN_NAMES = frozenset("()[]{},")


class Cursor:
    """`index`: of the token that is next; `names`: grows by what the text declares; `depth`: of the nesting."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0
        self.names = Names(known=names)
        self.depth = 0

    def descend(self) -> None:
        """One level deeper; the caller takes it back from `depth`."""
        self.depth += 1
        if self.depth > NESTING:
            raise exceeded("levels of nesting in an expression", NESTING)

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def unexpected(self, expected: str | None = None) -> InvalidInput:
        token = self.token
        found = "the text ends" if token.kind is Kind.END else f"found {token.text[:30]!r}"
        before = self.tokens[self.index - 1] if self.index else None
        if expected is None and token.kind is Kind.WORD and before is not None and before.kind is Kind.WORD:
            return self.refusal(f"expected an operator, but found {token.text[:30]!r}; a name with blanks must be a known name")
        return self.refusal(f"expected {expected or 'an operator or the end'}, but {found}")

    def refusal(self, sentence: str, position: int | None = None) -> InvalidInput:
        return invalid(self.text, self.token.start if position is None else position, sentence)

    def accept(self, text: str) -> bool:
        token = self.token
        if token.text != text or token.kind is Kind.STRING:
            return False
        self.index += 1
        return True

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.unexpected(repr(text))

    def is_symbol(self, texts: frozenset[str]) -> bool:
        token = self.token
        return token.kind is Kind.SYMBOL and token.text in texts

    def closing(self, opening: int, within: int) -> int:
        """The index of the bracket that closes the one at `opening`; -1 where none does within so many tokens."""
        depth = 0
        for index in range(opening, min(opening + within, len(self.tokens))):
            token = self.tokens[index]
            if token.kind is Kind.SYMBOL:
                if token.text in "([{":
                    depth += 1
                elif token.text in ")]}":
                    depth -= 1
                    if depth == 0:
                        return index
        return -1

    def name(self) -> str:
        known = self.names.longest(self.tokens, self.index)
        if known is not None:
            name, self.index = known
            return name
        if self.token.kind is not Kind.WORD:
            raise self.unexpected("a name")
        self.index += 1
        return self.tokens[self.index - 1].text

    def new_name(self, ends: frozenset[str]) -> str:
        """A name that is declared here: all tokens up to one of `ends`, with blanks where the text has them."""
        first = after = self.index
        if self.token.kind is not Kind.WORD:
            raise self.unexpected("a name")
        while self.tokens[after].kind is not Kind.END and self.tokens[after].text not in ends:
            after += 1
        parts = self.tokens[first:after]
        is_broken = any(part.text in _NOT_IN_NAMES or part.kind is Kind.STRING for part in parts)
        if is_broken or not parts or self.tokens[after].kind is Kind.END:
            raise self.unexpected("a name")
        self.index = after
        name = parts[0].text
        for before, part in pairwise(parts):
            name += (" " if part.start > before.end else "") + part.text
        self.names.add(name)
        return name
