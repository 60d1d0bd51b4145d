"""The way in: password, a code after it, a passkey instead of it."""

import base64
import hmac
import struct

from playwright.sync_api import Page

from tenure.base import clock
from tests.browser.live.conftest import PASSWORD, Owner, Visits, sign_in


def _confirm(page: Page) -> None:
    """Who changes how an account is protected says once more who she is."""
    assert page.get_by_role("heading", name="Confirm that it is you").is_visible()
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Confirm").click()


def _code(secret: str) -> str:
    """What an authenticator app would show now (RFC 6238)."""
    counter = struct.pack(">Q", int(clock.now().timestamp()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_wrong_password_stays_outside_and_says_so(visit: Visits, ana: Owner) -> None:
    page = visit().open("/accounts/login/")
    sign_in(page, ana, "something else")
    assert page.url.endswith("/accounts/login/")
    assert page.get_by_role("alert").inner_text().strip() != ""


def test_the_password_leads_to_the_page_that_was_asked_for(visit: Visits, ana: Owner) -> None:
    page = visit().open(f"/w/{ana.slug}/imports/")
    sign_in(page, ana)
    assert page.url.endswith(f"/w/{ana.slug}/imports/")


def test_an_authenticator_app_is_set_up_and_asked_for(visit: Visits, newcomer: Owner) -> None:
    there = visit()
    page = there.open("/accounts/login/")
    sign_in(page, newcomer)
    page = there.open("/accounts/2fa/totp/activate/")
    _confirm(page)
    secret = page.locator('[data-copy-target="source"]').inner_text()
    page.get_by_label("Six digits").fill(_code(secret))
    page.get_by_role("button", name="Turn on").click()
    page.locator(".codes").wait_for()
    assert page.locator(".codes li").count() == 10
    recovery = page.locator(".codes li").first.inner_text()

    page = there.open("/accounts/logout/")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    page = there.open("/accounts/login/")
    sign_in(page, newcomer)
    assert page.get_by_role("heading", name="One more step").is_visible()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    page.locator("#id_code-error").wait_for()
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/w/{newcomer.slug}/**")
    assert there.complaints == []


def test_a_passkey_opens_the_door_alone(visit: Visits, newcomer: Owner) -> None:
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
    sign_in(page, newcomer)
    page = there.open("/accounts/2fa/webauthn/add/")
    _confirm(page)
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/recovery-codes/**")
    page = there.open("/accounts/2fa/webauthn/")
    assert "Laptop" in page.locator("tbody").inner_text()

    page = there.open("/accounts/logout/")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    page = there.open("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"**/w/{newcomer.slug}/**")
    assert there.complaints == []
