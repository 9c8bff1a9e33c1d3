"""Nets for texts: the mean of embeddings, whatever the padding."""

import numpy as np
import pytest
import torch

from limen.data.dataset import Scale, Split
from limen.errors import LimenError
from limen.nets.build import build
from limen.nets.summary import summarize
from limen.nets.texts import vocabulary_of
from limen.train.evaluate import predict


def test_a_text_is_the_mean_of_its_words():
    net = build("bag-of-words", (5,), 3, {"words": 10, "width": 4, "hidden": ()})
    ids = torch.tensor([[2, 7, 7, 0, 0], [9, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    rows, dense, bias = (p.detach().double().numpy() for p in net.parameters())
    means = np.stack([rows[[2, 7, 7]].mean(0), rows[9], np.zeros(4)])
    np.testing.assert_allclose(net(ids).detach().numpy(), means @ dense.T + bias, rtol=1e-5)
    assert not net.embedding.weight[0].any()


def test_padding_is_never_learnt():
    net = build("bag-of-words", (4,), 2, {"words": 10})
    net(torch.tensor([[0, 0, 3, 1]])).sum().backward()
    assert not net.embedding.weight.grad[0].any() and net.embedding.weight.grad[3].any()


def test_order_does_not_matter_to_a_bag():
    net = build("bag-of-words", (4,), 2).eval()
    torch.testing.assert_close(net(torch.tensor([[5, 6, 7, 0]])), net(torch.tensor([[7, 0, 5, 6]])))


def test_ids_reach_the_net_as_they_are():
    net = build("bag-of-words", (4,), 2, {"words": 10})
    x = torch.randint(0, 10, (300, 4))
    torch.testing.assert_close(predict(net, Split(x, torch.zeros(300)), Scale(divisor=(255.0,))), net(x).detach())


def test_its_layers_can_be_listed():
    rows = {row.path: row for row in summarize(build("bag-of-words", (80,), 2), (80,))}
    assert rows["embedding"].output == (32,) and rows["embedding"].parameters == 4000 * 32
    assert rows["out"].multiply_adds == 64


def test_who_takes_ids_is_known():
    assert vocabulary_of(build("bag-of-words", (4,), 2, {"words": 10})) == 10
    assert vocabulary_of(build("mlp", (4,), 2)) is None
    with pytest.raises(LimenError, match="takes rows of token ids, not inputs of 1×28×28"):
        build("bag-of-words", (1, 28, 28), 10)
