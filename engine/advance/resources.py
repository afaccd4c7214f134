"""Files as the engine uses them: parsed once for each content, whoever asks. What comes out is immutable and shared."""

from __future__ import annotations

from functools import lru_cache

from engine import dmn
from engine.bpmn.definition import Definition
from engine.bpmn.parse import parse
from engine.codec import from_text
from forms import Form, compile_form

_MOST_KEPT = 512


@lru_cache(_MOST_KEPT)
def definitions_of(xml: bytes) -> tuple[Definition, ...]:
    """The executable processes of a diagram. InvalidInput `invalid_bpmn`, `invalid_xml`."""
    return parse(xml)


@lru_cache(_MOST_KEPT)
def model_of(xml: bytes) -> dmn.Model:
    """The decisions of a DMN file. InvalidInput `invalid_dmn`, `invalid_xml`."""
    return dmn.load(xml)


@lru_cache(_MOST_KEPT)
def form_of(text: bytes) -> Form:
    """A form-js document. ValueError where it is no JSON, `forms.FormError`."""
    return compile_form(from_text(text))
