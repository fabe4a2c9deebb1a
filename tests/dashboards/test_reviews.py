"""The pages of reviews, and the paper: two pages a vendor, whatever people wrote."""

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from plans.actions import steps
from tests.cast import NOW, TODAY
from tests.claims import asking, paying
from tests.pages import queries

pytestmark = pytest.mark.usefixtures("_at_now")
ALL, ALL_PDF = reverse("dashboards:reviews"), reverse("dashboards:reviews_pdf")
HOSTILE = '#eval(1) $x$ *b* @here \\ <script>alert(1)</script> #include "/manage.py" [' + "W" * 40


def one(vendor) -> str:
    return reverse("dashboards:review", args=[vendor.pk])


def one_pdf(vendor) -> str:
    return reverse("dashboards:review_pdf", args=[vendor.pk])


@pytest.fixture
def client(w) -> Client:
    client = Client()
    client.force_login(w.owner)
    return client


def paper(response) -> PdfReader:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert "attachment" in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"
    return PdfReader(io.BytesIO(response.content))


def words(reader: PdfReader) -> str:
    text = " ".join(page.extract_text() for page in reader.pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


class TestPages:
    def test_without_a_vendor_it_says_what_to_do(self, client):
        html = client.get(ALL).content.decode()
        assert "You have no vendor yet" in html
        assert client.get(ALL_PDF).status_code == 404

    def test_the_top_and_the_chosen(self, w, client):
        w.fund(1_000_00)
        kept = w.kept_fund(available=2_000_00).program.vendor
        response = client.get(ALL)
        assert [page.vendor.name for page in response.context["pages"]] == ["Cobalt Print", "Northgate Cloud"]
        html = response.content.decode()
        for title in ("Funds left", "Programs not joined", "Resources not used", "Owed against paid", "Five questions"):
            assert html.count(title) == 2, title
        assert f"{ALL_PDF}?months=12&amp;vendor={kept.pk}&amp;vendor={w.northgate.pk}" in html
        chosen = client.get(ALL, {"vendor": [w.northgate.pk, w.skylark.pk, "x"], "months": "3"})
        assert [page.vendor.name for page in chosen.context["pages"]] == ["Northgate Cloud"]
        assert chosen.context["span"] == "3"

    def test_one_vendor_with_its_steps(self, w, client):
        w.fund()
        agreed = {"partner": w.brightpath, "vendor": w.northgate, "due_on": TODAY, "by": w.owner, "now": NOW}
        step = steps.agree(words="Send <b>it</b>", person=w.member, **agreed)
        html = client.get(one(w.northgate)).content.decode()
        assert "Send &lt;b&gt;it&lt;/b&gt;" in html
        assert reverse("plans:tick", args=[step.pk]) in html
        assert client.get(one(w.skylark)).status_code == 404

    def test_the_same_queries_for_one_vendor_and_for_three(self, w, client):
        w.fund()
        w.resource()
        first = queries(client, ALL)
        by = {"by": w.other_manager}
        w.fund(budget=w.budget(w.program(vendor=w.skylark, **by), **by), **by)
        w.resource(vendor=w.skylark, **by)
        w.kept_fund()
        assert len(client.get(ALL).context["pages"]) == 3
        assert queries(client, ALL) == first


class TestPaper:
    def test_two_pages_that_say_so_of_themselves(self, w, client):
        w.fund(4_200_00, name="Spring")
        w.kept_fund()
        reader = paper(client.get(one_pdf(w.northgate)))
        root = reader.trailer["/Root"]
        assert len(reader.pages) == 2
        assert root["/MarkInfo"]["/Marked"]
        assert (root["/Lang"], b"pdfuaid:part" in root["/Metadata"].get_data()) == ("en", True)
        assert reader.metadata.title == "Vendor review: Northgate Cloud"
        text = words(reader)
        assert "Review of Northgate Cloud by Brightpath, 23 Nov 2026, made for Owner." in text
        for said in (
            "$4,200.00",
            "Spring",
            "Five questions to ask",
            "Nothing is agreed yet.",
            "Vendor review, Brightpath",
        ):
            assert said in text, said
        both = paper(client.get(ALL_PDF))
        assert len(both.pages) == 4
        assert "Cobalt Print" in both.pages[0].extract_text() + both.pages[2].extract_text()

    @pytest.mark.parametrize(("country", "size"), [("US", (612, 792)), ("DE", (595, 842)), ("", (595, 842))])
    def test_on_the_paper_of_the_country(self, w, client, country, size):
        type(w.brightpath).objects.filter(pk=w.brightpath.pk).update(country=country)
        w.fund()
        box = paper(client.get(one_pdf(w.northgate))).pages[0].mediabox
        assert (round(box.width), round(box.height)) == size

    def test_hostile_words_stay_words(self, w, client):
        w.fund(name=HOSTILE[:120], reference="R")
        agreed = {"partner": w.brightpath, "vendor": w.northgate, "due_on": TODAY, "by": w.owner, "now": NOW}
        steps.agree(words=HOSTILE[:80], person=w.member, **agreed)
        reader = paper(client.get(one_pdf(w.northgate)))
        text = words(reader).replace(" ", "")
        assert HOSTILE[:80].replace(" ", "") in text
        assert "DJANGO_SETTINGS_MODULE" not in text
        whole = client.get(one_pdf(w.northgate)).content
        assert not any(acting in whole for acting in (b"/JavaScript", b"/Launch", b"/URI", b"/EmbeddedFile"))

    def test_names_with_braces(self, w, client):
        w.fund()
        w.brightpath.name, w.owner.name = "Bright {path} {}", "Olivia {0}"
        w.brightpath.save()
        w.owner.save()
        whole = words(paper(client.get(one_pdf(w.northgate))))
        assert "Review of Northgate Cloud by Bright {path} {}," in whole
        assert "made for Olivia {0}." in whole

    def test_two_pages_also_where_there_is_far_too_much(self, w, client):
        budget = w.budget(amount=100_000_00)
        for number in range(10):
            fund = w.fund(1_000_00, name=f"{number} " + "W" * 110, budget=budget)
            w.submitted(fund, costs=(100_00,))
            w.program(name=f"{number} " + "Programme of very many words " * 4)
            w.resource(title=f"{number} " + "W" * 110)
        for number in range(4):
            paying.due(w, w.fund(600_00, budget=w.budget(amount=1_000_00)))
            asking.filed(w, w.fund(600_00, expires_on=TODAY + timedelta(days=200)), 1_000_00, title="W" * 110)
            agreed = {"partner": w.brightpath, "vendor": w.northgate, "due_on": TODAY, "by": w.owner, "now": NOW}
            steps.agree(words=f"{number} " + "long words " * 25, person=w.member, **agreed)
        reader = paper(client.get(one_pdf(w.northgate)))
        assert len(reader.pages) == 2
        assert "and 6 more" in words(reader)

    def test_letters_that_no_font_here_has_are_set_all_the_same(self, w, client):
        w.fund(name="\U00010e60 \U0001f9ff 漢字")
        assert len(paper(client.get(one_pdf(w.northgate))).pages) == 2

    def test_only_for_the_partners_people(self, w):
        w.fund()
        for user, status in ((w.member, 200), (w.stranger, 404), (w.manager, 404), (w.admin, 404)):
            client = Client()
            client.force_login(user)
            assert client.get(one_pdf(w.northgate)).status_code == status
