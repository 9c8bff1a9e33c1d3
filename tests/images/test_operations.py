"""Every operation on every kind of picture: stages that can be shown, a picture left as it was, options checked."""

import numpy as np
import pytest
from tests.images.pictures import odd, ten

from limen.errors import LimenError
from limen.images.operations import OPERATIONS, find_operation, options, settings
from limen.images.stage import KINDS

ODD = odd()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("name", [*ODD, "coins", "chelsea"])
def test_every_operation_gives_stages_of_any_picture_and_leaves_it_alone(operation, name):
    picture = ODD[name] if name in ODD else ten(name)
    before = picture.copy()
    try:
        stages = OPERATIONS[operation](picture)
    except LimenError as error:
        assert operation == "pool" and min(picture.shape[:2]) == 1 and "window 2 does not fit" in str(error)
        return
    np.testing.assert_array_equal(picture, before)
    assert stages
    for stage in stages:
        assert stage.kind in KINDS and repr(stage).startswith("Stage(")
        if stage.picture is not None:
            assert np.isfinite(stage.picture.astype(float)).all() and stage.picture.ndim in (2, 3)
            if stage.kind == "picture" and stage.picture.dtype.kind == "f":
                assert stage.picture.min() >= 0 and stage.picture.max() <= 1
            assert (stage.picture.dtype == bool) == (stage.kind == "mask") or stage.picture is picture
        for curve in stage.curves.values():
            assert len(curve.x) == len(curve.y) and np.isfinite(curve.y).all()
        assert all(isinstance(fact, int | float | str) for fact in stage.facts.values())


def test_options_are_read_as_the_operation_takes_them():
    assert settings("canny", {"sigma": "2.5", "low": "0"}) == {"sigma": 2.5, "low": 0.0}
    assert settings("segment", {"dark": None, "smallest": "50", "by": "canny"}) == {
        "dark": True, "smallest": 50, "by": "canny",
    }  # fmt: skip
    assert settings("otsu", {"dark": "no"}) == {"dark": False}
    assert settings("equalise", {}) == {} and options("equalise") == {}


@pytest.mark.parametrize(
    ("operation", "given", "words"),
    [
        ("canny", {"sigm": "1"}, "Unknown option of canny 'sigm'. Did you mean 'sigma'"),
        ("canny", {"sigma": "wide"}, "--sigma 'wide' is not a number. For example: --sigma 1.0."),
        ("canny", {"sigma": None}, "--sigma has no value. Write it after it, e.g. --sigma 1.0."),
        ("pool", {"window": "2.5"}, "--window '2.5' is not a whole number. For example: --window 2."),
        ("otsu", {"dark": "maybe"}, "--dark 'maybe' is not true or false. For example: --dark false."),
        ("equalise", {"clip": "1"}, "equalise has no options, and --clip is given. Leave it out."),
    ],
)
def test_an_option_that_cannot_be(operation, given, words):
    with pytest.raises(LimenError) as told:
        settings(operation, given)
    assert words in str(told.value) and "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("operation", "chosen", "words"),
    [
        ("threshold", {"level": 1.5}, "level 1.5 is out of range. Allowed: 0 to 1. Try --level 1."),
        ("threshold", {"level": float("nan")}, "level nan is out of range"),
        ("stretch", {"low": 60.0, "high": 40.0}, "low 60 is not below high 40"),
        ("clahe", {"clip": -1.0}, "clip -1.0 is out of range. Allowed: 0 to 1. Try --clip 0."),
        ("canny", {"low": 0.3, "high": 0.2}, "low 0.3 is not below high 0.2"),
        ("segment", {"by": "cany"}, "Unknown by 'cany'. Did you mean 'canny'"),
        ("segment", {"smallest": 0}, "smallest 0 is out of range"),
        ("filter", {"kernel": "sobel-horizontl"}, "Unknown kernel 'sobel-horizontl'. Did you mean 'sobel-horizontal'"),
        ("filter", {"border": "reflet"}, "Unknown border 'reflet'. Did you mean 'reflect'"),
        ("filter", {"by": "tensorflow"}, "Unknown by 'tensorflow'"),
        ("pool", {"kind": "avg"}, "Unknown kind 'avg'"),
        ("pool", {"window": 99}, "window 99 does not fit into 20×30 pixels. Allowed: 1 to 20. Try --window 2."),
        ("pool", {"stride": -1}, "stride -1 goes nowhere"),
        ("histogram", {"bins": 1}, "bins 1 is out of range"),
    ],
)
def test_a_value_out_of_range_is_refused_with_what_is_allowed(operation, chosen, words):
    with pytest.raises(LimenError) as told:
        OPERATIONS[operation](ODD["constant"], **chosen)
    assert words in str(told.value) and "\n" not in str(told.value)


def test_a_misspelt_operation_names_the_nearest():
    with pytest.raises(LimenError, match="Unknown operation 'equalize'. Did you mean 'equalise'"):
        find_operation("equalize")
