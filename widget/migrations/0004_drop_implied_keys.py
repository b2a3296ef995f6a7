from django.db import migrations

from helpdesk.tenancy.operations import DropImpliedKeys


class Migration(migrations.Migration):
    dependencies = [("widget", "0003_only_needed_indexes")]
    operations = [DropImpliedKeys()]
