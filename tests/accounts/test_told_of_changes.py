"""People are told what was changed about how they sign in; a password somebody else set is changed at once."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import RecoveryCodes, SignInChange, User
from accounts.signing import factors, recovery, telling, totp
from accounts.tasks import tell_of_change
from demo.people import PASSWORD
from records.clock import now as clock_now
from tests.accounts.signing import code, enrolled, is_in, password_entered
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db
NEW = "Another-2026-secret"


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


@pytest.fixture
def sent(monkeypatch, django_capture_on_commit_callbacks):
    """Offer what runs something and returns the mails that the worker sends after it."""
    monkeypatch.setattr(tell_of_change, "delay", tell_of_change)

    def run(do) -> list[tuple[list[str], str]]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            do()
        return [(one.to, one.body) for one in mail.outbox]

    return run


def person_of(loop, name="zhoumin") -> User:
    person = loop.user(name)
    person.email = f"{name}@example.com"
    person.save()
    return person


def save_in_admin(loop, person, **changed) -> str:
    """Change a person's row; return the password that was made, empty for none."""
    form = {"username": person.username, "name": person.name, "email": person.email}
    form |= {"mobile": "", "is_active": "on"} | changed
    form |= {f"posts-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    address = reverse("admin:accounts_user_change", args=[person.pk])
    answer = signed_in(loop.user("fangzhou")).post(address, form)
    if "give_password" not in changed:
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        return ""
    return re.search(r'id="given">([^<]+)<', answer.content.decode())[1]


def change(client: Client, old: str, new: str):
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("password_change"), form)


def told_at_sign_in(name="zhoumin", password=PASSWORD) -> str:
    client, _answer = password_entered(name, password=password)
    return client.get(reverse("desk"), follow=True).content.decode()


def test_a_new_password_is_told_by_mail_at_the_next_sign_in_and_on_the_own_page(loop, sent, clock):
    person = person_of(loop)
    client, _answer = password_entered("zhoumin")
    clock.advance(timedelta(minutes=1))
    ((to, body),) = sent(lambda: change(client, PASSWORD, NEW))
    assert to == ["zhoumin@example.com"]
    assert "2026-03-02 09:01 登录密码已修改。操作人：周敏" in body
    assert NEW not in body
    assert "登录密码已修改" in told_at_sign_in(password=NEW)
    assert "登录密码已修改" in client.get(reverse("sessions")).content.decode()
    assert SignInChange.objects.get(person=person).by == person
    assert (
        "登录密码已修改"
        not in signed_in(loop.user("hejia")).get(reverse("sessions")).content.decode()
    )


def test_what_was_told_is_not_told_again(loop, clock):
    telling.note(person_of(loop), SignInChange.Kind.CODES)
    assert "已重新生成恢复码" in told_at_sign_in()
    clock.advance(timedelta(minutes=1))
    assert "已重新生成恢复码" not in told_at_sign_in()


def test_a_new_mail_address_is_told_to_the_former_one_as_well(loop, sent):
    person = person_of(loop)
    found = sent(lambda: save_in_admin(loop, person, email="new@example.com"))
    assert [to for to, _body in found] == [["zhoumin@example.com"], ["new@example.com"]]
    assert all("邮箱地址已变更。操作人：方舟" in body for _to, body in found)
    assert "zhoumin@example.com" not in SignInChange.objects.get().former
    assert sent(lambda: save_in_admin(loop, User.objects.get(pk=person.pk), name="周敏敏")) == []


def test_a_factor_that_comes_or_goes_is_told(loop, sent):
    person = person_of(loop)
    client, _answer = password_entered("zhoumin")
    secret = client.get(reverse("factor_application")).context["secret"].replace(" ", "")
    form = {"code": totp.code_at(secret, totp.step_at(clock_now()))}
    ((_to, body),) = sent(lambda: client.post(reverse("factor_application"), form))
    assert "已添加第二因素" in body
    ((_to, body),) = sent(lambda: client.post(reverse("recovery_codes")))
    assert "已重新生成恢复码" in body
    factor = person.factors.get()
    ((_to, body),) = sent(lambda: client.post(reverse("factors"), {"factor": factor.pk}))
    assert "已删除第二因素" in body


def test_a_code_that_is_used_a_second_time_is_told(loop, sent):
    person = enrolled(person_of(loop, "fangzhou"))
    typed = code()
    assert sent(lambda: factors.use_code(person, typed)) == []
    ((_to, body),) = sent(lambda: factors.use_code(person, typed))
    assert "用过的动态验证码被再次使用，已拒绝" in body
    assert typed not in body
    assert sent(lambda: factors.use_code(person, "000000")) == []


def test_a_password_that_was_given_opens_nothing_but_the_page_to_change_it(loop, sent):
    person = person_of(loop)
    made = []
    ((_to, body),) = sent(lambda: made.append(save_in_admin(loop, person, give_password="on")))
    (given,) = made
    assert given not in body
    assert "系统管理员设置了新的登录密码。操作人：方舟" in body
    client, _answer = password_entered("zhoumin", password=given)
    assert client.get(reverse("desk"))["Location"] == reverse("password_change")
    assert "系统管理员设置的" in client.get(reverse("password_change")).content.decode()
    assert change(client, given, given).status_code == 200
    assert change(client, given, NEW).status_code == 302
    assert is_in(client)
    assert is_in(password_entered("zhoumin", password=NEW)[0])


def test_a_password_that_was_given_runs_out_after_three_days(loop, clock):
    given = save_in_admin(loop, person_of(loop), give_password="on")
    clock.advance(timedelta(days=3) - timedelta(seconds=1))
    assert password_entered("zhoumin", password=given)[1].status_code == 302
    clock.advance(timedelta(seconds=1))
    client, answer = password_entered("zhoumin", password=given)
    assert "已过期失效" in answer.content.decode()
    assert client.get(reverse("desk"))["Location"].startswith(reverse("login"))


def test_recovery_codes_have_a_hundred_and_twelve_bits_and_earlier_ones_still_work(loop):
    person = enrolled(loop.user("fangzhou"))
    code_ = recovery.renew(person)[0].replace("-", "")
    assert len(code_) * 5 >= 112
    assert len(recovery.SIGNS) == 2**5
    earlier = "A" * 16
    RecoveryCodes.objects.update(digests=recovery._digests(person, earlier))
    assert recovery.use(person, earlier)


def test_pages_that_ask_for_a_password_offer_to_show_it(loop):
    client = signed_in(loop.user("zhoumin"))
    for page in (Client().get(reverse("login")), client.get(reverse("password_change"))):
        assert re.search(r"<button type=.button.[^>]*data-show-password", page.content.decode())
