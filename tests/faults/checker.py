"""What must hold after any crash, asked of the database with queries of its own (INV-1 to 5).

`python -m tests.faults.checker JOURNAL` prints a JSON object of findings; an empty one is good.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path

from tests.faults.staff import CANARY

DERIVED = """SELECT case_id, array_agg(once ORDER BY once) FROM complaints_caseevent
    WHERE kind LIKE 'derived.%' AND kind <> 'derived.reversed' GROUP BY case_id"""
NUMBERS = "SELECT number FROM complaints_complaint WHERE number = ANY(%s)"
UNTOLD = """SELECT e.case_id, e.once FROM complaints_caseevent e
    JOIN complaints_complaint c ON c.id = e.case_id AND c.origin <> 'imported'
    WHERE e.kind IN ('derived.warned', 'derived.overdue') AND NOT EXISTS (
        SELECT FROM notices_notice n WHERE n.case_id = e.case_id
        AND starts_with(n.key, e.case_id || ':' || e.once || ':'))"""
TOLD_FOR_NOTHING = """SELECT n.key FROM notices_notice n
    WHERE n.topic IN ('warned', 'overdue') AND NOT EXISTS (
        SELECT FROM complaints_caseevent e WHERE e.case_id = n.case_id
        AND starts_with(n.key, e.case_id || ':' || e.once || ':'))"""


def findings(journal: dict) -> dict:
    from django.db import connection

    found = {
        "acknowledged and missing": missing(journal, connection),
        "notes lost or doubled": notes(journal, connection),
        "one form, several cases": doubled(journal, connection),
        "numbers": numbers(connection),
        "derived events lost or extra": derived(connection),
        "breaches nobody was told of": rows(connection, UNTOLD),
        "notices of nothing": rows(connection, TOLD_FOR_NOTHING),
        "record": record(),
    }
    return {name: what for name, what in found.items() if what}


def rows(connection, query: str, given=None) -> list:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()


def missing(journal: dict, connection) -> list[str]:
    wanted = set(journal["cases"].values())
    stored = {number for (number,) in rows(connection, NUMBERS, [sorted(wanted)])}
    return sorted(wanted - stored)


def notes(journal: dict, connection) -> list:
    """Each acknowledged note is there once; one that was on its way may be."""
    query = """SELECT c.number, count(*) FROM complaints_caseevent e
        JOIN complaints_complaint c ON c.id = e.case_id
        WHERE e.kind = 'noted' AND c.number = ANY(%s) GROUP BY c.number"""
    wanted = Counter(number for number, _key in journal["notes"])
    doubtful = Counter(number for number, _key in journal["open_notes"])
    stored = dict(rows(connection, query, [sorted(set(wanted) | set(doubtful))]))
    return [
        (number, stored.get(number, 0), wanted[number])
        for number in set(wanted) | set(doubtful)
        if not wanted[number] <= stored.get(number, 0) <= wanted[number] + doubtful[number]
    ]


def doubled(journal: dict, connection) -> list:
    """As many cases as forms were acknowledged, but for those on their way at the end."""
    query = """SELECT count(*) FROM complaints_particulars
        WHERE name = %s AND more->>'room' = '3-2-501'"""
    ((stored,),) = rows(connection, query, [CANARY])
    known, doubtful = len(journal["cases"]), len(journal["open_cases"])
    return [] if known <= stored <= known + doubtful else [(stored, known, doubtful)]


def numbers(connection) -> list:
    """Numbers issued in a series are 1 to its last, each once."""
    from complaints.models import Complaint, NumberSeries

    wrong = []
    for series in NumberSeries.objects.all():
        cases = Complaint.objects.filter(
            version__regulation=series.regulation, origin=Complaint.Origin.REGISTERED
        )
        prefix = series.period.replace("-", "")
        tails = sorted(
            int(number.split(prefix, 1)[1])
            for number in cases.values_list("number", flat=True)
            if prefix in number
        )
        if tails != list(range(1, series.last + 1)):
            wrong.append((str(series), series.last, len(tails)))
    return wrong


def derived(connection) -> list:
    """What each case's history makes true up to its last settlement is in the record, once."""
    from complaints.histories import history_of, verdict_of
    from complaints.models import Complaint

    stored = dict(rows(connection, DERIVED))
    wrong = []
    for case in Complaint.objects.select_related("version__regulation"):
        history = history_of(case.events.order_by("seq"))
        expected = sorted(row.key for row in verdict_of(case, history, case.settled_at).derived)
        if expected != stored.get(case.pk, []):
            wrong.append((case.number, expected, stored.get(case.pk, [])))
    return wrong


def record() -> list:
    from audits.verification import differences

    return [str(one) for one in differences()]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    found = findings(json.loads(Path(sys.argv[1]).read_text()))
    sys.stdout.write(json.dumps(found, default=str))
