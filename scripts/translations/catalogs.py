"""Translation files of the addons: what should be in them, and what is. Needs Odoo."""

import io
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import polib

from odoo.tools.translate import trans_export

from scripts import paths, suite

LANGUAGES = {
    "de": "German",
    "fr": "French",
    "nb": "Norwegian Bokmål",
    "nl": "Dutch",
    "sv": "Swedish",
}
#: A translator's comment: the translation is rightly the same as the term.
SAME = "same"
_MARK = "TRANSLATIONS "
#: What a translation has to keep: placeholders and markup.
_KEPT = re.compile(r"%\([a-z_]+\)[sd]|%[sd%]|\{\{.*?\}\}|\{[a-z_]*\}|</?[a-zA-Z][^>]*>")


def get_terms(env, addon: str) -> polib.POFile:
    """The terms of an installed addon as its code, views and data have them now."""
    buffer = io.BytesIO()
    trans_export(None, [addon], buffer, "po", env)
    return polib.pofile(buffer.getvalue().decode())


def get_file(addon: str, name: str) -> Path:
    """A file of an addon's folder of translations."""
    return paths.ADDONS / addon / "i18n" / name


def find_problems(
    terms: polib.POFile, translations: Mapping[str, polib.POEntry]
) -> Iterator[str]:
    """What is wrong with the translations of an addon's terms into a language.

    :param terms: as :func:`get_terms` gives them
    :param translations: term → entry of the language's file
    """
    current = {entry.msgid for entry in terms}
    for msgid in current - translations.keys():
        yield f"missing: {_shorten(msgid)}"
    for msgid, entry in translations.items():
        if msgid not in current:
            yield f"stale: {_shorten(msgid)}"
        elif entry.fuzzy or not entry.msgstr:
            yield f"not translated: {_shorten(msgid)}"
        elif entry.msgstr == msgid and entry.tcomment != SAME and _has_words(msgid):
            yield f"merely copied: {_shorten(msgid)}"
        elif sorted(_KEPT.findall(entry.msgstr)) != sorted(_KEPT.findall(msgid)):
            yield f"placeholders or markup differ: {_shorten(msgid)}"


def read_translations(path: Path) -> dict[str, polib.POEntry]:
    """The entries of a language's file by term; none where there is no file."""
    if not path.is_file():
        return {}
    return {
        entry.msgid: entry for entry in polib.pofile(str(path)) if not entry.obsolete
    }


def update(env) -> None:
    """Write the files of all addons anew, translations kept, and print what is left."""
    count = 0
    for addon in suite.addons():
        terms = get_terms(env, addon)
        if not terms:
            continue
        get_file(addon, "").mkdir(exist_ok=True)
        _save(terms, get_file(addon, f"{addon}.pot"))
        for language in LANGUAGES:
            path = get_file(addon, f"{language}.po")
            known = read_translations(path)
            for entry in terms:
                kept = known.get(entry.msgid)
                entry.msgstr = kept.msgstr if kept else ""
                entry.tcomment = kept.tcomment if kept else ""
            terms.metadata["Language"] = language
            _save(terms, path)
            for problem in find_problems(terms, read_translations(path)):
                count += 1
                _tell(f"{addon} {language}: {problem}")
    _tell(f"{count} to do")


def _tell(text: str) -> None:
    sys.stdout.write(f"{_MARK}{text}\n")


def _save(catalog: polib.POFile, path: Path) -> None:
    # Dates and versions would change the files at every run.
    for name in ("POT-Creation-Date", "PO-Revision-Date", "Project-Id-Version"):
        catalog.metadata.pop(name, None)
    catalog.save(str(path), newline="\n")


def _has_words(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]{2}", _KEPT.sub("", text)))


def _shorten(text: str) -> str:
    return text if len(text) <= 70 else f"{text[:69]}…"
