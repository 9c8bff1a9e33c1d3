"""Beginning with what another net has learnt: pretraining, then fine-tuning.

The weights are copied into the new run's folder, so that it can be repeated when the other run, or the file that was
fetched from elsewhere, is gone.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from limen.errors import LimenError
from limen.experiments.record import recall
from limen.experiments.setup import Setup, outputs_of
from limen.language import Text
from limen.machine import memory
from limen.nets import build as nets
from limen.nets.autoencoder import Autoencoder
from limen.nets.published import Fitted, fit_to
from limen.nets.rbm import RBM
from limen.nets.stack import Stack, encoder_weights
from limen.regular import read_regular
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import BEGIN, Run
from limen.runs.tensors import not_finite, unpack
from limen.runs.torch_file import MAGIC_BYTES, read_torch


@dataclass(frozen=True)
class Weights:
    """Weights to begin with, every one of which must fit: a file, safetensors or PyTorch's, or those of a finished run.

    `new_head` leaves the last layer out.
    """

    source: Path | Run
    new_head: bool = False

    @property
    def name(self) -> str:
        """What the file or the run is called."""
        return self.source.path.name if isinstance(self.source, Run) else self.source.name

    def read(self) -> dict[str, Tensor]:
        """The tensors by their names.

        Raises:
            LimenError: a file that is none of weights, or a run that has not come to its end.
        """
        return self.source.weights() if isinstance(self.source, Run) else read_weights(self.source)


def weights_called(name: str, root: Path, new_head: bool) -> Weights:
    """The weights that a name means: a file, or else a run under `root`, which must be finished.

    Raises:
        LimenError: it is neither.
    """
    file = Path(name).expanduser()
    if os.path.isfile(file) or (file.suffix and not os.path.isdir(file)):  # noqa: PTH112, PTH113  they take any text
        return Weights(file, new_head)
    run = Run.find(name, root)
    if run.result is None:
        raise LimenError(
            f"{run.path.name} is not finished, and has no weights to begin with yet. "
            f"Go on with `limen run --resume {run.path}`."
        )
    return Weights(run, new_head)


Begun = tuple[dict[str, Any], dict[str, bytes], tuple[Text, ...]]  # more for the record, files for the folder, notes


def transferred(start: Run | Weights | None, setup: Setup) -> Begun:
    """What a run that begins with other weights has in its record and its folder, and what there is to tell of them.

    Raises:
        LimenError: a file that is no file of weights, or weights that do not fit the net.
    """
    if start is None or not setup.processes.leads:
        return {}, {}, ()
    notes: tuple[Text, ...] = ()
    if isinstance(start, Run):
        about, content = {"run": start.path.name}, checkpoints.pack(weights_to_begin_with(start))
    else:
        chosen, outputs = setup.experiment.net, outputs_of(setup.experiment, setup.data)
        options = nets.check_options(chosen.name, chosen.options)
        fitted = fit_to(chosen.name, setup.data.shape, outputs, options, start.read(), start.new_head)
        kind = "run" if isinstance(start.source, Run) else "file"
        about, content = {kind: start.name}, checkpoints.pack(fitted.weights)
        notes = tell(fitted, start.name)
    return {"begin": {**about, "sha256": hashlib.sha256(content).hexdigest()}}, {BEGIN: content}, notes


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a file by their names; nothing in it is run.

    Raises:
        LimenError: it cannot be read, is no such file, or holds numbers that are none.
    """
    try:
        content = read_regular(path.expanduser(), memory())
    except OSError as error:
        raise LimenError(
            f"Cannot read {str(path)!r}: {error.strerror or error}. Check the name and the rights."
        ) from error
    try:
        weights = read_torch(content) if content.startswith(MAGIC_BYTES) else unpack(content)
    except ValueError as error:
        raise LimenError(
            f"{str(path)!r} is no file of weights that can be read: {error}. Allowed: safetensors, and the state_dict "
            "of a PyTorch file (.pth). Nothing in it was run."
        ) from error
    if bad := not_finite(weights):
        raise LimenError(f"{str(path)!r} holds numbers that are inf or nan, in {bad[0]}. Fetch the file again.")
    return weights


def tell(fitted: Fitted, file: str) -> tuple[Text, ...]:
    """What was taken over, what is drawn anew, and what was left, in a line each."""
    count = sum(tensor.numel() for tensor in fitted.weights.values())
    notes = [
        Text(
            f"Begins with {count:,} weights from {file}.",
            f"从 {file} 中的 {count:,} 个权重开始。",
        )
    ]
    if fitted.anew:
        names = ", ".join(fitted.anew)
        notes.append(Text(f"Drawn anew: {names}.", f"重新随机初始化：{names}。"))
    if fitted.unused:
        heads = ", ".join(dict.fromkeys(name.partition(".")[0] for name in fitted.unused))
        notes.append(
            Text(
                f"Left in the file: {heads}, which this net does not have.",
                f"文件中的 {heads} 未使用：此网络没有这些层。",
            )
        )
    return tuple(notes)


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
