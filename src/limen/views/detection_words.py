"""The words of detection and of texts, in both languages."""

from limen.language import Text

DETECTION = {
    "roc": Text("ROC curve", "ROC 曲线"),
    "precision-recall": Text("PR curve", "PR 曲线"),
    "calibration": Text("Calibration", "校准"),
    "detection": Text("How well the rare class is found", "少数类找得有多准"),
    "detection_caption": Text(
        "Left: the share of the rare class that is found against the share of false alarms, for every threshold; the "
        "dashed line is guessing. Middle: of those called positive, how many are; the dashed line again is guessing. "
        "Right: what probability was given and what then happened; on the dashed line the two are equal. A larger dot "
        "stands for more examples, and the bar holds what chance alone explains (95 %). The ring marks the threshold "
        "in use.",
        "左：在每个阈值下，找到的少数类比例与误报比例的关系，虚线相当于随机猜测。"
        "中：判为正类的样本中有多少确实是正类，虚线同样是随机猜测。"
        "右：给出的概率与实际发生的比例，落在虚线上表示两者一致；点越大样本越多，竖线是 95% 置信区间。"
        "圆环是所用的阈值。",
    ),
    "false alarm rate": Text("false alarms (share of negatives)", "误报率（占负类的比例）"),
    "recall": Text("recall (share of positives found)", "召回率（占正类的比例）"),
    "precision": Text("precision", "精确率"),
    "f1": Text("F1", "F1 值"),
    "area": Text("area {value:.4f}", "曲线下面积 {value:.4f}"),
    "average precision": Text("average precision {value:.4f}", "平均精确率 {value:.4f}"),
    "calibration error": Text("mean error {value:.4f}", "平均误差 {value:.4f}"),
    "said": Text("probability given", "给出的概率"),
    "happened": Text("share that was positive", "实际为正类的比例"),
    "guessing": Text("guessing", "随机猜测"),
    "threshold at": Text("threshold {value:.2f}", "阈值 {value:.2f}"),
    "telling words": Text("The most telling words", "最有区分力的词"),
    "telling words_caption": Text(
        "How much each word adds to the log-odds of a class. A word such as <11 digits> stands for any number that is "
        "so long.",
        "每个词使某一类的对数几率增加多少。像 <11 digits> 这样的词代表任何一个这么长的数字（11 位）。",
    ),
    "speaks for": Text("speaks for {name}", "支持 {name}"),
    "log-odds": Text("change of the log-odds", "对数几率的变化"),
    "wrong messages": Text("Answered wrongly, the surest first", "判断错误的短信（按把握从大到小）"),
    "message": Text("message", "短信"),
}
