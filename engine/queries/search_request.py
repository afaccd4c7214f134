"""What a search asks for and what it found, for whoever asks; the values live below the store that turns them into SQL."""

from engine.store.search_request import (
    AllOf,
    AnyOf,
    Condition,
    ContainsAll,
    Filter,
    Found,
    HasVariable,
    Operator,
    Page,
    Scalar,
    SearchRequest,
    SortBy,
)

__all__ = [
    "AllOf",
    "AnyOf",
    "Condition",
    "ContainsAll",
    "Filter",
    "Found",
    "HasVariable",
    "Operator",
    "Page",
    "Scalar",
    "SearchRequest",
    "SortBy",
]
