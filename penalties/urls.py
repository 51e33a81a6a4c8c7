from django.urls import path

from penalties.views import files, ledger, months

urlpatterns = [
    path("penalties/", ledger.penalties, name="penalties"),
    path("penalties/<int:pk>/", ledger.penalty, name="penalty"),
    path("penalties/<int:pk>/files/<int:file>/", files.penalty_file, name="penalty_file"),
    path(
        "penalties/<int:pk>/files/<int:file>/original/",
        files.penalty_file_original,
        name="penalty_file_original",
    ),
    path("penalties/<int:pk>/<slug:act>/", ledger.step, name="penalty_act"),
    path("penalties/months/<str:month>/", months.penalty_month, name="penalty_month"),
    path("penalties/months/<str:month>/close/", months.close_month, name="penalty_month_close"),
    path("penalties/months/<str:month>/score/", months.platform_score, name="platform_score"),
    path("penalties/months/<str:month>/wage/", months.wage_base, name="wage_base"),
]
