"""Every address of the site. Each name has a line in accounts/policy.yaml."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.i18n import set_language

from accounts.signing import factor_views, oidc
from accounts.signing.resetting import reset
from accounts.signing.second_step import second_step
from accounts.signing.views import PasswordView, SignInView, sessions
from config import watching
from config.health import healthz

admin.site.site_header = "闭环 Bihuan"
admin.site.site_title = "闭环 Bihuan"
admin.site.site_url = None  # the header has its own way back

handler500 = "config.errors.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("metrics", watching.metrics, name="metrics"),
    path("status/", watching.status, name="status"),
    path("login/", SignInView.as_view(), name="login"),
    path("login/factor/", second_step, name="login_factor"),
    path("login/oidc/", oidc.begin, name="login_oidc"),
    path("login/oidc/back/", oidc.back, name="login_oidc_back"),
    path("sessions/", sessions, name="sessions"),
    path("factors/", factor_views.factors, name="factors"),
    path("factors/application/", factor_views.application, name="factor_application"),
    path("factors/passkey/", factor_views.passkey, name="factor_passkey"),
    path("factors/codes/", factor_views.codes, name="recovery_codes"),
    path("factors/reset/<int:pk>/", reset, name="factor_reset"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", PasswordView.as_view(), name="password_change"),
    path(
        "password/done/",
        auth.PasswordChangeDoneView.as_view(),
        name="password_change_done",
    ),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("", include("jobs.urls")),
    path("", include("audits.verifying.urls")),
    path("", include("reports.urls")),
    path("", include("notices.urls")),
    path("", include("regulations.urls")),
    path("", include("sla.urls")),
    path("", include("penalties.urls")),
    path("", include("archive.urls")),
    path("", include("audits.urls")),
    path("", include("portal.urls")),
    path("", include("complaints.urls")),
]
