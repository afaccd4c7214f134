"""One marshmallow field per kind of answer: right type, right size, right form. Rights and conditions are in check.py.

A fault is raised as a `Fault` (code, sentence, facts) inside marshmallow's ValidationError; check.py gives it a path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from decimal import Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import marshmallow
import re2

from forms.fields import Field, Typed
from forms.problems import shown

MOST_DIGITS = 34
MOST_INTEGER_DIGITS_OF_MONEY = 15
LONGEST_TEXT = 10_000
LONGEST_LONG_TEXT = 100_000
LONGEST_ID = 200
EXACT = Context(prec=100)
MOST_FILES = 100
MOST_CHOICES = 200

_DECIMAL_TEXT = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(?::\d\d)?", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
# Control characters (a database refuses NUL) and halves of a pair, which no UTF-8 can hold.
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ODD_IN_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_DIGEST = re.compile(r"[0-9A-Za-z:+/=_-]{1,200}", re.ASCII)
_FILE_MEMBERS = frozenset({"attachment_key", "name", "digest"})


@dataclass(frozen=True, slots=True)
class Fault:
    code: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    within: str = ""


class AnswerSchema(marshmallow.Schema):
    """One object of answers; names of ours stay out of the class, so that a key like `Meta` or `fields` is only a key."""

    error_messages = {"unknown": "unknown_field", "type": "wrong_type"}  # noqa: RUF012 marshmallow's own way to say it

    class Meta:
        register = False


def schema_of(fields: tuple[Field, ...]) -> marshmallow.Schema:
    """Built once per form: building one takes about as long as checking a hundred answers."""
    declared: dict[str, marshmallow.fields.Field[Any]] = {f"field_{index}": accepting(each) for index, each in enumerate(fields)}
    return AnswerSchema.from_dict(declared)(unknown=marshmallow.RAISE)


def refuse(code: str, message: str, within: str = "", **facts: Any) -> marshmallow.ValidationError:
    return marshmallow.ValidationError([Fault(code, message, facts, within)])


class Answer(marshmallow.fields.Field[Any]):
    """An empty text or list is no answer: the interface sends one when a person clears a field."""

    def __init__(self, rules: Field) -> None:
        super().__init__(data_key=rules.key, attribute=rules.key, allow_none=True)
        self.rules = rules

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return self.accept(value) if value != "" else None

    def accept(self, value: Any) -> Typed:
        raise NotImplementedError


class TextAnswer(Answer):
    def __init__(self, rules: Field) -> None:
        super().__init__(rules)
        self.patterns = [compiled(pattern) for pattern in rules.patterns]
        self.most = LONGEST_LONG_TEXT if rules.kind == "long_text" else LONGEST_TEXT

    def accept(self, value: Any) -> Typed:
        text = plain_text(value, min(self.rules.longest or self.most, self.most), lines=self.rules.kind == "long_text")
        shortest = self.rules.shortest
        if shortest is not None and len(text) < shortest:
            raise refuse("too_short", f"expected at least {shortest} characters, but got {len(text)}", min=shortest)
        if not all(pattern.search(text) for pattern in self.patterns):
            raise refuse("pattern", f"expected a text of the form of {self.rules.type}, but got {shown(text)}")
        return text


class NumberAnswer(Answer):
    def accept(self, value: Any) -> Typed:
        number = number_of(value, text_too=self.rules.decimal_text)
        rules = self.rules
        if rules.type == "money" and abs(number) >= 10**MOST_INTEGER_DIGITS_OF_MONEY:
            raise refuse(
                "out_of_range",
                f"expected at most {MOST_INTEGER_DIGITS_OF_MONEY} digits before the point, but got {shown(number)}",
            )
        places = decimal_places(number)
        if rules.decimals is not None and places > rules.decimals:
            message = f"expected at most {rules.decimals} decimal places, but got {places}"
            raise refuse("too_many_decimals", message, decimals=rules.decimals)
        if rules.minimum is not None and number < rules.minimum:
            raise refuse("out_of_range", f"expected at least {rules.minimum}, but got {shown(number)}", min=str(rules.minimum))
        if rules.maximum is not None and number > rules.maximum:
            raise refuse("out_of_range", f"expected at most {rules.maximum}, but got {shown(number)}", max=str(rules.maximum))
        if rules.greater_than is not None and number <= rules.greater_than:
            message = f"expected more than {rules.greater_than}, but got {shown(number)}"
            raise refuse("out_of_range", message, greater_than=str(rules.greater_than))
        return number


class BooleanAnswer(Answer):
    def accept(self, value: Any) -> Typed:
        if not isinstance(value, bool):
            raise refuse("wrong_type", f"expected true or false, but got {shown(value)}")
        return value


class ChoiceAnswer(Answer):
    """One of the listed options, or, where the choice is a reference, the id of something that lives elsewhere."""

    def accept(self, value: Any) -> Typed:
        return self.one(value)

    def one(self, value: Any) -> str | int | bool:
        if self.rules.options is None:
            return plain_text(value, LONGEST_ID, lines=False)
        if not isinstance(value, str | int | bool):
            raise refuse("wrong_type", f"expected one of the options, but got {shown(value)}")
        for option in self.rules.options:
            if type(option.value) is type(value) and option.value == value:
                return option.value
        some = ", ".join(shown(option.value) for option in self.rules.options[:12])
        raise refuse("not_an_option", f"expected one of {some}, but got {shown(value)}")


class ChoicesAnswer(ChoiceAnswer):
    def accept(self, value: Any) -> Typed:
        given = list_of(value, MOST_CHOICES, "choices")
        chosen = [self.one(each) for each in given]
        if len({(type(each), each) for each in chosen}) < len(chosen):
            raise refuse("repeated", "expected each choice once, but one is there twice")
        return chosen


class DateAnswer(Answer):
    def accept(self, value: Any) -> Typed:
        return _iso(value, _DATE, date.fromisoformat, "a date like 2026-03-02")


class TimeAnswer(Answer):
    def accept(self, value: Any) -> Typed:
        return _iso(value, _TIME, time.fromisoformat, "a time like 08:50")


class DatetimeAnswer(Answer):
    def accept(self, value: Any) -> Typed:
        return _iso(
            value, _DATETIME, datetime.fromisoformat, "a date and time like 2026-03-02T08:50 or 2026-03-02T08:50:00+08:00"
        )


class FilesAnswer(Answer):
    """A list of `{attachment_key, name, digest}`; the files themselves are stored before the form is sent."""

    def accept(self, value: Any) -> Typed:
        given = list_of(value, MOST_FILES if self.rules.multiple else 1, "files")
        return [self.one(each, index) for index, each in enumerate(given)]

    def one(self, value: Any, index: int) -> dict[str, str]:
        if not isinstance(value, Mapping) or set(value) != _FILE_MEMBERS:
            raise refuse("wrong_type", "expected attachment_key, name and digest, but got something else", str(index))
        key = plain_text(value["attachment_key"], 40, lines=False)
        name = plain_text(value["name"], 255, lines=False)
        digest = value["digest"]
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest) or not key or not name:
            raise refuse("wrong_type", "expected a key, a name and a digest, but one of them is empty or odd", str(index))
        if self.rules.accept and not name.lower().endswith(self.rules.accept):
            message = f"expected a file of type {', '.join(self.rules.accept)}, but got {shown(name)}"
            raise refuse("file_type", message, str(index), types=self.rules.accept)
        return {"attachment_key": key, "name": name, "digest": digest}


class RowsAnswer(Answer):
    """Only that it is a list of an allowed length: check.py takes each row through the schema of the table."""

    def accept(self, value: Any) -> Typed:
        return list_of(value, self.rules.most_rows, "rows")


def number_of(value: Any, *, text_too: bool) -> int | Decimal:
    """The number exactly as written: a JSON number (a float by its shortest text), or a decimal text where allowed."""
    if isinstance(value, str) and text_too and _DECIMAL_TEXT.fullmatch(value):
        number = Decimal(value)
    elif isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise refuse("wrong_type", f"expected a number, but got {shown(value)}")
    elif isinstance(value, int):
        if abs(value) >= 10**MOST_DIGITS:
            raise refuse("too_many_digits", f"expected at most {MOST_DIGITS} digits, but got more", max=MOST_DIGITS)
        return value
    else:
        number = Decimal(repr(value)) if isinstance(value, float) else value
    if not number.is_finite():
        raise refuse("wrong_type", f"expected a number, but got {number}")
    if number == 0:
        return 0
    if not -MOST_DIGITS <= number.adjusted() < MOST_DIGITS:
        raise refuse("too_many_digits", f"expected at most {MOST_DIGITS} digits, but got more", max=MOST_DIGITS)
    if len(number.as_tuple().digits) > EXACT.prec:  # more would be rounded by the next line
        raise refuse("too_many_digits", f"expected at most {MOST_DIGITS} digits, but got more", max=MOST_DIGITS)
    # One text for one number, since a digest is made of it: no trailing zeros, whole numbers as int.
    _, digits, exponent = EXACT.normalize(number).as_tuple()
    if len(digits) > MOST_DIGITS:
        raise refuse("too_many_digits", f"expected at most {MOST_DIGITS} digits, but got more", max=MOST_DIGITS)
    return int(number) if exponent in range(MOST_DIGITS) else EXACT.normalize(number)


def decimal_places(number: int | Decimal) -> int:
    if isinstance(number, int):
        return 0
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def plain_text(value: Any, longest: int, *, lines: bool) -> str:
    if not isinstance(value, str):
        raise refuse("wrong_type", f"expected a text, but got {shown(value)}")
    if len(value) > longest:
        message = f"expected at most {longest} characters, but got {len(value)}"
        raise refuse("too_long", message, max=longest, over=len(value) - longest)
    odd = (_ODD_IN_LINES if lines else _ODD).search(value)
    if odd:
        raise refuse("not_text", f"expected readable text, but it holds the character U+{ord(odd.group()):04X}")
    return value


def list_of(value: Any, most: int, what: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise refuse("wrong_type", f"expected a list, but got {shown(value)}")
    if len(value) > most:
        raise refuse("too_many", f"expected at most {most} {what}, but got {len(value)}", max=most)
    return list(value)


def compiled(pattern: str) -> Any:
    """The pattern as re2 runs it: in time linear to the text, whatever the pattern. Raises `re2.error`."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options=options)


def stored(rules: Field, value: Any) -> Typed:
    """A value of the case as the field holds it; what does not fit the field (any more) stays as it is."""
    if value is None or value == "":
        return None
    if rules.table is not None:
        if not isinstance(value, list):
            return None
        return [
            {each.key: stored(each, row.get(each.key)) for each in rules.table.fields}
            for row in value
            if isinstance(row, Mapping)
        ]
    try:
        if rules.kind in ("number", "computed"):
            return number_of(value, text_too=rules.decimal_text)
        if rules.kind in ("date", "time", "datetime"):
            reader = {"date": DateAnswer, "time": TimeAnswer, "datetime": DatetimeAnswer}[rules.kind]
            return value if isinstance(value, date | time) else reader(rules).accept(_with_offset(value))
    except marshmallow.ValidationError:
        pass
    kept: Typed = value
    return kept


def _with_offset(value: Any) -> Any:
    """FEEL writes a zone by its name (`...@Asia/Shanghai`); the offset of that day says the same."""
    text, at, zone = value.partition("@") if isinstance(value, str) else (value, "", "")
    if not at:
        return value
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).isoformat()
    except (ValueError, ZoneInfoNotFoundError):
        return value


def in_zone(value: Typed, zone: tzinfo | None) -> Typed:
    """A time without a zone is the company's; all are kept in the company's zone, so that one instant has one text."""
    if isinstance(value, datetime) and zone is not None:
        return value.astimezone(zone) if value.tzinfo else value.replace(tzinfo=zone)
    return value


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: an empty list is no answer."""
    return (None if one == [] else one) == (None if other == [] else other)


def json_value(value: Any) -> Any:
    """Dates as ISO text, numbers as int or Decimal; rows without their empty columns."""
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return [json_value(each) for each in value]
    if isinstance(value, dict):
        return {key: json_value(each) for key, each in value.items() if each is not None}
    return value


def _iso(value: Any, form: re.Pattern[str], read: Any, expected: str) -> Typed:
    if not isinstance(value, str):
        raise refuse("wrong_type", f"expected {expected}, but got {shown(value)}")
    if not form.fullmatch(value):
        raise refuse("not_a_date", f"expected {expected}, but got {shown(value)}")
    try:
        read_value: Typed = read(value)
    except ValueError:
        raise refuse("not_a_date", f"expected {expected}, but got {shown(value)}") from None
    return read_value


def accepting(rules: Field) -> Answer:
    kinds: dict[str, type[Answer]] = {
        "text": TextAnswer,
        "long_text": TextAnswer,
        "number": NumberAnswer,
        "computed": Computed,
        "boolean": BooleanAnswer,
        "choice": ChoiceAnswer,
        "choices": ChoicesAnswer,
        "date": DateAnswer,
        "time": TimeAnswer,
        "datetime": DatetimeAnswer,
        "files": FilesAnswer,
        "table": RowsAnswer,
    }
    return kinds[rules.kind](rules)


class Computed(Answer):
    """Any small value: check.py compares it with what it computes itself."""

    def accept(self, value: Any) -> Typed:
        if isinstance(value, bool):
            return value
        if isinstance(value, int | float | Decimal):
            return number_of(value, text_too=False)
        return plain_text(value, LONGEST_TEXT, lines=True)
