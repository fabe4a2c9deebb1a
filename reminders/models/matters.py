"""What there is to do: a view over all that has a deadline or waits for somebody. Its arms stand in the migrations."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse

from funds.models import Allocation
from partners.models import Company, Partner, User
from programs.models import Program, Vendor
from reminders.rules import AUDIENCES, RULES, Spec
from reminders.states import Rule


class MatterQuerySet(models.QuerySet["Matter"]):
    def visible_to(self, user: User):
        """What is the user's own company's to do, in the roles held there. What is a partner's private book is only its own."""
        # Ids, not a subquery: so that each arm of the view is read by its index.
        found: dict[str, list[int]] = {}
        for company_id, role in user.memberships.active().values_list("company_id", "role"):
            for audience in AUDIENCES[role]:
                found.setdefault(audience, []).append(company_id)
        if not found:
            return self.none()
        mine = Q()
        for audience, companies in found.items():
            mine |= Q(audience=audience, company_id__in=companies)
        return self.filter(mine)

    def of_company(self, company: Company):
        return self.filter(company_id=company.pk)

    def standing(self, today: date):
        """Whose last day is not over on that day, or that has none."""
        return self.filter(Q(deadline=None) | Q(deadline__gte=today))


class Matter(models.Model):
    """Something that somebody can still do. Done, its row is gone. Amounts are minor units of `currency`.

    (`rule`, `subject_id`, `company`) is one matter: the subject is a row of the table that its rule is about. Leads count from
    `anchor`; `deadline` is the last day on which acting helps. Both are days in `zone`.
    """

    key = models.TextField(primary_key=True)
    rule = models.TextField()
    subject_id = models.BigIntegerField()
    title = models.TextField()
    audience = models.TextField(help_text="Whose it is to do at `company`: see `rules.AUDIENCES`.")
    company = models.ForeignKey(Company, models.DO_NOTHING, related_name="+", db_constraint=False)
    vendor = models.ForeignKey(Vendor, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    partner = models.ForeignKey(Partner, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    program = models.ForeignKey(Program, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    allocation = models.ForeignKey(Allocation, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    request_id = models.BigIntegerField(null=True)
    claim_id = models.BigIntegerField(null=True)
    anchor = models.DateField()
    edge = models.DateField(help_text="A day near the anchor by which an index finds it.")
    deadline = models.DateField(null=True)
    zone = models.TextField()
    amount = models.BigIntegerField(null=True)
    currency = models.TextField(null=True)  # noqa: DJ001 (a column of the view: none where there is no amount)
    worker = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    step = models.TextField(help_text="The page on which it is done, by the name of its address.")
    step_id = models.BigIntegerField(null=True)

    # Whoever acts at its company sees it for itself: nobody's is passed on to somebody else.
    is_escalated = False

    objects = MatterQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "reminders_matter"

    def __str__(self) -> str:
        return f"{self.spec.todo}: {self.title}"

    @property
    def spec(self) -> Spec:
        return RULES[Rule(self.rule)]

    @property
    def words(self) -> str:
        return str(Rule(self.rule).label)

    @property
    def needs_answer(self) -> bool:
        """Something to do: not news."""
        return not self.spec.news

    @property
    def url(self) -> str:
        """The page on which it is done, without the site's address."""
        return reverse(self.step, args=[] if self.step_id is None else [self.step_id])
