"""The words of a look through a folder of photos, in both languages."""

from limen.language import Text

PHOTOS = {
    "photos of": Text("Photos: {name}", "照片：{name}"),
    "photos ready": Text(
        "Ready to learn from: limen run photos --data {root}", "可以开始学习：limen run photos --data {root}"
    ),
    "photos ready page": Text("Ready to learn from.", "可以开始学习。"),
    "photos stopped": Text("Cannot be learnt from yet: {n} to mend first.", "还不能学习：需先解决 {n} 个问题。"),
    "photos usable": Text("usable photos", "可用照片"),
    "photos classes": Text("classes", "类别"),
    "photos aside": Text("files set aside", "剔除的文件"),
    "photos groups": Text("copies and near copies", "重复或几乎重复"),
    "photos size": Text("usual size", "常见尺寸"),
    "photos sizes": Text("{least} to {most}, usually {usual}", "{least} 至 {most}，多为 {usual}"),
    "photos class": Text("class", "类别"),
    "photos share": Text("share", "占比"),
    "photos weight": Text("weight", "权重"),
    "photos total": Text("photos", "照片"),
    "photos by class": Text("Classes", "各类别"),
    "photos weights": Text(
        "The weight is what each photo of a class would count for all classes to count alike: N / (classes · photos of "
        "the class).",
        "权重：要使各类别分量相同，该类每张照片应计的分量，即 N /（类别数 · 该类照片数）。",
    ),
    "photos found E": Text("To mend first", "必须先解决"),
    "photos found Q": Text("Set aside", "已剔除"),
    "photos found W": Text("Worth a look", "值得留意"),
    "photos found F": Text("Handled", "已自动处理"),
    "photos files": Text("files: {n:,}", "文件：{n:,} 个"),
    "photos and more": Text("… and {n:,} more: see --json", "……另有 {n:,} 个，见 --json"),
    "photos nothing": Text("Nothing was found that should be told.", "没有发现需要说明的问题。"),
    "photos next": Text("Next", "接下来"),
    "photos train": Text("train a net on them", "用这些照片训练网络"),
    "photos all": Text("all that was found, for a program", "全部结果，供程序读取"),
    "photos footer": Text(
        "Nothing in the folder was changed · Limen {version}", "文件夹中的内容未作任何改动 · Limen {version}"
    ),
    "photo-classes": Text("Some of each class", "各类别的样例"),
    "photo-classes_caption": Text(
        "Photos of each class, evenly taken, as the net sees them. One that does not belong stands out here sooner "
        "than in any number.",
        "从每个类别中均匀抽取，显示为网络所见的样子。放错类别的照片，在这里比在任何数字里都更容易看出来。",
    ),
    "photo-sizes": Text("Sizes", "尺寸"),
    "photo-sizes_caption": Text(
        "Each dot is a photo as it was stored; the square is what the net sees. Dots within the square are enlarged.",
        "每个点是一张原始照片；方框是网络所见的大小。方框以内的照片会被放大。",
    ),
    "photo-pairs": Text("Equal and almost equal photos", "相同和几乎相同的照片"),
    "photo-pairs_caption": Text(
        "Pairs, side by side. Copies of one class stay on one side of the division; of two classes, one of the "
        "labels is wrong.",
        "左右两张为一对。同类的副本会放在划分的同一边；若分属两个类别，则其中必有一个标签是错的。",
    ),
    "width": Text("width in pixels", "宽（像素）"),
    "height": Text("height in pixels", "高（像素）"),
    "what the net sees": Text("what the net sees", "网络所见"),
    "data notes": Text("What was found in the data", "数据中发现的情况"),
    "your folder": Text("your folder: limen run photos --data FOLDER", "你的文件夹：limen run photos --data 文件夹"),
}
