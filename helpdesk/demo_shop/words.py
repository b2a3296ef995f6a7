"""What the shop says and sells, in English and in Arabic."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Good:
    """One thing on the shelf. `picture` names a symbol in goods.svg; prices are in cents."""

    slug: str
    kind: str
    picture: str
    cents: int
    names: dict[str, str]
    stories: dict[str, str]
    pictures: dict[str, str]


GOODS = (
    Good(
        "tide",
        "teapots",
        "p-pot",
        6800,
        {"en": "Tide teapot", "ar": "إبريق شاي المدّ"},
        {
            "en": "Thrown on the wheel, dipped twice, fired at 1,240 °C. "
            "Holds three large cups and pours without a drop on the table.",
            "ar": "مشكَّل على الدولاب، مغموس مرتين، ومحروق عند ١٢٤٠ درجة. "
            "يتسع لثلاثة أكواب كبيرة ويصبّ دون قطرة على الطاولة.",
        },
        {"en": "Sea-green stoneware teapot with a cream band", "ar": "إبريق شاي خزفي أخضر بلون البحر بحزام كريمي"},
    ),
    Good(
        "ember",
        "mugs",
        "p-mug",
        2400,
        {"en": "Ember mug", "ar": "كوب الجمر"},
        {
            "en": "A round handle for two fingers and a thin lip. Keeps coffee hot for half an hour.",
            "ar": "مقبض مستدير لإصبعين وحافة رقيقة. يحافظ على سخونة القهوة نصف ساعة.",
        },
        {"en": "Terracotta mug with a cream glaze", "ar": "كوب طيني أحمر بطلاء كريمي"},
    ),
    Good(
        "slate",
        "bowls",
        "p-bowl",
        3400,
        {"en": "Slate bowl", "ar": "وعاء الأردواز"},
        {
            "en": "Wide enough for soup, deep enough for noodles. Stacks, and goes into the oven.",
            "ar": "واسع للحساء وعميق للمعكرونة. يُرصّ فوق بعضه ويدخل الفرن.",
        },
        {"en": "Grey bowl with a cream rim", "ar": "وعاء رمادي بحافة كريمية"},
    ),
    Good(
        "dune",
        "vases",
        "p-vase",
        5800,
        {"en": "Dune vase", "ar": "مزهرية الكثيب"},
        {
            "en": "Unglazed outside, tight inside. Best with one branch and nothing else.",
            "ar": "غير مطلية من الخارج، محكمة من الداخل. أجمل ما تكون مع غصن واحد.",
        },
        {"en": "Sand-coloured vase with an olive branch", "ar": "مزهرية بلون الرمل مع غصن زيتون"},
    ),
)
BY_SLUG = {good.slug: good for good in GOODS}

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "dir": "ltr",
        "language": "en",
        "root": "",
        "other_language": "العربية",
        "other_code": "ar",
        "other_root": "/ar/",
        "shop": "Saltholm",
        "tagline": "Stoneware from an island kiln",
        "intro": "Four potters, one kiln, and everything made to be used every day. "
        "Ask us anything: the chat in the corner reaches the workshop.",
        "see_all": "See the teapot",
        "shelf": "On the shelf",
        "nav_label": "Shop",
        "home": "Home",
        "teapots": "Teapots",
        "mugs": "Mugs",
        "bowls": "Bowls",
        "vases": "Vases",
        "kiln": "The kiln",
        "basket": "Basket",
        "rating": "4.8 · 124 reviews",
        "glaze": "Glaze",
        "size": "Size",
        "size_s": "Small",
        "size_m": "Medium",
        "size_l": "Large",
        "sea": "Sea",
        "ember": "Ember",
        "slate": "Slate",
        "dune": "Dune",
        "add": "Add to basket",
        "delivery": "With you by Thursday, free over €60",
        "returns": "30 days to change your mind",
        "breakage": "Broken on the way? We send another",
        "more": "Goes well with it",
        "basket_empty": "Your basket is empty. The teapot is a good beginning.",
        "remove": "Remove",
        "total": "Total",
        "to_checkout": "Go to checkout",
        "checkout": "Checkout",
        "full_name": "Full name",
        "email": "E-mail",
        "address": "Address",
        "pay": "Place the order",
        "demo_note": "This is a demo shop: nothing is charged and nothing is sent.",
        "thanks": "Thank you",
        "thanks_text": "Your order is in the kiln's book. Questions about it? The chat is right here.",
        "kiln_text": "The kiln stands where the salt sheds stood. We fire twice a month, with wood from the shore, "
        "and open it on Sundays: come by and bring a cup.",
        "not_found": "This page is not on the shelf",
        "not_found_text": "It may have been sold. The other pieces are at home.",
        "footer": "Saltholm is the demo shop of this Helpdesk.",
        "ask_title": "May we see where you are?",
        "ask_text": "With your consent our team sees which page you look at, and can help. Nothing is kept.",
        "ask_yes": "Yes, of course",
        "ask_no": "No, thank you",
    },
    "ar": {
        "dir": "rtl",
        "language": "ar",
        "root": "/ar",
        "other_language": "English",
        "other_code": "en",
        "other_root": "/",
        "shop": "سالتهولم",
        "tagline": "خزف من فرن على جزيرة",
        "intro": "أربعة خزّافين وفرن واحد، وكل قطعة صُنعت لتُستعمل كل يوم. "
        "اسألونا ما شئتم: المحادثة في الزاوية تصل إلى الورشة.",
        "see_all": "شاهدوا الإبريق",
        "shelf": "على الرف",
        "nav_label": "المتجر",
        "home": "الرئيسية",
        "teapots": "أباريق",
        "mugs": "أكواب",
        "bowls": "أوعية",
        "vases": "مزهريات",
        "kiln": "الفرن",
        "basket": "السلة",
        "rating": "٤٫٨ · ١٢٤ تقييمًا",
        "glaze": "الطلاء",
        "size": "المقاس",
        "size_s": "صغير",
        "size_m": "وسط",
        "size_l": "كبير",
        "sea": "بحر",
        "ember": "جمر",
        "slate": "أردواز",
        "dune": "كثيب",
        "add": "أضف إلى السلة",
        "delivery": "يصلكم قبل الخميس، مجانًا فوق ٦٠ يورو",
        "returns": "٣٠ يومًا لتغيير رأيكم",
        "breakage": "انكسرت في الطريق؟ نرسل غيرها",
        "more": "يناسبها أيضًا",
        "basket_empty": "سلتكم فارغة. الإبريق بداية جيدة.",
        "remove": "إزالة",
        "total": "المجموع",
        "to_checkout": "إلى الدفع",
        "checkout": "الدفع",
        "full_name": "الاسم الكامل",
        "email": "البريد الإلكتروني",
        "address": "العنوان",
        "pay": "أرسل الطلب",
        "demo_note": "هذا متجر تجريبي: لا يُدفع شيء ولا يُرسل شيء.",
        "thanks": "شكرًا لكم",
        "thanks_text": "طلبكم في دفتر الفرن. لديكم سؤال؟ المحادثة هنا.",
        "kiln_text": "يقوم الفرن حيث كانت مخازن الملح. نحرق مرتين في الشهر بخشب الشاطئ، "
        "ونفتحه يوم الأحد: تعالوا ومعكم كوب.",
        "not_found": "هذه الصفحة ليست على الرف",
        "not_found_text": "لعلها بيعت. بقية القطع في الصفحة الرئيسية.",
        "footer": "سالتهولم هو المتجر التجريبي لهذا النظام.",
        "ask_title": "هل نرى أين أنتم؟",
        "ask_text": "بموافقتكم يرى فريقنا الصفحة التي تتصفحونها ويمكنه المساعدة. لا يُحفظ شيء.",
        "ask_yes": "نعم، بكل سرور",
        "ask_no": "لا، شكرًا",
    },
}
