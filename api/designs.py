"""Every design there is: the library's own, and forks, which are derived from them.

A fork's version is its parent with other defaults, ranges and words; the parent's build function
makes it, unchanged. So a fork of a fork of a design is that design's function with what each of
them changed, in order. Nothing that a fork says is ever run.
"""

from __future__ import annotations

import difflib
import heapq
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy.orm import Session

from api.shelves import look_in_more_folders
from designs import discover
from parametric.adapted import Change, adapted
from parametric.design import Design, LoadClass
from parametric.params import ParameterInfo, describe
from parametric.problems import BadParameters, Problem
from parametric.proof import digest_of
from parametric.resolve import wrong_with
from registry.adaptations import queries, reviews
from registry.adaptations.document import (
    ForkDocument,
    licence_problems,
    read,
    structure,
)
from registry.adaptations.model import Certificate, Fork, ForkVersion, Review
from registry.adaptations.usecases import Credit, lineage
from registry.errors import Conflict, FieldProblem, Invalid, NotFound

BODY: Final = frozenset({"sound hand", "residual limb"})
"""Groups of parameters that are measured on a person: a fork has ranges for them, never values."""

WIDER: Final = 0.5
"""How far a fork may reach beyond the library's own range, as a share of that range, at each end.
Further out nobody thought when the design was made, and a proof could take for ever."""

DRAFT: Final = "draft"
"""Stands where a version has its number."""

_log = logging.getLogger(__name__)

Reviewed: TypeAlias = Literal["not_needed", "library", "waiting", "reviewed", "not_sound"]
Presets: TypeAlias = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Listed:
    """One design as a list shows it.

    Attributes:
        design: the design, None for a fork whose parent's version is not here any more.
        row: of a fork's version; None for the library's own.
        certificate: as far as it is; None where none was asked for.
        review: of a fork's version, the newest.
    """

    slug: str
    version: str
    design: Design | None
    row: ForkVersion | None
    certificate: Certificate | None
    review: Review | None

    @property
    def proved(self) -> bool:
        """Whether its own certificate holds."""
        return self.design is not None and _holds(self.design, self.certificate)

    @property
    def is_tested(self) -> bool:
        """Whether its certificate, whatever that says, is about the design as it is here."""
        document = self.certificate.document if self.certificate is not None else None
        return bool(
            self.design is not None
            and document is not None
            and document.get("digest") == _digest(self.design)
        )

    @property
    def reviewed(self) -> Reviewed:
        """Where its review stands: what is worn or gripped needs a reviewer with a name."""
        if self.design is not None and self.design.load_class is LoadClass.GREEN:
            return "not_needed"
        if self.row is None:
            return "library"
        if self.review is None:
            return "waiting"
        return "reviewed" if self.review.holds else "not_sound"


@dataclass(frozen=True)
class Source:
    """Names one version of one design, so that a child without a database finds it.

    Attributes:
        slug: of the design.
        version: of the design, exact.
        more: of a fork: ``root``, the library's design and version that it came from, and
            ``chain``, what each fork on the way to it says, eldest first; plain data, as in JSON.
    """

    slug: str
    version: str
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The library's design that it came from, or itself."""
        return str(self.more["root"]["slug"]) if self.more else self.slug


def locate(session: Session, slug: str, version: str | None = None) -> Source:
    """Return where a design is, the newest version unless one is named.

    Raises:
        NotFound: there is no such design, or it has no such version.
    """
    own = library(slug)
    if own is not None:
        if version not in (None, own.version):
            raise NotFound("version of this design")
        return Source(slug, own.version)
    row = queries.version_of(session, slug, version)
    if row is None:
        exists = version is not None and queries.version_of(session, slug, None) is not None
        raise NotFound("version of this design" if exists else "design")
    return _source(queries.chain_of(session, row))


def load(source: Source) -> Design:
    """Return the design, without a database.

    Raises:
        NotFound: it has gone, or another version has taken its place.
        Conflict: ``parent_moved_on``: a fork of a version that the library has no more.
    """
    root = source.more.get("root", {"slug": source.slug, "version": source.version})
    design = library(root["slug"])
    if design is None or design.version != root["version"]:
        if not source.more:
            raise NotFound("version of this design")
        raise Conflict(
            "parent_moved_on",
            f"{source.slug} {source.version} builds on {root['slug']} {root['version']}, "
            "which is not here any more.",
            "Its makers can put their draft on the new version and release that.",
        )
    for each in source.more.get("chain", ()):
        design = _derive(design, each["slug"], each["version"], each["document"])
    return design


def find(session: Session, slug: str, version: str | None = None) -> Design:
    """Return a design of the library, or a version of a fork; the newest where none is named.

    Raises:
        NotFound: there is none of this name and version.
        Conflict: ``parent_moved_on``: see `load`.
    """
    return load(locate(session, slug, version))


def library(slug: str) -> Design | None:
    """Return one of the library's own designs, None where there is none that works."""
    look_in_more_folders()
    if slug.startswith("_"):
        # For people to copy.
        return None
    try:
        return discover.find(slug)
    except discover.NoSuchDesign:
        return None
    except discover.BrokenDesign as error:
        _log.warning("%s cannot be used", slug, exc_info=error)
        return None


def is_librarys(slug: str) -> bool:
    """Whether the library has a design of this name, also one that does not work."""
    look_in_more_folders()
    return slug in discover.slugs()


def close_to(slug: str) -> tuple[str, ...]:
    """Return names of the library's designs that look like one that there is not."""
    look_in_more_folders()
    return discover.NoSuchDesign(slug, discover.slugs()).close


def _source(chain: Sequence[ForkVersion]) -> Source:
    """Return the source of the last of a chain of versions, eldest first."""
    return Source(
        chain[-1].slug,
        chain[-1].version,
        {
            "root": {"slug": chain[0].parent_slug, "version": chain[0].parent_version},
            "chain": [
                {"slug": each.slug, "version": each.version, "document": each.document}
                for each in chain
            ],
        },
    )


def drafted(session: Session, fork: Fork) -> Source:
    """Return where a fork's draft is, as if it were a version already."""
    parent = locate(session, fork.parent_slug, fork.parent_version)
    return Source(
        fork.slug,
        DRAFT,
        {
            "root": parent.more.get("root", {"slug": parent.slug, "version": parent.version}),
            "chain": [
                *parent.more.get("chain", ()),
                {"slug": fork.slug, "version": DRAFT, "document": fork.draft},
            ],
        },
    )


def presets_of(session: Session, row: ForkVersion | None) -> Presets:
    """Return a version's presets with those of its ancestors that it did not replace."""
    found: Presets = {}
    for each in queries.chain_of(session, row) if row is not None else ():
        found |= each.document.get("presets", {})
    return found


def is_proved(session: Session, slug: str, version: str) -> bool:
    """Whether a version's own certificate holds, for the design as it is here.

    Raises:
        NotFound, Conflict: as `find`.
    """
    certificate = queries.certificate_of(session, slug, version)
    return certificate is not None and _holds(find(session, slug, version), certificate)


def listed(session: Session, slug: str, version: str | None = None) -> Listed:
    """Return one design with its certificate, even where its parent moved on.

    Raises:
        NotFound: there is none of this name and version.
    """
    own = library(slug)
    row = None if own is not None else queries.version_of(session, slug, version)
    if own is None and row is None:
        raise NotFound("design" if version is None else "version of this design")
    if own is not None and version not in (None, own.version):
        raise NotFound("version of this design")
    return _together(session, {slug: own}, {} if row is None else {slug: row})[0]


def page(session: Session, after: str, limit: int) -> list[Listed]:
    """Return designs in order of their names, from the one after `after`: library and forks."""
    look_in_more_folders()
    own = [slug for slug in discover.slugs() if slug > after]
    forks = queries.released(session, after, limit)
    # A design that is broken is told by the command line to who can mend it.
    slugs = [
        slug for slug in dict.fromkeys(heapq.merge(own, forks)) if slug in forks or library(slug)
    ]
    chosen = {slug: library(slug) for slug in slugs[:limit]}
    rows = queries.latest_of(session, [slug for slug, design in chosen.items() if design is None])
    return _together(session, chosen, rows)


def _together(
    session: Session, chosen: Mapping[str, Design | None], rows: Mapping[str, ForkVersion]
) -> list[Listed]:
    """Return designs of the library, and versions of forks, with what else is told of them.

    However many they are, there are as many questions to the database as for one.
    """
    chains = dict(zip(rows, queries.chains_of(session, list(rows.values())), strict=True))
    made = {slug: _made(design, chains.get(slug)) for slug, design in chosen.items()}
    versions = {slug: _version(made[slug], rows.get(slug)) for slug in chosen}
    certificates = queries.certificates_of(session, list(versions.items()))
    newest = reviews.newest_of(session, [(slug, row.version) for slug, row in rows.items()])
    return [
        Listed(
            slug,
            version,
            made[slug],
            rows.get(slug),
            certificates.get((slug, version)),
            newest.get((slug, version)),
        )
        for slug, version in versions.items()
    ]


def credits_of(session: Session, slug: str, version: str | None = None) -> tuple[Credit, ...]:
    """Return who made a version and all that it grew out of, eldest first.

    Raises:
        NotFound: there is none of this name and version.
    """
    found = listed(session, slug, version)
    if found.row is not None:
        return lineage(found.row)
    if found.design is None:
        raise NotFound("design")
    design = found.design
    return (Credit(design.slug, design.version, design.title, design.authors, design.licence),)


def checked(session: Session, raw: Mapping[str, Any]) -> ForkDocument:
    """Return a fork document that goes with its parent.

    Raises:
        Invalid: all that is wrong with it.
    """
    problems = list(structure(raw))
    parent = _parent(session, raw, problems)
    if parent is not None:
        problems += licence_problems(raw.get("licence"), parent.licence)
        problems += _parameter_problems(session, parent, raw, problems)
    if problems:
        raise Invalid(problems, "bad_fork")
    return read(raw)


def _parent(
    session: Session, raw: Mapping[str, Any], problems: list[FieldProblem]
) -> Design | None:
    if any(problem.field.startswith("parent") for problem in problems):
        return None
    slug, version = raw["parent"]["slug"], raw["parent"]["version"]
    try:
        parent = find(session, slug, version)
    except NotFound:
        here = library(slug)
        advice = f"Version {here.version} is here." if here else "Look at GET /api/v1/designs."
        problems.append(
            FieldProblem("parent", f"{slug} {version}", "There is no such version.", "", advice)
        )
    except Conflict as error:
        problems.append(FieldProblem("parent", f"{slug} {version}", error.says, "", error.advice))
    else:
        row = queries.version_of(session, slug, version)
        if row is None or len(queries.chain_of(session, row)) < queries.LONGEST_CHAIN:
            return parent
        says = f"There are {queries.LONGEST_CHAIN} forks one out of the other already."
        problems.append(FieldProblem("parent", slug, says, "", "Fork an earlier one."))
    return None


def _parameter_problems(
    session: Session, parent: Design, raw: Mapping[str, Any], known: Iterable[FieldProblem]
) -> list[FieldProblem]:
    """Return what does not go with the parent's parameters, as far as it can be read at all."""
    wrong = {".".join(problem.field.split(".")[:2]) for problem in known}

    def readable(name: str) -> Mapping[str, Any]:
        found = raw.get(name, {})
        if name in wrong or not isinstance(found, dict):
            return {}
        return {key: each for key, each in found.items() if f"{name}.{key}" not in wrong}

    infos = {info.name: info for info in describe(parent.parameters)}
    problems: list[FieldProblem] = []
    changes = _changes(readable("parameters"))
    for name, change in changes.items():
        if name in infos:
            problems += _beyond(infos[name], _root_info(session, parent, name), change)
    params_class = parent.parameters
    try:
        params_class = adapted(parent.parameters, changes)
    except BadParameters as error:
        problems += [_told(each, "parameters") for each in error.problems]
    for name, preset in readable("presets").items():
        problems += _preset_problems(name, preset["values"], params_class, infos)
    return problems


def _beyond(info: ParameterInfo, root: ParameterInfo, change: Change) -> list[FieldProblem]:
    """Return why a change reaches for what a fork may not have."""
    where = f"parameters.{info.name}"
    problems = []
    if change.default is not None and info.group in BODY:
        problems.append(
            FieldProblem(
                f"{where}.default",
                str(change.default),
                f"{info.label} is measured on a person: a fork has a range for it, no value.",
                info.allowed,
                "Leave the default out.",
            )
        )
    if root.low is None or root.high is None or root.kind == "text":
        return problems
    # A load is what the design's strength was worked out for: more of it is another design.
    room = 0.0 if root.kind == "number" else WIDER * (root.high - root.low)
    least, most = root.low - room, root.high + room
    if root.low >= 0:
        least = max(least, 0.0)
    for end, value in (("low", change.low), ("high", change.high)):
        if value is not None and not least <= value <= most:
            allowed = f"{least:g} to {most:g} {root.unit}".strip()
            problems.append(
                FieldProblem(
                    f"{where}.{end}",
                    f"{value:g}",
                    f"{value:g} {root.unit} is further from {root.allowed} than a fork may reach.",
                    allowed,
                    f"Give {allowed}.",
                )
            )
    return problems


def _root_info(session: Session, parent: Design, name: str) -> ParameterInfo:
    row = queries.version_of(session, parent.slug, parent.version)
    root = library(queries.chain_of(session, row)[0].parent_slug) if row is not None else parent
    found = {info.name: info for info in describe((root or parent).parameters)}
    return found[name]


def _preset_problems(
    name: str,
    values: Mapping[str, Any],
    params_class: type[Any],
    infos: Mapping[str, ParameterInfo],
) -> list[FieldProblem]:
    where = f"presets.{name}.values"
    problems = [
        FieldProblem(
            f"{where}.{each}",
            "",
            f"{infos[each].label} is measured on a person: a preset has no value for it.",
            "",
            "Leave it out.",
        )
        for each in values
        if each in infos and infos[each].group in BODY
    ]
    return problems + [_told(each, where) for each in wrong_with(params_class, values)]


def _told(problem: Problem, where: str) -> FieldProblem:
    close = difflib.get_close_matches(problem.field, problem.allowed.split(", "), n=2, cutoff=0.6)
    advice = problem.advice
    if problem.says.startswith("There is no parameter") and close:
        advice = f"Did you mean {' or '.join(close)}?"
    return FieldProblem(
        ", ".join(f"{where}.{name}" for name in problem.field.split(", ")),
        problem.given,
        problem.says,
        problem.allowed,
        advice,
    )


def _changes(parameters: Mapping[str, Mapping[str, Any]]) -> dict[str, Change]:
    return {name: Change(**change) for name, change in parameters.items()}


def _derive(parent: Design, slug: str, version: str, document: Mapping[str, Any]) -> Design:
    return replace(
        parent,
        slug=slug,
        version=version,
        title=document["title"],
        summary=document.get("summary") or parent.summary,
        parameters=adapted(parent.parameters, _changes(document.get("parameters", {}))),
        authors=tuple(dict.fromkeys((*document["authors"], *parent.authors))),
        licence=document["licence"],
        about=f"{document['why']} It is a fork of {parent.title} {parent.version}: "
        f"{parent.about}".strip(),
    )


def _made(design: Design | None, chain: Sequence[ForkVersion] | None) -> Design | None:
    """Return the design of a fork's version; None where its parent moved on."""
    if chain is None:
        return design
    try:
        return load(_source(chain))
    except Conflict:
        return None


def _version(design: Design | None, row: ForkVersion | None) -> str:
    if row is not None:
        return row.version
    return design.version if design is not None else ""


def _holds(design: Design, certificate: Certificate | None) -> bool:
    """Whether a certificate says yes, and is about what is here and not about older source."""
    if certificate is None or certificate.state != "proved" or certificate.document is None:
        return False
    return bool(certificate.document.get("digest") == _digest(design))


@lru_cache(maxsize=512)
def _digest(design: Design) -> str:
    return digest_of(design)
