"""One company, one tenant: what the published clients send and expect in its place."""

from __future__ import annotations

TENANT = "<default>"
