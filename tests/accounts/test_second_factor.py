"""INV-27: a second factor for those whose work needs it; a code works once; guesses at codes wait."""

import json
import re
from datetime import timedelta

import pyotp
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import (
    AccessEntry,
    ChangeEntry,
    Factor,
    FactorReset,
    FactorUse,
    RecoveryCodes,
    Role,
)
from accounts.signing import entering, factors, recovery, totp
from accounts.tasks import tell_of_reset
from audits.verification import differences
from records import clock as database_clock
from tests.accounts.signing import (
    SECRET,
    code,
    code_entered,
    enrolled,
    is_in,
    password_entered,
)
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop
from tests.races.crowd import Meeting, together

NEEDING = {"fangzhou", "konglingyi", "tangxue", "luqing"}
OTHERS = {"zhoumin", "duanhongwei", "zhaogang", "gaoyuan"}


@pytest.fixture
def loop(db, clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


@pytest.fixture
def own_loop(fresh_db, clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def where(answer) -> str:
    return answer["Location"] if answer.status_code == 302 else str(answer.status_code)


def test_the_codes_are_those_of_rfc_6238():
    """Appendix B of the RFC, SHA-1, of its eight digits the last six."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
    known = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {time: totp.code_at(secret, time // 30) for time in known} == known


def test_inv_27_administrators_auditors_hr_and_rule_owners_reach_only_the_page_to_set_one_up(loop):
    assert {Role.ADMINISTRATOR, Role.AUDITOR, Role.HR, Role.RULE_OWNER} == {
        role for name in NEEDING for role in loop.actor(name).roles
    }
    for name in NEEDING | OTHERS:
        client, _answer = password_entered(name)
        needs = name in NEEDING
        for page in ("desk", "notices", "sessions", "password_change", "admin:index", "tip_new"):
            answer = client.get(reverse(page))
            assert (where(answer) == reverse("factors")) == needs, (name, page)
        if needs:
            assert where(client.post(reverse("tip_new"), {})) == reverse("factors")
            assert where(client.post(reverse("recovery_codes"))) == reverse("factors")
            page = client.get(reverse("factors")).content.decode()
            assert "您的岗位须用第二因素登录" in page


def test_inv_27_a_house_may_ask_it_of_everybody(loop, settings):
    client, _answer = password_entered("zhoumin")
    assert is_in(client)
    settings.SECOND_FACTOR_FOR_ALL = True
    assert where(client.get(reverse("desk"))) == reverse("factors")


def test_inv_27_setting_up_an_authenticator_opens_the_rest_and_gives_recovery_codes(loop):
    client, _answer = password_entered("fangzhou")
    elsewhere, _answer = password_entered("fangzhou")
    page = client.get(reverse("factor_application")).content.decode()
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert len(secret) == 32
    assert 'src="data:image/svg+xml' in page
    own = pyotp.TOTP(secret)
    wrong = client.post(reverse("factor_application"), {"code": "000000"})
    assert "验证码不正确或已过期" in wrong.content.decode()
    assert not is_in(client)
    now = own.at(database_clock.now())
    given = client.post(reverse("factor_application"), {"code": now, "name": "我的手机"})
    codes = re.findall(r"<code>([A-Z2-9]{4}(?:-[A-Z2-9]{4}){5})</code>", given.content.decode())
    assert len(set(codes)) == 10
    assert is_in(client)
    # What was open without a factor is not any more; the code that showed it is used.
    assert not is_in(elsewhere)
    again, answer = password_entered("fangzhou")
    assert where(answer) == reverse("login_factor")
    assert code_entered(again, now).status_code == 200
    assert where(code_entered(again, codes[0])) == reverse("desk")
    assert secret not in str(list(Factor.objects.values()))
    assert not any(
        one.replace("-", "") in str(list(RecoveryCodes.objects.values())) for one in codes
    )


def test_inv_27_a_password_alone_signs_nobody_in_who_has_a_factor(loop, clock):
    enrolled(loop.user("zhoumin"))  # who need not have one
    client, answer = password_entered("zhoumin")
    assert where(answer) == reverse("login_factor")
    assert "_auth_user_id" not in client.session
    assert where(client.get(reverse("desk"))).startswith(reverse("login"))
    assert where(client.get(reverse("factors"))).startswith(reverse("login"))
    assert where(code_entered(client)) == reverse("desk")
    assert is_in(client)


def test_inv_27_the_second_step_waits_five_minutes_and_for_the_same_password(loop, clock):
    person = enrolled(loop.user("zhoumin"))
    client, _answer = password_entered("zhoumin")
    clock.advance(timedelta(minutes=5, seconds=1))
    assert "登录已超时" in code_entered(client).content.decode()
    assert not is_in(client)
    client, _answer = password_entered("zhoumin")
    person.set_password("Another-2026-secret")
    person.save()
    assert "登录已超时" in code_entered(client).content.decode()
    assert not is_in(client)


def test_inv_27_without_a_password_no_code_is_even_tried(loop):
    enrolled(loop.user("zhoumin"))
    client = Client()
    assert "登录已超时" in code_entered(client).content.decode()
    assert FactorUse.objects.get().counter == 0


def test_inv_27_a_code_works_once_and_none_before_it(loop, clock):
    person = enrolled(loop.user("fangzhou"))
    first = code()
    assert factors.use_code(person, first) == "totp"
    assert factors.use_code(person, first) is None
    assert factors.use_code(person, code(-1)) is None
    assert factors.use_code(person, code(2)) is None
    assert factors.use_code(person, code(1)) == "totp"  # a clock that is half a minute fast
    clock.advance(timedelta(seconds=30))
    assert factors.use_code(person, code()) is None
    clock.advance(timedelta(seconds=30))
    assert factors.use_code(person, code()) == "totp"
    clock.advance(timedelta(seconds=60))
    assert factors.use_code(person, code(-1)) == "totp"
    clock.advance(timedelta(seconds=120))
    assert factors.use_code(person, code(-2)) is None


def test_inv_27_a_recovery_code_works_once_as_it_was_written_or_typed(loop):
    person = enrolled(loop.user("fangzhou"))
    one, two, *_rest = recovery.renew(person)
    assert factors.use_code(person, one) == "recovery"
    assert factors.use_code(person, one) is None
    assert factors.use_code(loop.user("konglingyi"), two) is None
    assert factors.use_code(person, f" {two.replace('-', ' ').lower()} ") == "recovery"
    assert recovery.left(person) == 8
    fresh = recovery.renew(person)
    assert recovery.left(person) == 10
    assert factors.use_code(person, _rest[0]) is None
    assert factors.use_code(person, fresh[9]) == "recovery"


@pytest.mark.race
@pytest.mark.parametrize("kind", ["totp", "recovery"])
def test_inv_27_of_ten_who_use_one_code_at_once_one_gets_in(own_loop, kind):
    person = enrolled(own_loop.user("fangzhou"))
    typed = code() if kind == "totp" else recovery.renew(person)[0]
    answers = together(*10 * [lambda: factors.use_code(person, typed)])
    assert sorted(map(str, answers)) == sorted([kind, *9 * ["None"]])


@pytest.mark.race
def test_inv_27_without_the_lock_a_code_would_let_several_in(own_loop, monkeypatch):
    """The control: all of them read the row before the first has noted its use."""
    person = enrolled(own_loop.user("fangzhou"))
    typed, meeting = code(), Meeting(5, seconds=5)

    def unlocked(someone):
        row = FactorUse.objects.select_related("factor").get(factor__person=someone)
        meeting.wait()
        return row

    monkeypatch.setattr(totp, "_locked", unlocked)
    answers = together(*5 * [lambda: factors.use_code(person, typed)])
    assert answers.count("totp") > 1


def test_inv_27_guesses_at_codes_wait_and_keep_nobody_out(loop, clock):
    enrolled(loop.user("zhoumin"))
    own, _answer = password_entered("zhoumin")
    code_entered(own)
    own.post(reverse("logout"))
    thief, _answer = password_entered("zhoumin")
    for _n in range(5):
        answer = code_entered(thief, "000000")
        assert (answer.status_code, "验证没有通过" in answer.content.decode()) == (200, True)
    clock.advance(timedelta(seconds=2))
    refused = code_entered(thief)
    assert (refused.status_code, refused["Retry-After"]) == (429, "3")
    # To come back with the password opens no new guesses.
    thief, _answer = password_entered("zhoumin", thief)
    assert code_entered(thief).status_code == 429
    clock.advance(timedelta(seconds=30))
    password_entered("zhoumin", own)
    assert where(code_entered(own)) == reverse("desk")
    failures = AccessEntry.objects.filter(kind="sign_in_failed", data={"step": "factor"})
    assert failures.count() == 5


def test_a_role_that_comes_later_asks_for_the_factor_in_the_same_session(loop):
    person = enrolled(loop.user("zhoumin"))
    client, _answer = password_entered("zhoumin")
    Factor.objects.filter(person=person).delete()
    client, _answer = password_entered("zhoumin")
    assert is_in(client)
    enrolled(person)
    person.posts.update(role=Role.AUDITOR)
    assert where(client.get(reverse("desk"))) == reverse("login_factor")
    assert where(client.get(reverse("factor_application"))) == reverse("login_factor")
    assert where(code_entered(client)) == reverse("desk")
    assert is_in(client)


def test_the_last_factor_of_whoever_must_have_one_stays(loop):
    person = enrolled(loop.user("fangzhou"))
    client = signed_in(person)
    row = person.factors.get()
    client.post(reverse("factors"), {"factor": row.pk})
    assert "须有第二因素" in client.get(reverse("factors")).content.decode()
    assert person.factors.count() == 1
    for wrong in ("", "x", "0", enrolled(loop.user("luqing")).factors.get().pk):
        client.post(reverse("factors"), {"factor": wrong})
    assert Factor.objects.count() == 2
    clerk = enrolled(loop.user("zhoumin"))
    recovery.renew(clerk)
    signed_in(clerk).post(reverse("factors"), {"factor": clerk.factors.get().pk})
    assert not clerk.factors.exists()
    assert recovery.left(clerk) == 0


def test_an_administrator_takes_factors_away_with_a_reason_and_the_person_is_told(
    loop, django_capture_on_commit_callbacks, monkeypatch
):
    person, admin = enrolled(loop.user("tangxue")), loop.user("fangzhou")
    recovery.renew(person)
    inside, _answer = password_entered("tangxue")
    code_entered(inside)
    assert is_in(inside)
    client, url = signed_in(admin), reverse("factor_reset", args=[person.pk])
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk])).content.decode()
    assert f'href="{url}"' in page
    assert client.post(url, {"reason": " "}).status_code == 200
    assert person.factors.exists()
    told = []
    monkeypatch.setattr(tell_of_reset, "delay", told.append)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"reason": "手机丢失，已当面核实"}, REMOTE_ADDR="10.1.2.3")
    row = FactorReset.objects.get()
    assert (row.person, row.by, row.reason) == (person, admin, "手机丢失，已当面核实")
    assert not person.factors.exists()
    assert recovery.left(person) == 0
    assert not is_in(inside)
    entry = ChangeEntry.objects.get(table="accounts_factorreset")
    assert (entry.actor, entry.name, entry.address) == (admin.pk, "方舟", "10.1.2.3")
    entry = ChangeEntry.objects.get(table="accounts_factor", action="deleted")
    assert entry.actor == admin.pk
    assert list(differences()) == []
    assert told == [row.pk]
    tell_of_reset(row.pk)
    assert mail.outbox[0].to == ["tangxue@example.com"]
    assert "手机丢失" not in mail.outbox[0].body
    client, _answer = password_entered("tangxue")
    page = client.get(reverse("factors")).content.decode()
    assert "方舟 于 2026-03-02 09:00 重置了您的第二因素，理由：手机丢失，已当面核实" in page


def test_nobody_but_an_administrator_resets_and_nobody_resets_themselves(loop):
    person = enrolled(loop.user("fangzhou"))
    for name in ("konglingyi", "luqing", "tangxue", "zhoumin", "fangzhou"):
        answer = signed_in(loop.user(name)).post(
            reverse("factor_reset", args=[person.pk]), {"reason": "x"}
        )
        assert answer.status_code == (404 if name == "fangzhou" else 403)
    assert person.factors.exists()


@pytest.mark.parametrize(
    "answer", ["", "x", "[]", "{}", json.dumps({"id": "x", "rawId": "x", "response": {}})]
)
def test_nonsense_for_a_passkey_is_refused(loop, answer):
    person = enrolled(loop.user("fangzhou"))
    client, _answer = password_entered("fangzhou", Client(SERVER_NAME="localhost"))
    client.get(reverse("login_factor"))
    assert client.post(reverse("login_factor"), {"passkey": answer}).status_code == 200
    assert not is_in(client)
    client = signed_in(person)
    client.get(reverse("factors"), SERVER_NAME="localhost")
    client.post(reverse("factor_passkey"), {"passkey": answer}, SERVER_NAME="localhost")
    assert person.factors.count() == 1


def test_an_ip_address_offers_no_passkeys(loop):
    client = signed_in(enrolled(loop.user("fangzhou")))
    for host, offers in (("127.0.0.1", False), ("localhost", True), ("[::1]", False)):
        page = client.get(reverse("factors"), SERVER_NAME=host).content.decode()
        assert ('data-passkey="create"' in page) == offers, host


def test_the_demo_shows_its_own_people_s_next_code_and_nobody_else_s(loop, settings):
    settings.DEMO_LOGINS = [{"username": "fangzhou", "totp": SECRET, "password": "x"}]
    for name, shown in (("fangzhou", True), ("luqing", False)):
        enrolled(loop.user(name))
        client, _answer = password_entered(name)
        page = client.get(reverse("login_factor")).content.decode()
        assert (f'id="demo-code">{code()}<' in page) == shown
        assert ("demo-code" in page) == shown
    assert entering.PENDING in client.session
