import pytest

from limen.errors import nearest, unknown


def test_an_unknown_name_is_told_with_the_nearest_and_where_to_look():
    error = unknown("net", "resnt18", ["resnet18", "vgg16"], see="limen list nets")
    assert str(error) == "Unknown net 'resnt18'. Did you mean 'resnet18'? See `limen list nets`."


def test_without_a_place_to_look_what_is_allowed_is_listed():
    assert str(unknown("split", "zzz", ["last", "first"])) == "Unknown split 'zzz'. Allowed: first, last."


@pytest.mark.parametrize("typed", ["MNIST", "minst", "mnits"])
def test_case_and_swapped_letters_are_forgiven(typed):
    assert nearest(typed, ["mnist", "iris"]) == "mnist"
