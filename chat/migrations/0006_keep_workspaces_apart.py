from django.db import migrations

from helpdesk.tenancy.operations import KeepWorkspacesApart


class Migration(migrations.Migration):
    dependencies = [("chat", "0005_routing"), ("accounts", "0009_languages_and_priorities")]
    operations = [
        # Chats that were there before have waited since they began.
        migrations.RunSQL("UPDATE chat_chat SET queued_at = started_at, rank_at = started_at", migrations.RunSQL.noop),
        KeepWorkspacesApart(),
    ]
