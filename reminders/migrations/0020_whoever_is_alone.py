"""Where nobody else looks after a company's people, Windfall's admins hear that mail to its only owner or manager does not arrive."""

from importlib import import_module

from django.db import migrations

matters = import_module("reminders.migrations.0004_matters")
before = import_module("reminders.migrations.0015_more_arms")
arm, news, day = matters.arm, matters.news, matters.day

ALONE = arm(
    "no_mail",
    f"""reminders_suppression x JOIN partners_user u ON u.id = x.user_id AND u.email = x.address {matters.SITE}
        JOIN LATERAL (
            SELECT min(c.id) FILTER (WHERE c.kind = 'partner') AS partner_id, min(c.id) AS company_id
              FROM partners_membership m JOIN partners_company c ON c.id = m.company_id AND c.kind <> 'site'
             WHERE m.user_id = u.id AND m.ended_at IS NULL AND NOT EXISTS (
                   SELECT FROM partners_membership k WHERE k.company_id = c.id AND k.user_id <> u.id AND k.ended_at IS NULL
                      AND k.role IN ({before.KEEPERS}))
        ) AS alone ON alone.company_id IS NOT NULL
        WHERE x.lifted_at IS NULL""",
    {
        "subject_id": "x.id",
        "title": "coalesce(nullif(u.name, ''), u.email)",
        "audience": "'people'",
        "company_id": "s.id",
        "partner_id": "alone.partner_id",
        **news(day("x.at")),
        "zone": "s.time_zone",
        "step": "'reminders:addresses'",
    },
)
ARMS = (*before.ARMS, ALONE)


class Migration(migrations.Migration):
    dependencies = [("reminders", "0019_passed_over")]

    operations = [
        migrations.RunSQL(before.view(ARMS), before.view(before.ARMS)),
    ]
