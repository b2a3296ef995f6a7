from django.db import migrations

from helpdesk.tenancy.operations import KeepWorkspacesApart


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]
    operations = [KeepWorkspacesApart()]
