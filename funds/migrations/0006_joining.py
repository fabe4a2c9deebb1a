import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import partners.triggers

# Whoever holds money of a program is in it: from now on by the act of granting, until now by this.
ENROL = """
    WITH made AS (
        INSERT INTO programs_enrolment (program_id, partner_id, status, note, reason_code, reason, changed_at)
        SELECT b.program_id, a.partner_id, 'joined', '', '', '', min(a.created_at)
          FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id
         GROUP BY b.program_id, a.partner_id
        ON CONFLICT DO NOTHING
        RETURNING id, program_id, partner_id, changed_at
    )
    INSERT INTO partners_event
        (at, verb, subject, subject_id, from_state, to_state, reason_code, reason, data, company_id)
    SELECT made.changed_at, 'joined by a grant', 'programs.enrolment', made.id, '', 'joined', '', '',
           jsonb_build_object('partner', made.partner_id), p.vendor_id
      FROM made JOIN programs_program p ON p.id = made.program_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0005_sales"),
        ("programs", "0002_terms_and_activities"),
        ("programs", "0003_joining"),
    ]

    operations = [
        migrations.CreateModel(
            name="StartingAmount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="StartingPlan",
            fields=[
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="starting_plan",
                        serialize=False,
                        to="programs.program",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name of the fund")),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(36),
                        ],
                        verbose_name="usable for, months",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StartingShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("dropped_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="startingamount",
            name="tier",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="programs.tier"
            ),
        ),
        migrations.AddField(
            model_name="startingplan",
            name="budget",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="funds.budget"),
        ),
        migrations.AddField(
            model_name="startingamount",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="amounts", to="funds.startingplan"
            ),
        ),
        migrations.AddField(
            model_name="startingshare",
            name="allocation",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="starting_share",
                to="funds.allocation",
            ),
        ),
        migrations.AddField(
            model_name="startingshare",
            name="enrolment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="starting_share", to="programs.enrolment"
            ),
        ),
        migrations.AddConstraint(
            model_name="startingplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("months__isnull", True), models.Q(("months__gte", 1), ("months__lte", 36)), _connector="OR"
                ),
                name="months_range",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="startingplan",
            trigger=pgtrigger.compiler.Trigger(
                name="budget_of_its_program",
                sql=partners.triggers.FirmSql(
                    func="IF NOT (EXISTS (SELECT FROM funds_budget WHERE id = NEW.budget_id AND program_id = NEW.program_id)) THEN RAISE EXCEPTION 'this budget is of another program' USING ERRCODE = 'WF042'; END IF; RETURN NEW;",
                    hash="1c7da22dd1c6c9677488a4817b4d5eceb21c9233",
                    operation='INSERT OR UPDATE OF "budget_id", "program_id"',
                    pgid="pgtrigger_budget_of_its_program_10831",
                    table="funds_startingplan",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="startingamount",
            constraint=models.UniqueConstraint(
                fields=("plan", "tier"), name="one_amount_of_a_tier", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="startingamount",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)), name="starting_amount_range"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="startingamount",
            trigger=pgtrigger.compiler.Trigger(
                name="amount_of_its_tiers",
                sql=partners.triggers.FirmSql(
                    func="IF NOT (NEW.tier_id IS NULL OR EXISTS (SELECT FROM programs_tier t JOIN programs_program p ON p.vendor_id = t.vendor_id WHERE t.id = NEW.tier_id AND p.id = NEW.plan_id)) THEN RAISE EXCEPTION 'this tier is of another vendor' USING ERRCODE = 'WF043'; END IF; RETURN NEW;",
                    hash="3e37ce0b660b4f3743dfdc8411827d3225da02c8",
                    operation='INSERT OR UPDATE OF "tier_id", "plan_id"',
                    pgid="pgtrigger_amount_of_its_tiers_d7ab5",
                    table="funds_startingamount",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="startingshare",
            index=models.Index(
                condition=models.Q(("allocation__isnull", True), ("dropped_at__isnull", True)),
                fields=["created_at"],
                name="starting_share_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="startingshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)), name="starting_share_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="startingshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("allocation__isnull", True), ("dropped_at__isnull", True), _connector="OR"),
                name="granted_or_dropped",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="startingshare",
            trigger=pgtrigger.compiler.Trigger(
                name="fund_of_its_partner",
                sql=partners.triggers.FirmSql(
                    func="IF NOT (NEW.allocation_id IS NULL OR EXISTS (SELECT FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id JOIN programs_enrolment e ON e.program_id = b.program_id AND e.partner_id = a.partner_id WHERE a.id = NEW.allocation_id AND e.id = NEW.enrolment_id)) THEN RAISE EXCEPTION 'this fund is of another partner or program' USING ERRCODE = 'WF044'; END IF; RETURN NEW;",
                    hash="d3e675310956f744103d2fa0d9fc888f9ec60650",
                    operation='INSERT OR UPDATE OF "allocation_id", "enrolment_id"',
                    pgid="pgtrigger_fund_of_its_partner_8803b",
                    table="funds_startingshare",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="startingshare",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_deleted",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="8ff00269254afed35e1de767b736244b4c131228",
                    operation="DELETE",
                    pgid="pgtrigger_is_never_deleted_87bef",
                    table="funds_startingshare",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="startingshare",
            trigger=pgtrigger.compiler.Trigger(
                name="granted_stays",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (OLD.enrolment_id <> NEW.enrolment_id OR OLD.allocation_id IS DISTINCT FROM NEW.allocation_id AND OLD.allocation_id IS NOT NULL)",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="a1078cb8d71c46dd37a7fb633c8ff1222773b2b8",
                    operation="UPDATE",
                    pgid="pgtrigger_granted_stays_e78c4",
                    table="funds_startingshare",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(ENROL, migrations.RunSQL.noop),
    ]
