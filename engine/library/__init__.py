"""What is deployed and who there is: definitions, decisions, forms and the organisation, parsed once and cached by revision."""

from engine.library.library import Library
from engine.library.world import DatabaseWorld

__all__ = ["DatabaseWorld", "Library"]
