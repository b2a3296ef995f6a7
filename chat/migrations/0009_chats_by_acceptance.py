from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0008_keep_workspaces_apart")]
    operations = [
        migrations.AddIndex(
            model_name="chat",
            index=models.Index(
                condition=models.Q(("accepted_at__isnull", False)),
                fields=["workspace", "-accepted_at", "-id"],
                name="chat_by_acceptance",
            ),
        ),
    ]
