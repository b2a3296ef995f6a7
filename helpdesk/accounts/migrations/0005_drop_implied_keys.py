from django.db import migrations

from helpdesk.tenancy.operations import DropImpliedKeys


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_only_needed_indexes")]
    operations = [DropImpliedKeys()]
