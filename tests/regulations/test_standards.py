"""F245: standards and training material, each with its editions."""

from datetime import date

import pytest
from django.urls import reverse

from regulations.models import Standard, StandardEdition
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db

FIRST = {
    "kind": "standard",
    "title": "接待规范",
    "text": "三声之内接听。\n<b>不得</b>推诿。",
    "why": "首次发布",
    "in_force_from": "2026-03-01",
}
SECOND = {"text": "两声之内接听。", "why": "缩短接听时间", "in_force_from": "2026-03-10"}


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


@pytest.fixture
def standard(loop) -> Standard:
    unit = loop.organisation.tourism.pk
    answer = signed_in(loop.user("luqing")).post(
        reverse("regulations:standard_new"), FIRST | {"unit": unit}
    )
    assert answer.status_code == 302
    return Standard.objects.get()


def revised(loop, standard, **changes):
    client = signed_in(loop.user("luqing"))
    return client.post(reverse("regulations:standard_revise", args=[standard.pk]), SECOND | changes)


@pytest.mark.feature("F245")
def test_the_library_shows_each_standard_with_its_versions(loop, standard, clock):
    assert revised(loop, standard).status_code == 302
    client = signed_in(loop.user("zhaogang"))
    listed = client.get(reverse("regulations:standards")).content.decode()
    assert "接待规范" in listed
    assert "第1版" in listed  # the second edition begins on the 10th
    page = client.get(standard.get_absolute_url())
    assert [one.number for one in page.context["editions"]] == [2, 1]
    assert page.context["shown"].number == 1
    assert "&lt;b&gt;不得&lt;/b&gt;" in page.content.decode()
    assert "缩短接听时间" in page.content.decode()
    clock.set(at("03-10 00:00"))
    assert client.get(standard.get_absolute_url()).context["shown"].number == 2
    older = client.get(standard.get_absolute_url(), {"edition": "1"})
    assert older.context["shown"].text.startswith("三声")


def test_an_edition_is_never_written_over_and_never_before_the_last_one(loop, standard):
    answer = revised(loop, standard, in_force_from="2026-02-28")
    assert answer.status_code == 422
    assert "第1版自 2026-03-01 起施行，新版不能早于这一天。" in answer.content.decode()
    assert revised(loop, standard, why="").status_code == 422
    assert StandardEdition.objects.count() == 1
    assert revised(loop, standard, in_force_from="2026-03-01").status_code == 302
    page = signed_in(loop.user("zhoumin")).get(standard.get_absolute_url())
    assert page.context["shown"].number == 2


def test_a_name_is_used_once_in_a_unit(loop, standard):
    again = FIRST | {"unit": loop.organisation.tourism.pk}
    answer = signed_in(loop.user("luqing")).post(reverse("regulations:standard_new"), again)
    assert answer.status_code == 422
    assert "本单位已有同名的规范" in answer.content.decode()
    assert Standard.objects.count() == StandardEdition.objects.count() == 1


def test_only_the_rule_owner_of_the_unit_writes_and_only_its_people_read(loop, standard):
    page = standard.get_absolute_url()
    assert signed_in(loop.user("xujing")).get(page).status_code == 404
    statuses = {
        name: signed_in(loop.user(name))
        .post(reverse("regulations:standard_revise", args=[standard.pk]), SECOND)
        .status_code
        for name in ("zhoumin", "gaoyuan", "fangzhou", "liqing")
    }
    assert statuses == {"zhoumin": 403, "gaoyuan": 403, "fangzhou": 403, "liqing": 404}
    assert StandardEdition.objects.get().in_force_from == date(2026, 3, 1)
