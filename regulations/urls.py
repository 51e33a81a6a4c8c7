from django.urls import path

from regulations.views import compare, drafting, lists, pages, standards, trying

app_name = "regulations"

edition = "regulations/<slug:code>/<slug:slug>/"

urlpatterns = [
    path("regulations/", lists.regulations, name="list"),
    path("regulations/upload/", drafting.upload, name="upload"),
    path("regulations/drafts/<int:pk>/", drafting.draft, name="draft"),
    path("regulations/drafts/<int:pk>/arrange/", drafting.arrange, name="draft_arrange"),
    path("regulations/drafts/<int:pk>/sign/", drafting.sign, name="draft_sign"),
    path("regulations/drafts/<int:pk>/withdraw/", drafting.withdraw, name="draft_withdraw"),
    path("regulations/standards/", standards.standards, name="standards"),
    path("regulations/standards/new/", standards.new, name="standard_new"),
    path("regulations/standards/<int:pk>/", standards.standard, name="standard"),
    path("regulations/standards/<int:pk>/revise/", standards.revise, name="standard_revise"),
    path(edition, pages.clauses, name="clauses"),
    path(f"{edition}clocks/", pages.clocks, name="clocks"),
    path(f"{edition}grades/", pages.grades, name="grades"),
    path(f"{edition}signing/", pages.signing, name="signing"),
    path(f"{edition}penalties/", pages.penalties, name="penalties"),
    path(f"{edition}terms/", pages.terms, name="terms"),
    path(f"{edition}try/", trying.try_it, name="try_out"),
    path(f"{edition}compare/", compare.compare, name="compare"),
    path(f"{edition}workbook/", pages.workbook, name="workbook"),
    path(f"{edition}pack/", pages.pack, name="pack"),
]
