"""The full-text index over `SearchDocument.tokens`: GIN on PostgreSQL, an external-content FTS5 table on SQLite."""

from django.db import migrations

SQLITE = """
CREATE VIRTUAL TABLE tickets_searchindex USING fts5(
    tokens, content='tickets_searchdocument', content_rowid='id', tokenize="unicode61 remove_diacritics 0", prefix='6 8'
);
CREATE TRIGGER tickets_search_insert AFTER INSERT ON tickets_searchdocument BEGIN
    INSERT INTO tickets_searchindex(rowid, tokens) VALUES (new.id, new.tokens);
END;
CREATE TRIGGER tickets_search_delete AFTER DELETE ON tickets_searchdocument BEGIN
    INSERT INTO tickets_searchindex(tickets_searchindex, rowid, tokens) VALUES ('delete', old.id, old.tokens);
END;
CREATE TRIGGER tickets_search_update AFTER UPDATE ON tickets_searchdocument BEGIN
    INSERT INTO tickets_searchindex(tickets_searchindex, rowid, tokens) VALUES ('delete', old.id, old.tokens);
    INSERT INTO tickets_searchindex(rowid, tokens) VALUES (new.id, new.tokens);
END;
"""
SQLITE_BACK = (
    "DROP TRIGGER IF EXISTS tickets_search_insert",
    "DROP TRIGGER IF EXISTS tickets_search_delete",
    "DROP TRIGGER IF EXISTS tickets_search_update",
    "DROP TABLE IF EXISTS tickets_searchindex",
)
POSTGRESQL = (
    "CREATE INDEX tickets_search_tokens ON tickets_searchdocument USING gin (to_tsvector('simple', tokens))"
)


def _statements() -> list[str]:
    parts = SQLITE.split("CREATE ")[1:]
    return ["CREATE " + part.strip() for part in parts]


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
        return
    with schema_editor.connection.cursor() as cursor:
        for statement in _statements():
            cursor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS tickets_search_tokens")
        return
    with schema_editor.connection.cursor() as cursor:
        for statement in SQLITE_BACK:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
