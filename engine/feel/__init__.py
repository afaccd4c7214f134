"""FEEL, the expression language of DMN 1.5, chapter 10: text to compiled expressions, and their values.

Needs nothing of ours but errors and the clock. Nothing an author writes can run code, read a member of a Python object
or go on for ever.
"""

from engine.feel.conversion import from_json, to_json
from engine.feel.expression import Explained, Expression, compile_expression, compile_unary_tests, is_expression
from engine.feel.limits import Limits
from engine.feel.scope import FeelWarning
from engine.feel.values import Date, DateTime, DaysDuration, Function, HasMembers, MonthsDuration, Range, Time, Value

__all__ = [
    "Date",
    "DateTime",
    "DaysDuration",
    "Explained",
    "Expression",
    "FeelWarning",
    "Function",
    "HasMembers",
    "Limits",
    "MonthsDuration",
    "Range",
    "Time",
    "Value",
    "compile_expression",
    "compile_unary_tests",
    "from_json",
    "is_expression",
    "to_json",
]
