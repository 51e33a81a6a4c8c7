"""From a file to a version in force: four people sign in turn, what is signed stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction
from django.utils.timezone import localdate

from accounts.models import AccessEntry, Post
from records import clock as database_clock
from regulations import bindings, drafts
from regulations.drafts import Arrangement
from regulations.engine.reading import PackErrors
from regulations.models import DraftSignature, RegulationDraft, RegulationVersion
from regulations.publishing import Signatures, publish
from tests.loop import Loop
from tests.regulations.drafting import SIGNERS, TEXT, second, sign, signed, uploaded

OTHER_WORDS = (
    second()
    .replace("name: 财务部, source", "name: 资金部, source")
    .replace("by: 财务部", "by: 资金部")
    .replace("{name: 投诉专员, of", "{name: 受理专员, of")
    .replace("by: 投诉专员", "by: 受理专员")
)


@pytest.fixture
def loop(db):
    return Loop.new()


def refused(loop, draft, step, by, digest=None) -> str:
    """Return what a signature is refused with."""
    with pytest.raises(ValidationError) as caught:
        sign(loop, draft, step, by, digest)
    return "".join(caught.value.messages)


# -- upload


def test_a_faulty_pack_stores_nothing_and_names_all_its_mistakes(loop):
    text = second().replace("hours: 36", "hour: 36").replace("by: 财务部", "by: 会计部")
    with pytest.raises(PackErrors) as caught:
        uploaded(loop, text)
    assert {"clocks[4].rows[3].hour", "approvals[7].by"} <= {e.key for e in caught.value.errors}
    assert RegulationDraft.objects.count() == 0


def test_the_same_text_again_is_the_draft_that_is_under_way(loop):
    first = uploaded(loop, in_days=None)
    assert uploaded(loop, in_days=None).pk == first.pk


def test_only_a_rule_owner_of_the_unit_uploads(loop):
    for username in ("linxiaoyun", "gaoyuan", "fangzhou", "liqing"):
        with pytest.raises(PermissionDenied):
            drafts.upload(second(), unit=loop.organisation.tourism, actor=loop.actor(username))


def test_a_code_of_another_unit_is_refused(loop):
    with pytest.raises(ValidationError, match="dali-tourism 已属于另一单位"):
        drafts.upload(second(), unit=loop.organisation.tobacco, actor=loop.actor("liqing"))


# -- signatures


def test_four_people_sign_in_turn_and_the_last_signature_publishes(loop):
    draft = uploaded(loop)
    for step, by in SIGNERS[:3]:
        assert sign(loop, draft, step, by).version is None
    version = sign(loop, draft, "approved", "gaoyuan").version
    assert (version.number, version.in_force_from) == (2, draft.in_force_from)
    people = (version.drafted_by, version.checked_by, version.reviewed_by, version.approved_by)
    assert [one.username for one in people] == [by for _step, by in SIGNERS]
    assert version.text == second()
    plan = next(rule for rule in version.pack.clocks if rule.id == "plan")
    assert plan.rows[3].period.limit == 36


def test_what_is_published_waits_for_its_day(loop):
    version = signed(loop, uploaded(loop, in_days=30)).version
    today = localdate(database_clock.now())
    versions = version.regulation.versions
    assert versions.in_force(today).first().number == 1
    assert versions.in_force(today + timedelta(days=29)).first().number == 1
    assert versions.in_force(today + timedelta(days=30)).first().number == 2


def test_an_open_case_keeps_its_version(loop):
    case = loop.to("assigned")
    signed(loop, uploaded(loop, in_days=0))
    case.refresh_from_db()
    assert case.version.number == 1


@pytest.mark.parametrize("step", ["checked", "reviewed", "approved"])
def test_nobody_signs_before_their_turn(loop, step):
    draft = uploaded(loop)
    assert "须先由“编制”签署" in refused(loop, draft, step, dict(SIGNERS)[step])


def test_nobody_signs_twice(loop):
    draft = signed(loop, uploaded(loop), "drafted")
    assert "四位不同的人" in refused(loop, draft, "checked", "luqing")


def test_a_place_that_is_signed_is_not_signed_by_another(loop):
    draft = signed(loop, uploaded(loop), "checked")
    assert refused(loop, draft, "checked", "shenzhuo") == "“复核”已由林晓芸签署。"


def test_signing_again_what_one_has_signed_changes_nothing(loop):
    draft = signed(loop, uploaded(loop))
    assert sign(loop, draft, "approved", "gaoyuan").version_id == draft.version_id
    assert DraftSignature.objects.count() == 4
    assert RegulationVersion.objects.filter(regulation__code="dali-tourism").count() == 2


@pytest.mark.parametrize(
    ("step", "by"),
    [
        ("drafted", "linxiaoyun"),  # no rule owner
        ("drafted", "liqing"),  # of another unit
        ("checked", "zhoumin"),
        ("checked", "taoran"),
        ("reviewed", "fangzhou"),
        ("approved", "duanhongwei"),  # a head, but no management
        ("approved", "zhengguoqiang"),
    ],
)
def test_who_may_not_sign_is_refused(loop, step, by):
    steps = [one for one, _by in SIGNERS]
    draft = uploaded(loop)
    if (before := steps.index(step)) > 0:
        signed(loop, draft, steps[before - 1])
    with pytest.raises(PermissionDenied):
        sign(loop, draft, step, by)


def test_a_signature_is_for_what_was_read(loop):
    draft = uploaded(loop)
    old = draft.digest
    uploaded(loop, in_days=60)
    assert "草案内容已变" in refused(loop, draft, "drafted", "luqing", digest=old)


def test_without_a_date_nobody_signs(loop):
    assert refused(loop, uploaded(loop, in_days=None), "drafted", "luqing") == "尚未填写施行日期。"


def test_a_date_that_has_passed_is_refused(loop, clock):
    draft = signed(loop, uploaded(loop, in_days=3), "reviewed")
    clock.set(database_clock.now() + timedelta(days=4))
    assert "施行日期已过" in refused(loop, draft, "approved", "gaoyuan")


def test_what_is_a_version_already_is_not_signed_again(loop):
    draft = uploaded(loop, TEXT)
    assert "与已发布的第1版完全相同" in refused(loop, draft, "drafted", "luqing")


# -- what has been signed stays


def test_after_the_first_signature_nothing_can_be_arranged(loop):
    draft = signed(loop, uploaded(loop), "drafted")
    with pytest.raises(ValidationError, match="已有人签署"):
        drafts.arrange(draft.pk, Arrangement(None, {}, {}, {}), actor=loop.actor("luqing"))


@pytest.mark.parametrize(
    "change",
    [
        "text = 'x'",
        "sha256 = 'x'",
        "chosen = '{\"repair_standard\": 1}'",
        'titles = \'{"总经理": "投诉专员"}\'',
        "in_force_from = '2020-01-01'",
    ],
)
def test_the_database_keeps_what_was_signed(loop, change):
    draft = signed(loop, uploaded(loop), "drafted")
    with (
        pytest.raises(Error, match="what has been signed stays"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE regulations_regulationdraft SET {change} WHERE id = %s", [draft.pk])


def test_before_a_signature_the_database_lets_a_draft_change(loop):
    draft = uploaded(loop)
    RegulationDraft.objects.filter(pk=draft.pk).update(chosen={"repair_standard": 1})
    draft.refresh_from_db()
    assert draft.chosen == {"repair_standard": 1}


@pytest.mark.parametrize("statement", ["UPDATE {} SET step = 'checked'", "DELETE FROM {}"])
def test_signatures_are_append_only(loop, statement):
    signed(loop, uploaded(loop), "drafted")
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("regulations_draftsignature"))


def test_a_withdrawn_draft_takes_no_signature_and_keeps_those_it_has(loop):
    draft = signed(loop, uploaded(loop), "checked")
    drafts.withdraw(draft.pk, actor=loop.actor("luqing"))
    assert refused(loop, draft, "reviewed", "shenzhuo") == "草案已撤回。"
    assert draft.signatures.count() == 2


def test_only_the_rule_owner_of_the_unit_withdraws(loop):
    draft = uploaded(loop)
    for username in ("gaoyuan", "liqing", "linxiaoyun"):
        with pytest.raises(PermissionDenied):
            drafts.withdraw(draft.pk, actor=loop.actor(username))


def test_a_published_draft_is_not_withdrawn(loop):
    draft = signed(loop, uploaded(loop))
    with pytest.raises(ValidationError, match="草案已发布"):
        drafts.withdraw(draft.pk, actor=loop.actor("luqing"))


# -- figures of the house


def test_a_figure_of_the_house_is_part_of_the_version(loop):
    version = signed(
        loop, uploaded(loop, chosen={"repair_standard": 10, "warn_before": 0.1})
    ).version
    version = RegulationVersion.objects.get(pk=version.pk)
    assert version.chosen == {"repair_standard": 10, "warn_before": 0.1}
    assert version.pack.reading("repair_standard") == 10
    assert str(version.pack.warn_before) == "0.1"
    close = next(rule for rule in version.pack.clocks if rule.id == "close")
    assert close.rows[0].period.limit == 10
    assert version.text == second()


def test_other_figures_with_the_same_text_are_another_version(loop):
    signed(loop, uploaded(loop))
    version = signed(loop, uploaded(loop, chosen={"repair_standard": 10})).version
    assert version.number == 3


@pytest.mark.parametrize(
    "chosen", [{"repair_standard": "many"}, {"nothing": 1}, {"amount_direction": "x"}]
)
def test_a_figure_that_does_not_fit_the_pack_is_refused(loop, chosen):
    with pytest.raises(PackErrors):
        uploaded(loop, chosen=chosen)


# -- terms of the pack


def test_an_unbound_term_keeps_everybody_from_signing(loop):
    draft = uploaded(loop, OTHER_WORDS)
    _unit, found = drafts.found_places(draft)
    assert [one.term for one in found.unbound] == ["资金部", "受理专员"]
    said = refused(loop, draft, "drafted", "luqing")
    assert "没有对应：资金部" in said
    assert "没有人任职：受理专员" in said


def test_a_term_is_bound_to_what_the_unit_calls_otherwise(loop):
    finance = loop.department("财务部")
    more = {"departments": {"资金部": finance.pk}, "titles": {"受理专员": "投诉专员"}}
    version = signed(loop, uploaded(loop, OTHER_WORDS, **more)).version
    assert bindings.department(version, "资金部") == finance.pk
    (seat,) = bindings.seats(version, "受理专员", None)
    assert (seat.title, seat.department) == ("投诉专员", loop.department("客户服务部").pk)


def test_a_term_is_never_bound_outside_the_unit(loop):
    elsewhere = loop.department("客服部门", "青禾岭烟草制品公司")
    draft = uploaded(loop, OTHER_WORDS, departments={"资金部": elsewhere.pk})
    _unit, found = drafts.found_places(draft)
    assert "资金部" in [one.term for one in found.unbound]


def test_publishing_refuses_a_post_that_nobody_holds(loop):
    people = [loop.user(by) for _step, by in SIGNERS]
    Post.objects.filter(title="分管副总").delete()
    with pytest.raises(ValidationError, match="没有人任职：分管副总"):
        publish(
            second(),
            unit=loop.organisation.tourism,
            signatures=Signatures(*people),
            in_force=localdate(database_clock.now()),
        )


def test_publishing_refuses_fewer_than_four_people(loop):
    one = loop.user("luqing")
    with pytest.raises(ValidationError, match="四位不同的人"):
        publish(
            second(),
            unit=loop.organisation.tourism,
            signatures=Signatures(one, one, loop.user("shenzhuo"), loop.user("gaoyuan")),
            in_force=localdate(database_clock.now()),
        )


def test_a_refusal_is_in_the_access_log(loop, client):
    draft = signed(loop, uploaded(loop), "drafted")
    client.force_login(loop.user("liqing"))
    answer = client.post(
        f"/regulations/drafts/{draft.pk}/sign/", {"step": "checked", "digest": "x"}
    )
    assert answer.status_code == 403
    entry = AccessEntry.objects.latest("seq")
    assert (entry.actor.username, entry.data["act"]) == ("liqing", "checked")
