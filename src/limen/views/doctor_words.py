"""The words around what the doctor says."""

from limen.language import Text

DOCTOR = {
    "doctor": Text("The doctor", "诊断"),
    "doctor fine": Text(
        "Nothing wrong was found: no dead or saturated units, the gradient reaches every layer that learns, the rate "
        "fits, and other examples are told about as well as those that were learnt.",
        "未发现问题：没有死亡或饱和的单元，梯度能到达每个在学习的层，学习率合适，对别的样本答得和学过的差不多。",
    ),
    "doctor blind": Text(
        "Nothing wrong was found in the losses; the net was not measured inside (--no-statistics, or an older run).",
        "从损失看未发现问题；这次运行没有测量网络内部（使用了 --no-statistics，或是较早的运行）。",
    ),
    "doctor early": Text("No epoch is finished yet, so there is little to judge.", "还没有完成一轮，能判断的不多。"),
    "doctor line": Text("Doctor: {names}. See `limen doctor {path}`.", "诊断：{names}。详见 `limen doctor {path}`。"),
    "evidence": Text("evidence", "依据"),
    "remedy": Text("what helps", "对策"),
    "to try": Text("to try", "可以试试"),
    "explained by": Text("explained in", "相关内容"),
    "chapter number": Text("chapter {chapter}", "第 {chapter} 章"),
    "severe": Text("severe", "严重"),
    "moderate": Text("moderate", "中等"),
    "fault dead": Text("dead units", "单元死亡"),
    "fault saturated": Text("saturation", "饱和"),
    "fault vanishing": Text("vanishing gradient", "梯度消失"),
    "fault exploding": Text("exploding gradient", "梯度爆炸"),
    "fault stuck": Text("loss stuck", "损失停滞"),
    "fault rate too high": Text("rate too high", "学习率太高"),
    "fault rate too low": Text("rate too low", "学习率太低"),
    "fault overfitting": Text("overfitting", "过拟合"),
    "fault leakage": Text("leakage suspected", "疑似数据泄漏"),
    "fault labels shuffled": Text("labels shuffled", "标签被打乱"),
}
