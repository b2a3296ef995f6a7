from django.db import migrations

from helpdesk.tenancy.operations import DropImpliedKeys, KeepWorkspacesApart


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_opening_hours")]
    operations = [KeepWorkspacesApart(), DropImpliedKeys()]
