"""The one judge of access: which cases may somebody see, what may they do on one now.

Views, admin, exports and tasks all ask here. The module knows no complaint model: a case comes as
a queryset with the field names below, or as a `Situation`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.actors import Actor, Holding, Tree
from accounts.models import Post, Role
from accounts.policy import policy

SIGNER = "signer"
# Who may sign a draft of a regulation, in one place or another (policy.yaml, regulation_*).
SIGNING_ROLES = (Role.DEPARTMENT_HEAD, Role.MANAGEMENT)
HANDLER = "handler"
CONCERNED = "concerned"
REGISTRAR = "registrar"
SOMEBODY_ELSE = "somebody_else"
# The scope of what the owner department handles itself; elsewhere it names nobody.
OWN = "own"
SYSTEM = "system"
# The scope of the departments that have been given a sub-task.
ASSISTING = "assisting"


@dataclass(frozen=True, slots=True)
class Seat:
    """A post as a regulation means it; `department` None is anywhere in the organisation."""

    title: str
    department: int | None
    term: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What access must know of a case: places and people as ids.

    `signers` maps an act to the seats whose signature the verdict waits for. `concerned` is whom a
    penalty would cost something; without a person, the head of the department `concerned_place`.
    `assisting` are the departments whose sub-task waits for them. `recused` are the people whom the complaint is about.
    """

    unit: int
    owner: int
    responsible: int | None = None
    handler: int | None = None
    signers: Mapping[str, tuple[Seat, ...]] = field(default_factory=dict)
    concerned: int | None = None
    concerned_place: int | None = None
    registrar: int | None = None
    recused: frozenset[int] = frozenset()
    assisting: tuple[int, ...] = ()

    def places(self, scope: str) -> tuple[int, ...]:
        """Return the departments that a scope means in this case."""
        if scope == ASSISTING:
            return self.assisting
        place = self.place(scope)
        return () if place is None else (place,)

    def place(self, scope: str) -> int | None:
        return {
            "unit": self.unit,
            "owner": self.owner,
            "responsible": self.responsible,
            OWN: self.owner if self.responsible == self.owner else None,
        }[scope]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an act is allowed, in which post, and if not, who could."""

    allowed: bool
    holding: Holding | None = None
    seat: Seat | None = None
    needed: tuple[str, ...] = ()


def visible(actor: Actor, cases: QuerySet) -> QuerySet:
    """Return the cases that `actor` may see.

    Needs the fields unit, owner_department, department, handler, registrar, kept_out, `supporting` (the
    supporting departments), and the manager's method `awaited(actor)`. Customer service sees what
    its departments own or handle, management and auditors everything of their unit, heads and
    handlers what their departments handle or support, and everybody what they registered or must
    sign now. A deputy sees what is seen in the posts of whoever is away. Nobody sees a complaint
    that is about themselves (`kept_out`), in whatever post.
    """
    return unconcerned(actor, cases).filter(_whole(actor, cases))


def unconcerned(actor: Actor, cases: QuerySet) -> QuerySet:
    """Return the cases that are not about `actor`. Needs the field kept_out (people, by id)."""
    return cases.exclude(kept_out__contains=[actor.user.pk])


def within_reach(actor: Actor, cases: QuerySet) -> QuerySet:
    """Return the cases whose page `actor` may open: those they see, and those they have a sub-task of.

    Needs also the field `assisting` (departments, by id). Of the latter they see what the sub-task
    needs, on its page alone: no list, export or file shows them.
    """
    places = actor.reach(Role.DEPARTMENT_HEAD)
    places |= {h.department for h in actor.holdings if h.role == Role.HANDLER}
    given = Q(assisting__overlap=sorted(places))
    return unconcerned(actor, cases).filter(_whole(actor, cases) | given)


def _whole(actor: Actor, cases: QuerySet) -> Q:
    """Return the condition of the cases that `actor` sees all of; what no post gives is left out."""
    units = actor.units(Role.MANAGEMENT, Role.AUDITOR)
    owned = actor.reach(Role.CUSTOMER_SERVICE)
    near = actor.reach(Role.DEPARTMENT_HEAD)
    own = {h.department for h in actor.holdings if h.role == Role.HANDLER}
    seen = Q(registrar=actor.user) | Q(pk__any_of=cases.model.objects.awaited(actor))
    if units:
        seen |= Q(unit__in=units)
    if owned | near:
        seen |= Q(owner_department__in=owned | near) | Q(department__in=owned | near)
    if near | own:
        seen |= Q(supporting__overlap=sorted(near | own))
        seen |= Q(handler__in=actor.people, department__in=near | own)
    return seen


def may_open(actor: Actor, attachment) -> bool:
    """Say whether somebody who sees a case may open a file of it: their own, or a safe one.

    Needs the fields uploader_id and is_safe.
    """
    return attachment.is_safe or attachment.uploader_id == actor.user.pk


def regulations(actor: Actor, rows: QuerySet) -> QuerySet:
    """Return the regulations that `actor` may read: those of their units; rule owners read all.

    Needs the field unit.
    """
    return rows if _owns_rules(actor) else rows.filter(unit__in=_units(actor))


def drafts(actor: Actor, rows: QuerySet) -> QuerySet:
    """Return the drafts of regulations that `actor` may read: those who may sign in the unit do.

    Needs the field unit. Rule owners read all.
    """
    return rows if _owns_rules(actor) else rows.filter(unit__in=_units(actor, *SIGNING_ROLES))


def counts_cases(actor: Actor, unit: int) -> bool:
    """Say whether `actor` may know how many cases a unit has: no other figure leaves a department."""
    roles = (Role.RULE_OWNER, Role.MANAGEMENT, Role.AUDITOR)
    return _owns_rules(actor) or unit in _units(actor, *roles)


def overseen(actor: Actor, regulations: QuerySet) -> QuerySet:
    """Return the regulations of whose cases `actor` sees all: only they may see sums over them.

    Management and auditors do in their unit; so does the head of the department that owns complaints,
    if no version has given them to another. Needs the fields unit and versions, these owner_department.
    """
    near = actor.reach(Role.DEPARTMENT_HEAD)
    others = set(actor.tree.parents) - near
    owned = regulations.filter(versions__owner_department__in=near).exclude(
        versions__owner_department__in=others
    )
    return regulations.filter(
        Q(unit__in=actor.units(Role.MANAGEMENT, Role.AUDITOR)) | Q(pk__in=owned.values("pk"))
    )


def reads(actor: Actor, audience: Collection[tuple[int, str]]) -> bool:
    """Say whether something published to posts, each a department and a title, is for `actor`."""
    return any((h.department, h.title) in audience for h in actor.holdings)


def units_owned(actor: Actor) -> set[int]:
    """Return the units for whose regulations `actor` is a rule owner."""
    return _units(actor, Role.RULE_OWNER)


def _owns_rules(actor: Actor) -> bool:
    return Role.RULE_OWNER in actor.roles


def _units(actor: Actor, *roles: str) -> set[int]:
    """Return the units in which one of `roles`, or any post, is held."""
    return {
        actor.tree.root(holding.department)
        for holding in actor.holdings
        if not roles or holding.role in roles
    }


def visible_views(actor: Actor, rows: QuerySet) -> QuerySet:
    """Return the kept views that `actor` may open: their own, and those shared with one of their roles.

    Needs the fields owner, unit and role.
    """
    shared = Q(pk__in=[])
    for holding in actor.holdings:
        shared |= Q(role=holding.role, unit=actor.tree.root(holding.department))
    return rows.filter(Q(owner=actor.user) | shared)


def units_shared_in(actor: Actor) -> set[int]:
    """Return the units in which `actor` may share a view with a role, and change what is shared."""
    grantees = policy().actions.get("view_shared", [])
    return _units(actor, *(one.partition("@")[0] for one in grantees))


def may_change_view(actor: Actor, view) -> bool:
    """Say whether `actor` may change or drop a view: one's own while it is one's own alone, a shared
    one whoever may share in its unit.

    Needs the fields owner_id, unit_id and role.
    """
    if view.role:
        return view.unit_id in units_shared_in(actor)
    return view.owner_id == actor.user.pk


def visible_penalties(actor: Actor, items: QuerySet) -> QuerySet:
    """Return the items of the penalty ledger that `actor` may see.

    Needs the fields person, department and case. Everybody sees what concerns themselves, a head
    what concerns their departments and what these own, management, auditors and HR all of their
    unit.
    """
    wide = (Role.MANAGEMENT, Role.AUDITOR, Role.HR)
    units = {actor.tree.root(h.department) for h in actor.holdings if h.role in wide}
    near = actor.reach(Role.DEPARTMENT_HEAD)
    return items.filter(
        Q(person=actor.user)
        | Q(department__in=near)
        | Q(case__owner_department__in=near)
        | Q(case__unit__in=units)
    )


def units_audited(actor: Actor, *roles: str) -> set[int]:
    """Return the units whose audits `actor` may see: as an auditor, or in one of `roles`."""
    return _units(actor, Role.AUDITOR, *roles)


def visible_findings(actor: Actor, rows: QuerySet) -> QuerySet:
    """Return the findings that `actor` may see: auditors and management all of their unit, a head those
    held against their departments.

    Needs the fields case and department.
    """
    units = _units(actor, Role.AUDITOR, Role.MANAGEMENT)
    near = actor.reach(Role.DEPARTMENT_HEAD)
    return rows.filter(Q(case__unit__in=units) | Q(department__in=near))


def may_apart(actor: Actor, kind: str, case: Situation, others: Collection[int]) -> Decision:
    """Answer as `may`, for somebody who must not be one of `others`, nor stand in for one of them.

    Separation of duties: nobody decides what concerns themselves, or what they have proposed or
    decided before.
    """
    if actor.user.pk in others:
        return Decision(False, needed=(SOMEBODY_ELSE,))
    own = tuple(h for h in actor.holdings if h.in_place_of not in others)
    return may(replace(actor, holdings=own), kind, case)


def may(actor: Actor, kind: str, case: Situation) -> Decision:
    """Say whether `actor` may record an act of `kind` on a case in this situation."""
    if case.recused:
        if actor.user.pk in case.recused:
            return Decision(False, needed=(SOMEBODY_ELSE,))
        own = tuple(h for h in actor.holdings if h.in_place_of not in case.recused)
        actor = replace(actor, holdings=own)
    grantees = policy().actions.get(kind, [])
    for grantee in grantees:
        decision = _granted(actor, grantee, kind, case)
        if decision is not None:
            return decision
    named = (one for one in grantees if not one.endswith(f"@{OWN}") or case.place(OWN))
    return Decision(False, needed=tuple(named))


def reveals(actor: Actor, case: Situation, *, ended: bool, restricted: bool) -> frozenset[str]:
    """Return the sorts of personal values that `actor` may see of a case once a reason is given.

    Without a reason nobody sees any. What its subject has had restricted stays masked for everybody.
    """
    if restricted or actor.user.pk in case.recused:
        return frozenset()
    state = "ended" if ended else "open"
    return frozenset(
        sort
        for sort, states in policy().personal.items()
        if any(_granted(actor, grantee, "", case) for grantee in states.get(state, ()))
    )


def holders(kind: str, case: Situation, now: datetime) -> set[int]:
    """Return the ids of those whose role at a place opens an act to them in this situation.

    Whether one of them may, `may` says: they may be on leave, or concerned. Nobody is found by a
    signature, as handler, or because something concerns them.
    """
    tree = Tree.read()
    found = Q(pk=None)
    for grantee in policy().actions.get(kind, []):
        role, _, scope = grantee.partition("@")
        if scope:
            places = {one for place in case.places(scope) for one in _places(tree, place, scope)}
            found |= Q(role=role, department__in=places)
    people = Post.objects.held_at(now).filter(found).values_list("person", flat=True)
    return set(people) - case.recused


def _places(tree: Tree, place: int, scope: str) -> set[int]:
    """Return where a role must be held so that it covers a place, as `_covers` has it."""
    if scope == "unit":
        return tree.below({place})
    return {one for one in tree.parents if tree.under(place, one)}


def _granted(actor: Actor, grantee: str, kind: str, case: Situation) -> Decision | None:
    if grantee == SYSTEM:
        return None
    if grantee == SIGNER:
        return _signs(actor, case.signers.get(kind, ()))
    if grantee == HANDLER:
        if case.handler not in actor.people or not actor.holdings:
            return None
        return Decision(True, _post_near(actor, case.responsible))
    if grantee == CONCERNED:
        return _is_concerned(actor, case)
    if grantee == REGISTRAR:
        own = actor.holdings and case.registrar == actor.user.pk
        return Decision(True, actor.holdings[0]) if own else None
    role, _, scope = grantee.partition("@")
    places = case.places(scope)
    for holding in actor.holdings:
        if holding.role == role and any(_covers(actor, holding, one, scope) for one in places):
            return Decision(True, holding)
    return None


def _is_concerned(actor: Actor, case: Situation) -> Decision | None:
    if case.concerned is not None:
        own = actor.holdings and case.concerned == actor.user.pk
        return Decision(True, _post_near(actor, case.concerned_place)) if own else None
    for holding in actor.holdings:
        heads = holding.role == Role.DEPARTMENT_HEAD
        if heads and holding.department == case.concerned_place:
            return Decision(True, holding)
    return None


def _covers(actor: Actor, holding: Holding, place: int, scope: str) -> bool:
    if scope == "unit":
        return actor.tree.under(holding.department, place)
    return actor.tree.under(place, holding.department)


def _signs(actor: Actor, seats: tuple[Seat, ...]) -> Decision | None:
    for seat in seats:
        for holding in actor.holdings:
            if holding.title == seat.title and seat.department in (
                None,
                holding.department,
            ):
                return Decision(True, holding, seat)
    return None


def _post_near(actor: Actor, place: int | None) -> Holding:
    return next((h for h in actor.holdings if h.department == place), actor.holdings[0])
