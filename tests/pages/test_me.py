"""One's own pages: about me, who helps, what was agreed to, safety, and my data."""

from __future__ import annotations

import json
import re

import pyotp
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import notices
from registry.people.model import Person, Read, SignIn
from registry.people.secrets import hash_password, is_password
from tests.api.folk import Folk
from tests.pages.conftest import Site
from tests.pages.looking import barriers
from tests.pages.posting import Someone


def test_who_is_not_signed_in_is_led_to_the_sign_in(client: TestClient) -> None:
    """And comes back to where they wanted to go."""
    answer = Someone.of(None, client).get("/me/data")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/me/data")


def test_somebody_tells_of_themselves(
    page: Page, context: BrowserContext, site: Site, folk: Folk, db: Session
) -> None:
    """What is typed is kept, and what is emptied is taken away."""
    anna = folk.person("Anna", age=30)
    site.signed_in(context, anna)
    page.goto("/me/profile")
    page.get_by_label("I can sew").fill("Straps and bags.")
    page.get_by_label("Letter", exact=True).check()
    page.get_by_label("Good times for me").fill("mornings")
    page.get_by_label("Country").select_option("PT")
    page.get_by_label("Town").fill("Porto")
    page.get_by_role("button", name="Keep this").click()

    expect(page.get_by_role("status")).to_contain_text("We kept your changes.")
    expect(page.get_by_label("I can sew")).to_have_value("Straps and bags.")
    expect(page.get_by_label("Letter", exact=True)).to_be_checked()
    assert barriers(page) == []
    person = db.get_one(Person, anna.id)
    assert person.offers == {"sewing": "Straps and bags."}
    assert person.place is not None
    assert person.place["country"] == "PT"
    page.get_by_label("I can sew").fill("")
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_role("status")).to_be_visible()
    db.refresh(person)
    assert person.offers == {}


def test_what_a_program_wrote_stays(client: TestClient, folk: Folk, db: Session) -> None:
    """A form that has no field for it does not take it away."""
    anna = folk.person("Anna", age=30)
    anna.call("PATCH", "/me", json={"offers": {"welding": "Frames."}})

    Someone.of(anna, client).do("/me/profile", name="Anna", offers__sewing="Bags.")

    assert db.get_one(Person, anna.id).offers == {"welding": "Frames.", "sewing": "Bags."}


def test_somebody_lets_another_help_and_ends_it(client: TestClient, folk: Folk) -> None:
    """Within what is ticked; a wrong code is told at its field and nothing typed is lost."""
    anna, sam = folk.person("Anna", age=30), folk.person("Sam", age=40)
    me = Someone.of(anna, client)
    wrong = me.post("/me/helpers", supporter_id="not a code", relation="my brother", may=["see"])
    assert wrong.status_code == 422
    assert "This is not a code of ours." in wrong.text
    assert 'value="my brother"' in wrong.text

    said = me.do("/me/helpers", supporter_id=str(sam.id), relation="my brother", may=["write"])

    assert "my brother" in said
    assert "see my requests, change my requests" in said
    helps = Someone.of(sam, client)
    assert "People I help" in helps.see("/me/helpers")
    ends = re.findall(r"/me/helpers/[0-9a-f-]+/end", me.get("/me/helpers").text)
    assert "It has ended." in me.do(ends[0])
    assert "People I help" not in helps.see("/me/helpers")


def test_a_guardian_and_a_young_person_agree_both(client: TestClient, folk: Folk) -> None:
    """Nothing holds before the invited one says yes; one consent beside the other counts."""
    kim, pat = folk.person("Kim", age=12), folk.person("Pat", age=40)
    child, guardian = Someone.of(kim, client), Someone.of(pat, client)
    assert "Waits for a yes" in guardian.do("/me/guardians", young_person_id=str(kim.id))
    assert "Beside" not in guardian.see("/me/agreements")
    accept = re.findall(r"/me/guardians/[0-9a-f-]+/accept", child.get("/me/helpers").text)
    assert "It holds from now on." in child.do(accept[0])

    said = guardian.see("/me/agreements")
    assert "They must say yes themselves, too. Yours alone does not count." in said
    said = child.do("/me/agreements", purpose="share_with_makers")
    assert "your guardian must say yes too" in said
    said = guardian.do("/me/agreements", purpose="share_with_makers", person_id=str(kim.id))
    assert said.count("You said yes") == 2
    ends = re.findall(r"/me/agreements/[0-9a-f-]+/end", guardian.get("/me/agreements").text)
    assert "You took it back." in guardian.do(ends[0])


def test_a_code_app_is_set_up_and_codes_are_shown_once(
    page: Page, context: BrowserContext, site: Site, folk: Folk
) -> None:
    """By picture or by letters; a wrong code changes nothing."""
    site.signed_in(context, folk.person("Anna", age=30))
    page.goto("/me/safety")
    page.get_by_role("button", name="Set up a code app").click()
    assert barriers(page) == []
    secret = page.locator("dd").first.inner_text()
    page.get_by_label("Code from your app").fill("000000")
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not right.")
    assert page.locator("dd").first.inner_text() == secret

    page.get_by_label("Code from your app").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn it on").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your spare codes")
    assert page.locator("main li code").count() == 10
    assert barriers(page) == []
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_text("It is on")).to_be_visible()


def test_a_token_is_shown_once_and_ended(client: TestClient, folk: Folk) -> None:
    """Its secret stands on the page that made it, and on no other."""
    anna = folk.person("Anna", age=30)
    me = Someone.of(anna, client)
    made = me.post("/me/safety/tokens", name="my robot", scopes=["designs"], days="9")
    secret = re.findall(r"fct_[\w-]+", made.text)[0]
    assert 'data-copies="token"' in made.text
    assert client.get("/api/v1/designs", headers={"Authorization": f"Bearer {secret}"}).is_success
    assert secret not in me.get("/me/safety").text
    ends = re.findall(r"/me/safety/tokens/[0-9a-f-]+/end", me.get("/me/safety").text)
    assert "opens nothing any more" in me.do(ends[0])
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/designs", headers=headers).status_code == 401


def test_a_lost_phone_is_signed_out_from_afar(client: TestClient, folk: Folk, db: Session) -> None:
    """Every other sign-in ends; this one stays."""
    anna = folk.person("Anna", age=30)
    db.add(
        SignIn(
            person_id=anna.id,
            secret_hash=b"of a phone",
            expires_at=db.scalars(select(SignIn.expires_at)).first(),
        )
    )
    db.commit()
    me = Someone.of(anna, client)
    assert "All others are signed out." in me.do("/me/safety/sign-out-elsewhere")
    db.expire_all()
    ended = {row.secret_hash: row.ended_at for row in db.scalars(select(SignIn))}
    assert ended[b"of a phone"] is not None
    assert sum(each is None for each in ended.values()) == 1


def test_somebody_sees_who_read_and_takes_all_along(
    client: TestClient, folk: Folk, db: Session
) -> None:
    """A maker by the name that they show; the copy holds what the API's does."""
    anna, ben = folk.person("Anna", age=30), folk.maker("Ben")
    db.add(Read(owner_id=anna.id, reader_id=ben.id, what="measurements"))
    db.commit()
    me = Someone.of(anna, client)

    said = me.see("/me/data")

    assert "My measurements A maker: Ben's workshop" in said
    copy = me.get("/me/data/copy")
    assert "attachment" in copy.headers["content-disposition"]
    assert json.loads(copy.text)["tables"] == anna.get("/me/export").json()["tables"]


def test_erasing_is_asked_twice_and_then_done(client: TestClient, folk: Folk, db: Session) -> None:
    """Without the tick nothing happens; with it the account is gone and nobody is signed in."""
    anna = folk.person("Anna", age=30)
    me = Someone.of(anna, client)
    assert me.post("/me/data/erase").status_code == 422
    assert "All about you is erased" in me.do("/me/data/erase", sure="yes")
    person = db.get_one(Person, anna.id)
    assert person.erased_at is not None
    assert person.name is None
    assert me.get("/me").status_code == 303


def test_a_password_is_changed_by_who_knows_it(client: TestClient, folk: Folk, db: Session) -> None:
    """A wrong one changes nothing and is said beside its field; what was typed is not sent back."""
    anna = folk.person("Anna", age=30)
    row = db.get_one(Person, anna.id)
    row.password_hash = hash_password("boat lamp carrot")
    db.commit()
    me = Someone.of(anna, client)
    said = me.post("/me/safety/password", old="a guess of mine", new="river stamp onion")
    assert said.status_code == 422
    assert "This is not your password." in said.text
    assert "a guess of mine" not in said.text
    assert "Your password is changed." in me.do(
        "/me/safety/password", old="boat lamp carrot", new="river stamp onion"
    )
    assert "Your account has a new password." in me.get("/me/news").text
    db.refresh(row)
    assert is_password(row.password_hash, "river stamp onion")


def test_the_language_can_be_changed_where_a_form_was_wrong(client: TestClient, folk: Folk) -> None:
    """Back leads to the page that has the form: where it was sent to, no page can be looked at."""
    me = Someone.of(folk.person("anna"), client)
    said = me.post("/me/safety/password", old="", new="").text
    back = re.search(r'name="back" value="([^"]*)"', said)
    assert back is not None
    assert back[1] == "/me/safety"


def test_news_is_new_until_it_was_seen(client: TestClient, folk: Folk, db: Session) -> None:
    """The way to it says how much, each says so once, and the next look finds none new."""
    anna = folk.person("anna")
    reader = Someone.of(anna, client)
    for says in (
        "Somebody wrote to you about a request.",
        "A maker would like to make it for you.",
    ):
        notices.tell(db, [anna.id], "message", None, says)
    db.commit()

    assert "2 new" in reader.get("/me").text
    assert reader.get("/me/news").text.count(">New<") == 2
    assert ">New<" not in reader.get("/me/news").text
    assert "2 new" not in reader.get("/me").text
