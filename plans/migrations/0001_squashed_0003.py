"""All that the migrations of plans made until here, so that a new database is there in seconds; one that has those runs none of it."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import partners.triggers


class Migration(migrations.Migration):
    replaces = [("plans", "0001_agreed_steps"), ("plans", "0002_plan"), ("plans", "0003_targets")]

    initial = True

    dependencies = [
        ("claims", "0001_squashed_0028"),
        ("funds", "0001_squashed_0014"),
        ("partners", "0001_squashed_0004"),
        ("programs", "0001_squashed_0008"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlannedActivity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[("idea", "Idea"), ("planned", "Planned"), ("dropped", "Dropped")],
                        default="planned",
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("digital_ad", "Digital ad"),
                            ("email", "Email, mail or SMS campaign"),
                            ("seminar", "Seminar or webinar"),
                            ("trade_show", "Trade show"),
                            ("telemarketing", "Telemarketing"),
                            ("web", "SEO or web"),
                            ("training", "Exams and training"),
                            ("other", "Something else"),
                        ],
                        max_length=15,
                        verbose_name="what kind of activity",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="what you plan")),
                ("cost", models.BigIntegerField(default=0, help_text="All of it, whoever pays.")),
                ("currency", models.CharField(max_length=3)),
                ("year", models.SmallIntegerField()),
                ("quarter", models.SmallIntegerField(choices=[(1, "Q1"), (2, "Q2"), (3, "Q3"), (4, "Q4")])),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("people", models.IntegerField(blank=True, null=True, verbose_name="for how many people")),
                ("place", models.CharField(blank=True, max_length=160)),
                ("audience", models.CharField(blank=True, max_length=300, verbose_name="whom it is for")),
                (
                    "notes",
                    models.TextField(blank=True, max_length=4000, verbose_name="how it goes, and what it will bring"),
                ),
                ("leads", models.IntegerField(blank=True, null=True, verbose_name="leads you expect")),
                ("meetings", models.IntegerField(blank=True, null=True, verbose_name="meetings you expect")),
                ("pipeline", models.BigIntegerField(blank=True, null=True, verbose_name="pipeline you expect")),
                ("closed", models.BigIntegerField(blank=True, null=True, verbose_name="closed revenue you expect")),
                ("version", models.IntegerField(default=1, help_text="Goes up with each change of what is typed.")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.partner",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who looks after it",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "planned activities",
                "ordering": ["year", "quarter", models.OrderBy(models.F("starts_on"), nulls_last=True), "id"],
                "indexes": [models.Index(fields=["company", "year", "quarter"], name="plan_of_company")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["idea", "planned", "dropped"])), name="plan_status"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "digital_ad",
                                    "email",
                                    "seminar",
                                    "trade_show",
                                    "telemarketing",
                                    "web",
                                    "training",
                                    "other",
                                ],
                            )
                        ),
                        name="plan_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost__gte", 0), ("cost__lte", 100000000000000)), name="plan_cost_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)), name="plan_year_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)), name="plan_quarter_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on", None),
                            models.Q(
                                ("starts_on__quarter", models.F("quarter")), ("starts_on__year", models.F("year"))
                            ),
                            _connector="OR",
                        ),
                        name="plan_starts_in_its_quarter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            models.Q(("ends_on__gte", models.F("starts_on")), ("starts_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="plan_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("people", None), models.Q(("people__gte", 1), ("people__lte", 10000)), _connector="OR"
                        ),
                        name="plan_people_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("leads", None), models.Q(("leads__gte", 0), ("leads__lte", 1000000)), _connector="OR"
                        ),
                        name="plan_leads_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("meetings", None),
                            models.Q(("meetings__gte", 0), ("meetings__lte", 1000000)),
                            _connector="OR",
                        ),
                        name="plan_meetings_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pipeline", None),
                            models.Q(("pipeline__gte", 0), ("pipeline__lte", 100000000000000)),
                            _connector="OR",
                        ),
                        name="plan_pipeline_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed", None),
                            models.Q(("closed__gte", 0), ("closed__lte", 100000000000000)),
                            _connector="OR",
                        ),
                        name="plan_closed_range",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="version_goes_up",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.version <= OLD.version)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="9d91609664916af26d327714532038debe0d84be",
                            operation="UPDATE",
                            pgid="pgtrigger_version_goes_up_e1cf2",
                            table="plans_plannedactivity",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="company_is_fixed",
                        sql=partners.triggers.FirmSql(
                            condition='WHEN (OLD."company_id" IS DISTINCT FROM (NEW."company_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="e9432058c418271c0ce4942225a26f53b5149dd4",
                            operation="UPDATE",
                            pgid="pgtrigger_company_is_fixed_ef681",
                            table="plans_plannedactivity",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="costs_what_is_funded",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF (SELECT sum(part) FROM plans_plannedfunding WHERE activity_id = NEW.id) > NEW.cost THEN\n        RAISE EXCEPTION 'funds pay for more of it than it costs' USING ERRCODE = 'WF131';\n    END IF;\n    RETURN NULL;\n    ",
                            hash="447570b1847df6982e08a0d323cb6c8c2bbe12a7",
                            operation='UPDATE OF "cost"',
                            pgid="pgtrigger_costs_what_is_funded_dbfab",
                            table="plans_plannedactivity",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="currency_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.currency IS DISTINCT FROM NEW.currency)",
                            func="\n    IF EXISTS (SELECT FROM plans_plannedfunding WHERE activity_id = NEW.id) THEN\n        RAISE EXCEPTION 'a plan that is funded keeps its currency' USING ERRCODE = 'WF133';\n    END IF;\n    RETURN NEW;\n    ",
                            hash="4892f4fbda692ec62471e64fa65d3c976adf8cba",
                            operation='UPDATE OF "currency"',
                            pgid="pgtrigger_currency_stays_1c46f",
                            table="plans_plannedactivity",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="of_its_people",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.person_id IS NOT NULL)",
                            func="\n    IF TG_OP = 'UPDATE' AND OLD.person_id IS NOT DISTINCT FROM NEW.person_id THEN\n        RETURN NEW;\n    END IF;\n    IF NOT EXISTS (\n        SELECT FROM partners_membership\n         WHERE user_id = NEW.person_id AND company_id = NEW.company_id AND ended_at IS NULL\n    ) THEN\n        RAISE EXCEPTION 'who looks after it works for the partner' USING ERRCODE = 'WF134';\n    END IF;\n    RETURN NEW;\n    ",
                            hash="5158cfb09b156f99ec0d91a525708874d632ae43",
                            operation='INSERT OR UPDATE OF "person_id"',
                            pgid="pgtrigger_of_its_people_ddbed",
                            table="plans_plannedactivity",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedFunding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField()),
                ("part", models.BigIntegerField()),
                ("asked_on", models.DateField(null=True, verbose_name="asked for on")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "Approved"), ("reduced", "Approved for less"), ("declined", "Declined")],
                        max_length=10,
                    ),
                ),
                ("answered_on", models.DateField(null=True)),
                ("approved", models.BigIntegerField(null=True)),
                ("said", models.CharField(blank=True, max_length=500, verbose_name="what the vendor said")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "activity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fundings",
                        to="plans.plannedactivity",
                    ),
                ),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="funds.allocation"
                    ),
                ),
                (
                    "claim",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="planned",
                        to="claims.claim",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="planned",
                        to="claims.fundrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("activity", "allocation"), name="one_funding_of_a_fund"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)),
                        name="funding_amount_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("part__gt", 0), ("part__lte", 100000000000000)), name="funding_part_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_on", None), ("approved", None)),
                            models.Q(
                                ("answer", "approved"),
                                ("answered_on__isnull", False),
                                ("approved", models.F("amount")),
                                ("approved__isnull", False),
                            ),
                            models.Q(
                                ("answer", "reduced"),
                                ("answered_on__isnull", False),
                                ("approved__gt", 0),
                                ("approved__isnull", False),
                                ("approved__lt", models.F("amount")),
                            ),
                            models.Q(("answer", "declined"), ("answered_on__isnull", False), ("approved", None)),
                            _connector="OR",
                        ),
                        name="funding_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_on", None),
                            models.Q(("answered_on__gte", models.F("asked_on")), ("asked_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="funding_answered_after_asked",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="activity_and_fund_are_fixed",
                        sql=partners.triggers.FirmSql(
                            condition='WHEN (OLD."activity_id" IS DISTINCT FROM (NEW."activity_id") OR OLD."allocation_id" IS DISTINCT FROM (NEW."allocation_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="b2f4c2495840388ca6b28db63c166540454d14ad",
                            operation="UPDATE",
                            pgid="pgtrigger_activity_and_fund_are_fixed_6fb9b",
                            table="plans_plannedfunding",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="of_its_partner",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (\n        SELECT FROM plans_plannedactivity p JOIN funds_allocation a ON a.partner_id = p.company_id\n         WHERE p.id = NEW.activity_id AND a.id = NEW.allocation_id\n    ) THEN\n        RAISE EXCEPTION 'a plan is paid from funds of its own partner' USING ERRCODE = 'WF130';\n    END IF;\n    RETURN NEW;\n    ",
                            hash="dbddc116d5f914665244a9b4458236d6df24120f",
                            operation="INSERT",
                            pgid="pgtrigger_of_its_partner_c8db3",
                            table="plans_plannedfunding",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="within_its_part",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.amount > NEW.part)",
                            func="\n    IF EXISTS (\n        SELECT FROM plans_plannedactivity p, funds_allocation a JOIN funds_budget b ON b.id = a.budget_id\n          JOIN programs_program g ON g.id = b.program_id\n         WHERE p.id = NEW.activity_id AND a.id = NEW.allocation_id AND g.currency = p.currency\n    ) THEN\n        RAISE EXCEPTION 'a fund pays no more than the part of the cost that is put to it' USING ERRCODE = 'WF132';\n    END IF;\n    RETURN NEW;\n    ",
                            hash="ccdbc8c72f7ac66b9303aa37f70e6b35ad7b5d53",
                            operation='INSERT OR UPDATE OF "amount", "part"',
                            pgid="pgtrigger_within_its_part_e3817",
                            table="plans_plannedfunding",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="within_the_cost",
                        sql=partners.triggers.FirmSql(
                            func="\n    PERFORM FROM plans_plannedactivity WHERE id = NEW.activity_id FOR NO KEY UPDATE;\n    IF (SELECT sum(part) FROM plans_plannedfunding WHERE activity_id = NEW.activity_id)\n       > (SELECT cost FROM plans_plannedactivity WHERE id = NEW.activity_id) THEN\n        RAISE EXCEPTION 'funds pay for more of it than it costs' USING ERRCODE = 'WF131';\n    END IF;\n    RETURN NULL;\n    ",
                            hash="132221132c59b464e4643e2437e81a3ed5c6c769",
                            operation='INSERT OR UPDATE OF "part"',
                            pgid="pgtrigger_within_the_cost_71ea4",
                            table="plans_plannedfunding",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="asks_its_own_fund",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF EXISTS (SELECT FROM claims_fundrequest WHERE id = NEW.request_id AND allocation_id <> NEW.allocation_id)\n       OR EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id AND allocation_id <> NEW.allocation_id) THEN\n        RAISE EXCEPTION 'its request and its claim are on its own fund' USING ERRCODE = 'WF135';\n    END IF;\n    RETURN NEW;\n    ",
                            hash="b50008d0f06a59919893d417c760e0a495c50b9d",
                            operation='INSERT OR UPDATE OF "request_id", "claim_id"',
                            pgid="pgtrigger_asks_its_own_fund_1e559",
                            table="plans_plannedfunding",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="asked_elsewhere",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.asked_on IS NOT NULL)",
                            func="\n    IF NOT EXISTS (\n        SELECT FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id\n          JOIN programs_program g ON g.id = b.program_id JOIN partners_company v ON v.id = g.vendor_id\n         WHERE a.id = NEW.allocation_id AND v.kept_by_id IS NOT NULL\n    ) THEN\n        RAISE EXCEPTION 'this vendor is asked on Windfall' USING ERRCODE = 'WF136';\n    END IF;\n    RETURN NEW;\n    ",
                            hash="ad3e55cf050cda27353c50277b95f19ff54fe140",
                            operation='INSERT OR UPDATE OF "asked_on"',
                            pgid="pgtrigger_asked_elsewhere_91354",
                            table="plans_plannedfunding",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="asked_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (ROW(OLD.amount, OLD.part) IS DISTINCT FROM ROW(NEW.amount, NEW.part) AND (OLD.request_id IS NOT NULL OR OLD.claim_id IS NOT NULL OR OLD.asked_on IS NOT NULL))",
                            func="RAISE EXCEPTION 'what was asked for stays as it was asked' USING ERRCODE = 'WF137';",
                            hash="8f7b2015cb98e53248e9a45a454d7872a8078ca4",
                            operation='UPDATE OF "amount", "part"',
                            pgid="pgtrigger_asked_stays_d3bab",
                            table="plans_plannedfunding",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SalesPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "left_at",
                    models.DateTimeField(blank=True, help_text="Since when they no longer sell here.", null=True),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        help_text="Then results of what they file count for them, and they see their own targets.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("partner"),
                        django.db.models.functions.text.Lower("name"),
                        name="one_sales_person_of_a_name",
                    ),
                    models.UniqueConstraint(fields=("partner", "user"), name="one_sales_person_of_an_account"),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="sales_person_has_a_name"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="sells_here",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (SELECT FROM partners_company WHERE id = NEW.partner_id AND kind = 'partner')\n       OR (TG_OP = 'INSERT' OR NEW.user_id IS DISTINCT FROM OLD.user_id) AND NEW.user_id IS NOT NULL AND NOT EXISTS (\n           SELECT FROM partners_membership\n            WHERE user_id = NEW.user_id AND company_id = NEW.partner_id AND ended_at IS NULL\n       ) THEN\n        RAISE EXCEPTION 'a sales person sells for a partner, and an account of theirs is one of its people' USING ERRCODE = 'WF150';\n    END IF;\n    RETURN NEW;\n",
                            hash="1ef459cb85f4409bc1cae4ba0ac8020ec8f47665",
                            operation='INSERT OR UPDATE OF "user_id", "partner_id"',
                            pgid="pgtrigger_sells_here_c2563",
                            table="plans_salesperson",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="sells_for_one_partner",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.partner_id IS DISTINCT FROM NEW.partner_id)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="238baca3dd31ff59b4097b2bc8397b9caa67236a",
                            operation="UPDATE",
                            pgid="pgtrigger_sells_for_one_partner_e2301",
                            table="plans_salesperson",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="changes_once_a_version",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.version <> OLD.version + 1)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="fe13c14f08246c3ae4088c7979e0e0b5039322fd",
                            operation="UPDATE",
                            pgid="pgtrigger_changes_once_a_version_92681",
                            table="plans_salesperson",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="582c67b19f544c4ae68f7490777bab89d180a440",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_1a127",
                            table="plans_salesperson",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SalesTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.SmallIntegerField()),
                ("quarter", models.SmallIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("leads", models.IntegerField(default=0)),
                ("meetings", models.IntegerField(default=0)),
                ("pipeline", models.BigIntegerField(default=0)),
                ("closed", models.BigIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="plans.salesperson"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "-quarter", "person__name", "currency"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "year", "quarter", "currency"), name="one_target_a_quarter"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quarter__gte", 1), ("quarter__lte", 4), ("year__gt", 2000), ("year__lt", 2100)
                        ),
                        name="target_quarter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "currency__in",
                                [
                                    "USD",
                                    "EUR",
                                    "GBP",
                                    "CHF",
                                    "SEK",
                                    "NOK",
                                    "DKK",
                                    "PLN",
                                    "CZK",
                                    "HUF",
                                    "RON",
                                    "TRY",
                                    "ILS",
                                    "AED",
                                    "SAR",
                                    "KWD",
                                    "BHD",
                                    "ZAR",
                                    "INR",
                                    "SGD",
                                    "HKD",
                                    "CNY",
                                    "TWD",
                                    "JPY",
                                    "KRW",
                                    "THB",
                                    "MYR",
                                    "IDR",
                                    "PHP",
                                    "VND",
                                    "AUD",
                                    "NZD",
                                    "CAD",
                                    "MXN",
                                    "BRL",
                                    "CLP",
                                    "COP",
                                ],
                            )
                        ),
                        name="target_currency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("leads__gte", 0),
                            ("leads__lte", 1000000),
                            ("meetings__gte", 0),
                            ("meetings__lte", 1000000),
                            ("closed__gte", 0),
                            ("closed__lte", 100000000000000),
                            ("pipeline__gte", 0),
                            ("pipeline__lte", 100000000000000),
                        ),
                        name="target_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed", 0), ("leads", 0), ("meetings", 0), ("pipeline", 0), _negated=True
                        ),
                        name="target_of_something",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="target_is_of_its_quarter",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (ROW(OLD.person_id, OLD.year, OLD.quarter, OLD.currency) IS DISTINCT FROM ROW(NEW.person_id, NEW.year, NEW.quarter, NEW.currency))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="e146e45ba7fd7456d75e82e90598597d0a4ac6c8",
                            operation="UPDATE",
                            pgid="pgtrigger_target_is_of_its_quarter_50665",
                            table="plans_salestarget",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="changes_once_a_version",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.version <> OLD.version + 1)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="4c01f5b787d34856dfa02b0403cf558a565111f3",
                            operation="UPDATE",
                            pgid="pgtrigger_changes_once_a_version_431aa",
                            table="plans_salestarget",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpiffEarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reference",
                    models.CharField(
                        help_text="Its order or invoice number, as the vendor knows it.",
                        max_length=60,
                        verbose_name="sale",
                    ),
                ),
                ("earned_on", models.DateField(verbose_name="earned on")),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "paid_on",
                    models.DateField(
                        blank=True,
                        help_text="Where it was paid without a claim on Windfall.",
                        null=True,
                        verbose_name="paid on",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "claim",
                    models.ForeignKey(
                        blank=True,
                        help_text="The filed claim that asks for it, if any. Once all of that is paid, this is paid.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.claim",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spiffs",
                        to="plans.salesperson",
                        verbose_name="sales person",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
            options={
                "ordering": ["-earned_on", "-id"],
                "indexes": [
                    models.Index(fields=["person", "-earned_on"], name="spiff_of_person"),
                    models.Index(condition=models.Q(("claim__isnull", False)), fields=["claim"], name="spiff_of_claim"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person"),
                        models.F("program"),
                        django.db.models.functions.text.Lower("reference"),
                        name="one_spiff_of_a_sale",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference", ""), _negated=True), name="spiff_of_a_sale"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)), name="spiff_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("earned_on__year__gt", 2000), ("earned_on__year__lt", 2100)),
                        name="spiff_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("claim", None), ("paid_on", None), _connector="OR"),
                        name="spiff_paid_one_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paid_on", None), ("paid_on__gte", models.F("earned_on")), _connector="OR"),
                        name="spiff_paid_after_it_was_earned",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="of_its_program",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (\n        SELECT FROM programs_program p JOIN partners_company v ON v.id = p.vendor_id\n          JOIN plans_salesperson s ON s.id = NEW.person_id\n         WHERE p.id = NEW.program_id AND p.currency = NEW.currency AND p.published_at IS NOT NULL\n           AND (v.kept_by_id IS NULL OR v.kept_by_id = s.partner_id)\n    ) THEN\n        RAISE EXCEPTION 'a SPIFF is of a program that the partner may know, in its currency' USING ERRCODE = 'WF151';\n    END IF;\n    RETURN NEW;\n",
                            hash="f5d43258758401149448b78766163a95a09ebbaa",
                            operation='INSERT OR UPDATE OF "program_id", "person_id", "currency"',
                            pgid="pgtrigger_of_its_program_d7a22",
                            table="plans_spiffearning",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="on_its_claim",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.claim_id IS NOT NULL)",
                            func="\n    PERFORM FROM claims_claim WHERE id = NEW.claim_id FOR NO KEY UPDATE;\n    IF NOT EXISTS (\n        SELECT FROM claims_claim c JOIN funds_allocation f ON f.id = c.allocation_id\n          JOIN funds_budget b ON b.id = f.budget_id JOIN plans_salesperson s ON s.id = NEW.person_id\n         WHERE c.id = NEW.claim_id AND c.partner_id = s.partner_id AND b.program_id = NEW.program_id\n           AND c.status <> 'draft'\n           AND NEW.amount + (\n               SELECT coalesce(sum(o.amount), 0) FROM plans_spiffearning o WHERE o.claim_id = c.id AND o.id <> NEW.id\n           ) <= c.asked\n    ) THEN\n        RAISE EXCEPTION 'the claim is of another partner or program, not filed, or asks for less than its SPIFFs' USING ERRCODE = 'WF152';\n    END IF;\n    RETURN NEW;\n",
                            hash="7d862376afe9be71ff61647be4a4b26b6f4882d6",
                            operation='INSERT OR UPDATE OF "claim_id", "program_id", "person_id", "amount"',
                            pgid="pgtrigger_on_its_claim_a2799",
                            table="plans_spiffearning",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="changes_once_a_version",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.version <> OLD.version + 1)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="be970308298d74414119def41b203906b20842fb",
                            operation="UPDATE",
                            pgid="pgtrigger_changes_once_a_version_20d89",
                            table="plans_spiffearning",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="claimed_or_paid_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.claim_id IS NOT NULL OR OLD.paid_on IS NOT NULL)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="1cd204ffe11d0e7250131b5e20e6a8a8acbcba2a",
                            operation="DELETE",
                            pgid="pgtrigger_claimed_or_paid_stays_b8fcc",
                            table="plans_spiffearning",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreedStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=300, verbose_name="what was agreed")),
                ("due_on", models.DateField(verbose_name="by when")),
                ("agreed_on", models.DateField(help_text="The day of the review, where the partner is.")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("done_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                (
                    "agreed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dropped_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreed_steps",
                        to="partners.partner",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        help_text="Who does it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.vendor"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(fields=["partner", "due_on"], name="step_of_partner"),
                    models.Index(
                        condition=models.Q(("done_at", None), ("dropped_at", None)), fields=["due_on"], name="step_open"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("words", ""), _negated=True),
                            ("words", django.db.models.functions.text.Trim("words")),
                        ),
                        name="step_has_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__gte", models.F("agreed_on")),
                            (
                                "due_on__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("agreed_on"), "+", models.Value(366)
                                ),
                            ),
                        ),
                        name="step_due_in_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="step_done_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dropped_at", None), ("dropped_by", None)),
                            models.Q(("dropped_at__isnull", False), ("dropped_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="step_dropped_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done_at", None), ("dropped_at", None), _connector="OR"),
                        name="step_done_or_dropped",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None), ("dropped_at", None)),
                        fields=("partner", "vendor", "person", "due_on", "words"),
                        name="one_open_step_of_the_same",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="agreed_by_its_people",
                        sql=partners.triggers.FirmSql(
                            func="\n    \n    IF EXISTS (\n        SELECT FROM unnest(ARRAY[NEW.person_id, NEW.agreed_by_id]) AS person (id)\n         WHERE person.id IS NOT NULL AND NOT EXISTS (\n            SELECT FROM partners_membership m JOIN partners_user u ON u.id = m.user_id AND u.is_active\n             WHERE m.user_id = person.id AND m.company_id = NEW.partner_id AND m.ended_at IS NULL\n               AND m.role IN ('owner', 'member'))\n    ) THEN\n        RAISE EXCEPTION 'only who acts for the partner agrees on a step, does it or ends it' USING ERRCODE = 'WF140';\n    END IF;\n\n    IF NEW.done_at IS NOT NULL OR NEW.dropped_at IS NOT NULL THEN\n        RAISE EXCEPTION 'a step begins open' USING ERRCODE = 'WF004';\n    END IF;\n    IF NOT EXISTS (\n        SELECT FROM partners_company v WHERE v.id = NEW.vendor_id AND v.kind = 'vendor'\n           AND (v.kept_by_id IS NULL OR v.kept_by_id = NEW.partner_id)\n    ) THEN\n        RAISE EXCEPTION 'a step is agreed with a vendor on Windfall or in the own books' USING ERRCODE = 'WF141';\n    END IF;\n    RETURN NEW;\n",
                            hash="541e31f7e710ba679bf9fc267b768d5470cc8082",
                            operation="INSERT",
                            pgid="pgtrigger_agreed_by_its_people_807bd",
                            table="plans_agreedstep",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="done_or_dropped_once",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF TG_OP = 'DELETE' THEN\n        RAISE EXCEPTION 'what was agreed stays on record' USING ERRCODE = 'WF004';\n    END IF;\n    IF OLD.done_at IS NOT NULL OR OLD.dropped_at IS NOT NULL OR NEW.done_at IS NULL AND NEW.dropped_at IS NULL\n       OR ROW(OLD.id, OLD.partner_id, OLD.vendor_id, OLD.words, OLD.person_id, OLD.due_on, OLD.agreed_on, OLD.agreed_by_id, OLD.at) IS DISTINCT FROM ROW(NEW.id, NEW.partner_id, NEW.vendor_id, NEW.words, NEW.person_id, NEW.due_on, NEW.agreed_on, NEW.agreed_by_id, NEW.at) THEN\n        RAISE EXCEPTION 'what was agreed stays as it was, and is done or dropped once' USING ERRCODE = 'WF004';\n    END IF;\n    \n    IF EXISTS (\n        SELECT FROM unnest(ARRAY[NEW.done_by_id, NEW.dropped_by_id]) AS person (id)\n         WHERE person.id IS NOT NULL AND NOT EXISTS (\n            SELECT FROM partners_membership m JOIN partners_user u ON u.id = m.user_id AND u.is_active\n             WHERE m.user_id = person.id AND m.company_id = NEW.partner_id AND m.ended_at IS NULL\n               AND m.role IN ('owner', 'member'))\n    ) THEN\n        RAISE EXCEPTION 'only who acts for the partner agrees on a step, does it or ends it' USING ERRCODE = 'WF140';\n    END IF;\n\n    RETURN NEW;\n",
                            hash="68b9ec13b6a36fdb68314de1a88cbd96cb15f487",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_done_or_dropped_once_c991c",
                            table="plans_agreedstep",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'what was agreed stays on record' USING ERRCODE = 'WF004';",
                            hash="dfcb65ab8d5b6ee3b839109bdb8ec52f69780f12",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_84694",
                            table="plans_agreedstep",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
    ]
