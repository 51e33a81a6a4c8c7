"""The auditors' page: starts the verification in the background and shows what came of it."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from accounts.models import AccessEntry
from audits import anchoring, days, keys
from jobs import tasks
from jobs.models import Job, JobState
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import LATE_DELIVERY, Loop
from tests.tampering import changed


@pytest.fixture
def loop(fresh_db, clock, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(tasks.run, "delay", lambda pk: None)
    settings.ANCHOR_FOLDER = tmp_path / "anchors"
    clock.set(at("03-02 09:00"))
    return Loop.new()


def verified(client) -> Job:
    answer = client.post(reverse("verification"))
    job = Job.objects.get(kind="verify", state=JobState.QUEUED)
    assert answer["Location"] == reverse("job", args=[job.pk])
    tasks.run(str(job.pk))
    job.refresh_from_db()
    return job


def test_an_auditor_has_a_clean_record_verified(loop):
    case = loop.register()
    anchoring.anchor()
    client = signed_in(loop.user("konglingyi"))
    assert "第 1 号" in client.get(reverse("verification")).text
    job = verified(client)
    assert (job.done, job.total) == (3, 3)  # its chain, the anchor, its rules
    assert job.result["events"] == case.event_count
    page = client.get(reverse("verification_result", args=[job.pk])).text
    assert "核验完成：全部一致。" in page
    assert reverse("verification_result", args=[job.pk]) in client.get(reverse("verification")).text


def test_what_differs_is_named_on_the_page(loop, fresh_db):
    case = loop.register()
    changed(fresh_db, "complaints_particulars", "SET phone = '1' WHERE case_id = %s", case.pk)
    client = signed_in(loop.user("konglingyi"))
    page = client.get(reverse("verification_result", args=[verified(client).pk])).text
    assert "1 处不一致" in page
    assert f">{case.number}</td>" in page
    assert "complaints_particulars" in page


def test_a_case_of_another_unit_is_named_by_its_table_alone(loop, fresh_db):
    case = loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    changed(fresh_db, "complaints_particulars", "SET phone = '1' WHERE case_id = %s", case.pk)
    pages = {}
    for name in ("konglingyi", "lufang"):
        client = signed_in(loop.user(name))
        pages[name] = client.get(
            reverse("verification_result", args=[verified(client).pk])
        ).content.decode()
    assert case.number in pages["lufang"]
    assert case.number not in pages["konglingyi"]
    assert "其他单位的案件" in pages["konglingyi"]
    assert "complaints_particulars" in pages["konglingyi"]


def test_the_root_of_a_day_is_handed_out_and_checked_with_the_key(loop, clock):
    clock.set(at("03-02 09:00"))
    loop.register()
    anchoring.anchor()
    client = signed_in(loop.user("konglingyi"))
    page = client.get(reverse("verification")).content.decode()
    assert reverse("day_root", args=["2026-03-02"]) in page
    root = client.get(reverse("day_root", args=["2026-03-02"])).json()
    assert root["body"]["day"] == "2026-03-02"
    assert days.is_signed(root, keys.public_key())
    assert list(days.faults(root)) == []
    assert client.get(reverse("day_root", args=["2026-03-03"])).status_code == 404
    assert client.get(reverse("day_root", args=["yesterday"])).status_code == 404


def test_a_proof_is_handed_out_and_logged_and_only_of_ones_own_units(loop):
    case = loop.register()
    anchoring.anchor()
    client = signed_in(loop.user("konglingyi"))
    url = reverse("case_proof", args=[case.number])
    assert url in client.get(reverse("case", args=[case.number])).content.decode()
    answer = client.get(url)
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as pack:
        assert sorted(pack.namelist()) == ["case.json", "check.py", "key.pub"]
    last = AccessEntry.objects.first()
    assert (last.kind, last.actor) == ("revealed", loop.user("konglingyi"))
    assert last.data == {"page": "case_proof", "case": case.pk, "texts": False}
    assert signed_in(loop.user("lufang")).get(url).status_code == 404
    clerk = signed_in(loop.user("zhoumin"))
    assert clerk.get(url).status_code == 403
    assert url not in clerk.get(reverse("case", args=[case.number])).content.decode()


def test_a_second_press_leads_to_the_verification_that_runs(loop):
    client = signed_in(loop.user("konglingyi"))
    first, second = (client.post(reverse("verification"))["Location"] for _ in range(2))
    assert first == second
    assert Job.objects.count() == 1


@pytest.mark.parametrize("name", ["zhoumin", "linxiaoyun", "gaoyuan", "fangzhou", "tangxue"])
def test_nobody_but_an_auditor_has_it(name, loop):
    job = verified(signed_in(loop.user("konglingyi")))
    client = signed_in(loop.user(name))
    for page in (reverse("verification"), reverse("verification_result", args=[job.pk])):
        assert client.get(page).status_code == 403
    assert client.post(reverse("verification")).status_code == 403
    assert Job.objects.count() == 1
