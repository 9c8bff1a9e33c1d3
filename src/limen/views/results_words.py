"""The words of the table of results, in both languages."""

from limen.language import Text

RESULTS = {
    "results title": Text("Results", "结果一览"),
    "results intro": Text(
        "Every experiment and lesson below was carried out by one command, as it comes, without choosing among its "
        "runs. A figure is reached when the mean over the seeds reaches it.",
        "下列实验和课程由同一条命令按默认设置逐一完成，没有挑选运行结果。以各随机种子的均值为准：均值达到，才算达到。",
    ),
    "results command": Text("Command", "命令"),
    "results date": Text("Date", "日期"),
    "results machine": Text("Machine", "机器"),
    "results software": Text("Software", "软件"),
    "results precision": Text("Precision", "精度"),
    "results settings": Text("Settings changed for all experiments", "对所有实验改动的设置"),
    "results cores": Text("{cores} cores, threads used: {threads}", "{cores} 个核，所用线程数 {threads}"),
    "results span": Text("{span} of work", "共用时 {span}"),
    "results balance": Text(
        "{reached} of {figures} figures are reached.", "共有 {figures} 个应达到的数值，达到 {reached} 个。"
    ),
    "results short": Text("Not reached: {names}.", "未达到：{names}。"),
    "results uncompared": Text("Not comparable: {names}.", "无法比较：{names}。"),
    "results failed": Text("Failed: {names}.", "运行出错：{names}。"),
    "results absent": Text("Not run: {names}.", "未运行：{names}。"),
    "results marks": Text(
        "✓ reached · × not reached, and by how much · – nothing to be reached, or nothing that compares · ○ not run · "
        "▲ failed. Measured is the mean over the seeds ± the standard deviation; the seconds are those of all seeds "
        "together, with loading and testing.",
        "✓ 达到 · × 未达到，并注明差多少 · – 没有应达到的数值，或无法比较 · ○ 未运行 · ▲ 运行出错。"
        "实测值是各随机种子的均值 ± 标准差；秒数是全部种子的总用时，包括读取数据和测试。",
    ),
    "results again": Text("command", "命令"),
    "results seconds": Text("seconds", "秒"),
    "results to reach": Text("to reach", "应达到"),
    "results of seeds": Text("seeds", "随机种子"),
    "results recipe": Text("recipe {recipe}", "方案 {recipe}"),
    "short by": Text("× short by {by}", "× 差 {by}"),
    "row shown in runs": Text("– in {count} of {runs} runs", "– {runs} 次运行中的 {count} 次"),
    "row with gaps": Text("× measured in {count} of {runs} runs", "× {runs} 次运行中只有 {count} 次测得"),
    "row not measured": Text("× not measured", "× 未测得"),
    "row of other epochs": Text("– printed for another number of epochs", "– 公布值的轮数不同"),
    "entry failed": Text("▲ failed", "▲ 运行出错"),
    "entry waiting": Text("○ not run", "○ 未运行"),
    "entry absent": Text("○ not run", "○ 未运行"),
    "why waiting": Text("its turn has not come", "还没轮到"),
    "why absent": Text(
        "{reason} is not on this machine; `limen data get {reason}` fetches it",
        "这台机器上没有 {reason}；用 `limen data get {reason}` 下载",
    ),
    "results stopped": Text(
        "stopped and saved. Go on with `limen results --resume {path}`.",
        "已停止并保存。用 `limen results --resume {path}` 继续。",
    ),
    "results kept": Text("kept in {path}", "保存在 {path}"),
    "and written to": Text("; table written to {file}", "；表格已写入 {file}"),
}
