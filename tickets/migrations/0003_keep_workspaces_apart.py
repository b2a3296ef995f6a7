from django.db import migrations

from helpdesk.tenancy.operations import KeepWorkspacesApart


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_search_index")]
    operations = [KeepWorkspacesApart()]
