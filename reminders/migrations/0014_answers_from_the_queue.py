"""Answers also to what nobody was reminded of, with a reason; and what waits for a partner, for its queue.

The function asks the view of all matters of one company, in the plan that a session made once: planning such a question takes
longer than the page (see 0012). Arms of other rules are left out when it runs. It names its columns, so that the view can be made anew.
"""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import partners.triggers

WAITING = """
CREATE FUNCTION reminders_waiting(bigint, text[])
RETURNS TABLE (rule text, subject_id bigint, title text, audience text, vendor_id bigint, vendor text, allocation_id bigint,
               request_id bigint, anchor date, deadline date, zone text, amount bigint, currency text, worker_id bigint, step text,
               step_id bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT m.rule, m.subject_id, m.title, m.audience, m.vendor_id, v.name::text, m.allocation_id, m.request_id, m.anchor,
               m.deadline, m.zone, m.amount, m.currency, m.worker_id, m.step, m.step_id
          FROM reminders_matter m LEFT JOIN partners_company v ON v.id = m.vendor_id
         WHERE m.company_id = $1 AND m.rule = ANY ($2)
         ORDER BY m.rule, m.subject_id;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0003_company_currency"),
        ("reminders", "0013_agreed_steps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(WAITING, "DROP FUNCTION reminders_waiting(bigint, text[])"),
        pgtrigger.migrations.RemoveTrigger(
            model_name="reply",
            name="answers_its_reminder",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="reply",
            name="wakes_in_time",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="reply",
            name="only_ends",
        ),
        migrations.AddField(
            model_name="reply",
            name="reason",
            field=models.CharField(blank=True, help_text="Why it was put off.", max_length=200),
        ),
        migrations.AlterField(
            model_name="reply",
            name="reminder",
            field=models.ForeignKey(
                db_index=False,
                help_text="None: the queue.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replies",
                to="reminders.reminder",
            ),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["company"], name="reply_standing"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reply",
            trigger=pgtrigger.compiler.Trigger(
                name="answers_its_matter",
                sql=partners.triggers.FirmSql(
                    func="\n    IF NEW.reminder_id IS NULL THEN\n        IF NEW.rule IN ('program_fits', 'granted', 'time_answered', 'plan_answered', 'join_answered', 'nudge') OR NOT EXISTS (\n        SELECT FROM reminders_matter m\n         WHERE m.rule = NEW.rule AND m.subject_id = NEW.subject_id AND m.company_id = NEW.company_id AND m.anchor = NEW.anchor AND m.audience = NEW.audience) THEN\n            RAISE EXCEPTION 'there is nothing to do that this would answer' USING ERRCODE = 'WF120';\n        END IF;\n    ELSIF NOT EXISTS (\n        SELECT FROM reminders_reminder r\n         WHERE r.id = NEW.reminder_id AND r.recipient_id = NEW.by_id AND r.rule = NEW.rule AND r.subject_id = NEW.subject_id\n           AND r.company_id = NEW.company_id AND r.audience = NEW.audience AND r.anchor = NEW.anchor\n           AND r.rule NOT IN ('program_fits', 'granted', 'time_answered', 'plan_answered', 'join_answered', 'nudge')\n           AND (NEW.kind = 'later' OR NOT (r.is_escalated AND r.audience = 'vendor'))\n    ) THEN\n        RAISE EXCEPTION 'only who was told of it answers' USING ERRCODE = 'WF120';\n    END IF;\n    IF NEW.ended_at IS NOT NULL OR 1 <= (\n        SELECT count(*) FROM unnest(ARRAY[NEW.by_id, NEW.user_id]) AS person (id)\n         WHERE NOT EXISTS (\n            SELECT FROM partners_membership m\n              JOIN (VALUES ('owner', 'partner'), ('owner', 'owner'), ('member', 'partner'), ('manager', 'vendor'), ('admin', 'admin'), ('finance', 'finance'))\n                AS stands (role, audience) ON stands.role = m.role AND stands.audience = NEW.audience\n              JOIN partners_user u ON u.id = m.user_id AND u.is_active\n             WHERE m.user_id = person.id AND m.company_id = NEW.company_id AND m.ended_at IS NULL)\n    ) THEN\n        RAISE EXCEPTION 'only who acts there answers, about people who do' USING ERRCODE = 'WF120';\n    END IF;\n    RETURN NEW;\n",
                    hash="e2d8f772ef5c825eaa43e6732ead814fbf0990a3",
                    operation="INSERT",
                    pgid="pgtrigger_answers_its_matter_cedf6",
                    table="reminders_reply",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reply",
            trigger=pgtrigger.compiler.Trigger(
                name="wakes_in_time",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (NEW.kind = 'later')",
                    func="\n    IF EXISTS (\n        SELECT FROM reminders_reminder r\n         WHERE r.id = NEW.reminder_id AND (NEW.until >= r.deadline OR r.closes_at - NEW.ends_at < interval '30 hours')\n    ) THEN\n        RAISE EXCEPTION 'it comes back before its last day' USING ERRCODE = 'WF121';\n    END IF;\n    IF NEW.reminder_id IS NULL AND EXISTS (\n        SELECT FROM reminders_matter m\n         WHERE m.rule = NEW.rule AND m.subject_id = NEW.subject_id AND m.company_id = NEW.company_id AND m.anchor = NEW.anchor\n           AND (NEW.until >= m.deadline\n                OR ((m.deadline + 1)::timestamp AT TIME ZONE m.zone) - NEW.ends_at < interval '30 hours')\n    ) THEN\n        RAISE EXCEPTION 'it comes back before its last day' USING ERRCODE = 'WF121';\n    END IF;\n    RETURN NEW;\n",
                    hash="06ac40524e01f03d1f9559ed61053a1a56b11a08",
                    operation="INSERT",
                    pgid="pgtrigger_wakes_in_time_a423f",
                    table="reminders_reply",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reply",
            trigger=pgtrigger.compiler.Trigger(
                name="only_ends",
                sql=partners.triggers.FirmSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        RAISE EXCEPTION 'an answer stays as it was given' USING ERRCODE = 'WF004';\n    END IF;\n    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR ROW(OLD.id, OLD.reminder_id, OLD.rule, OLD.subject_id, OLD.company_id, OLD.audience, OLD.anchor, OLD.kind, OLD.user_id, OLD.by_id, OLD.until, OLD.ends_at, OLD.reason, OLD.by_mail, OLD.at) IS DISTINCT FROM ROW(NEW.id, NEW.reminder_id, NEW.rule, NEW.subject_id, NEW.company_id, NEW.audience, NEW.anchor, NEW.kind, NEW.user_id, NEW.by_id, NEW.until, NEW.ends_at, NEW.reason, NEW.by_mail, NEW.at) THEN\n        RAISE EXCEPTION 'an answer stays as it was given, and ends once' USING ERRCODE = 'WF004';\n    END IF;\n    RETURN NEW;\n",
                    hash="8b5185d8db0ebe94b4930a534daa11a992776b7b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_only_ends_d4a78",
                    table="reminders_reply",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(("by_mail", False), ("reminder__isnull", False), _connector="OR"),
                name="link_of_a_reminder",
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), ("kind", "later"), _connector="OR"), name="reason_to_put_off"
            ),
        ),
    ]
