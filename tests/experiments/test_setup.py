"""What does not fit together is told before anything is written."""

import pytest
import torch
from tests.conftest import small

from limen.data.dataset import as_input
from limen.errors import LimenError
from limen.experiments.config import with_options
from limen.experiments.setup import set_up
from limen.nets.fast import Whitening

SMS = ["data=sms", "data.verify=false", "plan.batch_size=16"]
TOKENS = [*SMS, "data.features=tokens"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ([*TOKENS, "net=mlp"], "takes amounts, and sms gives ids of tokens. Ids belong to these nets: bag-of-words"),
        ([*SMS, "net=bag-of-words"], "takes ids of tokens, and sms gives amounts"),
        ([*TOKENS, "net=bag-of-words", "net.words=10"], "The net knows 10 ids and sms has"),
        (["net=bag-of-words"], "takes ids of tokens, and iris gives amounts"),
    ],
)
def test_ids_and_amounts_are_not_mistaken_for_each_other(small_data, settings, words):
    with pytest.raises(LimenError, match=words):
        set_up(with_options(small("iris"), settings), "cpu", folder=small_data)


def test_a_net_with_a_row_for_each_word_is_set_up(small_data):
    experiment = with_options(small("iris"), [*TOKENS, "data.words=30", "net=bag-of-words", "net.words=30"])
    setup = set_up(experiment, "cpu", folder=small_data)
    assert setup.data.train.x.max() == 29 and setup.net.embedding.num_embeddings == 30


def test_the_net_for_small_photographs_is_whitened_by_its_training_pictures(small_data):
    setup = set_up(small("cifar-fast"), folder=small_data)
    x = as_input(setup.data.train.x, setup.data.scale)
    again = Whitening(3, 2)
    again.start_at(x)
    assert torch.equal(setup.net.whiten.weight, again.weight)
