from django.urls import path

from archive import views

urlpatterns = [
    path("archive/", views.archive, name="archive"),
    path("archive/<str:number>/", views.archived, name="archived"),
    path("archive/<str:number>/hold/", views.hold_set, name="hold_set"),
    path("archive/<str:number>/hold/lift/", views.hold_lift, name="hold_lift"),
    path("archive/<str:number>/requests/", views.subject_request, name="subject_request"),
    path(
        "archive/<str:number>/requests/<int:pk>/answer/",
        views.subject_answer,
        name="subject_answer",
    ),
    path("archive/<str:number>/requests/<int:pk>/copy/", views.subject_copy, name="subject_copy"),
]
