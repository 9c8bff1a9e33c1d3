"""Beginning with what another net has learnt: pretraining, then fine-tuning.

The weights are copied into the new run's folder, so that it can be repeated when the other run is gone.
"""

import hashlib
from typing import Any

from torch import Tensor

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
