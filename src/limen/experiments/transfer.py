"""Beginning with what another net has learnt: pretraining, then fine-tuning.

The weights are copied into the new run's folder, so that it can be repeated when the other run is gone.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from limen.errors import LimenError
from limen.experiments.record import recall
from limen.nets import build as nets
from limen.nets.autoencoder import Autoencoder
from limen.nets.rbm import RBM
from limen.nets.stack import Stack, encoder_weights
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import BEGIN, Run
from limen.train.processes import Processes


def transferred(start: Run, processes: Processes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What a run that begins with another's weights has in its record and its folder."""
    if not processes.leads:
        return {}, {}
    content = checkpoints.pack(weights_to_begin_with(start))
    about = {"run": start.path.name, "sha256": hashlib.sha256(content).hexdigest()}
    return {"begin": about}, {BEGIN: content}


def weights_to_begin_with(start: Run) -> dict[str, Tensor]:
    """The weights that a finished run has to give: those its net names for it, or all."""
    experiment, data = recall(start.record["experiment"]), start.record["data"]
    shape = tuple(data["shape"])
    outputs = int(data["outputs"])
    net = nets.build(experiment.net.name, shape, outputs, experiment.net.options)
    checkpoints.load_weights(net, start.weights())
    if isinstance(net, Stack | Autoencoder | RBM):
        return encoder_weights(net)
    return dict(net.state_dict())


def load_matching(net: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Copy the weights whose name and shape the net has; the others stay as they were drawn."""
    own = net.state_dict()
    fitting = {name: w.to(own[name]) for name, w in weights.items() if name in own and own[name].shape == w.shape}
    if weights and not fitting:
        raise LimenError(
            f"None of the weights to begin with ({', '.join(weights)[:80]}) fits the net ({', '.join(own)[:80]}). "
            "Choose a net with layers of the same names and sizes."
        )
    net.load_state_dict(fitting, strict=False)
