"""Everything a person reads is there in both languages, in the right script."""

import re
import string

import pytest

from limen.errors import LimenError
from limen.experiments.lessons import LESSONS
from limen.experiments.registry import EXPERIMENTS
from limen.language import LANGUAGES, Text, check_language
from limen.views.words import WORDS, word

CHINESE = re.compile(r"[一-鿿]")


def texts():
    for name, text in WORDS.items():
        yield f"word {name}", text
    for name, make in EXPERIMENTS.items():
        made = make()
        yield f"{name} title", made.title
        yield f"{name} story", made.story
        for step in made.next:
            yield f"{name} try {step.options}", step.why
    for name, make in LESSONS.items():
        made = make()
        yield f"{name} title", made.title
        yield f"{name} story", made.story
        yield from ((f"{name} option {option.name}", option.about) for option in made.options)
        yield from ((f"{name} next {step.command}", step.why) for step in made.next)
        for step in made.steps:
            yield f"{name} step {step.title.en}", step.title
            yield f"{name} text {step.title.en}", step.text


@pytest.mark.parametrize(("name", "text"), [pytest.param(n, t, id=n) for n, t in texts()])
def test_both_languages_are_written(name, text):
    assert text.en.strip() and text.zh.strip()
    assert not CHINESE.search(text.en)
    assert CHINESE.search(text.zh)
    fields = [{field for _, field, _, _ in string.Formatter().parse(t) if field} for t in (text.en, text.zh)]
    assert fields[0] == fields[1]
    assert not re.search(r"[,;:!?] ?[一-鿿]|[一-鿿][,;:!?]", text.zh), "Chinese text has Chinese punctuation"


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_story_tells_a_question_and_what_to_try(name):
    made = EXPERIMENTS[name]()
    assert len(made.story.en) > 300 and len(made.story.zh) > 100
    assert "?" in made.story.en and "？" in made.story.zh
    assert len(made.next) >= 2
    assert made.name == name and made.published is not None


@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_tells_a_question_and_what_to_do_next(name):
    made = LESSONS[name]()
    assert len(made.story.en) > 300 and len(made.story.zh) > 100
    assert "?" in made.story.en and "？" in made.story.zh
    assert len(made.next) >= 2 and made.name == name and LESSONS[name].__doc__
    assert all(expect.of.en and expect.of.zh for step in made.steps for expect in step.expect)


def test_a_language_that_is_not_spoken():
    with pytest.raises(LimenError, match="Unknown language 'fr'. Allowed: en, zh"):
        check_language("fr")
    assert LANGUAGES == ("en", "zh") and Text("a", "b")["zh"] == "b"
    assert word("something_else", "zh") == "something else"
