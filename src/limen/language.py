"""Everything that a person reads, in English and in Chinese."""

from dataclasses import dataclass

from limen.errors import unknown

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Text:
    """The same thing said in both languages; ``text["zh"]`` is the Chinese."""

    en: str
    zh: str

    def __getitem__(self, language: str) -> str:
        return {"en": self.en, "zh": self.zh}[language]


def check_language(name: str) -> str:
    """The name itself, when it is a language that Limen speaks."""
    if name not in LANGUAGES:
        raise unknown("language", name, LANGUAGES)
    return name
