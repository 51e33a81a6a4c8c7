"""Drawing every plan again: the population that was frozen, and the cases that its seed draws."""

from collections.abc import Iterator

from audits import drawing
from audits.difference import Difference
from audits.models import Draw, Part


def faults() -> Iterator[Difference]:
    """Yield each draw whose population or random samples are not those that were drawn."""
    for draw in Draw.objects.select_related("plan").order_by("pk").iterator():
        plan, population = draw.plan, draw.population()
        name = f"{plan} (id {draw.pk})"
        if drawing.digest(population) != draw.population_sha256:
            yield Difference("audits_member", name, "population is not the one that was frozen")
            continue
        again = drawing.draw(population, plan.exact_share, plan.minimum, plan.seed)
        stored = draw.samples.filter(part=Part.RANDOM).order_by("pk")
        if [member.number for member in again] != list(
            stored.values_list("member__number", flat=True)
        ):
            yield Difference("audits_sample", name, "is not what the seed draws")
