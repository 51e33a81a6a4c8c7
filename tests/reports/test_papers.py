"""Printed forms: every field of the regulation's own form tables, filled from the record."""

import io
import re
from datetime import datetime

import pytest
from django.conf import settings
from django.urls import reverse
from docx import Document

from accounts.models import AccessEntry
from complaints.forms.acts import FORMS
from complaints.lifecycle import Kind
from complaints.personal import EVERYTHING, Veil
from records import clock as moments
from regulations import builtin
from regulations.engine.printed import CASE, PLAN
from reports.papers.filling import fill
from reports.papers.pdf import as_pdf
from reports.papers.sheet import Filled, Sheet, moment_words, printable
from reports.papers.word import as_docx
from tests.complaints.sending import signed_in
from tests.loop import Loop
from tests.regulations.test_every_pack_lives import House

REGULATIONS = settings.BASE_DIR.parent / "shared/regulations"
here = pytest.mark.skipif(not REGULATIONS.exists(), reason="the regulations are not here")


def form_of(code: str, key: str):
    return next(form for form in builtin.pack_named(code).forms if form.key == key)


def section(code: str) -> str:
    """Return what a regulation's file says of its forms."""
    text = (REGULATIONS / f"{code}.md").read_text(encoding="utf-8")
    return text.partition("## Forms\n")[2].partition("\n## ")[0]


# -- the forms against the form tables

# (regulation, form) → the file's word for a field → the name that is printed.
SHEETS = {
    ("airport-group", "order"): {
        "event": "投诉事件",
        "level": "投诉等级",
        "responsible department": "责任部门",
        "requirement": "处置要求",
        "time": "时间",
    },
    ("auto-4s", "sheet"): {
        "客户姓名": "客户姓名",
        "车辆牌照号码": "车辆牌照号码",
        "联系方式": "联系方式",
        "投诉内容": "投诉内容",
        "key points": "要点",
        "department/person/event": "涉及的人员或事件",
        "time of hand-over": "转交时间",
        "result": "处理结果",
    },
    ("claims-sheet", "sheet"): {
        "编号": "编号",
        "订单编号": "订单编号",
        "料号": "料号",
        "数量": "数量",
        "交运日期": "交运日期",
        "客户要求": "客户要求",
        "reason": "投诉原因",
        "negotiation result": "协商结果",
        "combined opinion": "综合意见",
        "decision": "核决",
        "unit": "发生单位",
        "loss": "损失金额",
        "punishment": "罚扣",
    },
    ("dealer-policy", "sheet"): {
        "投诉时间": "投诉时间",
        "投诉内容": "投诉内容",
        "投诉人": "投诉人",
        "投诉人车牌号": "投诉人车牌号",
        "category": "内容类别",
        "reason sufficient?": "理由是否充分",
        "demand reasonable?": "要求是否合理",
        "responsible department": "责任部门",
        "cause": "原因",
        "responsible person": "责任人",
        "solution": "处理方案",
        "总经理 approval": "总经理批示",
        "customer reaction": "客户反应",
        "satisfaction": "满意度",
        "evaluation": "总结评价",
        "improvement": "改进措施",
    },
    ("food-factory", "registration"): {
        "投诉日期": "投诉日期",
        "客户姓名": "客户姓名",
        "联系方式": "联系方式",
        "投诉产品": "投诉产品",
        "投诉内容": "投诉内容",
        "confirmed information": "确认的信息",
        "expected handling time": "预计处理时间",
    },
    ("food-factory", "plan"): {
        "责任部门": "责任部门",
        "责任人": "责任人",
        "处理措施": "处理措施",
        "完成时间": "完成时间",
    },
    ("general-enterprise", "registration"): {
        "姓名/企业名称": "姓名/企业名称",
        "手机号/邮箱/地址": "手机号/邮箱/地址",
        "会员账号": "会员账号",
        "产品名称/型号": "产品名称/型号",
        "服务场景": "服务场景",
        "涉及员工工号": "涉及员工工号",
        "时间": "时间",
        "地点": "地点",
        "经过(关键节点)": "经过（关键节点）",
        "诉求": "诉求",
        "预期时限": "预期时限",
        "证据材料": "证据材料",
        "投诉类型": "投诉类型",
        "紧急程度": "紧急程度",
        "初步责任部门": "初步责任部门",
    },
    ("general-enterprise", "dispatch"): {
        "department": "责任部门",
        "抄报 客服主管": "抄报客服主管",
        "对接人": "对接人",
        "confirmation time": "确认时间",
    },
    ("general-enterprise", "check"): {"conclusion 属实/部分属实/不属实": "初步结论"},
    ("general-enterprise", "solution"): {
        "具体措施": "具体措施",
        "执行时限": "执行时限",
        "责任人": "责任人",
        "部门负责人 approval": "部门负责人审批",
    },
    ("general-enterprise", "opinion"): {"接受/部分接受/拒绝": "客户意见"},
    ("general-enterprise", "followup"): {
        "method (电话, 短信, 邮件)": "回访方式",
        "satisfaction": "满意度",
    },
    ("qe-manufacturing", "sheet"): {
        "cause group": "原因类别",
        "approver": "审批人",
        "signature of 品管部负责人": "品管部负责人签收",
    },
    ("qe-manufacturing", "corrective_plan"): {
        "QE review result": "QE评审结果",
        "临时改善对策": "临时改善对策",
        "永久对策": "永久对策",
    },
    ("tobacco-marketing", "register"): {
        "handling opinion": "处理意见",
        "answer to the enquiry": "咨询答复",
        "adoption result of a suggestion": "建议是否采纳",
    },
}
TABLES = {"客户投诉处理通知单": "notice", "客户投诉处理结果确认表": "result"}
QUESTIONS = {
    "Q1 acceptance confirmation received": "是否收到投诉受理确认",
    "Q2 staff talked or visited to verify": "工作人员是否沟通或上门核实",
    "Q3 satisfaction with timeliness": "处理及时性",
    "Q4 satisfaction with the handling plan": "处理方案满意度",
    "Q5 satisfaction with staff attitude": "工作人员服务态度",
}


def table_rows():
    """Yield (form, field, input) of both tables of 大理文旅."""
    for title, key in TABLES.items():
        table = section("dali-tourism").partition(f"### {title}")[2].partition("\n#")[0]
        for line in table.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) == 3 and cells[0] not in ("block", "---"):
                yield key, cells[1], cells[2]


def printed_names(field: str) -> list[str]:
    """Return the names on paper that a row of the tables means."""
    if field in QUESTIONS:
        return [QUESTIONS[field]]
    field = field.removeprefix("投诉关闭确认 ").removeprefix("处理时间计划: ")
    if field.startswith("处理情况: 已处理完成"):
        return ["已处理完成", "实际开始日期", "实际结束日期"]
    return [re.sub(r" \(.*\)", "", name) for name in re.split(r"[,，]\s*(?![^(]*\))", field)]


@here
@pytest.mark.feature("F183")
def test_both_forms_of_dali_have_every_field_of_the_tables_in_their_order():
    rows = list(table_rows())
    assert len(rows) == 11 + 12
    for key in TABLES.values():
        form = form_of("dali-tourism", key)
        wanted = [n for of, field, _input in rows if of == key for n in printed_names(field)]
        names = [blank.name for blank in form.blanks]
        assert [name for name in names if name in wanted] == wanted
        # What else stands on the paper: the three units' signatures of the rule under the table.
        assert set(names) - set(wanted) <= {"投诉责任部门签字", "客户服务部签字"}


@here
@pytest.mark.feature("F183")
def test_the_boxes_of_dali_are_those_of_the_tables():
    for key, field, given in table_rows():
        if not given.startswith("checkbox:"):
            continue
        name = printed_names(field)[0]
        blank = next(one for one in form_of("dali-tourism", key).blanks if one.name == name)
        boxes = given.removeprefix("checkbox: ").split(" / ")
        assert list(blank.boxes) == boxes


@here
@pytest.mark.feature("F183")
@pytest.mark.parametrize(("code", "key"), SHEETS)
def test_a_form_has_every_field_that_its_regulation_names(code, key):
    said, form = section(code), form_of(code, key)
    names = {blank.name for blank in form.blanks}
    for word, name in SHEETS[code, key].items():
        assert word in said
        assert name in names, name


@here
@pytest.mark.feature("F183")
def test_the_tobacco_registration_has_the_eight_fields_of_its_fact():
    facts = (REGULATIONS / "tobacco-2026.md").read_text(encoding="utf-8")
    fields = re.search(r"TOB-48 .*?\(8\): (.*?) \(and", facts)[1].split(", ")
    form = form_of("tobacco-2026", "registration")
    assert [blank.name for blank in form.blanks] == fields


def test_what_fills_a_blank_is_something_that_the_form_of_an_act_asks_for():
    """A typing mistake in a pack would leave a blank empty for ever."""
    known = {
        **{kind: {*form.base_fields, *form.text_fields} for kind, form in FORMS.items()},
        "judged": {"valid", "reason", "note", "answers.sufficient", "answers.reasonable"},
        "assigned": {*FORMS["assigned"].base_fields, "department"},
    }
    for code in builtin.codes():
        for form in builtin.pack_named(code).forms:
            for blank in form.blanks:
                group, _, what = (blank.filled or "number").partition(".")
                if group in known:
                    assert what in {*known[group], "at", "by"}, f"{code} {form.key} {blank.name}"
                else:
                    assert group in {
                        *CASE,
                        "intake",
                        "plan",
                        "survey",
                        "clock",
                        "flag",
                        "registered",
                    }
    assert set(PLAN) >= {"starts_on", "finishes_on"}


# -- filled in


def sheet_of(case, key: str) -> Sheet:
    form = next(one for one in case.version.pack.forms if one.key == key)
    address = f"https://bihuan.example.com/cases/{case.number}/"
    veil = Veil(case.told, EVERYTHING)
    return fill(case, form, address=address, now=moments.now(), by="周敏", veil=veil)


def words_of(document: bytes) -> str:
    """Return every text of a DOCX, each cell once."""
    opened = Document(io.BytesIO(document))
    lines = [one.text for one in opened.paragraphs]
    for table in opened.tables:
        for row in table.rows:
            lines += list(dict.fromkeys(cell.text for cell in row.cells))
    for section_ in opened.sections:
        lines += [one.text for one in section_.footer.paragraphs]
    return "\n".join(lines)


@pytest.fixture
def loop(db, clock) -> Loop:
    return Loop.new()


def planned(loop: Loop, case=None):
    """Return a case with a plan of two dates, signed by nobody yet."""
    case = case or loop.to("resolving")
    data = {"option": "进行更换", "starts_on": "2026-11-28", "finishes_on": "2026-12-03"}
    return loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", data, measures="更换主板")


@pytest.mark.feature("F135")
def test_the_notice_prints_the_plan_with_its_five_options_and_two_dates(loop):
    case = planned(loop)
    plan = case.plans.get()
    assert (f"{plan.starts_on}", f"{plan.finishes_on}") == ("2026-11-28", "2026-12-03")
    filled = sheet_of(case, "notice").filled
    options = ["进行修复", "进行更换", "业主自行修复", "沟通解决", "其它"]
    assert filled["投诉处理方案"].boxes == tuple((one, one == "进行更换") for one in options)
    assert filled["启动时间"].text == "2026年11月28日"
    assert filled["完成时间"].text == "2026年12月3日"
    printed = words_of(as_docx(sheet_of(case, "notice")))
    assert "☐ 进行修复　☑ 进行更换　☐ 业主自行修复　☐ 沟通解决　☐ 其它" in printed.replace(
        "\xa0", " "
    )
    assert {"2026年11月28日", "2026年12月3日"} <= {*printed.split("\n")}


@pytest.mark.feature("F183")
def test_the_notice_is_filled_from_the_case_and_signed_from_the_record(loop):
    case = planned(loop)
    filled = sheet_of(case, "notice").filled
    assert filled["投诉编号"].text == case.number
    assert [box for box, on in filled["投诉接单部门"].boxes if on] == ["物业公司"]
    assert [box for box, on in filled["项目名称"].boxes if on] == ["实力北岸"]
    assert (filled["投诉人姓名"].text, filled["物业房号"].text) == ("李建国", "3-2-501")
    assert filled["联系方式"].text == "13000000001"
    assert filled["发单人"].text == loop.user("zhoumin").name
    assert filled["责任部门投诉情况核实"].text == "门禁主板损坏"
    signed = filled["核实人签字"].signature
    assert signed.who == loop.user("zhaogang").name
    assert signed.post
    assert signed.on
    assert filled["部门责任人签字"].signature.who == ""
    assert "签字：＿＿＿＿＿" in filled["部门责任人签字"].words


@pytest.mark.feature("F183")
def test_the_confirmation_sheet_holds_survey_signatures_and_closing(loop):
    case = loop.to("archived")
    filled = sheet_of(case, "result").filled
    assert filled["是否收到投诉受理确认"].text == "是"
    assert filled["处理及时性"].text == "9分（满分10分）"
    assert filled["其他"].text == "已更换并测试"
    assert filled["客服部经理审批"].signature.who == loop.user("linxiaoyun").name
    assert filled["回访人签字"].signature.who == loop.user("zhoumin").name
    # The customer signs on paper: the record says how they confirmed it, and signs for nobody.
    customer = filled["客户签字确认"].signature
    assert (customer.who, customer.post, customer.on) == ("", "", "")
    assert "电话录音确认" in customer.note


def test_a_new_plan_bears_none_of_the_old_ones_signatures(loop):
    case = planned(loop)
    case = loop.do(case, Kind.PLAN_APPROVED, "linxiaoyun", note="同意")
    case = loop.do(case, Kind.CUSTOMER_TALKED, "zhoumin", {"opinion": "拒绝"}, note="不接受更换")
    assert "拒绝" in sheet_of(case, "notice").filled["客户确认"].signature.note
    filled = sheet_of(planned(loop, case), "notice").filled
    assert filled["客户确认"].signature.note == ""


@pytest.mark.feature("F152")
@pytest.mark.django_db
def test_the_claims_sheet_names_its_copies_the_negotiation_and_the_review(clock):
    """(九) of claims-sheet: outcome of the negotiation, the supervisor's review, a copy for each unit."""
    house = House("claims-sheet")
    case = house.register()
    sheet = sheet_of(case, "sheet")
    assert sheet.copies == ("质量管理部", "制造部门")
    printed = words_of(as_docx(sheet))
    assert "第一联 质量管理部" in printed
    assert "第二联 制造部门" in printed
    assert {"协商结果", "主管审核"} <= {*printed.split("\n")}


@pytest.mark.feature("F183")
@pytest.mark.django_db
@pytest.mark.parametrize("code", builtin.codes())
def test_every_form_of_a_pack_prints_each_of_its_fields(code, clock):
    house = House(code)
    case = house.register()
    client = signed_in(house.service)
    for form in printable(house.pack.forms):
        answer = client.get(reverse("case_form", args=[case.number, form.key, "docx"]))
        assert answer.status_code == 200
        printed = {*words_of(answer.content).split("\n")}
        assert {blank.name for blank in form.blanks} <= printed
        assert form.title in printed
        if any(blank.filled == "number" for blank in form.blanks):
            assert case.number in printed


def test_a_pdf_is_made_and_long_texts_go_on_over_the_page(loop):
    pytest.importorskip("weasyprint", exc_type=OSError)
    case = loop.register(description="门禁失灵。" * 400 + "Pneumono" * 40)
    client = signed_in(loop.user("zhoumin"))
    answer = client.get(reverse("case_form", args=[case.number, "notice", "pdf"]))
    assert answer.content.startswith(b"%PDF-")
    short = as_pdf(sheet_of(loop.register(), "notice"))
    assert answer.content.count(b"/Type /Page\n") >= short.count(b"/Type /Page\n")


def test_a_deadline_at_midnight_is_the_end_of_its_day_as_on_the_pages():
    midnight = datetime(2026, 12, 1)  # noqa: DTZ001 - a local moment
    assert moment_words(midnight) == "2026年11月30日 24:00"
    assert moment_words(midnight.replace(hour=9, minute=5)) == "2026年12月1日 09:05"


def test_short_blanks_share_a_line_and_long_ones_have_their_own():
    short, long = Filled("甲", "短"), Filled("乙", "长" * 40)
    sheet = Sheet("", "", "", "", "", "", (("块", (short, long, short, short, short)),))
    rows = [
        [blank.text[:1] for blank in row] for _name, rows, _whole in sheet.rows() for row in rows
    ]
    assert rows == [["短"], ["长"], ["短", "短"], ["短"]]


# -- who may print


def test_printing_is_told_to_the_access_log_without_a_personal_value(loop):
    case = loop.register()
    client = signed_in(loop.user("zhoumin"))
    url = reverse("case_form", args=[case.number, "notice", "docx"])
    answer = client.get(url)
    assert answer.headers["Cache-Control"] == "private, no-store"
    told = AccessEntry.objects.latest("pk")
    assert told.kind == AccessEntry.Kind.REVEALED
    assert told.data == {"page": "case_form", "case": case.pk, "form": "notice", "format": "docx"}


def test_nobody_prints_a_case_that_they_may_not_see(loop):
    case = loop.register()
    before = AccessEntry.objects.filter(kind=AccessEntry.Kind.REVEALED).count()
    for who in ("xujing", "zhaogang"):
        client = signed_in(loop.user(who))
        assert client.get(reverse("case", args=[case.number])).status_code == 404
        url = reverse("case_form", args=[case.number, "notice", "pdf"])
        assert client.get(url).status_code == 404
    own = signed_in(loop.user("zhoumin"))
    for key, format_name in (("notice", "exe"), ("nothing", "pdf")):
        assert (
            own.get(reverse("case_form", args=[case.number, key, format_name])).status_code == 404
        )
    assert AccessEntry.objects.filter(kind=AccessEntry.Kind.REVEALED).count() == before


def test_the_case_page_offers_the_forms_of_its_regulation(loop):
    case = loop.register()
    page = signed_in(loop.user("zhoumin")).get(reverse("case", args=[case.number])).content.decode()
    for key in ("notice", "result"):
        for format_name in ("pdf", "docx"):
            assert reverse("case_form", args=[case.number, key, format_name]) in page
