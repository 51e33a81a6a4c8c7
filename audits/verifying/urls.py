from django.urls import path

from audits.verifying import views

urlpatterns = [
    path("audit/verification/", views.verification, name="verification"),
    path("audit/verification/<uuid:pk>/", views.verification_result, name="verification_result"),
    path("audit/roots/<str:day>/", views.day_root, name="day_root"),
    path("audit/proofs/<str:number>/", views.case_proof, name="case_proof"),
]
