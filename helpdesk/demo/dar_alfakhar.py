"""دار الفخار: a workspace that is Arabic throughout, for everything that runs from right to left."""

from __future__ import annotations

from helpdesk.demo.story import (
    Canned,
    Customer,
    Person,
    Plot,
    Story,
    assigns,
    looks,
    marks_spam,
    notes,
    replies,
    resolves,
    says,
    takes,
)

HOME = ("/ar/", "سالتهولم · خزف من فرن على جزيرة")
TEAPOT = ("/ar/goods/tide", "إبريق شاي المدّ · سالتهولم")
BOWL = ("/ar/goods/slate", "وعاء الأردواز · سالتهولم")
CHECKOUT = ("/ar/checkout", "الدفع · سالتهولم")

ORDERS, PRODUCTS = "الطلبات والتوصيل", "المنتجات"

TEAM = (
    Person("layla", "ليلى حداد", "owner", language="ar"),
    Person("yousef", "يوسف المصري", language="ar"),
    Person("salma", "سلمى العبدالله", alias="سلمى", language="ar"),
)

CUSTOMERS = (
    Customer(
        "khaled",
        "خالد الزهراني",
        language="ar",
        time_zone="Asia/Riyadh",
        browser="phone",
        pages=(HOME, TEAPOT),
    ),
    Customer(
        "sara",
        "سارة خليل",
        "sara.khalil@mail.example",
        language="ar",
        time_zone="Africa/Cairo",
        pages=(
            HOME,
            CHECKOUT,
        ),
    ),
    Customer("mona", "منى", language="ar", time_zone="Asia/Amman", browser="android", pages=(BOWL,)),
    Customer(
        "hassan",
        "حسن بن علي",
        "hassan@cafe.example",
        "+212 522 123 456",
        language="ar",
        time_zone="Africa/Casablanca",
        pages=(HOME, TEAPOT),
    ),
    Customer(
        "emma",
        "Emma Clarke",
        "emma@mail.example",
        time_zone="Europe/London",
        browser="mac",
        pages=(HOME, BOWL),
    ),
    Customer("reem", "ريم", language="ar", time_zone="Asia/Dubai", pages=(HOME,)),
    Customer("offer", "عروض", "offer@deals.example", language="ar", time_zone="Asia/Dubai", pages=(HOME,)),
)

STORIES = (
    Story(
        "khaled",
        (
            says("1m 20s", "السلام عليكم، هل إبريق «المدّ» متوفر بالحجم الكبير؟"),
            says("40s", "وكم يستغرق التوصيل إلى الرياض؟"),
        ),
        department=PRODUCTS,
        is_seen=False,
    ),
    Story(
        "sara",
        (
            says("23m", "مرحبًا، تأخر طلبي رقم F-1187 أسبوعًا كاملًا عن الموعد 😔"),
            replies("21m", "layla", "أهلًا سارة، نعتذر عن التأخير. الشحنة وصلت إلى القاهرة صباح اليوم وتُسلَّم غدًا."),
            notes("20m", "yousef", "اتصلت بشركة الشحن: السائق يملك رقم هاتف قديمًا. حدّثتُ الرقم في الطلب."),
            says("4m", "شكرًا لك! هل يمكن التسليم بعد الساعة 5 مساءً؟ العنوان: شارع النيل 12، شقة 4."),
        ),
        department=ORDERS,
    ),
    Story(
        "mona",
        (
            says("48m", "هل الوعاء آمن للميكروويف وغسالة الأطباق؟"),
            takes("47m", "salma"),
            replies("46m", "salma", "نعم، كلاهما آمن. تجنّبي فقط التبريد المفاجئ."),
            looks("45m"),
        ),
        department=PRODUCTS,
    ),
    Story(
        "hassan",
        (
            says(
                "6h",
                "السلام عليكم ورحمة الله،\n\n"
                "نفتتح مقهى في الدار البيضاء ونرغب في ٦٠ كوبًا و١٢ إبريقًا تحمل شعارنا.\n"
                "هل تقدمون سعرًا خاصًا لهذه الكمية؟ وما مدة التنفيذ؟\n\n"
                "الشعار هنا: https://cafe.example/logo.svg\n\nمع الشكر، حسن",
            ),
            assigns("5h", "layla", "layla"),
            notes("5h", "layla", "سعر الكوب من ٢٤ قطعة: ١٩ يورو، والختم ٦٠ يورو مرة واحدة."),
        ),
        department=PRODUCTS,
        is_offline_form=True,
    ),
    Story(
        "emma",
        (
            says("3h", "Hello, I don’t read Arabic. Is the set of bowls (كود B-204) back in stock?"),
            replies("2h 50m", "yousef", "Hello Emma! It is: six sets came out of the kiln on Sunday."),
            says("2h 48m", "Great, I’ll order one today."),
            resolves("2h 40m", "yousef"),
        ),
        department=PRODUCTS,
    ),
    Story(
        "sara",
        (
            says("30d 2h", "كيف أعيد قطعة وصلتني بلون مختلف؟"),
            replies("30d 1h", "salma", "نرسل المندوب إليك دون تكلفة، ثم نعيد المبلغ خلال ٣ أيام عمل."),
            says("30d 1h", "ممتاز، شكرًا"),
            resolves("30d", "salma"),
        ),
        department=ORDERS,
    ),
    Story(
        "reem",
        (says("2h 10m", "هل لديكم معرض في دبي؟"),),
        is_seen=False,
    ),
    Story(
        "offer",
        (
            says("1d 4h", "اربح آلاف الزوار لمتجرك اليوم!!! http://deals.example/go"),
            marks_spam("1d 3h", "layla"),
        ),
        is_offline_form=True,
    ),
)

CANNED = (
    Canned("ترحيب", "ترحيب", "أهلًا {{visitor.name|بك}}، معك {{agent.name}}. كيف أساعدك؟", "layla"),
    Canned("شكر", "شكر", "شكرًا لتواصلك مع {{workspace.name}}، يسعدنا سماعك دائمًا.", "layla"),
    Canned(
        "توصيل",
        "مدة التوصيل",
        "التوصيل داخل المدينة خلال يومين، وإلى الدول الأخرى من ٧ إلى ١٤ يومًا.",
        "layla",
        department=ORDERS,
    ),
    Canned("توقيعي", "توقيعي", "مع أطيب التحيات\nليلى حداد", "layla", is_personal=True),
)

DAR_ALFAKHAR = Plot(
    slug="dar-alfakhar",
    latin_name="Dar Alfakhar",
    name="دار الفخار",
    language="ar",
    time_zone="Asia/Riyadh",
    domain="dar-alfakhar.example",
    team=TEAM,
    departments={ORDERS: ("layla", "yousef", "salma"), PRODUCTS: ("layla", "yousef", "salma")},
    customers=CUSTOMERS,
    stories=STORIES,
    canned=CANNED,
    widget={
        "colour": "#0b6e69",
        "texts": {
            "ar": {
                "greeting_title": "أهلًا بكم! كيف نساعدكم؟",
                "greeting_text": "اسألونا عن قطعة أو طلب. يجيبكم خزّاف، لا آلة.",
                "reply_promise": "نرد عادةً خلال دقائق",
            }
        },
    },
)
