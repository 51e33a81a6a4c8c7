"""A complaint of 食品厂 on its whole way, for the tests of that regulation."""

from tests.engine import asking
from tests.engine.cases import at, event, history

CODE = "food-factory"
EXPECTED = {"expected_at": at("03-13 18:00")}


def complaint(*more, category="运输配送", **facts):
    """Return a case received at 09:00 and accepted (登记完成) at 09:10 on Tuesday 10 March."""
    told = ("03-10 09:00 received", "03-10 09:10 registered", *more)
    return history(*told, category=category, **facts)


def to(department, when="03-10 09:30"):
    """Return the hand-over to a department, as information and as a task."""
    return (
        event(f"{when} transferred", to=department),
        event(f"{when} assigned", department=department),
    )


def handled(day="03-11"):
    """Return what follows the investigation, up to the customer being told at 17:00."""
    return (
        f"{day} 10:00 plan_submitted",
        f"{day} 16:00 executed",
        f"{day} 16:30 result_returned",
        f"{day} 17:00 customer_informed",
    )


COURSE = (
    event("03-10 09:20 responded", **EXPECTED),
    *to("物流部门"),
    event("03-11 09:00 investigated", conclusion="属实"),
    *handled(),
)


def asked(satisfaction, when="03-11 17:00"):
    return event(f"{when} followed_up", satisfaction=satisfaction)


def judged(told, now, **chosen):
    return asking.judged(CODE, told, now, **chosen)
