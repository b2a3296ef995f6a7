from django.db import migrations

from helpdesk.tenancy.operations import DropImpliedKeys, KeepWorkspacesApart


class Migration(migrations.Migration):
    dependencies = [("chat", "0010_lead_alerts")]
    operations = [KeepWorkspacesApart(), DropImpliedKeys()]
