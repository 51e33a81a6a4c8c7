from django.urls import path

from reports import views

urlpatterns = [
    path("cases/export/", views.ledger_export, name="ledger_export"),
]
