"""Every page of the site under axe, on a desk's screen and a phone's, in both languages and themes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.utils.timezone import localdate

from audits import papers as work
from audits import sampling
from audits.models import Finding, Paper
from complaints import pipeline
from complaints.lifecycle import Kind
from demo import people
from records.clock import now as moment
from regulations.standards import begin
from tests.audits.house import judged, plan
from tests.browser.person import session_of
from tests.regulations.drafting import uploaded

pytestmark = pytest.mark.browser

AXE = Axe().axe_script
DESK, PHONE = SIZES = ((1440, 900), (390, 844))
# Who looks at which pages; a word in braces is the number of a case in that state.
PAGES = {
    None: [
        "/login/",
        "/login/factor/",
        "/no-such-page",
        "/complain/tobacco-2026/",
        "/complain/track/",
    ],
    "zhoumin": [
        "/",
        "/cases/",
        "/cases/?tab=all&category=没有这样的类别",
        "/cases/new/paste/",
        "/cases/{received}/linked/",
        "/cases/{received}/merged/",
        "/cases/new/",
        "/ledger/",
        "/ledger/export/?state=received",
        "/cases/{received}/",
        "/cases/{received}/judged/",
        "/cases/{received}/facts_changed/",
        "/cases/{resolving}/",
        "/cases/{feedback}/followed_up/",
        "/cases/{archived}/",
        "/cases/?after=x",
        "/board/",
        "/password/",
        "/factors/",
        "/factors/application/",
    ],
    "linxiaoyun": [
        "/",
        "/approvals/",
        "/cases/{resolving}/plan_approved/",
        "/cases/{resolving}/executed/",
    ],
    "duanhongwei": [
        "/board/",
        "/board/?by=stage",
        "/cases/",
        "/notices/",
        "/cases/{resolving}/closed/",
    ],
    "gaoyuan": ["/board/"],
    "fangzhou": ["/", "/admin/", "/admin/accounts/user/"],
    "luqing": [
        "/regulations/",
        "/regulations/upload/",
        "/regulations/standards/",
        "/regulations/standards/new/",
        "/regulations/standards/{standard}/",
        "/regulations/drafts/{draft}/",
        *(
            f"/regulations/dali-tourism/v1/{page}"
            for page in ("", "clocks/", "grades/", "signing/", "penalties/", "terms/", "try/")
        ),
        "/regulations/dali-tourism/draft-{draft}/compare/",
    ],
    "konglingyi": [
        "/admin/complaints/complaint/",
        "/cases/{archived}/",
        "/audits/",
        "/audits/plans/{plan}/",
        "/audits/plans/{plan}/report/",
        "/audits/plans/{plan}/sample_added/",
        "/audits/improvements/",
        "/audits/findings/",
        "/audits/findings/{finding}/",
        "/audits/findings/{finding}/rectification_ordered/",
        "/admin/audits/finding/",
    ],
}


@pytest.fixture
def numbers(at, loop, clock):
    """Make a case in each state, one of them late with a plan to be signed; return their numbers."""
    states = ("received", "resolving", "feedback", "archived")
    cases = {state: loop.to(state) for state in states}
    loop.do(cases["resolving"], Kind.PLAN_SUBMITTED, "zhaogang", {}, measures="更换门禁主板" * 20)
    clock.advance(timedelta(days=5))
    for case in cases.values():
        pipeline.sweep(case.pk)
    draft = uploaded(loop)
    standard = begin(
        loop.organisation.tourism,
        "standard",
        "接待规范",
        by=loop.user("luqing"),
        text="三声之内接听。" * 40,
        why="首次发布",
        in_force_from=localdate(moment()),
    )
    return {state: case.number for state, case in cases.items()} | {
        "draft": draft.pk,
        "standard": standard.pk,
        **_audited(loop),
    }


def _audited(loop) -> dict[str, int]:
    """Draw the quarter while it still runs, with a finding and a paper that is open."""
    loop.to("archived")
    row, now = plan(loop, share=Decimal(1)), moment()
    sampling._store_samples(row, sampling.freeze(row, None, now), now)
    Paper.objects.update(auditor=loop.user("konglingyi"))
    done, _open = Paper.objects.order_by("pk")
    work.submit(judged(loop, done, faults=[1]).pk, actor=loop.actor("konglingyi"))
    work.approve(done.pk, actor=loop.actor("qinmo"))
    return {"plan": row.pk, "finding": Finding.objects.get().pk}


@pytest.fixture
def pages(numbers, site, loop, settings):
    """Yield a function that opens page after page in one browser context, as whoever sees it."""
    settings.DEMO_LOGINS = people.logins()
    settings.PORTAL = ["tobacco-2026"]

    def walk(page):
        for username, paths in PAGES.items():
            page.context.clear_cookies()
            if username:
                page.context.add_cookies([session_of(loop.user(username), site.url)])
            for path in paths:
                page.goto(site.url + path.format(**numbers))
                yield path
        page.route("**/broken", _broken)
        page.goto(f"{site.url}/broken")
        yield "/broken"

    return walk


# What an open menu or fold offers stands on the screen, not beside it.
OUT_OF_REACH = """() => {
    const shut = [...document.querySelectorAll("details:not([open])")];
    shut.forEach(fold => fold.open = true);
    const links = [...document.querySelectorAll("details a")];
    const out = links.filter(link => link.getBoundingClientRect().right > innerWidth + 1);
    shut.forEach(fold => fold.open = false);
    return out.map(link => link.innerText);
}"""


def _broken(route):
    """Answer with the page of a server that failed, which is made without a request."""
    route.fulfill(content_type="text/html", body=render_to_string("500.html"))


@pytest.mark.parametrize(
    ("language", "theme", "sizes"),
    [
        pytest.param("zh-CN", "light", (DESK,), id="zh-light-desk"),
        pytest.param("en-US", "dark", (PHONE,), id="en-dark-phone"),
        pytest.param("zh-CN", "light", SIZES, id="zh-light", marks=pytest.mark.long),
        pytest.param("en-US", "dark", SIZES, id="en-dark", marks=pytest.mark.long),
    ],
)
def test_no_page_shuts_anybody_out(new_context, pages, language, theme, sizes):
    """Each size, language and theme in CI, all of them with each other in the long form."""
    page = new_context(locale=language, color_scheme=theme).new_page()
    faults = []
    for path in pages(page):
        page.evaluate(AXE)
        for size in sizes:
            faults += [f"{path} at {size}: {one}" for one in _faults(page, size)]
        faults += [f"{path} is wider than {size}" for size in SIZES if _is_wider(page, size)]
    assert faults == []


def _faults(page, size):
    """Yield what axe finds on the page at this size."""
    _resize(page, size)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    for rule in found:
        for node in rule["nodes"]:
            yield f"{rule['id']} {node['target']} {node['html'][:120]}"
    for words in page.evaluate(OUT_OF_REACH):
        yield f"{words} lies right of the screen when its menu is open"


def _is_wider(page, size) -> bool:
    """Say whether the page has to be scrolled sideways at this size."""
    _resize(page, size)
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def _resize(page, size):
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
