"""Who files, who decides and who says yes too are three people, none of the latter of the partner: by act, by page, by SQL."""

from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from claims.actions import requests
from claims.request_triggers import NOT_THE_VENDORS
from claims.states.requests import RequestStatus
from partners.models import Event, Membership
from partners.states import Role
from programs.money import LARGEST
from tests.cast import NOW
from tests.claims.asking import again, draft, filed, second_manager

pytestmark = pytest.mark.usefixtures("_at_now")
PEOPLE = ("owner", "member", "manager", "second", "both", "admin", "finance", "stranger", "rival")
S = RequestStatus


@pytest.fixture
def cast(w) -> dict:
    """Everybody by how they stand to the request; `both` manages the vendor and works for the partner."""
    both = second_manager(w)
    Membership.objects.create(user=both, company=w.brightpath, role=Role.MEMBER)
    return {name: getattr(w, name) for name in ("owner", "member", "manager", "admin", "finance", "stranger")} | {
        "second": second_manager(w),
        "both": both,
        "rival": w.other_manager,
    }


def strict(w):
    return w.fund(5_000_00, budget=w.budget(w.program(second_approval_over=100_00)))


def may(filer: str, decider: str) -> bool:
    """Vendor's people decide, but not who works for the partner, nor who filed."""
    return decider in ("manager", "second") and decider != filer


def test_every_triple_by_act(w, cast):
    fund = strict(w)
    wrong = []
    for filer, decider, second in product(("owner", "member", "both"), PEOPLE, PEOPLE):
        with transaction.atomic():
            request = filed(w, fund, 800_00, by=cast[filer])
            expected = S.SUBMITTED
            try:
                with transaction.atomic():
                    requests.approve(request=request, version=request.version, by=cast[decider], now=NOW)
                expected = S.SECOND_APPROVAL if may(filer, decider) else "refused"
                request = again(request)
                with transaction.atomic():
                    requests.approve_too(request=request, version=request.version, by=cast[second], now=NOW)
                allowed = may(filer, second) and second != decider
                expected = S.APPROVED if allowed else "refused"
            except PermissionDenied:
                if expected == S.SUBMITTED and may(filer, decider):
                    expected = "may"
                if expected == S.SECOND_APPROVAL and may(filer, second) and second != decider:
                    expected = "may too"
            if again(request).status != expected:
                wrong.append((filer, decider, second, again(request).status, expected))
            transaction.set_rollback(True)
    assert wrong == []


def test_every_decider_by_page(w, cast, client):
    fund = strict(w)
    request = filed(w, fund, 800_00)
    data = {"amount": "400", "version": request.version}
    for name in PEOPLE:
        client.force_login(cast[name])
        with transaction.atomic():
            status = client.post(reverse("claims:request_approve", args=[request.pk]), data).status_code
            transaction.set_rollback(True)
        seen = 404 if name in ("stranger", "rival") else 403
        assert status == (302 if may("owner", name) else seen), name
    requests.approve(request=request, version=request.version, by=w.manager, now=NOW)
    data = {"second-version": again(request).version}
    for name in PEOPLE:
        client.force_login(cast[name])
        with transaction.atomic():
            status = client.post(reverse("claims:request_approve_too", args=[request.pk]), data).status_code
            transaction.set_rollback(True)
        seen = 404 if name in ("stranger", "rival") else 403
        assert status == (302 if name == "second" else seen), name


def test_every_pair_by_sql(w, cast):
    """The database refuses whoever filed, whoever said yes already, the partner's own, and who is not of the vendor."""
    request = filed(w, strict(w), 800_00)
    requests.approve(request=request, version=request.version, by=w.manager, now=NOW)
    for decider, second in product(PEOPLE, PEOPLE):
        expected = may("owner", decider) and may("owner", second) and decider != second
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE claims_fundrequest SET decided_by_id = %s, second_by_id = %s WHERE id = %s",
                    [cast[decider].pk, cast[second].pk, request.pk],
                )
                transaction.set_rollback(True)
            done = True
        except DatabaseError:
            done = False
        assert done == expected, (decider, second)


def test_more_than_one_person_may_approve_is_not_approved_by_one_by_sql(w):
    request = filed(w, strict(w), 800_00)
    requests.take(request=request, by=w.manager, now=NOW)
    with pytest.raises(DatabaseError, match="second approval"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE claims_fundrequest SET status = 'approved', version = version + 1, approved = 40000, "
            "decided_by_id = %s, decided_at = now(), claim_by = now() WHERE id = %s",
            [w.manager.pk, request.pk],
        )


def test_a_raise_over_the_threshold_is_a_second_persons(w, cast):
    fund = strict(w)
    request = filed(w, fund, 150_00)
    requests.approve(request=request, version=request.version, by=w.manager, now=NOW)
    request = again(request)
    assert (request.status, request.second_by) == (S.APPROVED, None)
    wanted = {"starts_on": request.starts_on, "ends_on": request.ends_on, "place": "Bonn", "reason": "It grew."}
    requests.amend(request=request, amount=150_00, by=w.owner, now=NOW, **wanted)
    request = again(request)
    requests.accept_change(request=request, version=request.version, by=w.manager, now=NOW)
    assert (again(request).status, again(request).reserved) == (S.AMENDED, 75_00)
    with pytest.raises(requests.RequestChanged):
        requests.accept_change(request=request, version=request.version, by=cast["second"], now=NOW)
    request = again(request)
    with pytest.raises(requests.RequestRefused, match="You said yes to it already"):
        requests.accept_change(request=request, version=request.version, by=w.manager, now=NOW)
    with pytest.raises(PermissionDenied):
        requests.accept_change(request=request, version=request.version, by=w.admin, now=NOW)
    requests.accept_change(request=request, version=request.version, by=cast["second"], now=NOW)
    assert (again(request).second_by, again(request).reserved) == (cast["second"], 150_00)


def test_the_first_of_two_does_not_raise_alone_what_both_approved(w, cast, client):
    """The second yes was to less: it does not cover what the partner asks for now."""
    request = filed(w, strict(w), 800_00)
    requests.approve(request=request, version=request.version, by=w.manager, now=NOW)
    requests.approve_too(request=again(request), version=again(request).version, by=cast["second"], now=NOW)
    wanted = {"starts_on": request.starts_on, "ends_on": request.ends_on, "place": "Bonn", "reason": "It grew."}
    requests.amend(request=again(request), amount=4_000_00, by=w.owner, now=NOW, **wanted)
    request = again(request)
    client.force_login(w.manager)
    data = {"accept-version": request.version}
    done = client.post(reverse("claims:request_accept_change", args=[request.pk]), data)
    assert (done.status_code, again(request).status, again(request).reserved) == (302, S.AMENDED, 400_00)
    page = client.get(reverse("claims:request", args=[request.pk]))
    others = " or ".join(sorted([cast["second"].name]))
    assert f"{w.manager.name} said yes, and the second is {others}." in page.text
    assert "Accept the change" not in page.text
    data = {"accept-version": again(request).version}
    page = client.post(reverse("claims:request_accept_change", args=[request.pk]), data)
    assert (page.status_code, again(request).reserved) == (409, 400_00)
    assert "You said yes to it already" in page.text
    third = second_manager(w)
    requests.accept_change(request=again(request), version=again(request).version, by=third, now=NOW)
    assert (again(request).second_by, again(request).reserved) == (third, 4_000_00)


def raised_where_nobody_else_is(w):
    """A change to more than one person may approve, of a request that its vendor's only manager approved."""
    request = filed(w, strict(w), 150_00)
    requests.approve(request=request, version=request.version, by=w.manager, now=NOW)
    wanted = {"starts_on": request.starts_on, "ends_on": request.ends_on, "place": "Bonn", "reason": "It grew."}
    requests.amend(request=again(request), amount=150_00, by=w.owner, now=NOW, **wanted)
    return again(request)


def test_an_admin_is_the_second_where_the_vendor_has_one_manager(w, client):
    request = raised_where_nobody_else_is(w)
    here = reverse("claims:request", args=[request.pk])
    accept = reverse("claims:request_accept_change", args=[request.pk])
    client.force_login(w.admin)
    assert "Accept the change" not in client.get(here).text
    assert client.post(accept, {"accept-version": request.version}).status_code == 403
    client.force_login(w.manager)
    words = "an admin of Windfall, since Northgate Cloud has no other manager"
    assert words in client.get(here).text
    said = client.post(accept, {"accept-version": request.version}, follow=True)
    assert "Your yes is noted." in said.text
    assert again(request).reserved == 75_00
    assert words in client.get(here).text
    client.force_login(w.owner)
    assert "one has said yes" in client.get(here).text
    for nobody in (w.owner, w.member, w.finance):
        client.force_login(nobody)
        assert client.post(accept, {"accept-version": again(request).version}).status_code == 403
    client.force_login(w.admin)
    assert "Accept the change" in client.get(here).text
    assert client.post(accept, {"accept-version": again(request).version}).status_code == 302
    request = again(request)
    assert (request.status, request.approved, request.reserved) == (S.APPROVED, 150_00, 150_00)
    assert (request.decided_by, request.second_by) == (w.manager, w.admin)
    verbs = [event.verb for event in Event.objects.about(request)]
    assert verbs[-2:] == ["accepted the change first", "accepted the change"]


def test_an_admin_may_refuse_a_raise_too(w):
    request = raised_where_nobody_else_is(w)
    no = {"code": "no_money", "reason": "Too much for one evening."}
    with pytest.raises(PermissionDenied):
        requests.refuse_change(request=request, version=request.version, by=w.admin, now=NOW, **no)
    requests.accept_change(request=request, version=request.version, by=w.manager, now=NOW)
    request = requests.refuse_change(request=again(request), version=again(request).version, by=w.admin, now=NOW, **no)
    assert (again(request).status, again(request).reserved, again(request).amendment) == (S.APPROVED, 75_00, None)


def test_an_admin_steps_back_once_the_vendor_has_another_manager(w, client):
    request = raised_where_nobody_else_is(w)
    requests.accept_change(request=request, version=request.version, by=w.manager, now=NOW)
    both = second_manager(w)
    own = Membership.objects.create(user=both, company=w.brightpath, role=Role.MEMBER)
    assert w.admin.has_perm("claims.answer_change", again(request))
    own.ended_at = NOW
    own.save()
    assert not w.admin.has_perm("claims.answer_change", again(request))
    client.force_login(w.admin)
    assert f"the second is {both.name}." in client.get(reverse("claims:request", args=[request.pk])).text


RAISE = (
    "UPDATE claims_fundrequest SET status = 'approved', version = version + 1, amendment = NULL, asked = 15000, "
    "cost = 30000, approved = 15000, reserved = 15000, second_by_id = %s WHERE id = %s"
)


def refused_by_sql(second, request) -> str:
    """What the database says to a raise with this second person; empty where it takes it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(RAISE, [second.pk, request.pk])
            transaction.set_rollback(True)
    except DatabaseError as error:
        return error.__cause__.pgcode
    return ""


def test_an_admin_is_no_second_before_the_first_said_yes_by_sql(w):
    request = raised_where_nobody_else_is(w)
    assert refused_by_sql(w.admin, request) == NOT_THE_VENDORS
    requests.accept_change(request=request, version=request.version, by=w.manager, now=NOW)
    assert refused_by_sql(w.finance, request) == NOT_THE_VENDORS
    assert refused_by_sql(w.other_manager, request) == NOT_THE_VENDORS
    assert refused_by_sql(w.admin, request) == ""
    second = second_manager(w)
    assert refused_by_sql(w.admin, request) == NOT_THE_VENDORS
    assert refused_by_sql(second, request) == ""


def test_a_raise_whose_cost_no_fund_holds_is_refused_in_words(w):
    request = filed(w, w.fund(9 * LARGEST // 10), 150_00)
    requests.approve(request=request, version=request.version, by=w.manager, now=NOW)
    wanted = {"starts_on": request.starts_on, "ends_on": request.ends_on, "place": "Bonn", "reason": "It grew."}
    requests.amend(request=again(request), amount=8 * LARGEST // 10, by=w.owner, now=NOW, **wanted)
    request = again(request)
    with pytest.raises(requests.RequestRefused, match="more than any fund holds"):
        requests.accept_change(request=request, version=request.version, by=w.manager, now=NOW)
    assert again(request).status == S.AMENDED


def test_a_draft_is_nobody_else_s_affair(w, client):
    request = draft(w, w.fund())
    for person in (w.manager, w.admin, w.finance, w.stranger):
        client.force_login(person)
        assert client.get(reverse("claims:request", args=[request.pk])).status_code == 404
