"""What a person fills in: form documents compiled and answers checked against them. Imports nothing of ours; FEEL is given."""

from forms.compile import compile_form
from forms.form import Form
from forms.problems import FormError, Problem

__all__ = ["Form", "FormError", "Problem", "compile_form"]
