"""INV-24: deny by default, of every address x method x role x object.

Of each kind of row one belongs to the department of the head and handler who ask, one to another
department, one is archived, one another house's, and one does not exist. What somebody may not open
answers word for word as what does not exist. Each answer is hardened as well (INV-29), and tells
nothing of what its reader may not see: each row bears a word of its own (INV-25).
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import product
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from audits import findings, sampling
from audits.models import Finding, Tip
from audits.tips import handling
from complaints.attachments import keeping
from complaints.models import Attachment, CaseView, Complaint, Purpose, SubjectRequest
from demo import people
from jobs.models import Job, JobState
from notices.models import Channel, Notice
from penalties import procedure
from records import clock
from regulations import drafts, standards
from regulations.models import Regulation, RegulationDraft, Standard
from reports.models import (
    DueReport,
    FormTemplate,
    LedgerImport,
    LedgerTemplate,
    MeetingItem,
    Report,
)
from tests.accounts import test_inv_29 as hardened
from tests.accounts.test_pages import METHODS, POLICY, RARE, ROLES, address, met, wanted
from tests.audits import house
from tests.complaints import files
from tests.complaints.sending import signed_in
from tests.engine.cases import PACKS
from tests.loop import LATE_DELIVERY, PARTICULARS, Loop
from tests.penalties.house import ONE, late, offence
from tests.regulations.drafting import uploaded
from tests.reports.test_paper_templates import paper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_vault", "clock")]

UNKNOWN = "unknown"
NOBODY = frozenset()
EVERYBODY = frozenset(ROLES)
WIDE = frozenset({"customer_service", "management", "auditor"})
NEAR = WIDE | {"department_head", "handler"}
AUDITOR = frozenset({"auditor"})
# Object → roles that may open it, once the policy grants the page.
CASES = {"own": NEAR, "other department": WIDE, "archived": NEAR, "other house": NOBODY}
# The other house's regulation knows no penalties.
FINES = {
    "own": frozenset({"management", "auditor", "hr", "department_head"}),
    "other department": frozenset({"management", "auditor", "hr"}),
}
FINDINGS = {
    "own": frozenset({"auditor", "management", "department_head"}),
    "other department": frozenset({"auditor", "management"}),
    "archived": frozenset({"auditor", "management", "department_head"}),
    "other house": NOBODY,
}
OWN_AUDITS = {"own": frozenset({"auditor", "management"}), "other house": NOBODY}
OWN_UNIT = {"own": EVERYBODY, "other house": NOBODY}
# Rule owners read the drafts of every house, and change their own.
DRAFTS = {"own": EVERYBODY, "other house": frozenset({"rule_owner"})}
# Rows of a person: the own one, and that of somebody else of the house.
OF_PERSON = {"own": EVERYBODY, "colleague's": NOBODY}
# Nobody resets the own second factor.
FACTORS = {"own": NOBODY, "colleague's": frozenset({"administrator"})}
COLLEAGUES = {"colleague's": NOBODY}
# Sums and reports over all cases, and who may enter what they do not show.
OVERSEEN = {"own": frozenset({"management", "auditor"}), "other house": NOBODY}
ENTERED = {"own": frozenset({"customer_service", "management"}), "other house": NOBODY}
TO_MEND = {"own": frozenset({"department_head"}), "other department": NOBODY, "other house": NOBODY}
# What a meeting had mended is read in the reports of the house.
MATTERS = {"own": EVERYBODY, "other department": EVERYBODY, "other house": NOBODY}
UNSEEN = {"own": NOBODY, "other house": NOBODY}
# A printed form of each house's regulation.
FORM = {
    "own": {"key": "notice", "format_name": "docx"},
    "other house": {"key": "registration", "format_name": "docx"},
}

# A report over all cases of each house's regulation.
DUTIES = {"own": "ranking", "other house": "briefing"}

Named = Callable[[str, str | None], dict]


@dataclass(frozen=True)
class Family:
    """Pages about one kind of row, which of its objects a role may open, and how these are named."""

    pages: str
    seen_by: dict[str, frozenset[str]]
    named: Named

    def addresses(self, page: str, role: str | None) -> dict[str, str]:
        """Return object → address; the unknown one last."""
        parameters = parameters_of(page)
        found = {}
        for name in (*self.seen_by, UNKNOWN):
            known = self.named(name, role)
            found[name] = reverse(page, kwargs={one: known[one] for one in parameters})
        return found


def parameters_of(page: str) -> list[str]:
    """Return the names of what an address of a page holds."""
    if page == "admin:*":
        return []
    namespace, colon, name = page.rpartition(":")
    resolver = get_resolver().namespace_dict[namespace][1] if colon else get_resolver()
    possible, *_more = resolver.reverse_dict.getlist(name)[0]
    return possible[0][1]


class House:
    """Rows of every kind, in two houses; each bears a word of its own."""

    def __init__(self):
        self.loop = Loop.new({**PARTICULARS})
        # Word → the roles that may read it.
        self.words: dict[str, frozenset[str]] = {}
        self.met: set[str] = set()
        self.colleague = self.loop.user("sujianing")
        self.cases = self._cases()
        self.files = {name: self._file(case) for name, case in self.cases.items()}
        self.fines = {
            "own": self._fine("own", "物业公司"),
            "other department": self._fine("other department", "营销部"),
        }
        self.findings = {name: self._finding(case) for name, case in self.cases.items()}
        self.plans = {
            "own": house.plan(self.loop),
            "other house": house.plan(self.loop, "tobacco-2026"),
        }
        self.tips = {"own": self._tip("own"), "other house": self._tip("other house")}
        self.drafts = {"own": uploaded(self.loop), "other house": self._draft()}
        self.requests = {name: self._request(name, case) for name, case in self.cases.items()}
        self.standards = {name: self._standard(name) for name in OWN_UNIT}
        self.templates = {name: self._template(name) for name in OWN_UNIT}
        self.papers = {name: self._paper(self.cases[name], FORM[name]["key"]) for name in OWN_UNIT}

    def word(self, kind: str, name: str, seen_by: dict[str, frozenset[str]]) -> str:
        """Return the word of a row, which nobody reads but the roles that see it."""
        word = f"{kind}金丝雀{name.replace(' ', '-')}"
        self.words[word] = seen_by.get(name, NOBODY)
        return word

    def read(self, body: str, role: str | None) -> list[str]:
        """Return the words in an answer that the role should not read."""
        found = {word for word in self.words if word in body}
        self.met |= found
        return sorted(word for word in found if role not in self.words[word])

    def _cases(self) -> dict[str, Complaint]:
        loop = self.loop
        laid = {
            "archived": lambda: loop.to("archived"),
            "own": lambda: late(loop, 10),
            "other department": lambda: loop.assign(loop.register(ONE), "营销部"),
            "other house": self._tobacco,
        }
        rows = {}
        for name, lay in laid.items():
            word = self.word("案", name, CASES)
            loop.particulars |= {"subject": word, "description": word, "demand": word}
            rows[name] = lay()
        return {name: Complaint.objects.get(pk=case.pk) for name, case in rows.items()}

    def _tobacco(self) -> Complaint:
        """Return a case of the other house, whose people have been told of it."""
        case = self.loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
        return self.loop.assign(case, "销售部门", "xujing", people.TOBACCO)

    def _file(self, case: Complaint) -> Attachment:
        with keeping.kept([keeping.check(files.sent("现场.jpg", files.photo()))]) as kept:
            keeping.attach(case, kept, Purpose.CASE, self.loop.user("zhoumin"), clock.now())
        return case.attachments.get()

    def _fine(self, name: str, place: str) -> int:
        place = self.loop.department(place).pk
        return offence(self.loop, self.cases[name], "DALI-160", department_id=place).root.pk

    def _finding(self, case: Complaint) -> Finding:
        place = case.department_id or case.owner_department_id
        more = {"topic": "truth", "code": "x", "raised_at": clock.now()}
        return Finding.objects.create(case=case, department_id=place, **more)

    def _tip(self, name: str) -> Tip:
        word = self.word("举报", name, {"own": AUDITOR})
        handling.send(self.cases[name].unit, {"text": word})
        return Tip.objects.latest("pk")

    def _draft(self) -> RegulationDraft:
        text = (PACKS / "tobacco-2026.yaml").read_text(encoding="utf-8")
        text = text.replace("\nversion: 1\n", "\nversion: 2\n")
        unit = self.cases["other house"].unit
        return drafts.upload(text, unit=unit, actor=self.loop.actor("liqing"))

    def _request(self, name: str, case: Complaint) -> SubjectRequest:
        now, words = clock.now(), self.word("本人", name, CASES)
        more = {"kind": "access", "check_done": "in_person", "words": words, "due_at": now}
        by = self.loop.user("zhoumin")
        return SubjectRequest.objects.create(case=case, received_at=now, recorded_by=by, **more)

    def _standard(self, name: str) -> Standard:
        unit, word = self.cases[name].unit, self.word("规范", name, DRAFTS)
        edition = {"text": word, "why": word, "in_force_from": date(2026, 1, 1)}
        return standards.begin(unit, "standard", word, by=self.loop.user("luqing"), **edition)

    def _template(self, name: str) -> LedgerTemplate:
        word, by = self.word("模板", name, OWN_UNIT), self.loop.user("zhoumin")
        return LedgerTemplate.objects.create(
            unit=self.cases[name].unit, name=word, added_by=by, added_at=clock.now()
        )

    def _paper(self, case: Complaint, key: str) -> FormTemplate:
        by, now = self.loop.user("zhoumin"), clock.now()
        kept = {"form": key, "number": 1, "added_by": by, "added_at": now}
        row = FormTemplate(regulation=case.version.regulation, **kept)
        row.file.save("template.docx", ContentFile(paper("{{投诉编号}}")))
        return row

    def due(self, name: str, role: str | None) -> dict:
        """Name a report that waits for its signature."""
        if name == UNKNOWN:
            return {"pk": 0}
        kept = {"regulation": self.papers[name].regulation, "key": DUTIES[name], "months": 1}
        kept |= {"first": "2026-01-01", "made_at": clock.now()}
        row, _new = DueReport.objects.get_or_create(key=kept.pop("key"), defaults=kept)
        return {"pk": row.pk}

    def report(self, name: str, role: str | None) -> dict:
        """Name a signed report that is published to nobody."""
        if name == UNKNOWN:
            return {"pk": 0}
        version, by = self.cases[name].version, self.loop.user("linxiaoyun")
        kept = {"regulation": version.regulation, "version": version, "months": 1}
        kept |= {"first": "2026-01-01", "content": {"tables": []}, "signed_by": by}
        kept |= {"signed_at": clock.now()}
        row, _new = Report.objects.get_or_create(key=DUTIES[name], defaults=kept)
        return {"pk": row.pk}

    def item(self, name: str, role: str | None) -> dict:
        """Name what a meeting has a department mend."""
        if name == UNKNOWN:
            return {"pk": 0}
        case, now = self.cases[name], clock.now()
        kept = {"regulation": case.version.regulation, "held_on": now.date(), "due_on": now.date()}
        kept |= {"department_id": case.department_id, "entered_at": now}
        row, _new = MeetingItem.objects.get_or_create(
            matter=self.word("会议", name, MATTERS),
            defaults=kept | {"entered_by": self.loop.user("linxiaoyun")},
        )
        return {"pk": row.pk}

    def rules(self, name: str, role: str | None) -> dict:
        """Name a house's regulation, and a month."""
        pk = 0 if name == UNKNOWN else self.papers[name].regulation_id
        return {"regulation": pk, "month": "2026-03"}

    def form(self, name: str, role: str | None) -> dict:
        """Name a form of a house's regulation."""
        if name == UNKNOWN:
            return {"regulation": 0} | FORM["own"]
        return {"regulation": self.papers[name].regulation_id} | FORM[name]

    def case(self, name: str, role: str | None) -> dict:
        """Name a case, with its file, and an act that the role knows."""
        if name == UNKNOWN:
            return {"number": "DL2099990001", "pk": 0, "kind": self._kind(role)} | FORM["own"]
        return {
            "number": self.cases[name].number,
            "pk": self.files[name].pk,
            "kind": self._kind(role),
        } | FORM["other house" if name == "other house" else "own"]

    def request(self, name: str, role: str | None) -> dict:
        """Name a case with what its complainant has asked."""
        row = self.requests.get(name)
        return self.case(name, role) | {"pk": row.pk if row else 0}

    @staticmethod
    def _kind(role: str | None) -> str:
        return "offence" if role == "auditor" else "noted"

    def fine(self, name: str, role: str | None) -> dict:
        return {"pk": self.fines.get(name, 0), "act": procedure.APPEAL, "file": 0}

    def finding(self, name: str, role: str | None) -> dict:
        row = self.findings.get(name)
        return {"pk": row.pk if row else 0, "subject": "findings", "act": findings.OBJECT}

    def row_of(self, rows: dict, **more) -> Named:
        """Name one of some rows of units."""
        return lambda name, role: {"pk": rows[name].pk if name in rows else 0} | more

    def person(self, name: str, role: str | None):
        own = role and name == "own"
        return self.loop.user(ROLES[role]) if own else self.colleague

    def whom(self, name: str, role: str | None) -> dict:
        return {"pk": 0 if name == UNKNOWN else self.person(name, role).pk}

    def job(self, kind: str) -> Named:
        """Name an ended job of somebody, made for the asking."""

        def named(name: str, role: str | None) -> dict:
            if name == UNKNOWN:
                return {"pk": UUID(int=0)}
            rows = {"kind": kind, "owner": self.person(name, role), "created_at": clock.now()}
            job = Job.objects.create(**rows, state=JobState.DONE)
            job.file.save("x.xlsx", ContentFile(b"x"))
            return {"pk": job.pk}

        return named

    def ledger(self, name: str, role: str | None) -> dict:
        """Name an import, or its jobs, of a colleague."""
        if name == UNKNOWN:
            return {"pk": UUID(int=0)}
        now, key = clock.now(), uuid4()
        job = Job.objects.create(
            pk=key, kind="ledger_check", owner=self.colleague, created_at=now, state=JobState.DONE
        )
        regulation = Regulation.objects.get(code="dali-tourism")
        kept = {"owner": self.colleague, "regulation": regulation, "created_at": now}
        LedgerImport.objects.create(pk=key, check_job=job, store_job=job, file="x.xlsx", **kept)
        return {"pk": key}

    def view(self, name: str, role: str | None) -> dict:
        """Name a kept view of somebody, which is shared with nobody."""
        if name == UNKNOWN:
            return {"pk": 0}
        owner = self.person(name, role)
        word = f"{uuid4()}" if name == "own" else self.word(f"{uuid4().hex[:16]}", name, {})
        return {"pk": CaseView.objects.create(name=word, owner=owner, columns=["number"]).pk}

    def notice(self, name: str, role: str | None) -> dict:
        if name == UNKNOWN:
            return {"pk": 0}
        row = Notice.objects.create(
            key=f"{uuid4()}",
            case=self.cases["own"],
            recipient=self.person(name, role),
            channel=Channel.IN_APP,
            topic="assigned",
            created_at=clock.now(),
        )
        return {"pk": row.pk}


def families(rows: House) -> list[Family]:
    """Return every page about a row."""
    return [
        Family(
            "case case_clocks case_presence case_act case_form attachment attachment_original case_proof finding_raise",
            CASES,
            rows.case,
        ),
        Family("case_act_keep case_act_drop", CASES, rows.case),
        Family("case_reveal archived hold_set hold_lift subject_request", CASES, rows.case),
        Family("subject_answer subject_copy", CASES, rows.request),
        Family("penalty penalty_act", FINES, rows.fine),
        # What has files of its own is laid out in test_files and test_evidence; here, what has none.
        Family("penalty_file penalty_file_original", {}, rows.fine),
        Family("audit_file", {}, rows.row_of({})),
        Family("finding audit_act", FINDINGS, rows.finding),
        Family("audit_plan audit_report", OWN_AUDITS, rows.row_of(rows.plans)),
        Family(
            "audit_act", OWN_AUDITS, rows.row_of(rows.plans, subject="plans", act=sampling.DRAW)
        ),
        Family("tip", OWN_UNIT, rows.row_of(rows.tips)),
        Family("ledger_template_retire", OWN_UNIT, rows.row_of(rows.templates)),
        Family(
            "form_template_use form_template_retire form_template_preview",
            OWN_UNIT,
            rows.row_of(rows.papers),
        ),
        Family("form_template_upload form_start", OWN_UNIT, rows.form),
        Family("report_due", OVERSEEN, rows.due),
        Family("report", OVERSEEN, rows.report),
        Family("report_publish", UNSEEN, rows.report),
        Family("hot_spot", ENTERED, rows.rules),
        # Neither house's regulation has a meeting; what has is laid out in test_periodical.
        Family("meeting", UNSEEN, rows.rules),
        Family("rectification", TO_MEND, rows.item),
        Family("rectification_file", {}, rows.row_of({})),
        Family("appraisal", OVERSEEN, rows.rules),
        Family("job job_file job_cancel", OF_PERSON, rows.job("ledger_export")),
        Family("view_open view_drop", OF_PERSON, rows.view),
        Family("notice_read", OF_PERSON, rows.notice),
        Family("factor_reset", FACTORS, rows.whom),
        Family("verification_result", COLLEAGUES, rows.job("verify")),
        Family("backtest_result", COLLEAGUES, rows.job("backtest")),
        Family("calendar_preview", COLLEAGUES, rows.job("calendar_preview")),
        Family(
            "ledger_columns ledger_terms ledger_store ledger_preview ledger_imported",
            COLLEAGUES,
            rows.ledger,
        ),
        Family(
            "regulations:draft regulations:draft_arrange regulations:draft_withdraw",
            DRAFTS,
            rows.row_of(rows.drafts),
        ),
        Family("regulations:standard", DRAFTS, rows.row_of(rows.standards)),
        Family("regulations:standard_revise", OWN_UNIT, rows.row_of(rows.standards)),
        # An empty form names no place in which to sign.
        Family("regulations:draft_sign", {"own": NOBODY}, rows.row_of(rows.drafts)),
    ]


# Pages whose address names no row of anybody: a month or a day, and texts in force, which all may read.
ROWLESS = {
    "portal_complain",
    *("day_root", "statement_export", "penalty_month", "penalty_month_close"),
    *("platform_score", "wage_base"),
    *(
        f"regulations:{name}"
        for name in ["clauses", "clocks", "grades", "signing", "penalties", "terms"]
    ),
    *(f"regulations:{name}" for name in ["try_out", "compare", "workbook", "pack"]),
}


@pytest.fixture
def rows(own_vault, clock, https) -> Iterator[House]:
    """Lay out the rows; thousands of refusals are not written into the log."""
    rows = House()
    logging.disable(logging.CRITICAL)
    yield rows
    logging.disable(logging.NOTSET)


def methods(page: str, role: str | None, every: bool) -> tuple[str, ...]:
    """Return the methods to try: the rare ones, which no page has, in turn unless `every` one is wanted."""
    place = [*ROLES, None].index(role) + len(page)
    return METHODS if every else ("GET", "POST", RARE[place % len(RARE)])


# Each method for each role on each object in the long form.
EVERY = pytest.mark.parametrize(
    "every",
    [pytest.param(False, id="short"), pytest.param(True, id="long", marks=pytest.mark.long)],
)


@EVERY
def test_inv_24_29_every_page_by_every_method_for_every_role_on_every_object(rows, every):
    clients = {role: signed_in(rows.loop.user(name)) for role, name in ROLES.items()}
    clients[None] = Client(raise_request_exception=False)
    found = {}
    for family in families(rows):
        for page, (role, client) in product(family.pages.split(), clients.items()):
            for method in methods(page, role, every):
                if bad := faults(rows, family, page, method, role, client):
                    found[page, method, role] = bad
    assert found == {}
    # What is read on the pages of its row; names of templates and matters stand in lists.
    told = {word for word in rows.words if word[:2] in ("案金", "本人", "举报", "规范")}
    assert {word for word in told if rows.words[word]} == told & rows.met


@EVERY
def test_inv_24_29_every_page_about_no_row_by_every_method_for_every_role(rows, every):
    clients = {role: signed_in(rows.loop.user(name)) for role, name in ROLES.items()}
    clients[None] = Client(raise_request_exception=False)
    pages = {page for page in POLICY["pages"] if page in ROWLESS or not parameters_of(page)}
    found, expected = {}, {}
    tried = (
        (page, method, role)
        for page, role in product(sorted(pages), clients)
        for method in methods(page, role, every)
        # It would end the session for the pages after it; test_inv_28 holds it.
        if (page, method) != ("logout", "POST")
    )
    for page, method, role in tried:
        client = clients[role]
        answer = answer_of(client, method, address(page, "", role))
        assert answer.status_code < 500, (page, method, role)
        assert hardened.faults(answer, private=role is not None) == [], (page, method, role)
        assert rows.read(words_of(answer), role) == [], (page, method, role)
        found[page, method, role] = met(answer)
        expected[page, method, role] = wanted(page, method, role)
    assert found == expected


def test_inv_24_every_address_that_names_a_row_is_in_a_family(rows):
    named = {page for family in families(rows) for page in family.pages.split()}
    assert {page for page in POLICY["pages"] if parameters_of(page)} == named | ROWLESS


def faults(rows: House, family: Family, page: str, method: str, role, client) -> dict[str, str]:
    """Return object → what is wrong with the answer about it."""
    addresses = family.addresses(page, role)
    answers = {name: answer_of(client, method, one) for name, one in addresses.items()}
    rule = wanted(page, method, role)
    unknown = told(answers[UNKNOWN], addresses[UNKNOWN])
    found = {}
    for name, answer in answers.items():
        if soft := hardened.faults(answer, private=role is not None):
            found[name] = f"not hardened: {soft}"
        elif foreign := rows.read(words_of(answer), role):
            found[name] = f"tells of {foreign}"
        elif answer.status_code >= 500:
            found[name] = f"a server error {answer.status_code}"
        elif rule != "open":
            if met(answer) != rule:
                found[name] = f"{met(answer)} instead of {rule}"
        elif role in family.seen_by.get(name, NOBODY):
            if answer.status_code == 404:
                found[name] = "unknown instead of open"
        elif told(answer, addresses[name]) != unknown or answer.status_code != 404:
            found[name] = f"{answer.status_code} tells that it exists"
    return found


def answer_of(client, method: str, address: str):
    """Send a request; what it changes is taken back."""
    with transaction.atomic():
        answer = client.generic(method, address, secure=True)
        answer.body = b"".join(answer) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer


def words_of(answer) -> str:
    """Return what can be read in an answer, be it a page, a workbook or a document."""
    if not answer.body.startswith(b"PK"):
        return answer.body.decode(errors="ignore")
    with ZipFile(BytesIO(answer.body)) as file:
        return "".join(file.read(one).decode(errors="ignore") for one in file.namelist())


def told(answer, address: str) -> tuple[int, str]:
    """Return what an answer says, without the address that was asked for and one-time values."""
    text = answer.body.decode(errors="ignore").replace(address, "")
    return answer.status_code, re.sub(r"""(nonce|value|hx-headers)=("[^"]*"|'[^']*')""", "", text)


# Model of the admin → where its rows name the house. What it leaves out belongs to no house.
HOUSES = {
    "complaints.Complaint": "unit",
    "sla.Clock": "case__unit",
    "sla.SetAside": "case__unit",
    "notices.Notice": "case__unit",
    "notices.Attempt": "notice__case__unit",
    "penalties.Entry": "case__unit",
    "audits.SpecialAudit": "regulation__unit",
    "audits.Inspection": "regulation__unit",
    "audits.Finding": "case__unit",
    "audits.FlaggedCase": "case__unit",
    "audits.Paper": "case__unit",
    "audits.Plan": "regulation__unit",
    "audits.Member": "draw__plan__regulation__unit",
}
OF_NO_HOUSE = {
    "auth.Group",  # not used; nobody may open it
    *("accounts.User", "accounts.Department", "accounts.Post", "accounts.Deputy"),
    *("accounts.AccessEntry", "accounts.ChangeEntry", "accounts.Identity"),
    *("regulations.Regulation", "regulations.RegulationVersion", "regulations.RegulationDraft"),
    *("sla.Outage", "sla.ClockAlarm", "notices.Outlet", "penalties.WageBaseChange"),
}
PAGES_OF_A_ROW = ("change", "history", "delete")


def test_inv_24_the_admin_shows_nobody_a_row_of_another_house(rows):
    """Whoever has no right to a model is refused; to an auditor the other house's row is unknown."""
    assert {model._meta.label for model in admin.site._registry} == HOUSES.keys() | OF_NO_HOUSE
    clients = {role: signed_in(rows.loop.user(name)) for role, name in ROLES.items()}
    wrong, seen = {}, set()
    for model, page in product(admin.site._registry, PAGES_OF_A_ROW):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        other = foreign(model, rows)
        seen |= {model._meta.label} if other else set()
        for role, method in product(clients, ("GET", "POST")):
            if page != "change" and role not in POLICY["admin"]:
                continue  # Shut out of the admin as a whole, whatever the page.
            unknown = admin_answer(clients[role], method, name, 0)
            refused = unknown[0] == 403 or unknown == (302, reverse("admin:index"))
            if not refused and model._meta.app_label not in POLICY["admin"].get(role, {}):
                wrong[name, method, role] = unknown
            if other and admin_answer(clients[role], method, name, other) != unknown:
                wrong[name, method, role] = "tells that it exists"
    assert wrong == {}
    assert seen >= {"complaints.Complaint", "sla.Clock", "notices.Notice", "audits.Finding"}


def foreign(model, rows: House) -> int | None:
    """Return the id of a row of the other house, of those that belong to one."""
    way = HOUSES.get(model._meta.label)
    found = way and model._base_manager.filter(**{way: rows.cases["other house"].unit}).first()
    return found.pk if found else None


def admin_answer(client, method: str, name: str, pk: int) -> tuple[int, str | None]:
    answer = answer_of(client, method, reverse(name, args=[pk]))
    return answer.status_code, answer.headers.get("Location")
