"""What colleagues agreed with a vendor to do: an arm of the view of what there is to do.

The day is where the partner is: it is what its people agreed among themselves. The next migration that adds an arm begins with
`ARMS` of this one.
"""

from importlib import import_module

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import partners.triggers

before = import_module("reminders.migrations.0004_matters")
STEP = before.arm(
    "step",
    """plans_agreedstep s JOIN partners_company c ON c.id = s.partner_id
       WHERE s.done_at IS NULL AND s.dropped_at IS NULL""",
    {
        "subject_id": "s.id",
        "title": "s.words",
        "audience": "'partner'",
        "company_id": "s.partner_id",
        "vendor_id": "s.vendor_id",
        "partner_id": "s.partner_id",
        "anchor": "s.due_on",
        "zone": "c.time_zone",
        "worker_id": "s.person_id",
        "step": "'plans:step'",
        "step_id": "s.id",
    },
)
ARMS = (*before.ARMS, STEP)
VIEW = f"""
CREATE OR REPLACE VIEW reminders_matter AS
SELECT rule || '-' || subject_id || '-' || company_id AS key, m.* FROM (
{" UNION ALL ".join(ARMS)}
) AS m
"""
BEFORE = before.VIEW.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0001_agreed_steps"),
        ("funds", "0014_found_by_their_days"),
        ("partners", "0002_private_vendors"),
        ("reminders", "0012_stands"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(VIEW, BEFORE),
        pgtrigger.migrations.RemoveTrigger(
            model_name="timing",
            name="within_the_rules_bounds",
        ),
        migrations.RemoveConstraint(
            model_name="preference",
            name="preference_rule",
        ),
        migrations.RemoveConstraint(
            model_name="reminder",
            name="reminder_rule",
        ),
        migrations.AlterField(
            model_name="preference",
            name="rule",
            field=models.CharField(
                choices=[
                    ("safe_start", "Last safe start"),
                    ("expires_on", "Last day to run an activity"),
                    ("claim_by", "Last day to file a claim"),
                    ("request_claim_by", "Last day to claim on an approval"),
                    ("request_run", "An approved activity begins"),
                    ("request_over", "An activity ended without a claim"),
                    ("draft_claim", "A claim is not finished"),
                    ("draft_request", "A request is not finished"),
                    ("claim_question", "A question on a claim"),
                    ("request_question", "A question on a request"),
                    ("outcome", "Results are due"),
                    ("certification", "A certification runs out"),
                    ("hold", "A payment is on hold"),
                    ("program_fits", "A new program that fits"),
                    ("granted", "Money was granted"),
                    ("time_answered", "An answer: more time"),
                    ("plan_answered", "An answer: a plan"),
                    ("join_answered", "An answer: joining a program"),
                    ("step", "A step agreed with a vendor"),
                    ("request_decision", "A request waits for a decision"),
                    ("time_asked", "A partner asks for more time"),
                    ("plan_asked", "A partner has a plan ready"),
                    ("join_asked", "A partner asks to join"),
                    ("resource", "A resource runs out"),
                    ("claim_decision", "A claim waits for a decision"),
                    ("payment_due", "A payment is overdue"),
                    ("nudge", "The vendor's own words"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="rule",
            field=models.CharField(
                choices=[
                    ("safe_start", "Last safe start"),
                    ("expires_on", "Last day to run an activity"),
                    ("claim_by", "Last day to file a claim"),
                    ("request_claim_by", "Last day to claim on an approval"),
                    ("request_run", "An approved activity begins"),
                    ("request_over", "An activity ended without a claim"),
                    ("draft_claim", "A claim is not finished"),
                    ("draft_request", "A request is not finished"),
                    ("claim_question", "A question on a claim"),
                    ("request_question", "A question on a request"),
                    ("outcome", "Results are due"),
                    ("certification", "A certification runs out"),
                    ("hold", "A payment is on hold"),
                    ("program_fits", "A new program that fits"),
                    ("granted", "Money was granted"),
                    ("time_answered", "An answer: more time"),
                    ("plan_answered", "An answer: a plan"),
                    ("join_answered", "An answer: joining a program"),
                    ("step", "A step agreed with a vendor"),
                    ("request_decision", "A request waits for a decision"),
                    ("time_asked", "A partner asks for more time"),
                    ("plan_asked", "A partner has a plan ready"),
                    ("join_asked", "A partner asks to join"),
                    ("resource", "A resource runs out"),
                    ("claim_decision", "A claim waits for a decision"),
                    ("payment_due", "A payment is overdue"),
                    ("nudge", "The vendor's own words"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="reply",
            name="rule",
            field=models.CharField(
                choices=[
                    ("safe_start", "Last safe start"),
                    ("expires_on", "Last day to run an activity"),
                    ("claim_by", "Last day to file a claim"),
                    ("request_claim_by", "Last day to claim on an approval"),
                    ("request_run", "An approved activity begins"),
                    ("request_over", "An activity ended without a claim"),
                    ("draft_claim", "A claim is not finished"),
                    ("draft_request", "A request is not finished"),
                    ("claim_question", "A question on a claim"),
                    ("request_question", "A question on a request"),
                    ("outcome", "Results are due"),
                    ("certification", "A certification runs out"),
                    ("hold", "A payment is on hold"),
                    ("program_fits", "A new program that fits"),
                    ("granted", "Money was granted"),
                    ("time_answered", "An answer: more time"),
                    ("plan_answered", "An answer: a plan"),
                    ("join_answered", "An answer: joining a program"),
                    ("step", "A step agreed with a vendor"),
                    ("request_decision", "A request waits for a decision"),
                    ("time_asked", "A partner asks for more time"),
                    ("plan_asked", "A partner has a plan ready"),
                    ("join_asked", "A partner asks to join"),
                    ("resource", "A resource runs out"),
                    ("claim_decision", "A claim waits for a decision"),
                    ("payment_due", "A payment is overdue"),
                    ("nudge", "The vendor's own words"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="timing",
            name="rule",
            field=models.CharField(
                choices=[
                    ("safe_start", "Last safe start"),
                    ("expires_on", "Last day to run an activity"),
                    ("claim_by", "Last day to file a claim"),
                    ("request_claim_by", "Last day to claim on an approval"),
                    ("request_run", "An approved activity begins"),
                    ("request_over", "An activity ended without a claim"),
                    ("draft_claim", "A claim is not finished"),
                    ("draft_request", "A request is not finished"),
                    ("claim_question", "A question on a claim"),
                    ("request_question", "A question on a request"),
                    ("outcome", "Results are due"),
                    ("certification", "A certification runs out"),
                    ("hold", "A payment is on hold"),
                    ("program_fits", "A new program that fits"),
                    ("granted", "Money was granted"),
                    ("time_answered", "An answer: more time"),
                    ("plan_answered", "An answer: a plan"),
                    ("join_answered", "An answer: joining a program"),
                    ("step", "A step agreed with a vendor"),
                    ("request_decision", "A request waits for a decision"),
                    ("time_asked", "A partner asks for more time"),
                    ("plan_asked", "A partner has a plan ready"),
                    ("join_asked", "A partner asks to join"),
                    ("resource", "A resource runs out"),
                    ("claim_decision", "A claim waits for a decision"),
                    ("payment_due", "A payment is overdue"),
                    ("nudge", "The vendor's own words"),
                ],
                max_length=20,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="timing",
            trigger=pgtrigger.compiler.Trigger(
                name="within_the_rules_bounds",
                sql=partners.triggers.FirmSql(
                    func="\n    IF NOT EXISTS (\n        SELECT FROM (VALUES ('safe_start', 'partner', 180, 0, 30), ('expires_on', 'partner', 180, 0, 14), ('claim_by', 'partner', 180, 0, 14), ('request_claim_by', 'partner', 120, 0, 14), ('request_run', 'partner', 60, -60, 14), ('request_over', 'partner', 0, -60, 0), ('draft_claim', 'partner', -1, -90, -1), ('draft_request', 'partner', -1, -90, -1), ('claim_question', 'partner', 30, 0, 7), ('request_question', 'partner', 30, 0, 7), ('outcome', 'partner', 30, -60, 7), ('certification', 'partner', 180, 0, 60), ('hold', 'partner', 0, -60, 0), ('step', 'partner', 60, -60, 7), ('request_decision', 'vendor', 30, -60, 3), ('time_asked', 'vendor', 0, -60, 0), ('plan_asked', 'vendor', 0, -60, 0), ('join_asked', 'vendor', 0, -60, 0), ('resource', 'vendor', 120, -30, 30), ('claim_decision', 'site', 30, -60, 3), ('payment_due', 'site', 30, -60, 0)) AS bounds (rule, kind, farthest, latest, near)\n          JOIN partners_company c ON c.id = NEW.company_id AND c.kept_by_id IS NULL\n         WHERE bounds.rule = NEW.rule AND bounds.farthest >= ALL (NEW.leads) AND bounds.latest <= ALL (NEW.leads)\n           AND (c.kind = bounds.kind AND bounds.near >= ANY (NEW.leads)\n                OR c.kind = 'vendor' AND bounds.kind = 'partner')\n    ) THEN\n        RAISE EXCEPTION 'these days are outside what the rule allows this company' USING ERRCODE = 'WF111';\n    END IF;\n    RETURN NEW;\n",
                    hash="b72856a70e958b228acbf14b017f2c62d4f57233",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_within_the_rules_bounds_e11ce",
                    table="reminders_timing",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "rule__in",
                        [
                            "safe_start",
                            "expires_on",
                            "claim_by",
                            "request_claim_by",
                            "request_run",
                            "request_over",
                            "draft_claim",
                            "draft_request",
                            "claim_question",
                            "request_question",
                            "outcome",
                            "certification",
                            "hold",
                            "program_fits",
                            "granted",
                            "time_answered",
                            "plan_answered",
                            "join_answered",
                            "step",
                            "request_decision",
                            "time_asked",
                            "plan_asked",
                            "join_asked",
                            "resource",
                            "claim_decision",
                            "payment_due",
                            "nudge",
                        ],
                    )
                ),
                name="preference_rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "rule__in",
                        [
                            "safe_start",
                            "expires_on",
                            "claim_by",
                            "request_claim_by",
                            "request_run",
                            "request_over",
                            "draft_claim",
                            "draft_request",
                            "claim_question",
                            "request_question",
                            "outcome",
                            "certification",
                            "hold",
                            "program_fits",
                            "granted",
                            "time_answered",
                            "plan_answered",
                            "join_answered",
                            "step",
                            "request_decision",
                            "time_asked",
                            "plan_asked",
                            "join_asked",
                            "resource",
                            "claim_decision",
                            "payment_due",
                            "nudge",
                        ],
                    )
                ),
                name="reminder_rule",
            ),
        ),
    ]
