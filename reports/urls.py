from django.urls import path

from reports import statements, views
from reports.backtest import views as backtest
from reports.briefing import views as briefing
from reports.exporting import views as exporting
from reports.importing import views as importing
from reports.papers import keeping as papers
from reports.papers.views import case_form
from reports.periodical import deciding, sources
from reports.periodical import views as periodical

urlpatterns = [
    path("cases/export/", views.ledger_export, name="ledger_export"),
    path(
        "penalties/months/<str:month>/export/", statements.statement_export, name="statement_export"
    ),
    path("ledger/", importing.ledger, name="ledger"),
    path("ledger/imports/<uuid:pk>/", importing.columns, name="ledger_columns"),
    path("ledger/imports/<uuid:pk>/terms/", importing.terms, name="ledger_terms"),
    path("ledger/imports/<uuid:pk>/store/", importing.store, name="ledger_store"),
    path("ledger/checks/<uuid:pk>/", importing.preview, name="ledger_preview"),
    path("ledger/stored/<uuid:pk>/", importing.imported, name="ledger_imported"),
    path("ledger/export/", exporting.export, name="ledger_out"),
    path("ledger/templates/", exporting.template, name="ledger_template"),
    path(
        "ledger/templates/<int:pk>/retire/",
        exporting.template_retire,
        name="ledger_template_retire",
    ),
    path(
        "cases/<str:number>/forms/<slug:key>/<slug:format_name>/",
        case_form,
        name="case_form",
    ),
    path("forms/", papers.form_templates, name="form_templates"),
    path(
        "forms/<int:regulation>/<slug:key>/",
        papers.form_template_upload,
        name="form_template_upload",
    ),
    path(
        "forms/<int:regulation>/<slug:key>/<slug:format_name>/",
        papers.form_start,
        name="form_start",
    ),
    path("forms/templates/<int:pk>/use/", papers.form_template_use, name="form_template_use"),
    path(
        "forms/templates/<int:pk>/retire/",
        papers.form_template_retire,
        name="form_template_retire",
    ),
    path(
        "forms/templates/<int:pk>/preview/",
        papers.form_template_preview,
        name="form_template_preview",
    ),
    path("briefing/", briefing.briefing, name="briefing"),
    path("briefing/cases/", briefing.cases, name="briefing_cases"),
    path("briefing/sources/", sources.sources_export, name="sources_export"),
    path("briefing/hot/<int:regulation>/", deciding.hot_spot, name="hot_spot"),
    path("reports/", periodical.reports, name="reports"),
    path("reports/due/<int:pk>/", periodical.due_report, name="report_due"),
    path("reports/<int:pk>/", periodical.report, name="report"),
    path("reports/<int:pk>/publish/", periodical.publish, name="report_publish"),
    path("reports/meetings/<int:regulation>/", deciding.meeting, name="meeting"),
    path("reports/rectification/<int:pk>/", deciding.rectification, name="rectification"),
    path(
        "reports/rectification/<int:pk>/file/",
        deciding.rectification_file,
        name="rectification_file",
    ),
    path("reports/appraisal/<int:regulation>/<str:month>/", deciding.appraisal, name="appraisal"),
    path("backtest/", backtest.backtest, name="backtest"),
    path("backtest/<uuid:pk>/", backtest.backtest_result, name="backtest_result"),
]
