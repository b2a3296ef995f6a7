from django.db import migrations

from helpdesk.tenancy.operations import KeepWorkspacesApart


class Migration(migrations.Migration):
    dependencies = [("widget", "0001_initial")]
    operations = [KeepWorkspacesApart()]
