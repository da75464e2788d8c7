"""Decisions over HTTP: nothing is made without the person's own yes to that exact recipe."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.decisions.model import Answer
from registry.requests.states import State
from tests.api.folk import Folk, Who


@pytest.fixture
def anna(folk: Folk) -> Who:
    """Somebody who needs a device."""
    who = folk.person("anna", age=30)
    folk.consents(who)
    return who


@pytest.fixture
def ben(folk: Folk) -> Who:
    """Somebody who makes devices."""
    return folk.maker("ben")


@pytest.fixture
def path(folk: Folk, anna: Who, ben: Who) -> str:
    """Anna's request, which Ben and she are designing."""
    found = folk.request(anna)
    folk.matched(found, ben, to=State.DESIGNING)
    return found


def _make(who: Who, path: str) -> str:
    """Begin to make; "making", or the code of the refusal."""
    answer = who.post(f"{path}/moves", {"to": "making"}).json()
    return str(answer.get("code", answer.get("state")))


def test_a_yes_to_the_kits_recipe_makes_it_agreed_and_then_it_may_be_made(
    folk: Folk, anna: Who, ben: Who, path: str
) -> None:
    """Either side proposes; the person answers in their own words; only then it is made."""
    answers = folk.put(ben, path, folk.kit(path))
    assert _make(ben, path) == "no_such_move"
    said = anna.post(answers, {"answer": "yes", "words": "The green one!"})
    assert (said.status_code, said.json()["state"]) == (201, "agreed")
    assert _make(anna, path) == "not_yours_to_move"
    assert _make(ben, path) == "making"
    told = ben.get(f"{path}/decisions").json()[0]
    assert told["proposed_by"] == "maker"
    assert told["answers"][0]["words"] == "The green one!"
    assert told["answers"][0]["role"] == "person"


@pytest.mark.parametrize("to", ["agreed", "making"])
def test_nobody_moves_there_by_hand(folk: Folk, anna: Who, ben: Who, path: str, to: str) -> None:
    """Agreed follows from the yes alone, and there is no way round it."""
    folk.kit(path)
    for who in (anna, ben):
        assert who.post(f"{path}/moves", {"to": to}).status_code in (403, 409)
    assert folk.state(path) == "designing"


def test_a_yes_is_good_for_its_own_recipe_only(folk: Folk, anna: Who, ben: Who, path: str) -> None:
    """A yes to a recipe that is not the kit agrees to nothing; nor after the kit changed."""
    other = folk.kit(path, is_kit=False)
    folk.kit(path)
    assert anna.post(folk.put(ben, path, other), {"answer": "yes"}).json()["state"] == "designing"
    answers = folk.put(ben, path, folk.kit(path))
    assert anna.post(answers, {"answer": "yes"}).json()["state"] == "agreed"
    folk.kit(path)  # Made anew after the yes.
    assert _make(ben, path) == "needs_yes_to_recipe"


@pytest.mark.parametrize("said", ["no", "change", "not_sure"])
@pytest.mark.parametrize("begun", [False, True])
def test_anything_else_than_yes_takes_it_back(
    folk: Folk, anna: Who, ben: Who, path: str, *, said: str, begun: bool
) -> None:
    """Later, at any time before it is sent: back to designing, and not to making without a yes."""
    answers = folk.put(ben, path, folk.kit(path))
    anna.post(answers, {"answer": "yes"})
    if begun:
        assert _make(ben, path) == "making"
    assert anna.post(answers, {"answer": said}).json()["state"] == "designing"
    assert _make(ben, path) == "no_such_move"
    assert anna.post(answers, {"answer": "yes"}).json()["state"] == "agreed"


def test_stop_lets_it_rest(folk: Folk, anna: Who, ben: Who, path: str, db: Session) -> None:
    """Stop pauses the request, whatever was asked; every answer before stays as it was."""
    answers = folk.put(ben, path, folk.kit(path))
    for said in ("yes", "no", "yes", "stop"):
        anna.post(answers, {"answer": said})
    assert folk.state(path) == "paused"
    told = [each.answer for each in db.scalars(select(Answer).order_by(Answer.at))]
    assert told == ["yes", "no", "yes", "stop"]
    assert anna.post(f"{path}/moves", {"to": "designing"}).json()["state"] == "designing"
    assert anna.post(answers, {"answer": "yes"}).json()["state"] == "agreed"


def test_a_newer_recipe_ends_the_older_yes(folk: Folk, anna: Who, ben: Who, path: str) -> None:
    """Even put by the maker, and even if it is the same one: it is answered anew."""
    fit = folk.kit(path)
    first = folk.put(ben, path, fit)
    anna.post(first, {"answer": "yes"})
    second = folk.put(ben, path, fit)
    assert folk.state(path) == "designing"
    assert anna.post(first, {"answer": "yes"}).json()["state"] == "designing"
    assert anna.post(second, {"answer": "yes"}).json()["state"] == "agreed"
    # No to the same recipe, said to the older question, is a no all the same.
    assert anna.post(first, {"answer": "no"}).json()["state"] == "designing"


def test_changed_measurements_end_the_agreement(folk: Folk, anna: Who, ben: Who, path: str) -> None:
    """What was agreed to is no longer what would be asked for."""
    anna.post(folk.put(ben, path, folk.kit(path)), {"answer": "yes"})
    seen = anna.get(path).headers["etag"]
    ask = {"measurements": {"hand_breadth_mm": 81}}
    changed = anna.call("PATCH", path, json=ask, headers={"If-Match": seen})
    assert changed.json()["state"] == "designing"


def test_made_again_is_decided_again(folk: Folk, anna: Who, ben: Who, path: str) -> None:
    """A yes before the device was tried says nothing about making it once more."""
    answers = folk.put(ben, path, folk.kit(path))
    anna.post(answers, {"answer": "yes"})
    _make(ben, path)
    anna.post(f"{path}/moves", {"to": "received"})
    anna.post(f"{path}/fit-check", {"fits": False})
    assert ben.post(f"{path}/moves", {"to": "designing"}).json()["state"] == "designing"
    folk.at(path, State.AGREED)  # Even if somebody forced it there.
    assert _make(ben, path) == "needs_yes_to_recipe"


def test_nobody_answers_for_the_person(folk: Folk, anna: Who, ben: Who, path: str) -> None:
    """A supporter with every grant cannot; the maker's own yes counts for nothing."""
    sue = folk.person("sue")
    folk.supports(sue, anna, "write", "measure", "message")
    answers = folk.put(sue, path, folk.kit(path))
    refused = sue.post(answers, {"answer": "yes"})
    assert (refused.status_code, refused.json()["code"]) == (403, "only_the_person")
    assert ben.post(answers, {"answer": "yes"}).json()["state"] == "designing"
    assert ben.post(answers, {"answer": "stop"}).json()["state"] == "designing"
    assert anna.post(answers, {"answer": "yes"}).json()["state"] == "agreed"
    assert sue.post(answers, {"answer": "no"}).status_code == 403
    assert ben.post(answers, {"answer": "no"}).json()["state"] == "agreed"


@pytest.mark.parametrize(
    ("state", "proved", "code"),
    [("queued", False, "fit_not_done"), ("done", False, "fit_not_proved")],
)
def test_only_what_is_done_and_proved_is_put_to_anybody(
    folk: Folk, ben: Who, path: str, *, state: str, proved: bool, code: str
) -> None:
    """A recipe names its fit, and every check of it held."""
    fit = folk.kit(path, state=state, proved=proved)
    ask = {"kind": "recipe", "question": "This?", "fit_id": fit}
    refused = ben.post(f"{path}/decisions", ask)
    assert (refused.status_code, refused.json()["code"]) == (409, code)
    without = ben.post(f"{path}/decisions", {"kind": "recipe", "question": "This?"})
    assert without.status_code == 422


def test_another_persons_fit_is_not_to_be_found(folk: Folk, anna: Who, ben: Who, path: str) -> None:
    """Nobody puts a stranger's recipe to somebody, nor learns that there is one."""
    eve = folk.person("eve")
    folk.consents(eve)
    fit = folk.kit(folk.request(eve))
    ask = {"kind": "recipe", "question": "This?", "fit_id": fit}
    assert [who.post(f"{path}/decisions", ask).status_code for who in (anna, ben)] == [404, 404]
    answers = folk.put(ben, path, folk.kit(path))
    decision = answers.split("/")[-2]
    theirs = folk.request(eve)
    elsewhere = eve.post(f"{theirs}/decisions/{decision}/answers", {"answer": "yes"})
    assert elsewhere.status_code == 404


def test_other_decisions_move_nothing(anna: Who, ben: Who, path: str) -> None:
    """The colour is decided like this too: who was there, what there was, what was said."""
    ask = {
        "question": "Which colour?",
        "options": ["green", "blue"],
        "present": ["Anna", "her sister"],
    }
    made = anna.post(f"{path}/decisions", ask).json()
    answers = f"{path}/decisions/{made['id']}/answers"
    assert ben.post(answers, {"answer": "no", "words": "I have no green."}).status_code == 201
    assert anna.post(answers, {"answer": "yes", "words": "Blue."}).json()["state"] == "designing"
    told = anna.get(f"{path}/decisions").json()[0]
    assert told["present"] == ["Anna", "her sister"]
    assert [(each["role"], each["answer"]) for each in told["answers"]] == [
        ("maker", "no"),
        ("person", "yes"),
    ]


class TestUnder18:
    """For somebody under 18 it takes their own yes and their guardian's."""

    @pytest.fixture
    def kim(self, folk: Folk) -> Who:
        """Twelve years old."""
        return folk.person("kim", age=12)

    @pytest.fixture
    def mum(self, folk: Folk, kim: Who) -> Who:
        """Kim's guardian."""
        who = folk.person("mum", age=41)
        folk.guards(who, kim)
        folk.consents(kim)
        folk.consents(kim, by=who)
        return who

    @pytest.fixture
    def path(self, folk: Folk, kim: Who, mum: Who, ben: Who) -> str:
        """Kim's request, written by their mother, which Ben designs with them."""
        found = folk.request(kim, by=mum)
        folk.matched(found, ben, to=State.DESIGNING)
        return found

    @pytest.mark.parametrize("first", ["kim", "mum"])
    def test_it_takes_both(
        self, folk: Folk, kim: Who, mum: Who, ben: Who, path: str, *, first: str
    ) -> None:
        """In either order; one alone agrees to nothing."""
        answers = folk.put(ben, path, folk.kit(path))
        one, other = (kim, mum) if first == "kim" else (mum, kim)
        assert one.post(answers, {"answer": "yes"}).json()["state"] == "designing"
        both = other.post(answers, {"answer": "yes"})
        assert both.json()["state"] == "agreed"
        roles = [each["role"] for each in ben.get(f"{path}/decisions").json()[0]["answers"]]
        assert set(roles) == {"person", "guardian"}
        assert _make(ben, path) == "making"

    @pytest.mark.parametrize("said", ["no", "stop", "change", "not_sure"])
    @pytest.mark.parametrize("begun", [False, True])
    def test_the_young_persons_no_stops_it(
        self, folk: Folk, kim: Who, mum: Who, ben: Who, path: str, *, said: str, begun: bool
    ) -> None:
        """Even when the guardian said yes, and whatever the guardian says afterwards."""
        answers = folk.put(ben, path, folk.kit(path))
        for who in (mum, kim):
            who.post(answers, {"answer": "yes"})
        if begun:
            _make(ben, path)
        kim.post(answers, {"answer": said})
        assert folk.state(path) == ("paused" if said == "stop" else "designing")
        mum.post(answers, {"answer": "yes"})
        assert folk.state(path) != "agreed"
        assert _make(ben, path) == "no_such_move"

    def test_a_guardianship_in_dispute_agrees_to_nothing(
        self, folk: Folk, kim: Who, mum: Who, ben: Who, path: str
    ) -> None:
        """Frozen, the guardian's yes no longer counts, and they no longer find the request."""
        answers = folk.put(ben, path, folk.kit(path))
        for who in (mum, kim):
            who.post(answers, {"answer": "yes"})
        assert folk.state(path) == "agreed"
        guardianship = kim.get("/me/guardians").json()[0]["id"]
        assert kim.post(f"/me/guardians/{guardianship}/freeze").status_code == 200
        assert _make(ben, path) == "needs_yes_to_recipe"
        assert mum.get(path).status_code == 404

    def test_nothing_opens_without_both_consents(self, kim: Who, mum: Who) -> None:
        """The guardian's agreement alone shows a child's request to nobody."""
        for each in kim.get("/me/consents").json():
            if each["given_by_id"] == str(kim.id):
                kim.delete(f"/me/consents/{each['id']}")
        made = mum.post("/requests", {"person_id": str(kim.id), "wish": {"words": "x"}}).json()
        assert made["for_minor"] is True
        other = f"/requests/{made['id']}"
        mum.post(f"{other}/moves", {"to": "ready"})
        refused = mum.post(f"{other}/moves", {"to": "open"})
        assert refused.json()["code"] == "needs_consent"
        kim.post("/me/consents", {"purpose": "share_with_makers", "words_version": "1"})
        assert mum.post(f"{other}/moves", {"to": "open"}).json()["state"] == "open"

    def test_the_guardian_is_the_only_correspondent_of_the_maker(
        self, folk: Folk, kim: Who, mum: Who, ben: Who, path: str
    ) -> None:
        """The child neither gets nor sends messages here, nor does a supporter."""
        sue = folk.person("sue")
        folk.supports(sue, kim, "message")
        assert ben.post(f"{path}/messages", {"said": "Hello Kim"}).status_code == 201
        assert mum.post(f"{path}/messages", {"said": "Hello"}).status_code == 201
        for who in (kim, sue):
            assert who.post(f"{path}/messages", {"said": "hi"}).json()["code"] == "guardian_writes"
            assert who.get(f"{path}/messages").json()["code"] == "guardian_reads"
        assert len(mum.get(f"{path}/messages").json()["messages"]) == 2
        kinds = {each["kind"] for each in kim.get("/me/notices").json()["notices"]}
        assert "message" not in kinds


def test_a_no_and_a_beginning_at_the_same_moment_end_without_making(
    folk: Folk, anna: Who, ben: Who, path: str
) -> None:
    """Whichever comes first, it is not being made afterwards; none of them breaks."""
    answers = folk.put(ben, path, folk.kit(path))
    for _ in range(10):
        assert anna.post(answers, {"answer": "yes"}).json()["state"] == "agreed"
        with ThreadPoolExecutor(2) as pool:
            begun = pool.submit(ben.post, f"{path}/moves", {"to": "making"})
            said = pool.submit(anna.post, answers, {"answer": "no"})
            assert begun.result().status_code in (200, 409)
            assert said.result().json()["state"] == "designing"
        assert folk.state(path) == "designing"


def test_who_proposed_takes_it_back_and_it_stays_to_be_read(
    folk: Folk, anna: Who, ben: Who, path: str
) -> None:
    """What was agreed by it is designed anew; the reason, the answers and the option are kept."""
    fit = folk.kit(path)
    made = ben.post(
        f"{path}/decisions",
        {
            "kind": "recipe",
            "question": "Like this?",
            "fit_id": fit,
            "options": ["teal", "amber"],
            "present": ["Anna", "Ben"],
        },
    )
    decision = f"{path}/decisions/{made.json()['id']}"
    none = anna.post(f"{decision}/answers", {"answer": "yes", "option": "red"})
    assert (none.status_code, none.json()["problems"][0]["field"]) == (422, "option")
    yes = {"answer": "yes", "option": "teal", "words": "Teal, please!"}
    assert anna.post(f"{decision}/answers", yes).json()["state"] == "agreed"
    why = {"why": "I measured again."}
    assert anna.post(f"{decision}/withdrawal", why).json()["code"] == "not_yours_to_withdraw"
    back = ben.post(f"{decision}/withdrawal", why)
    assert back.status_code == 200, back.text
    assert folk.state(path) == "designing"
    assert anna.post(f"{decision}/answers", yes).json()["code"] == "taken_back"
    assert ben.post(f"{decision}/withdrawal", why).json()["code"] == "taken_back"
    told = anna.get(f"{path}/decisions").json()[0]
    assert told["why_withdrawn"] == "I measured again."
    assert told["withdrawn_at"]
    assert (told["proposed_by"], told["is_mine"]) == ("maker", False)
    assert told["present"] == ["Anna", "Ben"]
    assert (told["answers"][0]["option"], told["answers"][0]["words"]) == ("teal", "Teal, please!")


def test_a_recipe_taken_back_stops_the_making(folk: Folk, anna: Who, ben: Who, path: str) -> None:
    """Nothing is made by a recipe that is no longer on the table."""
    answers = folk.put(ben, path, folk.kit(path))
    anna.post(answers, {"answer": "yes"})
    assert _make(ben, path) == "making"
    assert ben.post(answers.replace("answers", "withdrawal"), {}).status_code == 200
    assert folk.state(path) == "designing"
    assert _make(ben, path) == "no_such_move"


def test_a_former_maker_is_still_told_as_the_maker_who_proposed(
    anna: Who, ben: Who, path: str
) -> None:
    """What somebody was at that moment stays in the record."""
    ben.post(f"{path}/decisions", {"question": "Which colour?", "options": ["red"]})
    anna.post(f"{path}/moves", {"to": "closed", "why": "found_elsewhere"})
    assert anna.get(f"{path}/decisions").json()[0]["proposed_by"] == "maker"
