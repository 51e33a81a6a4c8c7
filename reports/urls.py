from django.urls import path

from reports import statements, views
from reports.backtest import views as backtest

urlpatterns = [
    path("cases/export/", views.ledger_export, name="ledger_export"),
    path(
        "penalties/months/<str:month>/export/", statements.statement_export, name="statement_export"
    ),
    path("backtest/", backtest.backtest, name="backtest"),
    path("backtest/<uuid:pk>/", backtest.backtest_result, name="backtest_result"),
]
