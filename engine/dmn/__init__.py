"""DMN 1.1 to 1.5: decision models from XML, their evaluation and its explanation. Everything not supported is refused on load."""

from engine.dmn.explanation import Evaluated, Input, Result, Row
from engine.dmn.loading import load
from engine.dmn.model import Decision, Model

__all__ = ["Decision", "Evaluated", "Input", "Model", "Result", "Row", "load"]
