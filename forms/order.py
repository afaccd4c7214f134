"""In which order the fields of a form can be computed: each after the fields its expressions name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from forms.fields import Field

_TEXT_OR_REMARK = re.compile(r'"(?:[^"\\]|\\.)*"|/\*.*?\*/|//[^\n]*', re.DOTALL)
_MEMBER = re.compile(r"(?<!\.)\.\s*[^\W\d]\w*")
_NAME = re.compile(r"[^\W\d]\w*")
_NAMES_IN_A_ROW = re.compile(r"[^\W\d]\w*(?:[ \t]+[^\W\d]\w*)*(?P<call>\s*\()?")
_NAMES_WITH_AND = re.compile(r"date and time|(?:days|years) and (?:time|months) duration")
FEEL_WORDS = frozenset(
    {"and", "between", "else", "every", "external", "false", "for", "function", "if", "in", "instance", "item", "not", "null"}
    | {"of", "or", "partial", "return", "satisfies", "some", "then", "true"}
)


def names_in(expression: str) -> frozenset[str]:
    """Every word of a FEEL text that may be a field's key: not in a string or remark, not a member (`line.qty` names `line`),
    not a called function, not part of a name with blanks (`working days from` does not name `days`; keys have no blanks)."""
    bare = _NAMES_WITH_AND.sub(" ", _MEMBER.sub(" ", _TEXT_OR_REMARK.sub(" ", expression)))
    found: set[str] = set()
    for run in _NAMES_IN_A_ROW.finditer(bare):
        names = _names_between_words(_NAME.findall(run.group()))
        if run.group("call"):
            names.pop()
        found |= {name[0] for name in names if len(name) == 1}
    return frozenset(found)


def _names_between_words(words: list[str]) -> list[list[str]]:
    """`if a and working days from` -> [], [a], [working, days, from]"""
    names: list[list[str]] = [[]]
    for word in words:
        if word in FEEL_WORDS:
            names.append([])
        else:
            names[-1].append(word)
    return names


def words_in(expression: str) -> frozenset[str]:
    """Every word outside strings and remarks: all that a reader of the expression learns the name of."""
    return frozenset(_NAME.findall(_TEXT_OR_REMARK.sub(" ", expression)))


def names_of(field: Field) -> frozenset[str]:
    """What the field reads before it has a value. Whether it is required is asked last and orders nothing."""
    deciding = [field.readonly_when, field.computed, field.default_when_empty, *field.hide]
    names = frozenset().union(*(names_in(text) for text in deciding if text is not None))
    if field.table is not None:
        columns = {column.key for column in field.table.fields}
        names |= frozenset().union(*(names_of(column) for column in field.table.fields)) - columns
    return names


def in_order(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields so that each follows those it reads; `CyclicFields` names the circle when there is none."""
    by_key = {field.key: field for field in fields}
    done: dict[str, Field] = {}
    for field in fields:
        _visit(field, by_key, done, ())
    return tuple(done.values())


class CyclicFields(Exception):
    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(" -> ".join(self.keys))


def _visit(field: Field, by_key: dict[str, Field], done: dict[str, Field], trail: tuple[str, ...]) -> None:
    if field.key in done:
        return
    if field.key in trail:
        raise CyclicFields((*trail[trail.index(field.key) :], field.key))
    for name in sorted(names_of(field) & by_key.keys()):
        _visit(by_key[name], by_key, done, (*trail, field.key))
    done[field.key] = field
