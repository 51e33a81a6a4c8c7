"""Short ways to write a history down in a test, and to ask for its verdict."""

from datetime import datetime
from functools import cache
from pathlib import Path

from regulations.engine.calendar import SHANGHAI, WorkCalendar, official
from regulations.engine.history import Event, History
from regulations.engine.judge import judge
from regulations.engine.pack import Pack
from regulations.engine.reading import read_pack
from regulations.engine.verdict import Verdict

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "regulations" / "packs"
SHARED = ROOT.parent / "shared"


@cache
def pack(code: str = "dali-tourism") -> Pack:
    return read_pack(PACKS / f"{code}.yaml")


def at(text: str) -> datetime:
    """Return a moment of 2026 written as `03-02 09:00` (seconds, another year if given)."""
    whole = text if text[4] == "-" else f"2026-{text}"
    return datetime.fromisoformat(whole).replace(tzinfo=SHANGHAI)


def event(line: str, **data) -> Event:
    """Return an event written as `03-02 09:00 received`."""
    day, time, kind = line.split()
    return Event(at(f"{day} {time}"), kind, data)


def history(*events: Event | str, **facts) -> History:
    told = tuple(event(one) if isinstance(one, str) else one for one in events)
    return History("A", facts, told)


def verdict(
    told: History,
    now: str,
    code: str = "dali-tourism",
    calendar: WorkCalendar | None = None,
) -> Verdict:
    return judge(pack(code), told, calendar or official(), at(now))


def clock(found: Verdict, rule: str, ordinal: int = 1, cycle: int = 1):
    """Return the clock with a rule's id, None if there is none."""
    key = f"{rule}:{cycle}:{ordinal}"
    return next((row for row in found.clocks if row.key == key), None)


def estate(*more: Event | str, **facts) -> History:
    """Return a 物业服务 case of Monday 2 March 2026 up to the accepted task, and what follows."""
    return history(
        "03-02 09:00 received",
        "03-02 09:05 registered",
        event("03-02 09:10 judged", valid=True),
        event("03-02 09:20 transferred", to="部门负责人"),
        event("03-02 09:30 assigned", department="物业公司"),
        event("03-02 09:40 accepted", handler="1"),
        *more,
        **{"category": "物业服务", "receiving_department": "客户服务部", **facts},
    )


HANDLED = (
    event("03-02 10:00 department_responded"),
    event("03-02 11:00 plan_submitted"),
    event("03-02 11:10 plan_approved", by="部门负责人"),
    event("03-02 11:30 customer_talked", opinion="接受"),
    event("03-03 10:00 executed"),
    event("03-03 10:30 result_returned"),
    event("03-03 11:00 customer_informed"),
)
