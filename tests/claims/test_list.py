"""Partners and managers follow claims: each sees a list of what is theirs, narrows it, sorts it and takes it along."""

from django.urls import reverse

from claims import actions
from tests.cast import NOW

LIST = reverse("claims:list")


def test_the_list_is_ones_own(w, client):
    mine, theirs = w.submitted(), w.draft()
    other = w.submitted(w.fund(partner=w.othertech), by=w.stranger)
    for who, expected in (
        ("owner", {mine.pk, theirs.pk}),
        ("member", {mine.pk, theirs.pk}),
        ("stranger", {other.pk}),
        ("manager", {mine.pk, other.pk}),
        ("other_manager", set()),
        ("admin", {mine.pk, other.pk}),
    ):
        client.force_login(getattr(w, who))
        assert {claim.pk for claim in client.get(LIST).context["page_obj"]} == expected, who


def test_the_list_narrows_sorts_and_exports(w, client):
    claim = w.submitted()
    w.draft()
    client.force_login(w.owner)
    assert client.get(LIST, {"status": "draft"}).context["page_obj"].paginator.count == 1
    assert client.get(LIST, {"vendor": w.northgate.pk}).context["page_obj"].paginator.count == 2
    assert client.get(LIST, {"fund": claim.allocation_id}).context["page_obj"].paginator.count == 1
    assert client.get(LIST, {"q": "nothing like it"}).context["page_obj"].paginator.count == 0
    for sort in ("title", "-asked", "filed", "nonsense", "-"):
        assert client.get(LIST, {"sort": sort}).status_code == 200
    for wrong in ({"vendor": "x"}, {"vendor": "9" * 30}, {"fund": "9" * 30}, {"page": "-1"}, {"format": "exe"}):
        assert client.get(LIST, wrong).status_code == 200
    assert b"500.00" in b"".join(client.get(LIST, {"format": "csv"}).streaming_content)
    assert b"".join(client.get(LIST, {"format": "xlsx"}).streaming_content).startswith(b"PK")


def test_it_says_for_whom_each_claim_waits(w, client):
    claim = w.submitted()
    client.force_login(w.owner)
    assert "Waits for a reviewer" in client.get(LIST).text
    actions.take(claim=claim, by=w.admin, now=NOW)
    assert f"Waits for {w.admin.name}" in client.get(LIST).text
    actions.ask(claim=claim, version=w.again(claim).version, question="Photos?", by=w.admin, now=NOW)
    assert "Waits for you" in client.get(LIST).text
    client.force_login(w.manager)
    assert "Waits for the partner" in client.get(LIST).text


def test_an_empty_list_says_what_to_do(w, client):
    client.force_login(w.stranger)
    assert "You have filed no claim yet" in client.get(LIST).text
    assert "No claim fits" in client.get(LIST, {"q": "x"}).text


def test_queries_of_list_and_page_are_constant(w, client, django_assert_max_num_queries):
    client.force_login(w.owner)
    counts = []
    for size in (1, 3):
        for _ in range(size):
            claim = w.submitted(costs=(100_00,) * size)
        found = []
        for url in (LIST, reverse("claims:detail", args=[claim.pk])):
            with django_assert_max_num_queries(25) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]


def test_a_formula_typed_as_a_title_does_not_run_in_the_table(w, client):
    claim = w.submitted(by=w.owner)
    type(claim).objects.filter(pk=claim.pk).update(title='=HYPERLINK("http://x")')
    client.force_login(w.owner)
    table = b"".join(client.get(LIST, {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert "=HYPERLINK" in table
    assert ",=HYPERLINK" not in table
    assert ',"=HYPERLINK' not in table
