from django.urls import path

from audits.tips import views as tips
from audits.views import acts, findings, overview, plans

urlpatterns = [
    path("audits/", overview.audits, name="audits"),
    path("audits/improvements/", overview.improvements, name="improvements"),
    path("audits/findings/", findings.findings, name="findings"),
    path("audits/findings/<int:pk>/", findings.finding, name="finding"),
    path("audits/plans/<int:pk>/", plans.audit_plan, name="audit_plan"),
    path("audits/plans/<int:pk>/report/", plans.audit_report, name="audit_report"),
    path("audits/cases/<str:number>/finding/", acts.finding_raise, name="finding_raise"),
    path("audits/tips/", tips.tips, name="tips"),
    path("audits/tips/<int:pk>/", tips.tip, name="tip"),
    path("tips/", tips.tip_new, name="tip_new"),
    path("tips/answer/", tips.tip_follow, name="tip_follow"),
    path("audits/files/<int:pk>/", findings.audit_file, name="audit_file"),
    path("audits/<slug:subject>/<int:pk>/<slug:act>/", acts.audit_act, name="audit_act"),
]
