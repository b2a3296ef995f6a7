from django.db import migrations

from helpdesk.tenancy.operations import DropImpliedKeys


class Migration(migrations.Migration):
    dependencies = [("chat", "0003_only_needed_indexes")]
    operations = [DropImpliedKeys()]
