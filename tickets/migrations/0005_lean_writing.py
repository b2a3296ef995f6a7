"""What makes a message cheap to store on PostgreSQL, and what rebuilding its table took from the search on SQLite."""

from importlib import import_module

from django.db import migrations

from helpdesk.tenancy.operations import DropImpliedKeys

search_index = import_module("tickets.migrations.0002_search_index")

# A ticket's row is written again with each message: room on its page keeps the new version beside the old one, and the
# old ones are cleared away before they are many. Of large tables a fiftieth is much; PostgreSQL would wait for a fifth.
TUNING = (
    "ALTER TABLE tickets_ticket SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, "
    "autovacuum_analyze_scale_factor = 0.02)",
    "ALTER TABLE tickets_visitor SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, "
    "autovacuum_analyze_scale_factor = 0.02)",
    "ALTER TABLE tickets_event SET (autovacuum_vacuum_insert_scale_factor = 0.05, "
    "autovacuum_analyze_scale_factor = 0.02)",
    "ALTER TABLE tickets_searchdocument SET (autovacuum_vacuum_insert_scale_factor = 0.05, "
    "autovacuum_analyze_scale_factor = 0.02)",
)
BACK = (
    "ALTER TABLE tickets_ticket RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)",
    "ALTER TABLE tickets_visitor RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)",
    "ALTER TABLE tickets_event RESET (autovacuum_vacuum_insert_scale_factor, autovacuum_analyze_scale_factor)",
    "ALTER TABLE tickets_searchdocument RESET (autovacuum_vacuum_insert_scale_factor, autovacuum_analyze_scale_factor)",
)
# The tokens as they are, without PostgreSQL's parser. New ones wait in a list that a writer works off when it is full:
# at PostgreSQL's own 4 MB that is a stop of 150 ms, and every search reads the whole list.
INDEX = (
    "DROP INDEX tickets_search_tokens",
    "CREATE INDEX tickets_search_tokens ON tickets_searchdocument "
    "USING gin (array_to_tsvector(string_to_array(tokens, ' '))) WITH (gin_pending_list_limit = 512)",
)


def make(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        search_index.drop(apps, schema_editor)
        search_index.make(apps, schema_editor)
        schema_editor.execute("INSERT INTO tickets_searchindex(tickets_searchindex) VALUES ('rebuild')")
        return
    for statement in (*TUNING, *INDEX):
        schema_editor.execute(statement)


def undo(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in (*BACK, INDEX[0], search_index.POSTGRESQL):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_only_needed_indexes")]
    operations = [DropImpliedKeys(), migrations.RunPython(make, undo)]
