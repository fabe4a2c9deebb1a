"""Which reminders are whose, and whose reason still stands."""

from datetime import UTC, datetime
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db import connection, models
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.utils import timezone

from funds.models.allocations import safe_start
from partners.models import User
from plans.models import AgreedStep
from programs.days import Clock
from reminders.models.matters import Matter
from reminders.models.replies import (
    MATTER,
    acts_there,
    of_the_same,
    sleeping,
    somebody_acts_there,
    with_a_colleague,
    working,
)
from reminders.models.wordings import Wording
from reminders.replying.states import Place
from reminders.rules import MAY_WORD
from reminders.states import Rule

# Of these there are hundreds of thousands: the fund itself tells whether they stand.
OF_FUNDS = (Rule.SAFE_START, Rule.EXPIRES_ON, Rule.CLAIM_BY)


class ReminderQuerySet(models.QuerySet):
    def to_people_there(self):
        """Whose recipient still works there, in a role that acts: nobody reads on after a membership ended."""
        return self.filter(acts_there(OuterRef("recipient")))

    def of_companies_of(self, user: User | OuterRef):
        """Which are a company's matter where the user works now, in a role that acts: their own, and their colleagues'."""
        return self.filter(acts_there(user))

    def visible_to(self, user: User):
        """A reminder is its recipient's own, for as long as they work there."""
        return self.filter(recipient=user).to_people_there()

    def kinds(self) -> set[str]:
        """The rules of these reminders that the view has to be asked of."""
        others = self.order_by().exclude(rule__in=[*OF_FUNDS, Rule.NUDGE])
        return set(others.values_list("rule", flat=True).distinct())

    def with_state(self, clock: Clock):
        """Adds `money` and `is_open`."""
        return self.with_money().annotate(is_open=ExpressionWrapper(still_holds(clock, STANDS), BooleanField()))

    def with_money(self):
        """Adds `money` (minor units): what the reminder is about, as it stands now."""
        unclaimed = F("allocation__available") + F("allocation__reserved")
        money = Case(
            When(rule__in=[Rule.EXPIRES_ON, Rule.SAFE_START], then=F("allocation__available")),
            When(rule__in=[Rule.CLAIM_BY, Rule.NUDGE], then=unclaimed),
            default=F("amount"),
            output_field=BigIntegerField(),
        )
        return self.annotate(money=money)

    def open(self, clock: Clock):
        """Whose reason still stands: there is something to do, and the day is the same and has not passed.

        What a vendor wrote stands for as long as the money does, also when its deadline moved further away.
        """
        return self.filter(still_holds(clock, STANDS))

    def open_of_many(self, clock: Clock):
        """As `open`, for any number of people's: the view is asked of all of them together."""
        kinds = sorted(self.kinds())
        in_view = Exists(Matter.objects.filter(of_the_same(), rule__in=kinds)) if kinds else Value(False)
        return self.filter(still_holds(clock, in_view))

    def awake(self, now: datetime):
        """Without what its recipient put off, and what a colleague works on since it was told."""
        return self.exclude(Exists(sleeping(now))).exclude(with_a_colleague(now))

    def with_answers(self, now: datetime):
        """Adds `sleeps_until` and `sleeps_for` (the day and why, where its recipient put it off), `worker_id` and `worker_name`
        (who said that they do it), and what `with_who_handed_it` does.
        """
        at_work = working(now)
        return self.with_who_handed_it(now).annotate(
            sleeps_until=Subquery(sleeping(now).values("until")[:1]),
            sleeps_for=Subquery(sleeping(now).values("reason")[:1]),
            worker_id=Subquery(at_work.values("user")[:1]),
            worker_name=Subquery(at_work.values("user__name")[:1]),
        )

    def with_who_handed_it(self, now: datetime):
        """Adds `handed_by` (the name of who handed it to its recipient)."""
        handed = working(now).filter(user=OuterRef("recipient")).exclude(by=F("user"))
        return self.annotate(handed_by=Subquery(handed.values("by__name")[:1]))

    def placed(self, clock: Clock):
        """With what it is about now, its answers, `is_moved` (an agreed step's day), and `place`: where it stands in its reader's
        inbox.

        Whether it is open is asked once, for asking it means to look into what there is to do.
        """
        place = Case(
            When(with_a_colleague(clock.now), then=Value(Place.COLLEAGUE)),
            default=Value(Place.OPEN),
        )
        place = Case(When(Exists(sleeping(clock.now)), then=Value(Place.LATER)), default=place)
        place = Case(
            When(still_holds(clock, STANDS), then=place), default=Value(Place.DONE), output_field=IntegerField()
        )
        moved = AgreedStep.objects.open().filter(pk=OuterRef("subject_id")).exclude(due_on=OuterRef("anchor"))
        is_moved = ExpressionWrapper(Q(Exists(moved), rule=Rule.STEP), BooleanField())
        return self.with_money().with_answers(clock.now).annotate(place=place, is_moved=is_moved)

    def with_colleague(self):
        """Adds `has_colleague`: somebody beside its recipient could do it."""
        return self.annotate(has_colleague=somebody_acts_there(~Q(user=OuterRef("recipient"))))

    def with_wording(self):
        """Adds `wording`: what its vendor said beside the rule's words when it was made, to a partner's own people."""
        words = Subquery(Wording.objects.of_each().values("text")[:1])
        theirs = When(company=F("partner"), rule__in=MAY_WORD, then=words)
        return self.annotate(wording=Case(theirs, default=Value("")))

    def unread(self):
        return self.filter(read_at=None)

    def with_fund(self):
        """With its fund, terms, program, vendor and partner, and who nudged, in the same query."""
        return self.select_related(
            "allocation__budget__program__vendor", "allocation__terms", "partner", "vendor", "company", "nudge__by"
        )

    def open_count(self, user: User, now: datetime | None = None) -> int:
        """How many the user has not read and can still do something about."""
        moment = now or timezone.now()
        # Most have none: then that is all that a page asks.
        if not self.filter(recipient=user).unread().filter(in_time(Clock(moment))).exists():
            return 0
        sql, values = count_of_open(self.model)
        meant: dict[Any, Any] = {SOMEBODY: user.pk, SOMETIME: moment}
        with connection.cursor() as cursor:
            cursor.execute(sql, [meant.get(value, value) for value in values])
            return int(cursor.fetchone()[0])


# They stand for a reader and a moment in a statement that is the same for all of them.
SOMEBODY, SOMETIME = -(2**40), datetime(1000, 1, 1, tzinfo=UTC)


@cache
def count_of_open(reminder: type[models.Model]) -> tuple[str, tuple]:
    """The statement and its values. To compose it takes a third of the time of a page, and every page asks it."""
    clock = Clock(SOMETIME)
    unread = ReminderQuerySet(reminder).filter(recipient=SOMEBODY).unread().filter(in_time(clock))
    found = unread.to_people_there().awake(clock.now).open(clock).order_by().values("pk")
    sql, values = found.query.sql_with_params()
    return f"SELECT count(*) FROM ({sql}) AS found", values


def in_time(clock: Clock) -> Q:
    """A nudge may be: its day goes along with the fund's."""
    passed = Q(deadline__gte=clock.on) if clock.on else Q(closes_at__gt=clock.now)
    return Q(deadline=None) | passed | Q(rule=Rule.NUDGE)


# One matter is asked by a function: the view takes longer to plan than a page to make, and a session plans that once.
STANDS = Func(*MATTER, function="reminders_stands", output_field=BooleanField())


def still_holds(clock: Clock, is_to_do: Combinable) -> Q:
    """Of the rules that remind by the hundred thousand the fund itself is asked; of all others `is_to_do`."""
    unused = Q(allocation__available__gt=0)
    unclaimed = unused | Q(allocation__reserved__gt=0)
    found = [
        Q(unused, rule=Rule.EXPIRES_ON, anchor=F("allocation__expires_on")),
        Q(unclaimed, rule=Rule.CLAIM_BY, anchor=F("allocation__claim_by")),
        Q(unused, rule=Rule.SAFE_START, anchor=safe_start("allocation__")),
        ~Q(rule__in=[*OF_FUNDS, Rule.NUDGE]) & Q(is_to_do),
    ]
    here = Q(deadline__gte=clock.on) if clock.on else Q(closes_at__gt=clock.now)
    nudged = Q(unclaimed, rule=Rule.NUDGE) & (here | Q(allocation__claim_by__gt=F("deadline")))
    return in_time(clock) & reduce(or_, found) | nudged
