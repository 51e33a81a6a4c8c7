"""Attachments: what is taken and what is refused, where it lies, who may open it, what goes again."""

import hashlib
import os
import re
import resource
from datetime import timedelta
from io import BytesIO
from random import Random
from uuid import uuid4

import pytest
from django.urls import reverse
from PIL import Image

from accounts.models import AccessEntry
from audits.verification import differences
from complaints import pipeline, tasks
from complaints.attachments import keeping
from complaints.attachments.sorts import ENDINGS, Unfit, shown_name, sort_of
from complaints.attachments.storage import vault
from complaints.lifecycle import Kind
from complaints.models import Attachment, Scan
from complaints.pipeline import Act
from complaints.refusals import Refused
from records import clock as database_clock
from tests.complaints import files
from tests.complaints.sending import signed_in
from tests.loop import Loop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_vault")]
CAMERA = "IMG 门禁.jpg"


@pytest.fixture
def loop(clock):
    return Loop.new()


def send(loop, case, *uploads, by="zhoumin", client=None, **changes):
    url = reverse("case_act", args=[case.number, Kind.ATTACHED])
    data = {"key": str(uuid4()), "seen": case.event_count, "files": uploads} | changes
    return (client or signed_in(loop.user(by))).post(url, data)


def opened(loop, row, by, name="attachment"):
    return signed_in(loop.user(by)).get(reverse(name, args=[row.case.number, row.pk]))


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def most_memory() -> int:
    """Return the most memory that this process has held so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def lying(folder) -> set[str]:
    return {f"{one.parent.name}/{one.name}" for one in folder.glob("*/*")}


@pytest.mark.feature("F040")
def test_three_files_are_kept_with_their_checksums_and_come_back_as_they_were(loop):
    case = loop.register()
    given = {"报告.pdf": files.PDF, "说明.txt": files.TEXT, "清单.xlsx": files.SHEET}
    answer = send(loop, case, *(files.sent(name, content) for name, content in given.items()))
    assert answer.status_code == 302
    rows = {row.name: row for row in case.attachments.all()}
    assert rows.keys() == given.keys()
    for name, content in given.items():
        assert rows[name].sha256 == hashlib.sha256(content).hexdigest()
        assert (rows[name].size, rows[name].uploader) == (len(content), loop.user("zhoumin"))
        answer = opened(loop, rows[name], "linxiaoyun")
        assert body(answer) == content
    page = signed_in(loop.user("linxiaoyun")).get(reverse("case", args=[case.number]))
    for text in ("报告.pdf", "未扫描", rows["报告.pdf"].sha256, "3 个文件"):
        assert text in page.content.decode(), text
    assert list(differences()) == []


def test_the_event_keeps_ids_and_digests_alone(loop):
    case = loop.register()
    send(loop, case, files.sent("张三的病历.pdf", files.PDF))
    event, row = case.events.get(kind=Kind.ATTACHED), case.attachments.get()
    assert event.data == {"files": [row.reference()]}
    assert row.sha256 not in str(event.data)
    assert row.reference()["digest"] == row.digest()


def test_the_headers_of_a_download(loop):
    case = loop.register()
    send(loop, case, files.sent("说明.txt", files.TEXT, "text/html"))
    answer = opened(loop, case.attachments.get(), "linxiaoyun")
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        answer.headers["Content-Security-Policy"]
        == "default-src 'none'; frame-ancestors 'none'; sandbox"
    )
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert not answer.cookies


@pytest.mark.parametrize("sort", ["JPEG", "PNG", "WEBP"])
def test_others_see_a_picture_without_its_place_and_auditors_the_original(loop, sort):
    case, original = loop.register(), files.photo(sort)
    name = {"JPEG": "a.jpg", "PNG": "a.png", "WEBP": "a.webp"}[sort]
    send(loop, case, files.sent(name, original))
    row = case.attachments.get()
    for by in ("zhoumin", "linxiaoyun", "konglingyi"):
        shown = body(opened(loop, row, by))
        with Image.open(BytesIO(shown)) as picture:
            assert not picture.getexif()
            assert not picture.getexif().get_ifd(files.GPS)
            assert (picture.format, picture.size) == (sort, (40, 60))  # upright
        assert b"CANARY-9" not in shown
    assert b"CANARY-9" in original
    answer = opened(loop, row, "konglingyi", "attachment_original")
    assert body(answer) == original
    entry = AccessEntry.objects.latest("seq")
    assert (entry.kind, entry.actor) == (AccessEntry.Kind.REVEALED, loop.user("konglingyi"))
    assert entry.data["attachment"] == row.pk
    assert opened(loop, row, "linxiaoyun", "attachment_original").status_code == 403


GOOD = {
    "a.jpg": files.photo(),
    "a.JPEG": files.photo(place=False),
    "a.png": files.photo("PNG"),
    "a.gif": files.plain("GIF"),
    "a.webp": files.photo("WEBP"),
    "a.pdf": files.PDF,
    "a.docx": files.WORD,
    "a.xlsx": files.SHEET,
    "a.pptx": files.SLIDES,
    "a.doc": files.OLE,
    "a.xls": files.OLE,
    "a.ppt": files.OLE,
    "a.txt": files.TEXT,
    "gb.txt": "门禁".encode("gb18030"),
    "a.mp3": files.MP3,
    "a.mp4": files.MP4,
    "a.wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 40,
    "a.amr": b"#!AMR\n" + b"\x00" * 40,
}


@pytest.mark.parametrize("name", GOOD)
def test_what_people_commonly_send_is_taken(name):
    upload = files.sent(name, GOOD[name])
    assert keeping.check(upload).sort.content_type
    assert upload.read() == GOOD[name]  # left at its beginning


BAD = {
    "a.html": (b"<script>alert(1)</script>", "not_allowed"),
    "a.svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not_allowed"),
    "a.exe": (b"MZ" + b"\x00" * 100, "not_allowed"),
    "program.pdf": (b"MZ" + b"\x00" * 100, "not_allowed"),
    "a.jpg.exe": (files.photo(), "other_ending"),
    "photo.pdf": (files.photo(), "other_ending"),
    "paper.jpg": (files.PDF, "other_ending"),
    "noending": (files.PDF, "other_ending"),
    "page.txt": (b"\x00\x01\x02", "not_allowed"),
    "wide.txt": ("门禁".encode("utf-16"), "not_allowed"),
    "a.zip": (files.package("a.txt"), "not_allowed"),
    "renamed.docx": (files.package("a.txt"), "not_allowed"),
    "torn.docx": (files.WORD[:40], "broken"),
    "macro.docx": (
        files.package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        "macros",
    ),
    "a.docm": (files.WORD, "other_ending"),
    "gifar.gif": (files.plain("GIF") + files.package("a.class"), "two_sorts"),
    "paper.pdf": (files.PDF + files.package("a.txt"), "two_sorts"),
    "torn.pdf": (b"%PDF-1.4\n", "broken"),
    "torn.jpg": (files.photo(size=(600, 400))[:1500], "broken"),
    "head.png": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "broken"),
    "list.mp4": (b"#EXTM3U\nfile:///etc/passwd\n", "not_allowed"),
    "empty.txt": (b"", "empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_inv_30_what_is_not_what_it_says_is_refused(name):
    content, code = BAD[name]
    with pytest.raises(Unfit) as refused:
        keeping.check(files.sent(name, content))
    assert refused.value.code == code


def test_a_torn_picture_is_refused_after_a_statement_was_printed_too():
    pytest.importorskip("weasyprint", exc_type=OSError)
    content, code = BAD["torn.jpg"]
    with pytest.raises(Unfit, match=code):
        keeping.check(files.sent("torn.jpg", content))


def test_inv_30_a_picture_that_unpacks_to_too_much_is_refused_unread():
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 2**20
    with pytest.raises(Unfit, match="bomb"):
        keeping.check(files.sent("a.png", bomb.getvalue()))
    inside = files.package(
        "[Content_Types].xml",
        "word/document.xml",
        *(f"{n}" for n in range(15)),
        content=b"0" * 2**25,
    )
    with pytest.raises(Unfit, match="bomb"):
        keeping.check(files.sent("a.docx", inside))


@pytest.mark.parametrize("count", [200, pytest.param(2000, marks=pytest.mark.long)])
def test_inv_30_fuzzed_files_are_taken_or_refused_in_words(count, loop):
    """Each good file with bytes flipped, cut off or doubled; no answer is an error of ours."""
    chance, case, peak = Random(30), loop.register(), most_memory()
    client = signed_in(loop.user("zhoumin"))
    good = list(GOOD.items())
    for number in range(count):
        if number % 150 == 149:  # a case has room for 200
            case = loop.register()
        name, content = chance.choice(good)
        bent = bytearray(content)
        for _flip in range(chance.randint(1, 20)):
            bent[chance.randrange(len(bent))] = chance.randrange(256)
        bent = bytes(bent[: chance.randint(1, len(bent))]) + chance.choice([b"", content])
        case.refresh_from_db()
        answer = send(loop, case, files.sent(name, bent), client=client)
        assert answer.status_code in (302, 422), name
    assert most_memory() <= max(peak, 512 * 2**20)  # an earlier test may have needed more
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\windows\system32\a.pdf", "a.pdf"),
        ("票据\u202egnp.pdf", "票据gnp.pdf"),
        ("a\x00\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("长" * 500 + ".pdf", "长" * 116 + ".pdf"),
        ("  . .pdf", "file.pdf"),
        (".", "file"),
        ("...", "file"),
        (".pdf", "file.pdf"),
        ("无扩展名", "无扩展名"),
        ("a." + "x" * 300, "a." + "x" * 10),
    ],
)
def test_inv_30_hostile_names_are_shown_harmless(raw, shown):
    assert shown_name(raw) == shown
    assert len(shown_name(raw)) <= 120


def test_inv_30_the_place_of_a_file_says_nothing_of_its_name(loop, own_vault):
    case = loop.register()
    send(loop, case, files.sent("../../../evil.pdf", files.PDF))
    row = case.attachments.get()
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{32}", row.key)
    assert lying(own_vault) == {row.key}
    assert (own_vault / row.key).stat().st_mode & 0o777 == 0o600
    assert row.name == "evil.pdf"
    with pytest.raises(ValueError, match="URL"):
        vault().url(row.key)


def test_what_is_refused_is_said_for_each_file_and_nothing_stays(loop, own_vault):
    case = loop.register()
    answer = send(loop, case, files.sent("a.pdf", files.PDF), files.sent("b.exe", b"MZ\x00"))
    assert answer.status_code == 422
    assert "b.exe：不接受这种文件" in answer.content.decode()
    assert (case.attachments.count(), lying(own_vault)) == (0, set())
    assert send(loop, case).status_code == 422  # no file at all
    assert send(loop, case, files.sent("leer.txt", b"")).status_code == 422


def test_limits_of_size_count_and_the_whole_request(loop, settings):
    case = loop.register()
    settings.ATTACHMENT_BYTES = 100
    answer = send(loop, case, files.sent("a.txt", b"a" * 101))
    assert answer.status_code == 422
    assert "文件过大" in answer.content.decode()

    def some(count):
        return [files.sent(f"{n}.txt", b"a") for n in range(count)]

    answer = send(loop, case, *some(settings.ATTACHMENTS_AT_ONCE + 1))
    assert answer.status_code == 422
    assert "一次最多上传" in answer.content.decode()
    settings.ATTACHMENTS_OF_CASE = 1
    answer = send(loop, case, *some(2))
    assert answer.status_code == 409
    assert "一件案件最多 1 个附件" in answer.content.decode()
    settings.UPLOAD_BYTES = 100
    assert send(loop, case, files.sent("a.txt", b"a")).status_code == 400
    assert case.attachments.count() == 0


def test_inv_7_what_the_record_refuses_leaves_no_file(loop, own_vault):
    case = loop.register()
    data = {"key": str(uuid4()), "seen": case.event_count, "source": "DALI-160"}
    data |= {"department_id": loop.department("物业公司").pk, "evidence": "录音"}
    other = loop.user("sujianing").pk  # of another department: refused by the record
    client = signed_in(loop.user("zhoumin"))
    url = reverse("case_act", args=[case.number, Kind.OFFENCE])
    upload = files.sent("录音.mp3", files.MP3)
    assert client.post(url, data | {"person": other, "files": upload}).status_code == 409
    assert (Attachment.objects.count(), lying(own_vault)) == (0, set())


@pytest.mark.parametrize("moment", ["before the row", "after the row"])
def test_inv_7_a_failure_on_the_way_leaves_no_file(moment, loop, own_vault, monkeypatch):
    case = loop.register()

    def fails(*given, **named):
        raise RuntimeError("cut off")

    place = (pipeline, "_permit") if moment == "before the row" else (pipeline, "settle")
    monkeypatch.setattr(*place, fails)
    assert send(loop, case, files.sent("a.pdf", files.PDF)).status_code == 500
    assert (Attachment.objects.count(), lying(own_vault)) == (0, set())


def test_inv_7_a_full_disk_is_said_and_leaves_nothing(loop, own_vault, monkeypatch):
    case = loop.register()

    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("complaints.attachments.storage._to_disk", full)
    answer = send(loop, case, files.sent("a.pdf", files.PDF))
    assert answer.status_code == 507
    assert "存储空间" in answer.content.decode()
    assert (Attachment.objects.count(), lying(own_vault)) == (0, set())


def test_inv_7_leftovers_of_a_killed_request_are_swept_and_nothing_else(loop, own_vault):
    case = loop.register()
    send(loop, case, files.sent("a.jpg", files.photo()))
    row, now = case.attachments.get(), database_clock.now()
    for key in ("aa/" + "a" * 32, "aa/" + "a" * 32 + ".copy", "bb/" + "b" * 32):
        (own_vault / key).parent.mkdir(exist_ok=True)
        (own_vault / key).write_bytes(b"x")
    for one in own_vault.glob("*/*"):
        young = one.parent.name == "bb"
        at = (now - (timedelta(minutes=59) if young else timedelta(hours=2))).timestamp()
        os.utime(one, (at, at))
    assert tasks.sweep_leftovers() == 1
    assert lying(own_vault) == {row.key, row.shown_key, "bb/" + "b" * 32}
    assert tasks.sweep_leftovers() == 0


def test_inv_7_verify_names_a_row_without_its_file_and_a_file_that_was_changed(loop, own_vault):
    case = loop.register()
    send(loop, case, files.sent("a.pdf", files.PDF), files.sent("b.txt", files.TEXT))
    first, second = case.attachments.order_by("pk")
    (own_vault / first.key).unlink()
    os.chmod(own_vault / second.key, 0o600)
    (own_vault / second.key).write_bytes(files.TEXT + b"x")
    fault = "its file is missing or was changed"
    assert [str(one) for one in differences()] == [
        f"complaints_attachment {case} (id {row.pk}): {fault}" for row in (first, second)
    ]


OPENS = {  # verdict of the scanner, whether the house has none → whether others may open
    (Scan.PENDING, False): False,
    (Scan.PENDING, True): True,
    (Scan.CLEAN, False): True,
    (Scan.CLEAN, True): True,
    (Scan.INFECTED, False): False,
    (Scan.INFECTED, True): False,
    (Scan.ERROR, False): False,
    (Scan.ERROR, True): False,
}


@pytest.mark.parametrize(("scan", "none"), OPENS)
def test_inv_31_only_a_clean_verdict_or_a_house_without_a_scanner_opens(scan, none, loop, settings):
    case = loop.register()
    send(loop, case, files.sent("a.pdf", files.PDF))
    case.attachments.update(scan=scan)
    settings.NO_SCANNER, row = none, case.attachments.get()
    opens = OPENS[scan, none]
    assert opened(loop, row, "linxiaoyun").status_code == (200 if opens else 403)
    assert opened(loop, row, "zhoumin").status_code == 200  # their own
    page = signed_in(loop.user("linxiaoyun")).get(reverse("case", args=[case.number]))
    text = page.content.decode()
    words = {
        "pending": "待扫描",
        "clean": "未见病毒",
        "infected": "有病毒，已隔离",
        "error": "扫描失败",
    }
    said = "未扫描" if none and scan == Scan.PENDING else words[scan]
    assert said in text
    assert ("未见病毒" in text) == (scan == Scan.CLEAN)
    assert (reverse("attachment", args=[case.number, row.pk]) in text) == opens


def test_whoever_may_not_see_the_case_finds_no_file(loop):
    case, other = loop.register(), loop.register()
    send(loop, case, files.sent("a.pdf", files.PDF))
    row = case.attachments.get()
    for by in ("sujianing", "xujing", "taoran"):
        assert opened(loop, row, by).status_code == 404
    client = signed_in(loop.user("zhoumin"))
    assert client.get(reverse("attachment", args=[other.number, row.pk])).status_code == 404
    case.refresh_from_db()
    assert send(loop, case, files.sent("b.pdf", files.PDF), by="sujianing").status_code == 404
    assert send(loop, case, files.sent("b.pdf", files.PDF), by="konglingyi").status_code == 403
    assert case.attachments.count() == 1


def test_inv_6_the_same_form_sent_twice_keeps_one_file_and_other_content_is_refused(
    loop, own_vault
):
    case, key = loop.register(), str(uuid4())
    seen = {"key": key, "seen": case.event_count}
    for _again in range(2):
        answer = send(loop, case, files.sent("a.pdf", files.PDF), **seen)
        assert answer.status_code == 302
    assert (case.attachments.count(), len(lying(own_vault))) == (1, 1)
    answer = send(loop, case, files.sent("a.pdf", files.PDF + b"\n%%EOF"), **seen)
    assert answer.status_code == 409
    assert (case.attachments.count(), len(lying(own_vault))) == (1, 1)


def test_an_upload_without_a_file_is_none(loop):
    case = loop.register()
    with pytest.raises(Refused, match="no_file"):
        pipeline.act(case.pk, [Act(Kind.ATTACHED)], actor=loop.actor("zhoumin"))


def test_the_form_names_every_ending_and_works_without_scripts(loop):
    case = loop.register()
    url = reverse("case_act", args=[case.number, Kind.ATTACHED])
    page = signed_in(loop.user("zhoumin")).get(url).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert all(f".{ending}" in page for ending in ENDINGS)
    assert re.search(r'<input type="file" name="files"[^>]* multiple', page)


def test_a_sort_is_found_by_content_whatever_the_browser_says():
    assert sort_of(BytesIO(files.PDF), "A.PDF").content_type == "application/pdf"
