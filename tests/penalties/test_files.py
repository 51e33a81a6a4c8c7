"""Evidence of offences and files of objections: who sees them, who is told, what the ledger keeps."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import AccessEntry, Deputy
from audits.verification import differences
from complaints.lifecycle import Kind
from complaints.models import Attachment, Purpose
from notices.models import Notice
from penalties import procedure
from penalties.models import Entry
from records import clock as database_clock
from tests.complaints import files
from tests.complaints.sending import signed_in
from tests.loop import Loop
from tests.penalties.house import items, late, prepared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_vault")]
OWNER = "linxiaoyun"


@pytest.fixture
def loop(clock):
    return Loop.new()


@pytest.fixture
def fined(loop):
    """Offer a case with a day's penalty of 赵刚, confirmed."""
    case = late(loop, 1)
    pk = items(case)[0].root.pk
    procedure.confirm(pk, actor=loop.actor(OWNER))
    return case, pk


def object_(loop, pk, *uploads, by="zhaogang", **changes):
    data = {"key": str(uuid4()), "reason": "等待业主开门", "files": uploads} | changes
    return signed_in(loop.user(by)).post(reverse("penalty_act", args=[pk, procedure.APPEAL]), data)


def opened(loop, pk, row, by, name="penalty_file"):
    return signed_in(loop.user(by)).get(reverse(name, args=[pk, row.pk]))


def test_an_objection_brings_its_files_and_the_ledger_keeps_ids_and_digests(loop, fined):
    case, pk = fined
    answer = object_(
        loop, pk, files.sent("短信.txt", files.TEXT), files.sent("现场.jpg", files.photo())
    )
    assert answer.status_code == 302
    entry = Entry.objects.get(item=pk, kind="appealed")
    rows = list(Attachment.objects.filter(case=case).order_by("pk"))
    assert [row.purpose for row in rows] == [Purpose.OBJECTION] * 2
    assert entry.reason["files"] == [row.reference() for row in rows]
    assert "短信" not in str(entry.reason)
    page = signed_in(loop.user("chenglixin")).get(reverse("penalty", args=[pk])).content.decode()
    assert "短信.txt" in page
    assert rows[0].sha256 in page
    assert b"".join(opened(loop, pk, rows[0], "chenglixin").streaming_content) == files.TEXT
    assert list(differences()) == []


def test_files_of_an_objection_are_seen_with_the_item_alone(loop, fined):
    case, pk = fined
    object_(loop, pk, files.sent("现场.jpg", files.photo()))
    row = Attachment.objects.get(case=case)
    for by, status in {
        "zhaogang": 200, "duanhongwei": 200, OWNER: 200, "tangxue": 200, "konglingyi": 200,
        "yangfan": 404, "zhoumin": 404, "sujianing": 404, "pengxue": 404,
    }.items():  # fmt: skip
        assert opened(loop, pk, row, by).status_code == status, by
    for by in ("zhaogang", "duanhongwei", "zhoumin"):  # they see the case
        url = reverse("attachment", args=[case.number, row.pk])
        assert signed_in(loop.user(by)).get(url).status_code == 404
        page = signed_in(loop.user(by)).get(reverse("case", args=[case.number]))
        assert "现场.jpg" not in page.content.decode()
    other = late(loop, 1)
    assert opened(loop, items(other)[0].root.pk, row, "tangxue").status_code == 404
    answer = opened(loop, pk, row, "konglingyi", "penalty_file_original")
    assert b"CANARY-9" in b"".join(answer.streaming_content)
    assert AccessEntry.objects.latest("seq").data["attachment"] == row.pk
    assert opened(loop, pk, row, OWNER, "penalty_file_original").status_code == 403


def test_an_objection_that_is_refused_keeps_no_file(loop, fined, own_vault):
    _case, pk = fined
    upload = files.sent("短信.txt", files.TEXT)
    assert object_(loop, pk, upload, reason=" ").status_code == 422
    assert object_(loop, pk, files.sent("a.exe", b"MZ")).status_code == 422
    assert object_(loop, pk, files.sent("a.txt", b"a"), by="duanhongwei").status_code == 403
    assert (Attachment.objects.count(), list(own_vault.glob("*/*"))) == (0, [])


def told(pk, topic="decision"):
    rows = Notice.objects.filter(topic=topic, channel="in_app", data__item=pk)
    return sorted(rows.values_list("recipient__username", flat=True))


def test_those_who_may_decide_are_told_of_an_objection_and_nobody_else(loop, fined):
    """林晓芸 has confirmed, so 管理层 of the unit decides: 程立新, 高远, 沈卓."""
    _case, pk = fined
    object_(loop, pk)
    assert told(pk) == ["chenglixin", "gaoyuan", "shenzhuo"]
    procedure.review(pk, actor=loop.actor("chenglixin"), amount=Decimal(60), reason="部分属实")
    object_(loop, pk)
    # the second look is by somebody else: 程立新 has decided and is not asked again
    assert told(pk) == ["chenglixin", "gaoyuan", "gaoyuan", "shenzhuo", "shenzhuo"]


def test_a_deputy_of_somebody_who_may_decide_is_told_too(loop, fined):
    _case, pk = fined
    Deputy.objects.create(
        person=loop.user("gaoyuan"), deputy=loop.user("wangjianye"), since=database_clock.now()
    )
    object_(loop, pk)
    assert told(pk) == ["chenglixin", "gaoyuan", "shenzhuo", "wangjianye"]


def test_whom_an_offence_concerns_reads_its_evidence_and_opens_its_files(loop):
    """白雪 heads another department: 酒管公司 never had the case."""
    case = prepared(loop)
    data = {
        "key": str(uuid4()),
        "seen": case.event_count,
        "source": "DALI-160",
        "department_id": loop.department("酒管公司").pk,
        "evidence": "前台让客户自行联系物业",
        "files": files.sent("通话.mp3", files.MP3),
    }
    url = reverse("case_act", args=[case.number, Kind.OFFENCE])
    assert signed_in(loop.user("zhoumin")).post(url, data).status_code == 302
    row, item = Attachment.objects.get(case=case), items(case)[0]
    assert (row.purpose, item.root.person) == (Purpose.EVIDENCE, loop.user("baixue"))
    client = signed_in(loop.user("baixue"))
    assert client.get(reverse("case", args=[case.number])).status_code == 404
    page = client.get(reverse("penalty", args=[item.root.pk])).content.decode()
    assert "前台让客户自行联系物业" in page
    assert "通话.mp3" in page
    assert b"".join(opened(loop, item.root.pk, row, "baixue").streaming_content) == files.MP3
    seen = signed_in(loop.user("zhoumin")).get(reverse("case", args=[case.number]))
    assert "通话.mp3" in seen.content.decode()
    assert list(differences()) == []
