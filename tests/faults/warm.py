"""What a child process finds loaded: importing torch, scikit-learn and matplotlib once, not a thousand times."""

import matplotlib.figure  # noqa: F401
import sklearn.datasets  # noqa: F401
import torch

import limen.cli.main
import limen.data.fetch
import limen.experiments.fork
import limen.experiments.present  # noqa: F401
import tests.faults.lives  # noqa: F401
from limen.data.load import load
from limen.data.spec import Data

torch.set_num_threads(1)
load(Data("digits", seed=0))
