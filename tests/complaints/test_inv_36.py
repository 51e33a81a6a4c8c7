"""INV-36: masked unless needed; who sees which value of which case, and never without an entry in the log."""

import io
from zipfile import ZipFile

import pytest
from django.urls import reverse

from accounts.models import AccessEntry
from complaints import revealing
from complaints.lifecycle import Kind
from complaints.models import Complaint, RevealReason, SubjectRequest
from complaints.personal import NOTHING, Sort, Veil, mask
from regulations import builtin
from reports.resources import write_ledger
from tests.audits.test_verify import verify
from tests.complaints.sending import registration, signed_in
from tests.engine.cases import at
from tests.loop import LATE_DELIVERY as LATE
from tests.loop import Loop

pytestmark = pytest.mark.django_db

NAME, PHONE, ROOM = "欧阳清风", "13888886666", "7-2-1903"
WORDS = {"name": NAME, "phone": PHONE, "room": ROOM}
PLAIN = {Sort.NAME: NAME, Sort.PHONE: PHONE, Sort.ADDRESS: ROOM}
CLERK = {"name", "phone", "address", "identity"}
WORK = {"name", "phone", "address"}
NONE: set[str] = set()

# Who → what they may see after a reason: of a case under way in 物业公司 that zhoumin registered and
# zhaogang handles, of that case once it is archived, and of another case, with 营销部, from hejia.
MATRIX = {
    "zhoumin": (CLERK, CLERK, CLERK),  # customer service of the owner
    "hejia": (CLERK, CLERK, CLERK),
    "zhaogang": (CLERK, NONE, NONE),  # handler
    "duanhongwei": (WORK, NONE, NONE),  # head of the department that handles it
    "linxiaoyun": (NONE, NONE, NONE),  # head of the owner
    "yangfan": (NONE, NONE, NONE),  # a handler of the department without this case
    "gaoyuan": (NONE, NONE, NONE),  # management
    "chenglixin": (NONE, NONE, NONE),
    "konglingyi": (NONE, NONE, NONE),  # auditor
    "tangxue": (NONE, NONE, NONE),  # HR
    "luqing": (NONE, NONE, NONE),  # rule owner
    "fangzhou": (NONE, NONE, NONE),  # administrator
    "xujing": (NONE, NONE, NONE),  # customer service of the other unit
}


@pytest.fixture
def loop(clock):
    clock.set(at("03-02 09:00"))
    return Loop.new()


def named(loop, **more) -> Complaint:
    """Register a complaint whose texts name its complainant too."""
    told = {"name": NAME, "phone": PHONE, "more": {"room": ROOM}}
    told |= {"subject": f"{NAME}家门禁失灵", "description": f"请回电{PHONE}，或到{ROOM}找{NAME}"}
    return loop.register(**told | more)


def page(loop, case, by, name="case", *more) -> str:
    answer = signed_in(loop.user(by)).get(reverse(name, args=[case.number, *more]))
    assert answer.status_code == 200
    return answer.content.decode()


def reveal(loop, case, by, **data):
    data = {"reason": "call"} | data
    return signed_in(loop.user(by)).post(reverse("case_reveal", args=[case.number]), data)


def leaked(text: str) -> list[str]:
    return [word for word in WORDS.values() if word in text]


def test_inv_36_who_may_see_which_value_of_which_case_in_which_state(loop):
    case = loop.accept(loop.assign(named(loop)))
    other = loop.assign(named(loop, by="hejia"), "营销部", by="hejia")
    ended = loop.to("archived")
    found = {
        who: tuple(set(revealing.revealable(loop.actor(who), one)) for one in (case, ended, other))
        for who in MATRIX
    }
    assert found == MATRIX


def test_inv_36_a_person_the_complaint_is_about_sees_nothing_of_it(loop):
    case = loop.accept(loop.assign(named(loop)))
    loop.do(case, Kind.RECUSED, "zhoumin", {"person": loop.user("zhaogang").pk}, reason="被投诉")
    case.refresh_from_db()
    assert revealing.revealable(loop.actor("zhaogang"), case) == NOTHING


def test_inv_36_every_page_list_and_search_is_masked_for_everybody(loop):
    case = loop.accept(loop.assign(named(loop)))
    loop.do(case, Kind.NOTED, "zhoumin", note=f"{NAME}说换个号码15912345678也行")
    for who in ("zhoumin", "zhaogang", "linxiaoyun", "gaoyuan", "konglingyi"):
        client = signed_in(loop.user(who))
        found = client.post(reverse("case_search"), {"text": "门禁"})["Location"]
        addresses = [reverse("desk"), reverse("case_list"), found]
        addresses += [
            reverse("case", args=[case.number]),
            reverse("case_clocks", args=[case.number]),
        ]
        for address in addresses:
            text = client.get(address).content.decode()
            assert leaked(text) == [], (who, address)
            assert "15912345678" not in text
        assert "欧***家门禁失灵" in client.get(found).content.decode()
    text = page(loop, case, "gaoyuan")
    assert "138****6666" in text
    assert "159****5678" in text
    assert "7-2" not in text
    act = signed_in(loop.user("zhaogang")).get(reverse("case_act", args=[case.number, "visited"]))
    assert leaked(act.content.decode()) == []


def test_inv_36_a_reason_shows_the_values_on_this_case_for_half_an_hour_and_each_showing_is_logged(
    loop, clock
):
    case, other = loop.accept(loop.assign(named(loop))), named(loop)
    answer = reveal(loop, case, "zhaogang", reason="visit")
    assert answer.url == f"/cases/{case.number}/#particulars"
    given = AccessEntry.objects.get()
    assert (given.kind, given.actor, given.address) == (
        "revealed",
        loop.user("zhaogang"),
        "127.0.0.1",
    )
    assert given.data == {"page": "case_reveal", "case": case.pk, "reason": "visit"}
    answer = signed_in(loop.user("zhaogang")).get(reverse("case", args=[case.number]))
    assert set(leaked(answer.content.decode())) == set(WORDS.values())
    assert "no-store" in answer["Cache-Control"]
    shown = AccessEntry.objects.first()
    assert shown.data == {
        "page": "case",
        "case": case.pk,
        "under": given.seq,
        "shown": ["address", "identity", "name", "phone"],
    }
    assert PHONE in page(loop, case, "zhaogang", "case_act", "visited")
    assert AccessEntry.objects.first().data["page"] == "case_act"
    assert leaked(page(loop, case, "zhoumin")) == []  # another person
    assert leaked(page(loop, other, "zhoumin")) == []  # another case
    clock.set(at("03-02 09:30"))
    assert leaked(page(loop, case, "zhaogang")) == []
    assert AccessEntry.objects.count() == 3


def test_inv_36_the_right_is_asked_again_at_every_showing(loop):
    case = loop.accept(loop.assign(named(loop)))
    reveal(loop, case, "zhaogang")
    loop.do(case, Kind.RECUSED, "zhoumin", {"person": loop.user("zhaogang").pk}, reason="被投诉")
    answer = signed_in(loop.user("zhaogang")).get(reverse("case", args=[case.number]))
    assert answer.status_code == 404
    reveal(loop, case, "zhoumin")
    assert PHONE in page(loop, case, "zhoumin")
    SubjectRequest.objects.create(
        case=case, kind="erasure", check_done="called_back", words="请删除", received_at=at("03-02 09:00"),
        due_at=at("03-18 00:00"), restricted_at=at("03-02 09:00"), recorded_by=loop.user("zhoumin"),
    )  # fmt: skip
    assert leaked(page(loop, case, "zhoumin")) == []


def test_inv_36_without_right_or_reason_nothing_is_shown(loop):
    case = loop.accept(loop.assign(named(loop)))
    for who in ("gaoyuan", "konglingyi", "linxiaoyun"):
        assert reveal(loop, case, who).status_code == 403
        assert leaked(page(loop, case, who)) == []
    refused = AccessEntry.objects.get(actor=loop.user("gaoyuan"), kind="refused")
    assert refused.data["page"] == "case_reveal"
    for wrong in (
        {"reason": ""},
        {"reason": "curious"},
        {"reason": "other"},
        {"reason": "other", "words": "看"},
    ):
        assert reveal(loop, case, "zhoumin", **wrong).status_code == 302
        assert leaked(page(loop, case, "zhoumin")) == []
    assert reveal(loop, case, "xujing").status_code == 404
    client = signed_in(loop.user("zhoumin"))
    assert client.get(reverse("case_reveal", args=[case.number])).status_code == 405
    assert not AccessEntry.objects.filter(kind="revealed").exists()
    # A field asked for directly is no way in.
    for query in ("?shown=1", "?reason=call", "?fields=phone"):
        assert (
            leaked(client.get(reverse("case", args=[case.number]) + query).content.decode()) == []
        )


def test_inv_36_a_reason_in_words_is_an_erasable_row_and_the_record_stays_clean(loop, capsys):
    case = loop.accept(loop.assign(named(loop)))
    reveal(loop, case, "zhaogang", reason="other", words="与物业核对门牌")
    row = RevealReason.objects.get()
    assert (row.body, row.case) == ("与物业核对门牌", case)
    assert AccessEntry.objects.get().data["text"] == row.pk
    assert verify(capsys) == (0, [])


def test_inv_36_the_earlier_case_of_another_number_fills_in_nothing(loop):
    earlier = named(loop)
    client = signed_in(loop.user("zhoumin"))
    htmx = {"HX-Request": "true"}
    typed = registration(loop, customer_name=NAME, phone="13000000009", room="")
    text = client.post(reverse("register_preview"), typed, headers=htmx).content.decode()
    assert "欧***家门禁失灵" in text
    assert PHONE not in text
    assert ROOM not in text
    typed["phone"] = PHONE
    text = client.post(reverse("register_preview"), typed, headers=htmx).content.decode()
    assert ROOM in text
    assert AccessEntry.objects.get().data == {
        "page": "register_preview",
        "reason": "same_caller",
        "cases": [earlier.pk],
    }


def test_inv_36_an_export_is_masked_and_shows_with_a_reason_what_its_reader_may_see(loop):
    case = loop.accept(loop.assign(named(loop)))
    loop.register(name="另一人", phone="13777775555", code="tobacco-2026", by="xujing", facts=LATE)
    for who in ("zhoumin", "linxiaoyun", "gaoyuan", "konglingyi"):
        answer = signed_in(loop.user(who)).get(reverse("ledger_export"), {"format": "csv"})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert case.number in text
        assert leaked(text) == []
        assert "138****6666" in text
    file = io.BytesIO()
    for who, wanted in (
        ("zhoumin", set(WORDS.values())),
        ("gaoyuan", set()),
        ("linxiaoyun", set()),
    ):
        file = io.BytesIO()
        write_ledger(
            Complaint.objects.all(), file, "csv", shown=revealing.shown_to(loop.actor(who))
        )
        text = file.getvalue().decode("utf-8-sig")
        assert set(leaked(text)) == wanted
        assert "13777775555" not in text


def printed(loop, case, by) -> str:
    """Return what a form of the case says that somebody prints."""
    address = reverse("case_form", args=[case.number, "notice", "docx"])
    content = signed_in(loop.user(by)).get(address).content
    with ZipFile(io.BytesIO(content)) as paper:
        return paper.read("word/document.xml").decode()


def test_inv_36_a_print_is_masked_until_its_reader_has_said_what_for(loop):
    case = loop.accept(loop.assign(named(loop)))
    for who in ("zhoumin", "linxiaoyun", "konglingyi"):
        text = printed(loop, case, who)
        assert case.number in text
        assert leaked(text) == []
    reveal(loop, case, "zhoumin", reason="reply")
    assert NAME in printed(loop, case, "zhoumin")
    assert "case_form" in [entry.data["page"] for entry in AccessEntry.objects.all()[:2]]
    assert leaked(printed(loop, case, "konglingyi")) == []


@pytest.mark.parametrize("code", builtin.codes())
def test_every_personal_field_of_a_pack_is_masked_or_a_text_in_which_values_are(code):
    pack = builtin.pack_named(code)
    free = {"subject", "product", "scene", "subject_of_complaint"}
    for field in pack.intake:
        if field.personal and field.type != "longtext" and field.key not in free:
            assert field.key in SORTED, (code, field.key)


SORTED = {
    "customer_name", "phone", "room", "place", "plate", "member_account", "staff_number", "worker",
}  # fmt: skip


def test_masks_tell_two_people_apart_and_no_more():
    assert mask(Sort.NAME, "李建国") == "李**"
    assert mask(Sort.NAME, "昆明市大明商贸有限公司") == "昆***"
    assert mask(Sort.PHONE, "13000000001") == "130****0001"
    assert mask(Sort.PHONE, "li@example.com") == "***"
    assert mask(Sort.ADDRESS, "3-2-501") == "***"
    assert mask(Sort.IDENTITY, "云A12345") == "***45"


def test_what_looks_personal_is_masked_in_any_text(loop):
    veil = Veil(named(loop).told)
    text = "身份证530102199001011234，微信13912345678，邮箱li.qing@example.com，单号202603020001"
    assert veil.text(text) == "身份证***34，微信139****5678，邮箱***，单号202603020001"
