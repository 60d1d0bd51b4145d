"""The way in: password, a code after it, a passkey instead of it."""

from typing import TYPE_CHECKING

from tests.browser.live.conftest import PASSWORD, Visits

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tenure.tenants.models import Member


def _sign_in(page: "Page", password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill("ana@acme.example")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()


def _code(secret: str) -> str:
    """What an authenticator app would show now (RFC 6238)."""
    import base64
    import hmac
    import struct

    from tenure.base import clock

    counter = struct.pack(">Q", int(clock.now().timestamp()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_wrong_password_stays_outside_and_says_so(visit: Visits, ana: "Member") -> None:
    page = visit().open("/accounts/login/")
    _sign_in(page, "something else")
    assert page.url.endswith("/accounts/login/")
    assert page.get_by_role("alert").inner_text().strip() != ""


def test_the_password_leads_to_the_page_that_was_asked_for(visit: Visits, ana: "Member") -> None:
    page = visit().open("/w/acme/imports/")
    _sign_in(page)
    assert page.url.endswith("/w/acme/imports/")


def test_an_authenticator_app_is_set_up_and_asked_for(visit: Visits, ana: "Member") -> None:
    there = visit()
    page = there.open("/accounts/login/")
    _sign_in(page)
    page = there.open("/accounts/2fa/totp/activate/")
    secret = page.locator('[data-copy-target="source"]').inner_text()
    page.get_by_label("Six digits").fill(_code(secret))
    page.get_by_role("button", name="Turn on").click()
    page.wait_for_load_state()
    assert page.locator(".codes li").count() == 10
    recovery = page.locator(".codes li").first.inner_text()

    page = there.open("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page = there.open("/accounts/login/")
    _sign_in(page)
    assert page.get_by_role("heading", name="One more step").is_visible()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    assert page.locator("#id_code-error").is_visible()
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/w/acme/**")
    assert there.complaints == []


def test_a_passkey_opens_the_door_alone(visit: Visits, ana: "Member") -> None:
    there = visit()
    page = there.open("/accounts/login/")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    _sign_in(page)
    page = there.open("/accounts/2fa/webauthn/add/")
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/recovery-codes/**")
    page = there.open("/accounts/2fa/webauthn/")
    assert "Laptop" in page.locator("tbody").inner_text()

    page = there.open("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page = there.open("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/w/acme/**")
    assert there.complaints == []
