"""What is typed into the form of an act is kept on the server: for its writer alone, until it is done."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from archive import purging
from complaints import act_drafts, drafts, tasks
from complaints.lifecycle import Kind
from complaints.models import ActDraft, CaseText
from tests.complaints.sending import Form, drawn, signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in China
HTMX = {"HX-Request": "true"}


@pytest.fixture
def loop(clock):
    clock.set(MONDAY)
    return Loop.new()


def form_of(loop, case, kind="noted", by="zhoumin", **typed) -> Form:
    """Return a form as its page draws it, with its ticket, and something typed into it."""
    form = drawn(loop, case, kind, by, **({"note": "金丝雀"} | typed))
    page = form.client.get(reverse("case_act", args=[case.number, kind]))
    form.data["ticket"] = page.context["ticket"]
    form.data["key"] = str(page.context["form"]["key"].value())
    return form


def keep(form, client=None):
    address = reverse("case_act_keep", args=[form.number, form.kind])
    return (client or form.client).post(address, form.data, headers=HTMX)


def page_of(client, form):
    return client.get(reverse("case_act", args=[form.number, form.kind]))


def found(client, form, field="note"):
    return page_of(client, form).context["form"][field].value()


def test_what_was_typed_is_there_again_and_the_row_alone_does_not_show_it(loop, settings):
    form = form_of(loop, loop.register())
    assert "草稿已保存 2026-03-02 09:00" in keep(form).content.decode()
    page = page_of(signed_in(loop.user("zhoumin")), form)
    assert page.context["form"]["note"].value() == "金丝雀"
    assert "已恢复 2026-03-02 09:00 保存、没有提交的内容" in page.content.decode()
    assert "金丝雀".encode() not in bytes(ActDraft.objects.get().sealed)
    keep(form)
    assert ActDraft.objects.count() == 1
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"
    kept = act_drafts.of(loop.user("zhoumin"), ActDraft.objects.get().case, "noted", MONDAY)
    assert kept.entered["note"] == "金丝雀"


def test_a_draft_is_its_writers_its_cases_and_its_acts_alone(loop):
    form, other = form_of(loop, loop.register()), loop.register()
    keep(form)
    colleague = signed_in(loop.user("hejia"))
    assert found(colleague, form) is None
    # The colleague at the same browser: what was drawn for zhoumin is not kept as theirs.
    assert "草稿未保存" in keep(form, colleague).content.decode()
    colleague.post(reverse("case_act_drop", args=[form.number, form.kind]))
    assert ActDraft.objects.get().writer == loop.user("zhoumin")
    assert found(form.client, Form(form.client, other.number, "noted", {})) is None
    assert found(form.client, Form(form.client, form.number, "responded", {})) is None
    assert keep(form, signed_in(loop.user("xujing"))).status_code == 404


def test_an_act_that_is_done_leaves_no_draft(loop):
    form = form_of(loop, loop.register())
    keep(form)
    assert form.send().status_code == 302
    assert not ActDraft.objects.exists()
    keep(form)  # an answer that was still on its way
    assert not ActDraft.objects.exists()
    assert found(form.client, form) is None


@pytest.mark.parametrize("refused", ["incomplete", "overtaken", "another's by now", "key reused"])
def test_what_is_refused_is_offered_again(loop, refused):
    case = loop.register()
    form = form_of(loop, case, "assigned", department_id="")
    form.data["late_reason"] = "金丝雀"
    status = 422
    if refused == "overtaken":
        loop.do(case, Kind.NOTED, "hejia", note="先到")
        status = 409
    if refused == "another's by now":
        loop.assign(case, by="hejia")
        del form.data["seen"]
        status = 409
    if refused == "key reused":
        place = {"department_id": loop.department("物业公司").pk}
        noted = form_of(loop, case)
        assert noted.send().status_code == 302
        form.data.update(place, key=noted.data["key"], seen=case.event_count + 1)
        status = 409
    assert form.send().status_code == status
    kept = act_drafts.of(loop.user("zhoumin"), case, "assigned", MONDAY)
    assert kept.entered["late_reason"] == "金丝雀"
    assert CaseText.objects.filter(body="金丝雀").count() == (refused == "key reused")


@pytest.mark.parametrize("sent_to", ["case_act", "case_act_keep"])
def test_a_session_that_ran_out_loses_nothing(loop, sent_to):
    form = form_of(loop, loop.register())
    answer = Client().post(reverse(sent_to, args=[form.number, form.kind]), form.data)
    assert answer["Location"].startswith("/login/?next=/cases/")
    assert "金丝雀" not in answer["Location"]
    assert found(signed_in(loop.user("zhoumin")), form) == "金丝雀"
    told = keep(form, Client()).content.decode()
    assert "登录已过期" in told
    assert f"next={reverse('case_act', args=[form.number, form.kind])}" in told


@pytest.mark.parametrize("wrong", ["forged", "of another case", "of another act", "none"])
def test_without_a_ticket_of_this_form_nothing_is_kept(loop, wrong):
    form = form_of(loop, loop.register())
    user, key = loop.user("zhoumin"), form.data["key"]
    form.data["ticket"] = {
        "forged": form.data["ticket"] + "x",
        "of another case": drafts.ticket(user, key, loop.register().number, form.kind),
        "of another act": drafts.ticket(user, key, form.number, "judged"),
        "none": "",
    }[wrong]
    keep(form)
    keep(form, Client())
    assert not ActDraft.objects.exists()


def test_what_the_case_says_by_now_is_not_overwritten_by_an_older_draft(loop):
    case = loop.register()
    facts = {"project": "实力北岸", "complainants": "9", "reason": "金丝雀"}
    form = form_of(loop, case, "facts_changed", **facts)
    keep(form)
    assert found(form.client, form, "complainants") == "9"
    loop.do(case, Kind.FACTS_CHANGED, "hejia", {"complainants": 12}, reason="点名")
    assert int(found(form.client, form, "complainants")) == 12
    assert found(form.client, form, "reason") == "金丝雀"


def test_a_record_of_another_kind_is_not_begun_with_it(loop):
    form = form_of(loop, loop.register(), "recorded", record="promise", note="金丝雀")
    keep(form)
    assert found(form.client, form) == "金丝雀"  # after the login the address names no record
    records = loop.versions["dali-tourism"].pack.records
    other = next(one.key for one in records if one.key != "promise")
    address = reverse("case_act", args=[form.number, "recorded"]) + f"?record={other}"
    assert form.client.get(address).context["form"]["note"].value() is None


def test_a_draft_goes_when_it_is_dropped_after_a_week_and_with_the_case(loop, clock):
    case = loop.to("archived")
    form = form_of(loop, case, "reopened", reason="金丝雀")
    keep(form)
    form.client.post(reverse("case_act_drop", args=[form.number, form.kind]))
    assert not ActDraft.objects.exists()
    keep(form)
    clock.set(MONDAY + timedelta(days=7))
    assert found(signed_in(loop.user("zhoumin")), form, "reason") is None
    assert tasks.forget() == 1
    clock.set(MONDAY + timedelta(days=3 * 366))
    act_drafts.keep_refused(
        loop.user("zhoumin").pk, case.number, "noted", drafts.query_of({"note": ["x"]})
    )
    assert purging.erase(case.pk)
    assert not ActDraft.objects.exists()


def test_no_script_of_ours_keeps_anything_but_the_colours_in_the_browser():
    """`theme` is light or dark; a browser test types and looks (test_registering)."""
    frame = Path(settings.BASE_DIR / "templates" / "bare.html").read_text("utf-8")
    assert '"historyCacheSize":0' in frame  # htmx would keep the pages of lists
    scripts = Path(settings.BASE_DIR / "static" / "js").glob("*.js")
    storing = r"(?:local|session)Storage\.\w+\([^)]*\)|indexedDB|document\.cookie"
    found = {one for script in scripts for one in re.findall(storing, script.read_text("utf-8"))}
    assert found == {
        'localStorage.getItem("theme")',
        'localStorage.setItem("theme", root.dataset.bsTheme)',
    }
