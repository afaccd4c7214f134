"""One component of a form document that takes an answer, as a `Field`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import marshmallow
import re2

from forms import components as known
from forms.fields import Field, Kind, Level, Option
from forms.masks import MASKS
from forms.order import FEEL_WORDS
from forms.problems import shown, step
from forms.reading import LONGEST_LABEL, Reader
from forms.values import LONGEST_LONG_TEXT, MOST_DIGITS, accepting, compiled

MOST_ROWS = 500
ROWS_BY_DEFAULT = 200
MOST_OPTIONS = 500
LONGEST_PATTERN = 500

_KEY = re.compile(r"[^\W\d]\w{0,63}")
_KINDS: dict[str, Kind] = {
    "textfield": "text",
    "textarea": "long_text",
    "number": "number",
    "checkbox": "boolean",
    "radio": "choice",
    "select": "choice",
    "checklist": "choices",
    "taglist": "choices",
    "filepicker": "files",
    "dynamiclist": "table",
    "expression": "computed",
}
_SUBTYPES: dict[str, Kind] = {"date": "date", "time": "time", "datetime": "datetime"}
_TYPES_OF_DATES = {"date": "date", "time": "time", "datetime": "datetime"}


def read_field(reader: Reader, hide: tuple[str, ...], columns: Callable[[], Level]) -> Field | None:
    """The field, or None when what is wrong leaves nothing to build. `columns` reads the components inside a table."""
    component = str(reader.members["type"])
    properties = reader.within("properties")
    validate = reader.within("validate")
    validate.only(known.VALIDATE.get(component, known.VALIDATE_OTHERS), "unknown_member", "rule of validate")
    key = _key(reader, "path" if component == "dynamiclist" else "key")
    kind = _SUBTYPES[_subtype(reader)] if component == "datetime" else _KINDS[component]
    gc_type = properties.one_of("gc.type", known.TYPES[component])
    label = _label(reader, kind)
    table = columns() if component == "dynamiclist" else None
    options = _options(reader, properties, gc_type) if component in known.WITH_OPTIONS else None
    if key is None or label is None:
        return None
    readonly_when = properties.expression("gc.readonlyWhen")
    if isinstance(reader.members.get("readonly"), str):
        if readonly_when is not None:
            reader.refuse("readonly", "invalid_value", "expected either readonly or gc.readonlyWhen to be FEEL, but both are")
        readonly_when, readonly = reader.expression("readonly"), False
    else:
        readonly = reader.truth("readonly")
    field = Field(
        key=key,
        kind=kind,
        type=gc_type or _TYPES_OF_DATES.get(kind, component),
        label=label,
        label_en=properties.words("gc.label.en") or label,
        pointer=reader.path,
        required=validate.truth("required"),
        required_when=properties.expression("gc.requiredWhen"),
        readonly=readonly or reader.truth("disabled") or gc_type == "auto_number",
        readonly_when=readonly_when,
        hide=hide,
        computed=_computed(reader, properties, component),
        default_when_empty=properties.expression("gc.default"),
        options=options,
        multiple=component == "filepicker" and reader.truth("multiple"),
        minimum=validate.number("min"),
        maximum=validate.number("max"),
        greater_than=properties.number("gc.greaterThan"),
        decimals=_decimals(reader, properties),
        decimal_text=component == "number" and reader.truth("serializeToString"),
        shortest=validate.count("minLength", LONGEST_LONG_TEXT),
        longest=validate.count("maxLength", LONGEST_LONG_TEXT),
        patterns=_patterns(validate, gc_type) if component == "textfield" else (),
        accept=_accept(reader) if component == "filepicker" else (),
        not_past=component == "datetime" and reader.truth("disallowPassedDates"),
        after=properties.text("gc.after"),
        not_before=properties.text("gc.notBefore"),
        fewest=(properties.count("gc.minRows", MOST_ROWS) or 0) if table else 0,
        most_rows=_most_rows(properties) if table else 0,
        mask=properties.one_of("gc.mask", MASKS),
        table=table,
    )
    _no_contradictions(reader, field)
    default = _default(reader, field)
    return field if default is None else replace(field, default=default)


def _key(reader: Reader, member: str) -> str | None:
    value = reader.members.get(member)
    if not isinstance(value, str) or not _KEY.fullmatch(value) or not unicodedata.is_normalized("NFC", value):
        reader.refuse(member, "invalid_key", f"expected a key of letters, digits and _ (at most 64), but got {shown(value)}")
        return None
    if value in FEEL_WORDS:
        reader.refuse(member, "invalid_key", f"expected a key that an expression can name, but {value} is a word of FEEL")
        return None
    return value


def _subtype(reader: Reader) -> str:
    return reader.one_of("subtype", _SUBTYPES) or "date"


def _label(reader: Reader, kind: str) -> str | None:
    member = {"date": "dateLabel", "datetime": "dateLabel", "time": "timeLabel"}.get(kind, "label")
    label = reader.words(member)
    if kind == "computed" and not label:
        label = reader.within("properties").words("gc.label")
    if label is None or not label.strip():
        reader.refuse(
            member, "invalid_value", "expected a label, since every message about the field names it, but there is none"
        )
        return None
    return label


def _computed(reader: Reader, properties: Reader, component: str) -> str | None:
    if component != "expression":
        return properties.expression("gc.computed")
    reader.one_of("computeOn", ("change", "presentation"))
    if "gc.computed" in properties.members:
        properties.refuse(
            "gc.computed", "invalid_value", "expected the formula in expression alone, but gc.computed is there too"
        )
    expression = reader.expression("expression")
    if expression is None and "expression" not in reader.members:
        reader.refuse("expression", "invalid_value", "expected the FEEL that computes the field, but there is none")
    return expression


def _decimals(reader: Reader, properties: Reader) -> int | None:
    theirs, ours = reader.count("decimalDigits", MOST_DIGITS), properties.count("gc.decimals", MOST_DIGITS)
    if theirs is not None and ours is not None and theirs != ours:
        properties.refuse("gc.decimals", "invalid_value", f"expected the {theirs} of decimalDigits, but got {ours}")
    return ours if theirs is None else theirs


def _patterns(validate: Reader, gc_type: str | None) -> tuple[str, ...]:
    patterns = []
    written = validate.text("pattern", LONGEST_PATTERN)
    validate.words("patternErrorMessage")
    validation_type = validate.one_of("validationType", ("email", "phone", "custom"))
    if written:
        try:
            compiled(written)
        except re2.error as error:
            reason = error.args[0] if error.args else "unknown"
            reason = reason.decode() if isinstance(reason, bytes) else reason
            validate.refuse("pattern", "invalid_value", f"expected a regular expression of RE2, but: {reason}")
        else:
            patterns.append(written)
    patterns += [known.BUILT_IN_PATTERNS[name] for name in {validation_type, gc_type} if name in known.BUILT_IN_PATTERNS]
    return tuple(patterns)


def _accept(reader: Reader) -> tuple[str, ...]:
    """Endings like `.pdf,.jpg`. A media type says nothing about a name, and the stored file is checked where it is stored."""
    written = reader.text("accept") or ""
    endings = tuple(ending.strip().lower() for ending in written.split(",") if ending.strip())
    if not all(re.fullmatch(r"\.[a-z0-9]{1,10}", ending) for ending in endings):
        reader.refuse("accept", "invalid_value", f"expected endings like .pdf,.jpg, but got {shown(written)}")
        return ()
    return endings


def _most_rows(properties: Reader) -> int:
    most = properties.count("gc.maxRows", MOST_ROWS)
    return ROWS_BY_DEFAULT if most is None else most


def _options(reader: Reader, properties: Reader, gc_type: str | None) -> tuple[Option, ...] | None:
    values = reader.members.get("values", [])
    if gc_type in known.REMOTE_CHOICES:
        if values:
            reader.refuse(
                "values", "invalid_value", f"expected no listed choices, since a {gc_type} is looked up, but some are there"
            )
        return None
    if not isinstance(values, list) or not values or len(values) > MOST_OPTIONS:
        reader.refuse("values", "invalid_value", f"expected 1 to {MOST_OPTIONS} choices, but got {shown(values)}")
        return ()
    options: list[Option] = []
    seen: set[str] = set()
    for index, each in enumerate(values):
        place = step("values", index)
        if not isinstance(each, Mapping) or set(each) != {"label", "value"} or not isinstance(each["label"], str):
            reader.refuse("", "invalid_value", f"expected {place} to be a label and a value, but got {shown(each)}")
            continue
        value = each["value"]
        name = _option_name(value)
        if name is None or name in seen:
            reader.refuse("", "invalid_value", f"expected {place} to have a short value of its own, but got {shown(value)}")
            continue
        seen.add(name)
        english = properties.words(known.OPTION_LABEL + name)
        options.append(Option(value, each["label"][:LONGEST_LABEL], english or each["label"]))
    for member in properties.members:
        if member.startswith(known.OPTION_LABEL) and member.removeprefix(known.OPTION_LABEL) not in seen:
            properties.refuse(member, "invalid_value", "expected the value of one of the choices, but there is no such choice")
    return tuple(options)


def _option_name(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) < 10**15:
        return str(value)
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_LABEL else None


def _no_contradictions(reader: Reader, field: Field) -> None:
    if field.computed is not None and (field.default_when_empty or "defaultValue" in reader.members):
        reader.refuse("", "invalid_value", "expected a field to be computed or to have a default, but it has both")
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        reader.refuse("validate", "invalid_value", f"expected min to be at most max, but {field.minimum} > {field.maximum}")
    if field.shortest is not None and field.longest is not None and field.shortest > field.longest:
        reader.refuse("validate", "invalid_value", f"expected minLength to be at most maxLength, but {field.shortest} is more")
    if field.table is not None and field.fewest > field.most_rows:
        reader.refuse(
            "properties", "invalid_value", f"expected gc.minRows to be at most {field.most_rows}, but got {field.fewest}"
        )
    if field.kind == "table" and (field.computed or field.default_when_empty):
        reader.refuse("properties", "invalid_value", "expected the columns to be computed or to have defaults, but the table has")


def _default(reader: Reader, field: Field) -> Any:
    value = reader.members.get("defaultValue")
    if value is None or value in ("", []):
        return None
    if field.kind == "table":
        reader.refuse("defaultValue", "unsupported_member", "expected the columns to have defaults, but the table has one")
        return None
    if field.default_when_empty is not None:
        reader.refuse("defaultValue", "invalid_value", "expected defaultValue or gc.default, but both are there")
        return None
    try:
        return accepting(field).accept(value)
    except marshmallow.ValidationError:
        reader.refuse("defaultValue", "invalid_value", f"expected an answer that the field would accept, but got {shown(value)}")
        return None
