"""What a case still owes beside the loop: answers to orders from outside, tasks of the regulation."""

from complaints.lifecycle import Kind
from complaints.models import CaseText, Complaint
from regulations.engine.verdict import Task, Verdict


def open_orders(verdict: Verdict) -> list[str]:
    """Return the orders that are not answered yet, by their place in the case, as they came."""
    return [
        gate.by
        for gate in verdict.gates
        if gate.step == Kind.CLOSED and gate.what == "order_answer" and gate.by
    ]


def order_numbers(case: Complaint) -> dict[str, str]:
    """Return the orders' own numbers, as their senders write them, by their place in the case."""
    received = case.events.filter(kind=Kind.ORDER_RECEIVED).order_by("seq")
    texts = dict(CaseText.objects.filter(case=case).values_list("pk", "body"))
    return {one.data["order"]: texts.get(one.data["number"]["text"], "") for one in received}


def open_tasks(verdict: Verdict) -> list[Task]:
    """Return the tasks that nobody has recorded as done."""
    return [task for task in verdict.tasks if task.done_at is None]
