"""The words on figures, tables and reports, in both languages."""

from limen.language import Text
from limen.views.backprop_words import BACKPROP
from limen.views.comparison_words import COMPARISON
from limen.views.convolution_words import CONVOLUTION
from limen.views.detection_words import DETECTION
from limen.views.doctor_words import DOCTOR
from limen.views.figure_words import FIGURES
from limen.views.image_lesson_words import IMAGE_LESSONS
from limen.views.image_words import IMAGE
from limen.views.inside_lesson_words import INSIDE_LESSON
from limen.views.inside_words import INSIDE
from limen.views.lesson_words import LESSON
from limen.views.odds_words import ODDS
from limen.views.photo_words import PHOTOS
from limen.views.results_words import RESULTS
from limen.views.sizes_words import SIZES
from limen.views.training_words import TRAINING
from limen.views.unlabelled_words import UNLABELLED
from limen.views.zoo_words import ZOO

WORDS = {
    **COMPARISON,
    **BACKPROP,
    **CONVOLUTION,
    **DETECTION,
    **DOCTOR,
    **FIGURES,
    **IMAGE,
    **IMAGE_LESSONS,
    **INSIDE,
    **INSIDE_LESSON,
    **LESSON,
    **ODDS,
    **PHOTOS,
    **RESULTS,
    **SIZES,
    **TRAINING,
    **UNLABELLED,
    **ZOO,
    "epoch": Text("epoch", "轮次"),
    "rate": Text("rate", "学习率"),
    "examples/s": Text("examples/s", "样本/秒"),
    "loss": Text("loss", "损失"),
    "train": Text("train", "训练"),
    "validation": Text("validation", "验证"),
    "test": Text("test", "测试"),
    "accuracy": Text("accuracy", "准确率"),
    "absolute_error": Text("mean absolute error", "平均绝对误差"),
    "root_squared_error": Text("root mean squared error", "均方根误差"),
    "elementwise_accuracy": Text("accuracy of single outputs", "逐个输出的准确率"),
    "explained": Text("explained variance R²", "解释方差 R²"),
    "free_energy": Text("free energy", "自由能"),
    "reconstruction_error": Text("reconstruction error", "重构误差"),
    "spam_precision": Text("spam precision", "垃圾短信精确率"),
    "spam_recall": Text("spam recall", "垃圾短信召回率"),
    "spam_f1": Text("spam F1", "垃圾短信 F1"),
    "spam_auc": Text("area under the ROC curve", "ROC 曲线下面积"),
    "autograd_error": Text("by hand against autograd", "手算与自动求导之差"),
    "separable": Text("a line parts them", "直线可分"),
    "mistakes": Text("mistakes made", "犯错次数"),
    "mistakes_bound": Text("mistakes at most", "犯错上界"),
    "outputs_error": Text("largest difference of the outputs", "输出的最大差"),
    "weights_error": Text("largest difference of the weights", "权重的最大差"),
    "least_squares_error": Text("error of the closed form", "闭式解的误差"),
    "linear_pieces": Text("straight pieces", "直线段数"),
    "coefficients_error": Text("coefficients against Newton's", "与牛顿法系数之差"),
    "odds_ratio_age": Text("odds ratio of a year", "年龄的几率比"),
    "odds_ratio_income": Text("odds ratio of a thousand", "收入的几率比"),
    "epochs_to_convergence": Text("epochs to convergence", "收敛所需轮数"),
    "published": Text("published", "公布值"),
    "published_curve": Text("{measure}, published", "{measure}（公布值）"),
    "measured": Text("measured", "实测值"),
    "measure": Text("measure", "指标"),
    "where it stands": Text("where it stands", "出处"),
    "reached": Text("reached", "达到"),
    "not reached": Text("not reached", "未达到"),
    "✓": Text("✓ reached", "✓ 达到"),
    "×": Text("× not reached", "× 未达到"),
    "true class": Text("true class", "真实类别"),
    "answer": Text("the net's answer", "网络的预测"),
    "tier": Text("repeats", "可重复性"),
    "same bits": Text("the second run has the same bits", "重新运行得到的每一位都相同"),
    "other bits": Text("the second run differs", "重新运行的结果不同"),
    "looked at": Text("compared", "比较了"),
    "compared": Text(
        "the loss of {steps:,} steps, all weights after {epochs:,} epochs",
        "{steps:,} 步的损失、{epochs:,} 轮之后的全部权重",
    ),
    "and answers": Text(", the answers to the test split", "、对测试集的全部回答"),
    "parts at": Text("first difference", "最先出现的差别"),
    "at epoch": Text("epoch {epoch}", "第 {epoch} 轮"),
    "at step": Text(", step {step}: {loss}", "第 {step} 步：{loss}"),
    "at tensor": Text("; first tensor that differs after the epoch: {tensor}", "；该轮之后最先不同的张量：{tensor}"),
    "likely cause": Text("likely cause", "可能的原因"),
    "parent": Text("fork of", "分叉自"),
    "parent at": Text("{run} at step {steps}", "{run} 的第 {steps} 步"),
    "changed": Text("changed", "中途改动"),
    "changed at": Text("epoch {epoch}, step {step}: {what}", "第 {epoch} 轮第 {step} 步：{what}"),
    "processes": Text("processes", "个进程"),
    "thread": Text("thread", "个线程"),
    "versions": Text("versions", "版本"),
    "curves": Text("Learning curves", "学习曲线"),
    "curves_caption": Text(
        "The loss that is minimised, on examples the net learns from and on examples held back. When the two part, the "
        "net begins to learn by heart.",
        "训练所最小化的损失：一条在训练样本上计算，一条在留出的样本上计算。两条曲线一旦分开，说明网络开始死记硬背了。",
    ),
    "confusion": Text("Confusion matrix", "混淆矩阵"),
    "confusion_caption": Text(
        "Each row is a true class, each column an answer. The diagonal is right; anything beside it says which class "
        "is taken for which.",
        "每一行是真实类别，每一列是预测类别。对角线上是答对的；对角线之外的数字说明哪一类被误认成了哪一类。",
    ),
    "examples": Text("Test examples and answers", "测试样本与预测"),
    "examples_caption": Text(
        "Above, the first test examples; below, the mistakes the net was surest of. A wrong answer is marked with × "
        "and names the true class.",
        "上方是测试集中的前几个样本；下方是网络最有把握却答错的样本。答错的标有 ×，并注明真实类别。",
    ),
    "first examples": Text("the first of the test split", "测试集中的前几个样本"),
    "surest mistakes": Text("mistakes, the surest first", "错误的预测（按把握从大到小）"),
    "filters": Text("First-layer weights", "第一层的权重"),
    "filters_caption": Text(
        "What the first layer looks for: blue weighs in favour, orange against, white counts for nothing.",
        "第一层在寻找什么：蓝色表示支持，橙色表示反对，白色表示不起作用。",
    ),
    "filters_colour_caption": Text(
        "What the first layer looks for, in the colours it looks at: grey counts for nothing, a bright colour weighs "
        "in favour of that colour, a dark one against.",
        "第一层在寻找什么，按它所看的颜色显示：灰色表示不起作用，某种颜色越亮表示越支持该颜色，越暗表示越反对。",
    ),
    "story": Text("The question", "要回答的问题"),
    "result": Text("Result", "结果"),
    "against published": Text("Beside the published figures", "与公布值对照"),
    "net": Text("The net", "网络"),
    "layer": Text("layer", "层"),
    "kind": Text("kind", "类型"),
    "output": Text("output", "输出"),
    "parameters": Text("parameters", "参数"),
    "multiply-adds": Text("multiply-adds", "乘加次数"),
    "total": Text("total", "合计"),
    "plan": Text("The plan", "训练方案"),
    "data": Text("data", "数据"),
    "machine": Text("machine", "机器"),
    "option": Text("option", "选项"),
    "value": Text("value", "取值"),
    "next": Text("What to try next", "接下来试试"),
    "seconds": Text("seconds", "秒"),
    "time": Text("time", "用时"),
    "repeat": Text("To repeat this run", "重复这次运行"),
    "splits": Text(
        "{train:,} for training, {validation:,} for validation, {test:,} for testing",
        "训练 {train:,}，验证 {validation:,}，测试 {test:,}",
    ),
    "variant": Text("variant", "方案"),
    "variants": Text("The variants", "各方案"),
    "settings": Text("settings", "设置"),
    "lane-curves": Text("Learning curves side by side", "学习曲线对照"),
    "lane-curves_caption": Text(
        "The same data, the same seed, one thing changed: a line for each variant.",
        "同样的数据、同样的随机种子，只改动一处：每种方案一条曲线。",
    ),
    "kept": Text("weights of epoch {epoch}", "采用第 {epoch} 轮的权重"),
    "no mistakes": Text("no mistakes", "没有错误"),
    "report": Text("report", "报告"),
    "run": Text("run", "运行"),
    "file": Text("file", "文件"),
    "probability": Text("probability", "概率"),
    "others": Text("next best", "次选"),
    "notes": Text("what was changed", "做过的改动"),
    "seed": Text("seed", "随机种子"),
    "seeds": Text("seeds", "随机种子数"),
    "mean": Text("mean", "均值"),
    "deviation": Text("standard deviation", "标准差"),
    "interval": Text("95 % confidence interval of the mean", "均值的 95% 置信区间"),
    "batch": Text("batch", "批量大小"),
    "epochs": Text("epochs", "轮"),
    "number of epochs": Text("epochs", "训练轮数"),
    "n parameters": Text("{n:,} parameters", "{n:,} 个参数"),
    "n multiply-adds": Text("{n:,} multiply-adds", "{n:,} 次乘加"),
    "none": Text("none", "无"),
    "name": Text("name", "名称"),
    "title": Text("title", "标题"),
    "chapter": Text("chapter", "章"),
    "recipes": Text("recipes", "其他方案"),
    "what it is": Text("what it is", "说明"),
    "options": Text("options", "选项"),
    "shape": Text("shape", "形状"),
    "size": Text("examples", "样本数"),
    "licence": Text("licence", "许可"),
    "source": Text("source", "来源"),
    "where": Text("where", "位置"),
    "here": Text("here", "已有"),
    "not here": Text("not here", "没有"),
    "embedded": Text("with scikit-learn", "随 scikit-learn 自带"),
    "to fetch": Text(
        "`limen data get {name}` fetches {size:,.0f} MB", "用 `limen data get {name}` 下载（{size:,.0f} MB）"
    ),
    "made here": Text("made from a seed", "由随机种子生成"),
    "your file": Text(
        "your file: --set data.path=FILE.csv --set data.target=COLUMN",
        "你的文件：--set data.path=文件.csv --set data.target=列名",
    ),
    "nothing to fetch": Text("{name} is here; there is nothing to fetch.", "{name} 已在这里，无需下载。"),
    "fetched": Text("{name} is in {folder}. Licence: {licence}.", "{name} 在 {folder}。许可：{licence}。"),
    "stopped": Text(
        "stopped and saved. Go on with `limen run --resume {path}`.",
        "已停止并保存。用 `limen run --resume {path}` 继续。",
    ),
    "stopped early": Text(
        "Not finished: {epochs} epochs. Go on with `limen run --resume {path}`.",
        "尚未完成：已有 {epochs} 轮。用 `limen run --resume {path}` 继续。",
    ),
    "no runs": Text(
        "No runs in {folder!r} yet. Make one: `limen run digits-cnn`.",
        "{folder!r} 中还没有运行。先运行一个：`limen run digits-cnn`。",
    ),
    "threads": Text("threads", "个线程"),
    "grey": Text("grey", "灰度"),
    "resumed": Text("resumed after epoch {epoch}", "从第 {epoch} 轮之后继续训练"),
    "state": Text("state", "状态"),
    "finished": Text("finished", "已完成"),
    "not finished": Text("not finished", "未完成"),
    "experiment": Text("experiment", "实验"),
    "created": Text("created", "创建时间"),
}


def word(name: str, language: str) -> str:
    """A word in a language, or a split and a measure: ``test_accuracy``. A name in no list is shown with spaces."""
    if name in WORDS:
        return WORDS[name][language]
    split, _, measure = name.partition("_")
    if split in ("train", "validation", "test") and measure in WORDS:
        return f"{word(split, language)}{' ' * (language == 'en')}{word(measure, language)}"
    return name.replace("_", " ")
