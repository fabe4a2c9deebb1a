from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0009_reminders_of_any_matter"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="reminder",
            index=BrinIndex(autosummarize=True, fields=["created_at"], name="reminder_by_time"),
        ),
    ]
