"""Sending a parcel on its channel. Whatever stands against it is raised; nothing is retried here."""

import hashlib
import hmac
import json
from collections.abc import Callable
from functools import cached_property

import apprise
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notices import calling
from notices.models import Channel, Outlet
from notices.models.outlet import TOKEN
from notices.parcels import Parcel

TIMEOUT_SECONDS = 10
SIGNATURE = "X-Bihuan-Signature"
MESSAGE_ID = "X-Bihuan-Message-Id"


# No machine answers a machine (RFC 3834); the second line is Exchange's word for it.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class NotSent(Exception):
    """A message that was not taken; the text is a short code for the delivery log."""


class Round:
    """One round of deliveries: each server is reached once, however many messages wait for it."""

    def send(self, parcel: Parcel) -> None:
        """Send a parcel; raises NotSent, or whatever the server's library raises."""
        SENDERS[parcel.channel](self, parcel)

    def mail(self, parcel: Parcel) -> None:
        if self._mail_problem is not None:
            raise NotSent(type(self._mail_problem).__name__)
        EmailMessage(
            subject=parcel.title,
            body=parcel.text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[_address(parcel)],
            headers={"Message-ID": f"<{parcel.message_id}>", **AUTOMATIC},
            connection=self._mail_server,
        ).send()

    def sms(self, parcel: Parcel) -> None:
        """Hand a short text to the gateway that settings name."""
        content = {
            "id": parcel.message_id,
            "to": _address(parcel),
            "text": parcel.short,
        }
        headers = {"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"}
        _post(settings.SMS_GATEWAY, json.dumps(content).encode(), headers, by_settings=True)

    def robot(self, parcel: Parcel) -> None:
        robot = apprise.Apprise.instantiate(robot_address(parcel.first.outlet))
        robot.socket_connect_timeout = robot.socket_read_timeout = TIMEOUT_SECONDS
        if not robot.send(body=f"{parcel.title}\n{parcel.text}".strip(), title=""):
            raise NotSent("refused")

    def webhook(self, parcel: Parcel) -> None:
        """Post the message, signed, so that the receiver can tell whom it is from."""
        outlet = parcel.first.outlet
        content = {
            "id": parcel.message_id,
            "title": parcel.title,
            "text": parcel.text,
            "notices": [
                {"case": one.case.number, "topic": one.topic, "data": one.data}
                for one in parcel.notices
            ],
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        sealed = hmac.new(outlet.secret.encode(), body, hashlib.sha256).hexdigest()
        _post(outlet.address, body, {SIGNATURE: f"sha256={sealed}", MESSAGE_ID: parcel.message_id})

    def close(self) -> None:
        if "_mail_server" in self.__dict__:
            self._mail_server.close()

    @cached_property
    def _mail_server(self) -> BaseEmailBackend:
        return get_connection()

    @cached_property
    def _mail_problem(self) -> Exception | None:
        """What stands against reaching the mail server; asked once a round."""
        try:
            self._mail_server.open()
        except Exception as problem:
            return problem
        return None


SENDERS: dict[Channel, Callable[[Round, Parcel], None]] = {
    Channel.EMAIL: Round.mail,
    Channel.SMS: Round.sms,
    Channel.WECOM: Round.robot,
    Channel.DINGTALK: Round.robot,
    Channel.FEISHU: Round.robot,
    Channel.WEBHOOK: Round.webhook,
}


def robot_address(outlet: Outlet) -> str:
    """Return apprise's address of a robot; only these three of its many schemes are ever built.

    A token that is none could carry options of the library, such as one that checks no certificate.
    """
    if not all(TOKEN.fullmatch(one) for one in (outlet.address, outlet.secret) if one):
        raise NotSent("bad_token")
    match outlet.kind:
        case Channel.WECOM:
            return f"wecombot://{outlet.address}"
        case Channel.DINGTALK if outlet.secret:
            return f"dingtalk://{outlet.secret}@{outlet.address}"
        case Channel.DINGTALK:
            return f"dingtalk://{outlet.address}"
        case Channel.FEISHU:
            return f"feishu://{outlet.address}"
    raise NotSent("no_robot")


def _address(parcel: Parcel) -> str:
    """Return where a person is written to; one who has lost their address meanwhile is not."""
    if not parcel.address:
        raise NotSent("no_address")
    return parcel.address


def _post(address: str, body: bytes, headers: dict[str, str], *, by_settings: bool = False) -> None:
    try:
        calling.post(address, body, headers, by_settings=by_settings)
    except calling.NotCalled as why:
        raise NotSent(str(why)) from why
