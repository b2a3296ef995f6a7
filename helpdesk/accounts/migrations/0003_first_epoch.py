"""Every installation has its epoch from the start, so that reading it never writes."""

from django.db import migrations

from helpdesk.accounts.models.installation import new_epoch


def make(apps, schema_editor):
    apps.get_model("accounts", "Installation").objects.get_or_create(only=True, defaults={"epoch": new_epoch()})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_keep_workspaces_apart")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
