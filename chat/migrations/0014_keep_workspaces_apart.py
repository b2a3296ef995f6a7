from django.db import migrations

from helpdesk.tenancy.operations import DropImpliedKeys, KeepWorkspacesApart


class Migration(migrations.Migration):
    dependencies = [("chat", "0013_invitations")]
    operations = [KeepWorkspacesApart(), DropImpliedKeys()]
