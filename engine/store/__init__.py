"""The only home of SQLAlchemy: tables and their verbs, one file a table; recording writes what a push changed."""

# Commands name tables as text (`instances.lock_tree(..., of="job")`), so all of them must be known from the first import on.
from engine.store import schema as schema
