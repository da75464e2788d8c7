"""Requests over HTTP: written, seen, moved along, talked about, tried on."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.jobs.model import Claim, Job
from registry.people.model import Read
from registry.requests.states import State
from tests.api.folk import Folk, Who

ADDRESS = {"name": "A. Canary", "lines": ["Canary Lane 1", "1234 Porto"]}
SECRET: dict[str, Any] = {
    "wish": {"words": "CANARY-WISH", "for_makers": "Something for a viola."},
    "design": "wrist_hand",
    "measurements": {"hand_breadth_mm": 77.7},
    "address": ADDRESS,
    "size_mm": [150, 90, 40],
    "is_public": True,
    "place": {"country": "pt", "town": "Porto"},
}


def test_a_request_starts_with_a_wish_and_ends_well_without_a_device(folk: Folk) -> None:
    """No design, no measurements; "no device after all" is a good ending, and can be reopened."""
    anna = folk.person("anna")
    made = anna.post("/requests", {"wish": {"pictures": ["viola", "smile"]}})
    assert made.status_code == 201
    assert made.json()["state"] == "draft"
    path = f"/requests/{made.json()['id']}"
    assert made.headers["location"] == f"/api/v1{path}"
    assert made.headers["etag"] == '"1"'
    closed = anna.post(f"{path}/moves", {"to": "closed", "why": "no_device_after_all"}).json()
    assert closed["state"] == "closed"
    assert closed["closed_because"] == "no_device_after_all"
    assert [each["to"] for each in closed["next"]] == ["draft"]
    assert anna.post(f"{path}/moves", {"to": "draft"}).json()["closed_because"] is None


def test_a_device_may_come_first_and_the_wish_later(folk: Folk) -> None:
    """An empty draft is fine; it becomes ready once it says what the person wants."""
    anna = folk.person("anna")
    path = f"/requests/{anna.post('/requests', {}).json()['id']}"
    refused = anna.post(f"{path}/moves", {"to": "ready"})
    assert (refused.status_code, refused.json()["code"]) == (409, "needs_wish")
    ask = {"wish": {"choices": ["hold a cup"]}}
    patched = anna.call("PATCH", path, json=ask, headers={"If-Match": '"1"'})
    assert patched.status_code == 200
    assert anna.post(f"{path}/moves", {"to": "ready"}).json()["state"] == "ready"


def test_a_change_names_the_version_it_saw(folk: Folk) -> None:
    """Without one 428; with an old one 412, and nothing is overwritten."""
    anna = folk.person("anna")
    path = f"/requests/{anna.post('/requests', {}).json()['id']}"
    ask = {"wish": {"words": "one"}}
    assert anna.call("PATCH", path, json=ask).status_code == 428
    first = anna.call("PATCH", path, json=ask, headers={"If-Match": '"1"'})
    assert first.headers["etag"] == '"2"'
    late = anna.call("PATCH", path, json={"wish": None}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert anna.get(path).json()["wish"]["words"] == "one"


@pytest.mark.parametrize(
    "ask",
    [
        {"state": "making"},
        {"for_minor": False},
        {"person": "x"},
        {"design": "../etc"},
        {"size_mm": [1, 2, 3, 4]},
        {"place": {"country": "XX"}},
        {"place": {"country": "PT", "town": "No Such Town At All"}},
        {"wish": {"words": "x" * 5001}},
        {"material": "a\x00b"},
        {"place": {"country": "PT", "region": "a\x00b"}},
        {"measurements": {"hand_breadth_mm": 10**400}},
        {"measurements": {"hand_breadth_mm": {"mm": 1}}},
        {"fit_id": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_what_cannot_be_written_is_refused(folk: Folk, ask: dict[str, Any]) -> None:
    """State, version and protection are not to be written; the rest has its bounds."""
    assert folk.person("anna").post("/requests", ask).status_code == 422


def test_nobody_else_finds_a_request(folk: Folk) -> None:
    """For a stranger every address of it answers 404, whatever they send."""
    anna, eve = folk.person("anna"), folk.maker("eve")
    folk.consents(anna)
    path = folk.request(anna, **SECRET)
    answers = [
        eve.get(path),
        eve.call("PATCH", path, json={"wish": None}, headers={"If-Match": '"1"'}),
        eve.post(f"{path}/moves", {"to": "closed", "why": "other"}),
        eve.get(f"{path}/history"),
        eve.get(f"{path}/messages"),
        eve.post(f"{path}/messages", {"said": "hello"}),
        eve.get(f"{path}/pictures"),
        eve.get(f"{path}/decisions"),
        eve.post(f"{path}/decisions", {"question": "What?"}),
        eve.post(f"{path}/fit-check", {"fits": True}),
        eve.get(f"{path}/fit-check"),
        eve.get(f"{path}/outcomes"),
        eve.post(f"{path}/outcomes/1_week", {"still_in_use": True}),
    ]
    assert {each.status_code for each in answers} == {404}


def test_who_may_make_it_sees_little_before_and_the_minimum_after(folk: Folk) -> None:
    """Region, size band and design before; wish and measurements once confirmed; the address
    once it is agreed, while it has to be sent, and only where the person wrote one."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    folk.consents(anna)
    path = folk.request(anna, **SECRET)
    folk.claimed(path, ben)
    before = ben.get(path)
    assert before.json()["region"] == "Porto"
    assert before.json()["size_band"] == "10 to 20 cm"
    assert before.json()["for_makers"] == "Something for a viola."
    assert before.json()["size_mm"] is None
    for hidden in ("CANARY", "77.7", "anna", str(anna.id)):
        assert hidden not in before.text
    assert ben.get(f"{path}/messages").status_code == 403
    assert ben.get(f"{path}/pictures").status_code == 403
    folk.matched(path, ben, to=State.DESIGNING)
    after = ben.get(path)
    assert after.json()["measurements"] == {"hand_breadth_mm": 77.7}
    assert after.json()["name"] == "anna"
    assert "Canary Lane" not in after.text
    assert str(anna.id) not in after.text
    folk.at(path, State.AGREED)
    assert ben.get(path).json()["address"] == ADDRESS
    folk.at(path, State.IN_USE)
    later = ben.get(path)
    for hidden in ("CANARY", "77.7", "Canary Lane"):
        assert hidden not in later.text


def test_an_address_that_nobody_wrote_is_not_seen_and_not_noted(folk: Folk) -> None:
    """Where it is handed over in person there is none."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    folk.consents(anna)
    path = folk.request(anna)
    folk.matched(path, ben)
    folk.at(path, State.AGREED)
    seen = ben.get(path).json()
    assert "address" not in seen["sees"]
    assert seen["address"] is None


def test_the_person_sees_who_read_what(folk: Folk) -> None:
    """Reads by the maker are noted; the person's own and a steward's look at the clock are not."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    steward = folk.person("steward", is_steward=True)
    folk.consents(anna)
    path = folk.request(anna, **SECRET)
    anna.get(path)
    seen = steward.get(path)
    assert seen.json()["sees"] == ["clock"]
    for hidden in ("CANARY", "77.7", "Porto", "wrist_hand", str(anna.id)):
        assert hidden not in seen.text
    assert anna.get("/me/reads").json()["reads"] == []
    folk.matched(path, ben)
    ben.get(path)
    reads = anna.get("/me/reads").json()["reads"]
    assert {each["what"] for each in reads} == {"wish", "measurements"}
    assert {each["reader_id"] for each in reads} == {str(ben.id)}


def test_lists_are_paged_and_ones_own(folk: Folk) -> None:
    """Each list holds what is mine in that role, newest first, a page at a time."""
    anna, ben, sue = folk.person("anna"), folk.maker("ben"), folk.person("sue")
    folk.consents(anna)
    folk.supports(sue, anna)
    paths = [folk.request(anna) for _ in range(5)]
    folk.matched(paths[2], ben)
    ids: list[str] = []
    address = "/requests?limit=2"
    while address:
        page = anna.get(address).json()
        ids += [each["id"] for each in page["requests"]]
        address = f"/requests?limit=2&cursor={page['next']}" if page["next"] else ""
    assert ids == [path.rpartition("/")[2] for path in reversed(paths)]
    assert len(sue.get("/requests?role=supporter").json()["requests"]) == 5
    made = ben.get("/requests?role=maker").json()["requests"]
    assert [each["id"] for each in made] == [paths[2].rpartition("/")[2]]
    assert ben.get("/requests").json()["requests"] == []
    assert anna.get("/requests?cursor=rubbish").status_code == 422


def test_what_happens_next_is_told_to_each_in_their_own_way(folk: Folk) -> None:
    """The person is told what is missing; the maker is told only what a maker can do."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    draft = anna.post("/requests", {"wish": {"words": "x"}}).json()
    assert draft["turn"]["whose"] == "person"
    path = f"/requests/{draft['id']}"
    ready = anna.post(f"{path}/moves", {"to": "ready"}).json()
    opening = next(each for each in ready["next"] if each["to"] == "open")
    assert [each["code"] for each in opening["missing"]] == ["needs_consent"]
    refused = anna.post(f"{path}/moves", {"to": "open"})
    assert (refused.status_code, refused.json()["code"]) == (409, "needs_consent")
    folk.consents(anna)
    assert anna.post(f"{path}/moves", {"to": "open"}).json()["turn"]["whose"] == "makers"
    folk.claimed(path, ben)
    assert anna.get(path).json()["turn"]["whose"] == "person"
    folk.matched(path, ben)
    assert {each["to"] for each in ben.get(path).json()["next"]} == {"designing"}
    assert {each["to"] for each in anna.get(path).json()["next"]} == {
        "designing",
        "paused",
        "closed",
    }


def test_a_paused_request_goes_on_only_where_it_was(folk: Folk) -> None:
    """Paused while open, it comes back as ready; paused while it is made, it is looked at anew."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    folk.consents(anna)
    path = folk.request(anna)
    assert anna.post(f"{path}/moves", {"to": "paused"}).json()["paused_from"] == "open"
    refused = anna.post(f"{path}/moves", {"to": "fit_check"})
    assert refused.json()["code"] == "not_where_it_was"
    assert {each["to"] for each in anna.get(path).json()["next"]} == {"ready", "closed"}
    anna.post(f"{path}/moves", {"to": "ready"})
    anna.post(f"{path}/moves", {"to": "open"})
    folk.matched(path, ben, to=State.DESIGNING)
    folk.at(path, State.MAKING)
    anna.post(f"{path}/moves", {"to": "paused"})
    assert ben.get(path).json()["measurements"] is None
    assert anna.post(f"{path}/moves", {"to": "ready"}).json()["code"] == "not_where_it_was"
    assert anna.post(f"{path}/moves", {"to": "designing"}).json()["state"] == "designing"


def test_leaving_open_takes_the_job_from_the_makers_list(folk: Folk, db: Session) -> None:
    """The job is no longer offered, a claim that waits ends, and its number has grown."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    folk.consents(anna)
    path = folk.request(anna)
    folk.claimed(path, ben)
    anna.post(f"{path}/moves", {"to": "draft"})
    job = db.scalars(select(Job)).one()
    assert (job.is_offered, job.holder_id, job.claim) == (False, None, 2)
    assert db.scalars(select(Claim.ended_because)).one() == "request_left"
    assert ben.get(path).status_code == 404
    anna.post(f"{path}/moves", {"to": "ready"})
    anna.post(f"{path}/moves", {"to": "open"})
    db.refresh(job)
    assert job.is_offered


def test_what_is_being_made_is_not_changed_under_the_makers_hands(folk: Folk) -> None:
    """It has to go back to designing first, with a reason that the maker can read."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    folk.consents(anna)
    path = folk.request(anna, **SECRET)
    folk.matched(path, ben, to=State.DESIGNING)
    folk.at(path, State.MAKING)
    seen = anna.get(path).headers["etag"]
    ask = {"measurements": {"hand_breadth_mm": 80}}
    refused = anna.call("PATCH", path, json=ask, headers={"If-Match": seen})
    assert (refused.status_code, refused.json()["code"]) == (409, "being_made")
    without = anna.post(f"{path}/moves", {"to": "designing"})
    assert without.json()["code"] == "needs_reason"
    anna.post(f"{path}/moves", {"to": "designing", "why": "My wrist is swollen."})
    assert ben.get(path).json()["why"] == "My wrist is swollen."
    seen = anna.get(path).headers["etag"]
    assert anna.call("PATCH", path, json=ask, headers={"If-Match": seen}).status_code == 200


def test_the_history_says_what_happened_and_repeats_nobodys_words(folk: Folk) -> None:
    """Every change is there, told by what its maker was to the request."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    folk.consents(anna)
    path = folk.request(anna, **SECRET)
    folk.matched(path, ben, to=State.DESIGNING)
    ben.post(f"{path}/messages", {"said": "CANARY-SAID"})
    history = anna.get(f"{path}/history")
    told = [(each["what"], each["by"], each["detail"].get("to")) for each in history.json()]
    assert told == [
        ("request.written", "you", None),
        ("request.moved", "you", "ready"),
        ("request.moved", "you", "open"),
        ("request.moved", "maker", "matched"),
        ("request.moved", "maker", "designing"),
        ("message.said", "maker", None),
    ]
    assert "CANARY" not in history.text
    assert str(ben.id) not in history.text


def test_people_talk_once_a_maker_is_confirmed(folk: Folk) -> None:
    """Not before; then both, a supporter only where they may; and newest first."""
    anna, ben, sue, tom = folk.person("anna"), folk.maker("ben"), *map(folk.person, ("sue", "tom"))
    folk.consents(anna)
    folk.supports(sue, anna, "message")
    folk.supports(tom, anna, "write")
    path = folk.request(anna)
    assert anna.post(f"{path}/messages", {"said": "anyone?"}).json()["code"] == "nobody_there"
    folk.matched(path, ben)
    for who in (anna, ben, sue):
        assert who.post(f"{path}/messages", {"said": "hello"}).status_code == 201
    assert tom.post(f"{path}/messages", {"said": "hello"}).status_code == 403
    assert tom.get(f"{path}/messages").status_code == 403
    said = ben.get(f"{path}/messages").json()["messages"]
    assert [each["by"] for each in said] == ["supporter", "maker", "person"]
    kinds = [each["kind"] for each in anna.get("/me/notices").json()["notices"]]
    assert kinds.count("message") == 2


def _photo(size: tuple[int, int] = (60, 30), kind: str = "JPEG") -> bytes:
    picture = Image.new("RGB", size, "red")
    exif = Image.Exif()
    exif[0x0112] = 6  # Turned on its side.
    exif[0x010F] = "CANARY-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = "CANARY-GPS"
    made = io.BytesIO()
    picture.save(made, kind, exif=exif, comment=b"CANARY-COMMENT")
    return made.getvalue()


def _send(who: Who, path: str, data: bytes, name: str = "a.jpg", kind: str = "image/jpeg") -> Any:
    files = {"picture": (name, data, kind)}
    return who.call("POST", f"{path}/pictures", files=files, data={"about": "my hand"})


def test_a_picture_keeps_its_pixels_and_nothing_else(folk: Folk) -> None:
    """It is upright, without place, camera or comment, and only for who works on it."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    folk.consents(anna)
    path = folk.request(anna)
    photo = _photo()
    assert b"CANARY-GPS" in photo
    sent = _send(anna, path, photo, "C:\\..\\me.exe", "text/html")
    assert sent.status_code == 201, sent.text
    address = sent.json()["address"].removeprefix("/api/v1")
    got = anna.get(address)
    assert got.headers["content-type"] == "image/jpeg"
    assert b"CANARY" not in got.content
    picture = Image.open(io.BytesIO(got.content))
    assert picture.size == (30, 60)
    assert not picture.getexif()
    assert ben.get(address).status_code == 404
    folk.matched(path, ben)
    assert ben.get(address).status_code == 200
    assert anna.get("/me/reads").json()["reads"][0]["what"] == "pictures"
    assert ben.delete(address).status_code == 403
    assert anna.delete(address).status_code == 204
    assert anna.get(address).status_code == 404


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 415),
        (b"<html>not a picture</html>", 415),
        (b"%PDF-1.7", 415),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', 415),
        (b"GIF89a" + bytes(40), 415),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), 415),
        (_photo((900, 900))[:-2000], 422),
        (_photo((8000, 6000), "PNG"), 413),
        (bytes(16 << 20), 413),
    ],
    ids=["empty", "html", "pdf", "svg", "gif", "headless", "cut off", "many pixels", "many bytes"],
)
def test_what_is_no_picture_is_refused(folk: Folk, db: Session, data: bytes, status: int) -> None:
    """By its content, whatever it says of itself; nothing of it is kept."""
    anna = folk.person("anna")
    path = f"/requests/{anna.post('/requests', {}).json()['id']}"
    assert _send(anna, path, data).status_code == status
    assert anna.get(f"{path}/pictures").json() == []
    assert db.connection().exec_driver_sql("SELECT count(*) FROM files").scalar_one() == 0


def test_whoever_wears_it_says_whether_it_fits(folk: Folk) -> None:
    """Not the maker, nor a supporter; a device that does not fit is made again."""
    anna, ben, sue = folk.person("anna"), folk.maker("ben"), folk.person("sue")
    folk.consents(anna)
    folk.supports(sue, anna, "write", "measure", "message")
    path = folk.request(anna)
    folk.matched(path, ben, to=State.DESIGNING)
    ask = {"fits": False, "answers": {"where": "It rubs."}}
    assert anna.post(f"{path}/fit-check", ask).json()["code"] == "nothing_to_try_on"
    folk.at(path, State.RECEIVED)
    for other in (ben, sue):
        assert other.post(f"{path}/fit-check", ask).status_code == 403
    assert anna.post(f"{path}/fit-check", ask).json()["state"] == "remake"
    assert ben.get(f"{path}/fit-check").json()[0]["answers"] == {"where": "It rubs."}
    folk.at(path, State.FIT_CHECK)
    assert anna.post(f"{path}/fit-check", {"fits": True}).json()["state"] == "in_use"


def test_how_it_goes_is_asked_at_five_times(folk: Folk, db: Session) -> None:
    """Only the person answers; no longer in use can be said at any time."""
    from registry.outcomes.usecases import ask_due

    anna, ben = folk.person("anna"), folk.maker("ben")
    folk.consents(anna)
    path = folk.request(anna)
    folk.matched(path, ben)
    folk.at(path, State.FIT_CHECK)
    anna.post(f"{path}/fit-check", {"fits": True})
    rows = anna.get(f"{path}/outcomes").json()
    assert [each["after"] for each in rows] == [
        "1_week",
        "1_month",
        "3_months",
        "6_months",
        "12_months",
    ]
    early = anna.post(f"{path}/outcomes/1_week", {"still_in_use": True})
    assert (early.status_code, early.json()["code"]) == (409, "not_yet")
    assert ask_due(db) == 0
    with clock.later(timedelta(days=8)):
        assert ask_due(db) == 1
        assert ask_due(db) == 0
        db.commit()
        kinds = [each["kind"] for each in anna.get("/me/notices").json()["notices"]]
        assert kinds.count("outcome_asked") == 1
        assert ben.post(f"{path}/outcomes/1_week", {"still_in_use": True}).status_code == 403
        ask = {"still_in_use": True, "answers": {"comfortable": "yes"}}
        assert anna.post(f"{path}/outcomes/1_week", ask).json()["still_in_use"] is True
    assert anna.post(f"{path}/outcomes/1_month", {"still_in_use": False}).status_code == 200


def test_outcomes_of_a_design_are_told_from_five_people_on(folk: Folk) -> None:
    """Four people's answers could be somebody's; one person's two devices count once."""
    slug = "wrist_hand"
    people = [folk.person(f"p{n}") for n in range(5)]
    stranger = folk.client
    for n, who in enumerate([*people[:4], people[0]]):
        _in_use(folk, who, still=n % 2 == 0)
    assert stranger.get(f"/api/v1/designs/{slug}/outcomes").json()["counts"] == []
    _in_use(folk, people[4], still=False)
    counts = stranger.get(f"/api/v1/designs/{slug}/outcomes").json()["counts"]
    assert counts == [{"after": "1_week", "answered": 5, "still_in_use": 2}]


def _in_use(folk: Folk, who: Who, *, still: bool) -> None:
    folk.consents(who)
    path = folk.request(who, design="wrist_hand")
    folk.matched(path, folk.maker("m"))
    folk.at(path, State.FIT_CHECK)
    assert who.post(f"{path}/fit-check", {"fits": True}).status_code == 200
    with clock.later(timedelta(days=8)):
        told = who.post(f"{path}/outcomes/1_week", {"still_in_use": still})
        assert told.status_code == 200


def test_reading_a_request_twice_is_noted_twice(folk: Folk, db: Session) -> None:
    """Each look is told, so that a curious maker stands out."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    folk.consents(anna)
    path = folk.request(anna)
    folk.matched(path, ben)
    for _ in range(2):
        ben.get(path)
    assert len(db.scalars(select(Read).where(Read.owner_id == anna.id)).all()) == 2


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_measurement_is_a_number(folk: Folk, number: str) -> None:
    """What JSON has no words for is refused, and breaks nothing."""
    anna = folk.person("anna")
    body = f'{{"measurements": {{"hand_breadth_mm": {number}}}}}'
    headers = {"Content-Type": "application/json"}
    assert anna.call("POST", "/requests", content=body, headers=headers).status_code == 422
