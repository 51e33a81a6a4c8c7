"""What the pages of every day cost beside a trivial one: signed in, one indexed query of 50 rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.template import Template, engines
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, path, reverse

from complaints.models import Complaint
from config import urls

FLOOR = "/floor/"
ROWS = """{% extends "base.html" %}{% block content %}<table>{% for number, state in rows %}
<tr><td>{{ number }}</td><td>{{ state }}</td></tr>{% endfor %}</table>{% endblock %}"""


def floor(request):
    rows = list(Complaint.objects.order_by("-pk").values_list("number", "state")[:50])
    return HttpResponse(engines["django"].from_string(ROWS).render({"rows": rows}, request))


class WithFloor:
    """The addresses of the site and the trivial page, under the policy of a page open to all staff."""

    urlpatterns = (path(FLOOR.strip("/") + "/", floor, name="notices"), *urls.urlpatterns)


@dataclass(frozen=True)
class Page:
    """A page that somebody opens, and how many times the floor it may cost at the 95th percentile."""

    name: str
    by: str
    address: str
    aim: float


@dataclass(frozen=True)
class Cost:
    """Milliseconds at the median and at the 95th percentile, and queries."""

    p50: float
    p95: float
    queries: int


def pages(client_of, case: Complaint, state: str, words: Mapping[str, str]) -> list[Page]:
    """Return the pages of every day; `words` maps what is looked for to a name for it."""
    middle = Complaint.objects.order_by("-pk")[Complaint.objects.count() // 2].pk
    every = [
        Page("工作台, customer service", "zhoumin", "/", 2.5),
        Page("工作台, department head", "duanhongwei", "/", 2.5),
        Page("list, open, by due", "zhoumin", "/cases/", 2.5),
        Page("list, all, newest", "gaoyuan", "/cases/?tab=all", 2.5),
        Page("list, filtered by state", "zhoumin", f"/cases/?state={state}", 2.5),
        Page(
            "list, filtered by category and grade, all",
            "gaoyuan",
            f"/cases/?tab=all&category={case.category}&grade={case.grade}",
            2.5,
        ),
        Page("list, a department's late ones", "duanhongwei", "/cases/?tab=late", 2.5),
        Page("list, deep page", "gaoyuan", f"/cases/?tab=all&after=,{middle}", 2.5),
        *(
            Page(f"search, {name}", "zhoumin", found(client_of("zhoumin"), word), 4)
            for word, name in words.items()
        ),
        Page("case page", "zhoumin", f"/cases/{case.number}/", 4),
        Page("department board, by person", "duanhongwei", "/board/", 4),
        Page("department board, by stage", "duanhongwei", "/board/?by=stage", 4),
        Page("approvals", "linxiaoyun", "/approvals/", 4),
    ]
    with suppress(NoReverseMatch):  # where there is a briefing
        every.append(Page("briefing", "gaoyuan", reverse("briefing"), 6))
    return every


def found(client: Client, word: str) -> str:
    return client.post("/cases/search/", {"text": word})["Location"]


class Visitor:
    """Somebody signed in who asks the site as a server does: a test's client keeps a copy of what
    every template was given, which costs more than the template.
    """

    application = staticmethod(get_wsgi_application())

    def __init__(self, client: Client):
        self.factory = RequestFactory()
        self.factory.cookies = client.cookies

    def open(self, address: str) -> None:
        statuses = []
        environ = self.factory.get(address).environ
        answer = self.application(environ, lambda status, _headers: statuses.append(status))
        assert b"".join(answer)
        answer.close()
        assert statuses == ["200 OK"], (address, statuses)


@contextmanager
def with_floor() -> Iterator[None]:
    """Add the trivial page to the site, and make templates as a server does: no test listens to them."""
    from django.test.utils import _TestState

    watched, plain = Template._render, _TestState.saved_data.template_render
    Template._render = plain
    try:
        with override_settings(ROOT_URLCONF=WithFloor):
            yield
    finally:
        Template._render = watched


def costs(client_of, every: list[Page], rounds: int) -> dict[Page, tuple[Cost, Cost]]:
    """Return what each page costs, and what the floor cost the same person in the same rounds."""
    return {page: _cost(Visitor(client_of(page.by)), page.address, rounds) for page in every}


def _cost(client: Visitor, address: str, rounds: int) -> tuple[Cost, Cost]:
    spent: dict[str, list[float]] = {address: [], FLOOR: []}
    for one in spent:
        client.open(one)
    for _round in range(rounds):
        for one, seconds in spent.items():
            begun = perf_counter()
            client.open(one)
            seconds.append(perf_counter() - begun)
    return tuple(_of(client, one, seconds) for one, seconds in spent.items())


def _of(client: Visitor, address: str, seconds: list[float]) -> Cost:
    cuts = quantiles(seconds, n=20)
    with CaptureQueriesContext(connection) as caught:
        client.open(address)
    return Cost(1000 * cuts[9], 1000 * cuts[18], len(caught))


def line(page: Page, cost: Cost, trivial: Cost) -> str:
    """Return one page's figures as a row of the report."""
    return (
        f"| {page.name} | {cost.p50:.0f} | {cost.p95:.0f} | {trivial.p50:.0f} / {trivial.p95:.0f} |"
        f" {cost.p50 / trivial.p50:.1f} | {cost.p95 / trivial.p95:.1f} | {page.aim:g} |"
        f" {cost.queries} |"
    )
