"""What an offence has cost: entered with it, summed by department on the case, decided on apart."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.actors import actor_of
from accounts.models import Role
from complaints.forms.acts import OffenceForm
from complaints.lifecycle import Kind
from complaints.losses import losses
from penalties import procedure
from penalties.items import State
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop
from tests.penalties.house import items
from tests.regulations.test_every_pack_lives import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(clock):
    clock.set(at("03-02 09:00"))
    return House("claims-sheet")


def record(house, case, place, loss, by=None, **changes):
    """Send the form of (九)7: a loss of a department, or what an individual is to bear of it."""
    case.refresh_from_db()
    data = {
        "key": str(uuid4()),
        "seen": case.event_count,
        "source": "CLM-17",
        "department_id": place.pk,
        "loss": loss,
        "evidence": "退货清单与核价单",
    }
    url = reverse("case_act", args=[case.number, Kind.OFFENCE])
    return signed_in(by or house.service).post(url, data | changes)


@pytest.mark.feature("F211")
def test_losses_are_summed_by_department_and_a_deduction_is_proposed_and_approved(house):
    case = house.register()
    first, second = list(house.places.values())[:2]
    worker = house.person("worker")
    house.post(worker, second, Role.HANDLER, "操作工")
    assert record(house, case, first, "1200.50").status_code == 302
    assert record(house, case, second, "300").status_code == 302
    again = {"subject": "responsible_person", "person": worker.pk}
    assert record(house, case, second, "0.75", **again).status_code == 302
    events = list(case.events.order_by("seq"))
    assert losses(events) == [(first.name, Decimal("1200.50")), (second.name, Decimal("300.75"))]
    page = signed_in(house.service).get(reverse("case", args=[case.number])).content.decode()
    assert "1200.50" in page
    assert "300.75" in page
    subjects = [(item.root.subject, item.root.department, item.root.person) for item in items(case)]
    assert subjects[-1] == ("responsible_person", second, worker)
    assert ("department", first, None) in subjects
    deduction = items(case)[-1]
    assert deduction.state == State.PROPOSED
    supervisor = house.person("supervisor")
    owner = house.places[house.pack.owner_department]
    house.post(supervisor, owner, Role.DEPARTMENT_HEAD)
    procedure.confirm(deduction.root.pk, actor=actor_of(supervisor), reason="按罚扣标准")
    assert items(case)[-1].state == State.CONFIRMED


@pytest.mark.parametrize("loss", ["0", "-1", "0.001", "viel", "99999999999"])
def test_what_is_no_loss_is_refused(house, loss):
    case = house.register()
    place = next(iter(house.places.values()))
    assert record(house, case, place, loss).status_code == 422
    assert losses(case.events.order_by("seq")) == []


def test_where_no_clause_names_several_nobody_is_asked_which(clock):
    loop = Loop.new()
    case = loop.register()
    form = OffenceForm(case=case, verdict=None, actor=loop.actor("zhoumin"))
    assert "subject" not in form.fields
    assert "loss" in form.fields
