"""Logistic regression as statistics: the odds ratios of a run's training rows, and who is likely to buy."""

from matplotlib.figure import Figure

from limen.explain.logistic import LogisticFit, fit_logistic
from limen.views.finding import Finding
from limen.views.odds import fitted, forest


def statistics(finding: Finding) -> LogisticFit | None:
    """The fit of the training rows; None where they are no few columns of two classes."""
    data = finding.data
    few = len(data.shape) == 1 and data.shape[0] <= 12 and len(data.classes) == 2 and len(data.train) > 20
    if not few or len(data.columns) != data.shape[0]:
        return None
    return fit_logistic(data.train.x.cpu().double().numpy(), data.train.y.cpu().numpy(), data.columns)


def odds_ratios(finding: Finding) -> Figure | None:
    """The odds ratio of each column with its interval."""
    fit = statistics(finding)
    return forest(fit, finding.language) if fit else None


def odds_plane(finding: Finding) -> Figure | None:
    """The probability over the first two columns, with the training rows."""
    fit, data = statistics(finding), finding.data
    if fit is None:
        return None
    x, y = data.train.x.cpu().double().numpy(), data.train.y.cpu().numpy()
    names = (data.classes[0], data.classes[1])
    return fitted(fit, x, y, data.columns[:2], finding.language, names)
