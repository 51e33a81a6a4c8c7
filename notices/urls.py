from django.urls import path

from notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/badge/", views.badge, name="notice_badge"),
    path("notices/settings/", views.settings, name="notice_settings"),
    path("notices/<int:pk>/read/", views.read, name="notice_read"),
]
