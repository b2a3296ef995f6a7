from django.db import migrations

from helpdesk.tenancy.operations import KeepWorkspacesApart


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [KeepWorkspacesApart()]
