from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("reminders", "0018_sets_instead_of_rows"),
    ]

    operations = [
        migrations.AddField(
            model_name="reminder",
            name="passed_over_at",
            field=models.DateTimeField(
                null=True,
                help_text="A mail that was made for its sake found it done: before another is, it is asked again.",
            ),
        ),
    ]
