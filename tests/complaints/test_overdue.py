"""A deadline that is missed turns red, on the case and in the list of what is late."""

import pytest
from django.urls import reverse

from complaints import pipeline
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db


@pytest.mark.feature("F193")
def test_a_case_past_due_is_red_and_in_the_overdue_list(clock):
    """8.1: the first response of a 重大投诉 is due within two hours; a quarter before, it warns."""
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    late, fine = loop.register(), loop.register(subject="另一件")
    client = signed_in(loop.user("zhoumin"))
    listed = client.get(reverse("case_list"), {"tab": "late"}).content.decode()
    assert late.number not in listed
    clock.set(at("03-02 10:40"))
    loop.do(fine, "responded", "zhoumin", note="已联系")
    loop.do(fine, "transferred", "zhoumin", {"to": "人力运营副总"})
    pipeline.sweep(late.pk)
    assert late.events.filter(kind="derived.warned").exists()
    clock.set(at("03-02 11:00:01"))
    pipeline.sweep(late.pk)
    listed = client.get(reverse("case_list"), {"tab": "late"}).content.decode()
    assert late.number in listed
    assert fine.number not in listed
    page = client.get(reverse("case", args=[late.number])).content.decode()
    assert 'class="deadline late"' in page
    assert late.events.filter(kind="derived.overdue").exists()
