"""People who sign in."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import RegexValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager):
    def create_user(self, username, name, password=None, **fields):
        """Create a person who can sign in; rights come from posts alone."""
        user = self.model(username=username, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username):
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person. There is no superuser: what a person may do follows from the posts they hold."""

    username = models.CharField(
        _("登录名"), max_length=64, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(_("姓名"), max_length=64)
    email = models.EmailField(_("邮箱"), blank=True)
    mobile = models.CharField(
        _("手机"), max_length=20, blank=True, validators=[RegexValidator(r"^\+?[0-9]{6,15}$")]
    )
    is_active = models.BooleanField(_("在职"), default=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    is_superuser = False

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")

    def __str__(self):
        return self.name

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    @cached_property
    def actor(self):
        """The person with the posts held now; read once for each request."""
        from accounts.actors import actor_of

        return actor_of(self)

    @property
    def is_staff(self):
        """Say whether Django admin opens at all; the policy decides what it shows."""
        from accounts.policy import policy

        return any(policy().opens_admin(role) for role in self.actor.roles)

    def has_perm(self, perm, obj=None):
        """Answer Django admin from the policy file; no flag on the row counts."""
        from accounts.policy import policy

        return self.is_active and any(
            policy().grants_model(role, perm) for role in self.actor.roles
        )

    def has_perms(self, perm_list, obj=None):
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label):
        from accounts.policy import policy

        return self.is_active and any(
            policy().grants_app(role, app_label) for role in self.actor.roles
        )
