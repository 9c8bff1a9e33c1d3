"""Lessons: every step runs, stands alone, and is checked by references that can fail."""

import ast
import code as prompt
import contextlib
import io
import shlex
from dataclasses import replace

import numpy as np
import pytest

from limen.cli.image import parted
from limen.data.bundled import PICTURES
from limen.errors import LimenError
from limen.experiments.checking import difference, is_array
from limen.experiments.lesson import Expect, Lesson, Option, Step, called, code
from limen.experiments.lessons import LESSONS, find_lesson
from limen.experiments.registry import EXPERIMENTS, find_experiment
from limen.experiments.teach import conclude, result_object, take, teach
from limen.images.operations import OPERATIONS, settings
from limen.language import Text
from limen.views.lessons import LESSON_FIGURES
from limen.views.words import WORDS

T = Text("a", "甲")
WIDEST = 96  # columns of code that a page and a terminal show without a break
EVERY = [(name, number) for name, make in LESSONS.items() for number in range(len(make().steps))]


def step_of(name, number):
    lesson = LESSONS[name]()
    return lesson.steps[number], lesson.settings()


@pytest.fixture(scope="module")
def taken():
    """Every lesson, taken with its defaults."""
    lessons = {name: make() for name, make in LESSONS.items()}
    return {name: list(teach(lesson, lesson.settings())) for name, lesson in lessons.items()}


@pytest.mark.parametrize("name", LESSONS)
def test_every_check_of_a_lesson_holds(taken, name):
    for step in taken[name]:
        assert step.failed == [], [(r.name, c.of.en, c.difference) for r, c in step.failed]
        assert step.results and all(result.checks for result in step.results)


def executed(source):
    """What pasted code comes to: all but the last line run, the last one's value."""
    tree, space = ast.parse(source), {}
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    exec(compile(tree, "pasted", "exec"), space)
    return eval(compile(ast.Expression(last.value), "pasted", "eval"), space)


def same(value, other):
    if isinstance(value, dict):
        return value.keys() == other.keys() and all(same(value[key], other[key]) for key in value)
    return type(value) is type(other) and (
        difference(value, other) == 0 if not isinstance(value, str) else value == other
    )


@pytest.mark.parametrize(("name", "number"), EVERY)
def test_the_code_that_is_shown_stands_alone_and_is_what_was_run(name, number):
    step, values = step_of(name, number)
    for function in (step.work, *(e.reference for e in step.expect if callable(e.reference))):
        source = code(function, values)
        assert same(executed(source), called(function, values)), source
        assert max(map(len, source.splitlines())) <= WIDEST and "return " not in source.splitlines()[-1]
        assert "type: ignore" not in source and '"""' not in source


@pytest.mark.parametrize("name", LESSONS)
def test_the_code_can_be_pasted_line_by_line(name):
    lesson = LESSONS[name]()
    for step in lesson.steps:
        errors, console = io.StringIO(), prompt.InteractiveConsole()
        console.write = errors.write
        with contextlib.redirect_stdout(io.StringIO()) as out:
            for line in code(step.work, lesson.settings()).splitlines():
                more = console.push(line)
        assert errors.getvalue() == "" and not more and out.getvalue()


def spoilt(reference):
    """A reference that is wrong in every result."""
    if isinstance(reference, dict):
        return {name: spoilt(item) for name, item in reference.items()}
    if isinstance(reference, bool | np.bool_):
        return not reference
    if isinstance(reference, str):
        return f"{reference} or not"
    if isinstance(reference, int | float):
        return 12345.678
    array = np.array(reference.tolist() if is_array(reference) else reference)
    if array.dtype.kind in "biuf":
        array = array.astype(float)
        array.flat[0] = 12345.678
        return array
    return ["other", *reference]


@pytest.mark.parametrize(("name", "number"), EVERY)
def test_a_wrong_reference_is_reported(name, number):
    step, values = step_of(name, number)
    for expect in step.expect:
        right = called(expect.reference, values) if callable(expect.reference) else expect.reference
        wrong = replace(expect, reference=spoilt(right))
        others = tuple(e for e in step.expect if e is not expect)
        made = take(1, replace(step, expect=(*others, wrong)), values)
        told = {(result.name, check.of) for result, check in made.failed}
        names = right if isinstance(right, dict) else [""]
        assert told == {(result, expect.of) for result in names}
        assert all(check.expected and check.difference > check.tolerance for _, check in made.failed)


def test_what_was_published_is_held_against():
    told = {name: [expect.reference for expect in find_lesson(name).published] for name in LESSONS}
    assert {"m @ v": [49, 47]} in told["tensors"] and len(told["tensors"]) == 2
    assert {"y": [11.5, 24.5, 30.5, 25, 16.5, 16, 24, 29]} in told["arithmetic"] and len(told["arithmetic"]) == 3
    counts = [one for one in told["zoo"] if isinstance(one, dict) and "resnet50" in one]
    assert counts[0]["vgg16"] == 138_357_544 and counts[0]["resnet50"] == 25_557_032 and len(told["zoo"]) == 7
    assert told["autograd"] == [{"out": 27, "x.grad": [[4.5, 4.5], [4.5, 4.5]]}]


@pytest.mark.parametrize("name", LESSONS)
def test_what_to_do_next_can_be_done(name):
    for step in LESSONS[name]().next:
        limen, verb, what, *rest = shlex.split(step.command)
        if verb == "image":
            given = parted([what, *rest[2:]], rest[1])[1]
            assert limen == "limen" and what in PICTURES and rest[0] == "--do" and rest[1] in OPERATIONS
            assert settings(rest[1], given).keys() == given.keys()
            continue
        if verb == "explain":  # of a run of one's own
            assert (limen, what, rest[0]) == ("limen", "last", "--example") and int(rest[1]) > 0
            continue
        assert limen == "limen" and verb in ("learn", "run", "summary") and rest[::2] == ["--set"] * (len(rest) // 2)
        if verb == "learn":
            assert what != name or find_lesson(what).settings(rest[1::2]) != find_lesson(what).settings()
        elif verb == "run":
            assert what in EXPERIMENTS


@pytest.mark.parametrize(
    "settings",
    [
        ("descent", "rate=1.5", "steps=100", "batch=999"),
        ("descent", "rate=0.001", "steps=1", "batch=512"),
        ("autograd", "rate=1", "parts=64"),
        ("autograd", "rate=0.001", "parts=1"),
        ("activations", "slope=0"),
        ("activations", "slope=1"),
        ("arithmetic", "stride=1"),
        ("arithmetic", "stride=7"),
        ("contrast", "low=0", "high=100", "clip=0"),
        ("contrast", "low=40", "high=60", "clip=1"),
        ("pooling", "window=1"),
        ("pooling", "window=32"),
        ("kinds", "kernel=7"),
        ("sizes", "side=16"),
        ("sizes", "side=512"),
        ("zoo", "depth=8"),
        ("zoo", "depth=100"),
        ("inside", "example=300"),
    ],
    ids=" ".join,
)
def test_every_check_holds_at_the_ends_of_the_options(settings):
    lesson = find_lesson(settings[0])
    assert [made.failed for made in teach(lesson, lesson.settings(settings[1:]))] == [[]] * len(lesson.steps)


@pytest.mark.parametrize(
    ("name", "setting", "words"),
    [
        ("descent", "rat=0.3", "Unknown option of descent 'rat'. Did you mean 'rate'? Allowed: batch, rate, steps."),
        ("descent", "rate=fast", "rate='fast' is not a number. Allowed: 0.001 to 1.5. Try --set rate=0.1."),
        ("descent", "steps=2.5", "steps='2.5' is not a whole number"),
        ("descent", "rate=nan", "rate nan is out of range"),
        ("descent", "rate=inf", "rate inf is out of range"),
        ("descent", "batch=1000", "batch 1000 is out of range. Allowed: 2 to 999"),
        ("descent", "rate", "--set 'rate' has no name and value"),
        ("descent", "=3", "--set '=3' has no name and value"),
        ("autograd", "parts=5", "parts 5 is out of range. Allowed: 1, 2, 4, 8, 16, 32, 64. Try --set parts=4."),
        ("tensors", "rate=0.3", "tensors has no options. Leave --set out."),
    ],
)
def test_an_option_that_cannot_be(name, setting, words):
    with pytest.raises(LimenError) as told:
        find_lesson(name).settings([setting])
    assert words in str(told.value)


def test_a_lesson_repeats_itself_by_its_command():
    lesson = find_lesson("descent")
    values = lesson.settings(["rate=0.3", "batch = 64"])
    assert values == {"rate": 0.3, "steps": 20, "batch": 64}
    assert lesson.command(values) == "limen learn descent --set rate=0.3 --set batch=64"
    assert lesson.command(lesson.settings()) == "limen learn descent"


def test_lessons_and_experiments_have_names_of_their_own():
    assert not LESSONS.keys() & EXPERIMENTS.keys()
    assert all(name == name.lower() and " " not in name and "_" not in name for name in LESSONS)
    with pytest.raises(
        LimenError, match="'tensors' is a lesson, not an experiment. Take it with `limen learn tensors`"
    ):
        find_experiment("tensors")
    with pytest.raises(LimenError, match="Did you mean 'autograd'"):
        find_experiment("autogard")
    with pytest.raises(LimenError, match="Unknown lesson 'tensor'. Did you mean 'tensors'"):
        find_lesson("tensor")


def test_every_figure_belongs_to_a_step_and_has_its_words():
    named = [step.figure for make in LESSONS.values() for step in make().steps if step.figure]
    assert sorted(named) == sorted(LESSON_FIGURES)
    for name in LESSON_FIGURES:
        assert {name, f"{name}_caption"} <= set(WORDS)


def summed(factor):
    """A step of a test."""
    import math

    # said on the way
    total = 0
    for number in (1, 2):
        total += number * factor
    return [math.floor(total),
            factor]  # fmt: skip


def test_the_code_of_a_function():
    assert code(summed, {"factor": 3}).splitlines() == [
        "import math", "", "factor = 3", "# said on the way", "total = 0", "for number in (1, 2):",
        "    total += number * factor", "", "[math.floor(total),", "        factor]",
    ]  # fmt: skip


def test_a_step_of_ones_own():
    step = Step(T, T, summed, (Expect(T, [9, 3]),))
    lesson = Lesson("own", T, T, T, (step,), (Option("factor", 3, 1, 9, T),))
    (made,) = teach(lesson, lesson.settings())
    finding = conclude(lesson, lesson.settings(), [made], 0.1)
    assert finding.checks == 1 and finding.failed == [] and repr(lesson) == "Lesson('own': 1 steps)"
    told = result_object(finding)
    assert told["steps"][0]["results"][0]["value"] == [9, 3] and told["options"] == {"factor": 3}
    (wrong,) = teach(lesson, lesson.settings(["factor=4"]))
    assert conclude(lesson, lesson.settings(), [wrong], 0.1).failed[0][0].number == 1


def test_a_result_of_which_nothing_is_expected_is_no_lesson():
    with pytest.raises(AssertionError, match="nothing is expected of"):
        take(1, Step(T, T, lambda: {"a": 1, "b": 2}, (Expect(T, {"a": 1}),)), {})
