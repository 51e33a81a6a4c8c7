"""Counts over many cases that a regulation asks for, and the registers that find earlier cases."""

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.actors import actor_of
from complaints import intake
from complaints.forms.revealing import RevealForm
from complaints.lifecycle import Kind
from records import clock as now
from tests.complaints.sending import signed_in
from tests.complaints.test_records import do, handled
from tests.loop import PARTICULARS
from tests.regulations.test_every_pack_lives import House

pytestmark = pytest.mark.django_db


def register(house, facts=None, **more):
    given = intake.Intake(house.version, now.now(), facts or {}, PARTICULARS | {"more": more})
    return intake.register(given, actor=actor_of(house.service))


def tables(house):
    return signed_in(house.service).get(reverse("tallies")).context["tables"]


@pytest.mark.feature("F069")
def test_what_a_dealer_caused_or_made_worse_is_counted_for_each_dealer():
    """三 of changan-suzuki: both make a complaint a valid one that counts against the dealer."""
    house = House("changan-suzuki")
    caused, worse = "CAS-19", "CAS-20"
    for dealer, faults in (("昆明店", [caused]), ("昆明店", [caused, worse]), ("大理店", [worse])):
        case = register(house, {"tags": faults}, dealer=dealer, dealer_fault=faults)
    register(house, {}, dealer="大理店")
    page = signed_in(house.service).get(reverse("case", args=[case.number])).content.decode()
    assert "有效投诉：因经销商处理而恶化，计入其考核" in page
    (table,) = tables(house)
    assert table.answers == ["由经销商引起", "因经销商处理而恶化"]
    assert table.rows == [("大理店", [0, 1], 1), ("昆明店", [2, 1], 3)]
    listed = signed_in(house.service).get(reverse("case_list")).content.decode()
    assert reverse("tallies") in listed


@pytest.mark.feature("F067")
def test_misuse_is_a_conclusion_that_is_stored_and_reported():
    """4.2 of sales-service-procedure: a fault of the product, or of how it was used."""
    house = House("sales-service-procedure")
    for conclusion in ("使用不当", "产品质量问题", "使用不当"):
        case = handled(house, house.register())
        case = do(house, case, Kind.INVESTIGATED, {"conclusion": conclusion}, findings="现场查看")
    assert case.events.get(kind=Kind.INVESTIGATED).data["conclusion"] == "使用不当"
    (table,) = tables(house)
    found = dict(zip(table.answers, table.rows[0][1], strict=True))
    assert (found["使用不当"], found["产品质量问题"], found["属实"]) == (2, 1, 0)
    page = signed_in(house.service).get(reverse("tallies")).content.decode()
    assert "投诉处理程序 4.2" in page


@pytest.mark.parametrize(
    ("code", "key", "value"),
    [
        pytest.param("auto-4s", "plate", "云L8D217", marks=pytest.mark.feature("F254")),
        pytest.param(
            "general-enterprise", "staff_number", "YG-0417", marks=pytest.mark.feature("F055")
        ),
    ],
)
def test_a_plate_and_an_employee_number_find_their_earlier_cases(code, key, value):
    """四1.2 of auto-4s registers the plate, 一(二) of general-enterprise the employee's number."""
    house = House(code)
    case = register(house, {}, **{key: value})
    client = signed_in(house.service)
    typed = {
        "key": "8c1f6a8e-5c2f-4a53-9d5e-0f5f1c1b7a12",
        "regulation": house.version.regulation_id,
        "received_at": f"{localtime(now.now()):%Y-%m-%dT%H:%M}",
        "description": "另一件事",
        key: value,
    }
    panel = client.post(reverse("register_preview"), typed, headers={"HX-Request": "true"})
    assert [row.number for row in panel.context["earlier"]] == [case.number]
    # The case leads to everything under the same register entry: the record of the employee.
    address = reverse("case", args=[case.number])
    assert value not in client.get(address).content.decode()  # under its veil
    reason = next(key for key, _label in RevealForm().fields["reason"].choices if key)
    client.post(reverse("case_reveal", args=[case.number]), {"reason": reason})
    assert f'name="text" value="{value}"' in client.get(address).content.decode()
    again = register(house, {}, **{key: value})
    register(house, {}, **{key: "YG-9999"})
    found = client.post(reverse("case_search"), {"text": value}, follow=True)
    assert {row["number"] for row in found.context["rows"]} == {case.number, again.number}
