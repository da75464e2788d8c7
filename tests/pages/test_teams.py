"""Teams on pages: making one, a link that others join by, who may do what, leaving."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from registry.adaptations.model import TeamInvitation, TeamMember
from registry.people.model import Token
from tests.api.folk import Folk, Who
from tests.pages.conftest import PHONE, WAIT_MS, Site
from tests.pages.posting import Someone, words_of
from tests.pages.teaming import NAME, fork_of, invitation_of, team_of

NO_TEAM = "/teams/7c0d3f5e-5f0e-4a57-9f6b-0c8a1b2c3d4e"


@pytest.fixture
def lea(folk: Folk) -> Who:
    """Somebody who leads a team."""
    return folk.person("Lea", age=30)


@pytest.fixture
def ben(folk: Folk) -> Who:
    """Somebody who comes to it."""
    return folk.person("Ben", age=40)


def _roles(folk: Folk) -> dict[str, str]:
    with folk.sessions() as session:
        return {str(row.person_id): row.role for row in session.scalars(select(TeamMember))}


def test_a_team_comes_together_by_a_link(
    site: Site, browser: Browser, page: Page, lea: Who, ben: Who
) -> None:
    """Lea makes a team and a link; Ben opens it, signs in, joins, and adapts a design for both."""
    site.signed_in(page.context, lea)
    page.goto("/me")
    page.get_by_role("link", name="My teams").click()
    page.get_by_label("What is the team called?").fill(NAME)
    page.get_by_label("Is it for an event?").fill("HackOnWheels")
    page.get_by_label("They may see what I am called: Lea").check()
    page.get_by_role("button", name="Make the team").click()
    expect(page.get_by_role("status")).to_contain_text("Your team is here")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("The link to your team").input_value()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("status")).to_have_text("It is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.get_by_role("link", name="I have kept it").click()
    expect(page.locator("main")).to_contain_text("0 people have joined by it")

    other = browser.new_context(base_url=site.url, locale="en-GB", viewport=PHONE)
    other.set_default_timeout(WAIT_MS)
    theirs = other.new_page()
    path = f"/teams/join?with={link.partition('?with=')[2]}"
    theirs.goto(path)
    expect(theirs).to_have_url(re.compile(r"/sign-in\?next="))
    site.signed_in(other, ben)
    theirs.goto(theirs.url)
    expect(theirs.get_by_role("heading", level=1)).to_have_text(f"Join {NAME}?")
    expect(theirs.locator("main")).to_contain_text("Lea invites you to this team.")
    theirs.get_by_role("button", name="Yes, join").click()
    expect(theirs.get_by_role("status")).to_contain_text("You are in the team now")

    theirs.goto("/designs/tube_clamp/versions/0.1.0/adapt")
    theirs.get_by_label("What do you call yours?").fill("Our clamp")
    theirs.get_by_label("Why do you make it?").fill("Our bottles are tall.")
    theirs.get_by_role("radio", name=NAME).check()
    theirs.get_by_role("button", name="Begin").click()
    expect(theirs.locator("main")).to_contain_text(NAME)
    other.close()

    page.reload()
    expect(page.locator("main")).to_contain_text("1 person has joined by it")
    page.get_by_role("link", name="Our clamp").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Our clamp")


def test_who_leads_changes_who_is_in_it(lea: Who, ben: Who, folk: Folk, client: TestClient) -> None:
    """Another lead, then no lead, then out, and back only by a new link."""
    root = team_of(lea, ben)
    me, bens = Someone.of(lea, client), Someone.of(ben, client)
    old = invitation_of(lea, root)
    member = f"{root}/members/{ben.id}"
    assert "It is changed" in me.do(member, role="lead")
    assert _roles(folk) == {str(lea.id): "lead", str(ben.id): "lead"}
    me.do(member, role="member")
    asks = me.see(f"{member}/out")
    assert "Are you sure that you want to take" in asks
    assert _roles(folk)[str(ben.id)] == "member"
    assert "They are out of the team" in me.do(f"{member}/out")
    assert bens.get(root).status_code == 404
    answer = bens.post("/teams/join", **{"with": old})
    assert answer.status_code == 404
    assert "This link does not work any more" in answer.text
    assert bens.post("/teams/join", **{"with": invitation_of(lea, root)}).status_code == 303


def test_a_member_cannot_do_what_a_lead_can(
    lea: Who, ben: Who, folk: Folk, client: TestClient
) -> None:
    """No button for it is shown; a form that is sent all the same changes nothing and says why."""
    root = team_of(lea, ben)
    theirs = Someone.of(ben, client)
    lea.post(f"{root}/tokens", {"name": "Lea's laptop"}).raise_for_status()
    with folk.sessions() as session:
        link = session.scalars(select(TeamInvitation)).one()
        token = session.scalars(select(Token)).one()
    body = theirs.get(root).text
    for page in ("/name", f"/members/{lea.id}/out"):
        assert theirs.get(f"{root}{page}").status_code == 403
        assert f'href="{root}{page}"' not in body
    for action in (f"/members/{lea.id}", "/invitations", f"/tokens/{token.id}/end"):
        assert f'action="{root}{action}' not in body, action
    for path, more in (
        (f"{root}/members/{ben.id}", {"role": "lead"}),
        (f"{root}/members/{lea.id}", {"role": "member"}),
        (f"{root}/members/{lea.id}/out", {}),
        (f"{root}/invitations", {}),
        (f"{root}/invitations/{link.id}/end", {}),
        (f"{root}/tokens/{token.id}/end", {}),
    ):
        answer = theirs.post(path, **more)
        assert answer.status_code == 422, path
        assert "lead" in words_of(answer.text)
    assert _roles(folk) == {str(lea.id): "lead", str(ben.id): "member"}
    with folk.sessions() as session:
        assert session.get_one(TeamInvitation, link.id).ended_at is None
        assert session.get_one(Token, token.id).revoked_at is None


def test_an_outsider_gets_what_an_unknown_address_gets(
    lea: Who, ben: Who, folk: Folk, client: TestClient
) -> None:
    """Looking and sending alike; who is not signed in is asked who it is."""
    root = team_of(lea)
    theirs = Someone.of(ben, client)
    with folk.sessions() as session:
        assert session.scalars(select(TeamInvitation)).all() == []
    invitation_of(lea, root)
    known, unknown = theirs.get(root), theirs.get(NO_TEAM)
    assert (known.status_code, words_of(known.text)) == (404, words_of(unknown.text))
    for path, more in (
        (f"/members/{ben.id}", {"role": "lead"}),
        ("/name", {"name": "Mine"}),
        (f"/members/{lea.id}/out", {}),
        ("/invitations", {}),
        ("/tokens", {"name": "mine", "days": "3"}),
    ):
        answers = [theirs.post(f"{each}{path}", **more) for each in (root, NO_TEAM)]
        assert [each.status_code for each in answers] == [404, 404], path
    assert NAME not in theirs.see("/teams")
    led = Someone.of(None, client).get(root)
    assert led.headers["location"].startswith("/sign-in?next=/teams/")


def test_a_token_is_shown_once_and_ended(lea: Who, folk: Folk, client: TestClient) -> None:
    """It works for designs until then; a time that is too long is said, and nothing is lost."""
    root = team_of(lea)
    me = Someone.of(lea, client)
    answer = me.post(f"{root}/tokens", name="a robot", days="9999")
    assert answer.status_code == 422
    assert 'href="#days"' in answer.text
    assert 'value="a robot"' in answer.text

    body = me.post(f"{root}/tokens", name="a robot", days="3").text
    found = re.search(r"fct_[\w-]{43}", body)
    assert found is not None
    assert "reach nothing else" in words_of(body)
    program = Who(lea.id, found[0], client)
    assert program.get("/designs").status_code == 200
    assert found[0] not in me.get(root).text
    with folk.sessions() as session:
        token = session.scalars(select(Token)).one()
    assert "It has ended" in me.do(f"{root}/tokens/{token.id}/end")
    assert program.get("/designs").status_code == 401
    assert "a robot" not in me.see(root)


def test_a_link_is_shown_once_and_ended(lea: Who, ben: Who, folk: Folk, client: TestClient) -> None:
    """Its page says that it is shown once, and the team's page does not have it."""
    root = team_of(lea)
    me = Someone.of(lea, client)
    body = me.post(f"{root}/invitations").text
    found = re.search(r"/teams/join\?with=(fci_[\w-]{43})", body)
    assert found is not None
    assert "Copy it now" in words_of(body)
    assert found[1] not in me.get(root).text
    # Who tells us that a page is wrong, does not tell us the secret.
    opened = Someone.of(ben, client).get(f"/teams/join?with={found[1]}").text
    assert 'href="/report?about=/teams/join"' in opened
    with folk.sessions() as session:
        row = session.scalars(select(TeamInvitation)).one()
    me.do(f"{root}/invitations/{row.id}/end")
    answer = Someone.of(ben, client).get(f"/teams/join?with={found[1]}")
    assert answer.status_code == 404


def test_nobody_leaves_a_team_without_a_lead(
    lea: Who, ben: Who, folk: Folk, client: TestClient
) -> None:
    """Who is the only one is told; then somebody else leads, and they can go."""
    root = team_of(lea, ben)
    me = Someone.of(lea, client)
    assert f'href="{root}/members/{lea.id}/out"' in me.get(root).text
    assert "Only you lead this team" in me.see(f"{root}/members/{lea.id}/out")
    answer = me.post(f"{root}/members/{lea.id}/out")
    assert answer.status_code == 422
    assert "needs somebody who leads it" in words_of(answer.text)
    me.do(f"{root}/members/{ben.id}", role="lead")
    assert f"you want to leave {NAME}?" in me.see(f"{root}/members/{lea.id}/out")
    assert "You have left the team" in me.do(f"{root}/members/{lea.id}/out")
    assert _roles(folk) == {str(ben.id): "lead"}


def test_who_leads_renames_a_team(lea: Who, client: TestClient) -> None:
    """A name that is too short is said, and nothing is lost."""
    root = team_of(lea)
    me = Someone.of(lea, client)
    assert f'href="{root}/name"' in me.get(root).text
    assert f'value="{NAME}"' in me.get(f"{root}/name").text
    answer = me.post(f"{root}/name", name="X")
    assert answer.status_code == 422
    assert 'value="X"' in answer.text
    assert "Team Cup" in me.do(f"{root}/name", name="Team Cup")
    assert NAME not in me.see("/teams")


def test_people_are_called_as_they_chose(lea: Who, folk: Folk, client: TestClient) -> None:
    """Makers by the name that they show; others have the end of a code, until they show one."""
    maker = folk.maker("Carla Private")
    nobody = folk.person("", age=20)
    root = team_of(lea, maker, nobody)
    theirs, me = Someone.of(nobody, client), Someone.of(lea, client)
    words = theirs.see(root)
    assert "Carla Private's workshop" in words
    assert "Lea Team lead" not in words
    assert f"Somebody without a name, {str(nobody.id)[-6:]} (you)" in words
    assert "Say what we shall call you" in words
    me.do(f"{root}/me", shows_name="yes")
    assert "Lea Team lead" in theirs.see(root)
    assert "Hide what I am called" in me.see(root)
    me.do(f"{root}/me", shows_name="no")
    assert "Lea Team lead" not in theirs.see(root)


def test_nobody_joins_with_their_name_by_mistake(
    lea: Who, ben: Who, folk: Folk, client: TestClient
) -> None:
    """It is a tick that is not set at first; with it, the team sees the name."""
    root = team_of(lea)
    secret = invitation_of(lea, root)
    kim = folk.person("Kim", age=30)
    body = Someone.of(kim, client).get(f"/teams/join?with={secret}").text
    assert "They may see what I am called: Kim" in body
    assert "checked" not in body
    Someone.of(kim, client).do("/teams/join", **{"with": secret})
    Someone.of(ben, client).do("/teams/join", **{"with": secret, "shows_name": "yes"})
    words = Someone.of(lea, client).see(root)
    assert "Ben" in words
    assert "Kim" not in words


def test_a_team_needs_a_name(lea: Who, client: TestClient) -> None:
    """Nothing that was typed is lost."""
    answer = Someone.of(lea, client).post("/teams", name="", event="HackOnWheels")
    assert answer.status_code == 422
    assert 'href="#name"' in answer.text
    assert 'value="HackOnWheels"' in answer.text


def test_a_teams_designs_stand_on_its_page_and_say_whose_they_are(
    lea: Who, ben: Who, client: TestClient
) -> None:
    """Drafts too, for all who are in it; and in everybody's own list with the team's name."""
    root = team_of(lea, ben)
    slug = fork_of(lea, root)
    theirs = Someone.of(ben, client)
    assert "Our clamp Draft" in theirs.see(root)
    assert "Our clamp Draft Team Bottle" in theirs.see("/me/designs")
    assert f'href="{root}"' in theirs.get(f"/designs/{slug}/draft").text
