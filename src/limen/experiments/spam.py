"""Spam: words as evidence."""

from limen.data.spec import Data
from limen.experiments.chapters import REGRESSION
from limen.experiments.experiment import Experiment, Net, Published, Try, Variant
from limen.language import Text
from limen.train.plan import Optimizer, Plan

REACH = Text("notes E, to be reached", "讲义 E，应达到的值")


def spam() -> Experiment:
    """Real text messages, one in seven of them spam: logistic regression on weighted words, then a small net."""
    return Experiment(
        name="spam",
        chapter=REGRESSION,
        title=Text("Which message is spam?", "哪条短信是垃圾短信？"),
        story=Text(
            en="""
Five and a half thousand text messages, and 747 of them want your money. Nobody tells the machine what spam is about;
it counts words. Is that enough?

A word that stands in few messages tells more than one that stands in all: TF-IDF weighs it so. Logistic regression
then gives each word a weight for or against, and adds them up. Look at the words with the largest weights: some you
would have named yourself, some you would not. The second net learns a few numbers for each word instead of one, and
averages them.

Accuracy alone flatters: whoever calls everything ham is right in 87 of 100 cases. So ask two questions: of what was
called spam, how much was (precision), and of the spam, how much was caught (recall)? Then read the messages it got
wrong.""",
            zh="""
五千五百多条短信，其中 747 条想要你的钱。没有人告诉机器垃圾短信讲些什么；它只数单词。这样够吗？

只在少数短信里出现的词，比到处都出现的词更能说明问题：TF-IDF 就按这个道理给词加权。
逻辑回归再给每个词一个支持或反对的权重，然后相加。
请看权重最大的那些词：有些你自己也会想到，有些想不到。第二个网络给每个词学的不是一个数，而是好几个，再取平均。

只看准确率会自欺：把所有短信都说成正常，也能答对 87%。所以要问两个问题：被说成垃圾的，有多少真是垃圾（精确率）？
垃圾短信里，抓住了多少（召回率）？然后读一读它判错的那些短信。""",
        ),
        data=Data("sms", options={"features": "tfidf"}),
        net=Net("softmax"),
        plan=Plan(epochs=30, batch_size=64, optimizer=Optimizer("adam", 0.03), l2=3e-5),
        published=(Published("test_accuracy", (0.98,), REACH), Published("spam_recall", (0.90,), REACH)),
        figures=("detection", "telling", "wrong-messages", "confusion", "curves"),
        findings=("detection",),
        variants=(
            Variant("words", Text("logistic regression on TF-IDF", "TF-IDF 上的逻辑回归")),
            Variant(
                "net",
                Text("embeddings, averaged, and a hidden layer", "词嵌入取平均，再加一个隐藏层"),
                (
                    "data.features=tokens",
                    "net=bag-of-words",
                    "plan.epochs=6",
                    "plan.optimizer.lr=0.003",
                    "plan.l2=0",
                ),
            ),
        ),
        panels=("lane-curves",),
        next=(
            Try("--seeds 5", Text("five divisions of the messages", "把短信重新划分五次")),
            Try("--variant words --set data.words=100", Text("a hundred words only", "只用一百个词")),
            Try(
                "--variant words --set plan.l1=0.002 --set plan.l2=0",
                Text("L1: how few words are enough?", "L1：最少几个词就够？"),
            ),
        ),
    )
