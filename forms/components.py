"""Which members of a form-js document are honoured, harmless or refused. Everything that is in none of these tables is refused.

The names are those of the form-js JSON schema (version 16 and later); the gc. properties are ours.
"""

from __future__ import annotations

DOCUMENT = frozenset({"components", "id", "type", "schemaVersion", "properties"})
DOCUMENT_HARMLESS = frozenset({"exporter", "executionPlatform", "executionPlatformVersion", "$schema", "versionTag"})
DOCUMENT_PROPERTIES = frozenset({"gc.name", "gc.name.en"})

# Fields that hold an answer, with the members that only they have.
_OPTIONS = frozenset({"values"})
ANSWERS: dict[str, frozenset[str]] = {
    "textfield": frozenset(),
    "textarea": frozenset(),
    "number": frozenset({"decimalDigits", "serializeToString"}),
    "checkbox": frozenset(),
    "radio": _OPTIONS,
    "select": _OPTIONS,
    "checklist": _OPTIONS,
    "taglist": _OPTIONS,
    "datetime": frozenset({"subtype", "dateLabel", "timeLabel", "timeSerializingFormat", "disallowPassedDates"}),
    "filepicker": frozenset({"accept", "multiple"}),
    "expression": frozenset({"expression", "computeOn"}),
    "dynamiclist": frozenset({"path", "components", "allowAddRemove", "isRepeating"}),
}
CONTAINERS: dict[str, frozenset[str]] = {"group": frozenset({"components"})}
SHOWN: dict[str, frozenset[str]] = {"text": frozenset({"text"}), "separator": frozenset(), "spacer": frozenset({"height"})}

COMMON = frozenset({"type", "properties", "conditional"})
COMMON_HARMLESS = frozenset({"id", "layout", "appearance", "version"})  # where and how it stands on the page
OF_ANSWERS = frozenset({"key", "label", "description", "validate", "readonly", "disabled", "defaultValue"})
HARMLESS: dict[str, frozenset[str]] = {
    "textfield": frozenset(),
    "textarea": frozenset(),
    "number": frozenset({"increment"}),
    "select": frozenset({"searchable"}),
    "taglist": frozenset({"searchable"}),
    "datetime": frozenset({"timeInterval", "use24h"}),
    "dynamiclist": frozenset({"defaultRepetitions", "showOutline", "disableCollapse", "nonCollapsedItems", "verticalAlignment"}),
    "group": frozenset({"showOutline", "verticalAlignment"}),
}

UNSUPPORTED_COMPONENTS: dict[str, str] = {
    "button": "a form has one way to be sent, which the task page brings",
    "iframe": "another site's page may not stand in a form",
    "html": "text is written with a text component",
    "image": "pictures belong into a file field",
    "table": "a detail table is a dynamiclist with gc.type=detail_table",
    "documentPreview": "files are previewed by the file field",
    "default": "a form may not stand inside another",
}
UNSUPPORTED_MEMBERS: dict[str, str] = {
    "valuesKey": "the choices must be listed in values",
    "valuesExpression": "the choices must be listed in values",
    "path": "answers are not nested by groups",
    "source": "nothing is loaded from other places",
}

VALIDATE: dict[str, frozenset[str]] = {
    "textfield": frozenset({"required", "minLength", "maxLength", "pattern", "patternErrorMessage", "validationType"}),
    "textarea": frozenset({"required", "minLength", "maxLength"}),
    "number": frozenset({"required", "min", "max"}),
}
VALIDATE_OTHERS = frozenset({"required"})

# gc.type by component: what the plain type of form-js does not say.
TYPES: dict[str, frozenset[str]] = {
    "textfield": frozenset({"phone", "email", "id_card", "bank_card", "reference", "auto_number"}),
    "textarea": frozenset(),
    "number": frozenset({"money", "percent"}),
    "checkbox": frozenset(),
    "radio": frozenset(),
    "select": frozenset({"person", "unit", "role", "customer", "case", "reference"}),
    "checklist": frozenset(),
    "taglist": frozenset({"person", "unit", "role"}),
    "datetime": frozenset(),
    "filepicker": frozenset({"image", "signature"}),
    "expression": frozenset({"money", "percent", "number"}),
    "dynamiclist": frozenset({"detail_table"}),
}
REMOTE_CHOICES = frozenset({"person", "unit", "role", "customer", "case", "reference"})

PROPERTIES_OF_ALL = frozenset({"gc.label.en", "gc.description.en", "gc.print", "gc.type"})
PROPERTIES_OF_ANSWERS = frozenset({"gc.requiredWhen", "gc.readonlyWhen", "gc.computed", "gc.default", "gc.mask"})
PROPERTIES: dict[str, frozenset[str]] = {
    "number": frozenset({"gc.decimals", "gc.greaterThan", "gc.currency"}),
    "expression": frozenset({"gc.decimals", "gc.currency"}),
    "datetime": frozenset({"gc.after", "gc.notBefore"}),
    "dynamiclist": frozenset({"gc.maxRows", "gc.minRows", "gc.sum"}),
    "text": frozenset({"gc.text.en"}),
}
# The English words of one choice: gc.option.en.<value>
OPTION_LABEL = "gc.option.en."
WITH_OPTIONS = frozenset({"radio", "select", "checklist", "taglist"})

BUILT_IN_PATTERNS: dict[str, str] = {
    "phone": r"^\+?[0-9][0-9 ()-]{4,19}$",
    "email": r"^[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,63}$",
    "id_card": r"^[0-9]{17}[0-9Xx]$",
    "bank_card": r"^[0-9]{12,19}$",
}
