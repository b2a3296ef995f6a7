"""Saltholm, the pottery of the demo shop: an English-speaking team with customers from everywhere."""

from __future__ import annotations

from helpdesk.demo.story import (
    Canned,
    Customer,
    Person,
    Plot,
    Story,
    assigns,
    leaves,
    looks,
    marks_spam,
    notes,
    replies,
    resolves,
    says,
    takes,
)

HOME = ("/", "Saltholm · Stoneware from an island kiln")
TEAPOT = ("/goods/tide", "Tide teapot · Saltholm")
MUG = ("/goods/ember", "Ember mug · Saltholm")
BOWL = ("/goods/slate", "Slate bowl · Saltholm")
VASE = ("/goods/dune", "Dune vase · Saltholm")
BASKET = ("/basket", "Basket · Saltholm")
CHECKOUT = ("/checkout", "Checkout · Saltholm")
KILN = ("/kiln", "The kiln · Saltholm")

ORDERS, PRODUCTS, RETURNS = "Orders & delivery", "Products", "Returns"

TEAM = (
    Person("maya", "Maya Lindqvist", "owner"),
    Person("eleni", "Eleni Markou", "admin"),
    Person("jaewon", "박재원", alias="Jae-won"),
    Person("tomas", "Tomás Ferreira"),
    Person("nadia", "Nadia Benali"),
    Person("yusuf", "Yusuf Demir"),
)

CUSTOMERS = (
    Customer("declan", "Declan O’Sullivan", time_zone="Europe/Dublin", browser="phone", pages=(HOME, BOWL)),
    Customer(
        "katerina",
        "Αικατερίνη Παπαδοπούλου-Κωνσταντινίδου",
        "katerina.p@mail.example",
        language="el",
        time_zone="Europe/Athens",
        browser="android",
        pages=(HOME, TEAPOT, BASKET),
    ),
    Customer(
        "nour",
        "نور الهاشمي",
        "nour.alhashimi@mail.example",
        "+30 694 123 4567",
        language="ar",
        time_zone="Europe/Athens",
        browser="phone",
        pages=(HOME, BOWL, CHECKOUT),
    ),
    Customer(
        "minjun",
        "김민준",
        "minjun.kim@mail.example",
        language="ko",
        time_zone="Asia/Seoul",
        referrer="https://search.example/?q=stoneware+mug",
        pages=(HOME, MUG),
    ),
    Customer("lea", "Léa Bertrand", "lea@mail.example", language="fr", time_zone="Europe/Paris", browser="mac"),
    Customer(
        "wolfgang",
        "Wolfgang von Kirchstetten-Hohenberg",
        "wvkh@mail.example",
        language="de",
        pages=(HOME, VASE),
    ),
    Customer("ines", "Inês Carvalho", "ines.carvalho@mail.example", language="pt", time_zone="Europe/Lisbon"),
    Customer("sam", "Sam", browser="android", pages=(TEAPOT,)),
    Customer("nobody", browser="phone", pages=(HOME, KILN)),
    Customer(
        "seoyeon", "박서연", "seoyeon.park@mail.example", language="ko", time_zone="Asia/Seoul", pages=(MUG, BASKET)
    ),
    Customer(
        "giorgos",
        "Γιώργος Μιχαηλίδης",
        "g.michailidis@mail.example",
        language="el",
        time_zone="Asia/Nicosia",
    ),
    Customer(
        "priya",
        "Priya Raghunathan",
        "priya@studio.example",
        time_zone="Asia/Kolkata",
        browser="mac",
        pages=(HOME, VASE),
    ),
    Customer(
        "ayse",
        "Ayşe Yıldız",
        "ayse@mail.example",
        language="tr",
        time_zone="Europe/Istanbul",
        pages=(
            HOME,
            TEAPOT,
        ),
    ),
    Customer("hana", "花田 はな", "hana@mail.example", language="ja", time_zone="Asia/Tokyo", pages=(HOME, BOWL)),
    Customer("olu", "Olúwaṣeun Adébáyọ̀", "olu@mail.example", time_zone="Africa/Lagos", pages=(KILN,)),
    Customer(
        "marit",
        "Marit",
        "marit@cafe.example",
        "+47 22 12 34 56",
        language="nb",
        time_zone="Europe/Oslo",
        pages=(MUG,),
    ),
    Customer("seo", "Growth Team", "boost@ranking.example", pages=(HOME,)),
    Customer(
        "jonas",
        "Jonas Weber",
        "jonas.weber@mail.example",
        language="de",
        time_zone="Europe/Berlin",
        pages=(CHECKOUT,),
    ),
)

WAITING = (
    Story(
        "declan",
        (
            says("50s", "Hi! Is the Slate bowl food safe? And can it really go into the oven?"),
            says("20s", "I mean straight from the fridge 😅"),
        ),
        department=PRODUCTS,
        is_seen=False,
    ),
    Story(
        "minjun",
        (
            says("3m 10s", "안녕하세요! Ember 머그잔 4개를 한국으로 배송할 수 있나요?"),
            says("2m 20s", "배송비와 관세가 얼마나 나오는지도 궁금합니다. 선물이라 다음 주 금요일까지 받고 싶어요."),
        ),
        department=ORDERS,
        is_seen=False,
    ),
    Story(
        "nobody",
        (says("7m", "hello, are you open this sunday? we would come by bike from the ferry"),),
        is_seen=False,
    ),
    Story(
        "katerina",
        (
            says("34m", "Καλησπέρα σας! Έχω παραγγείλει την τσαγιέρα Tide, παραγγελία S-20431."),
            replies(
                "31m", "eleni", "Καλησπέρα, Αικατερίνη! Τη βλέπω: είναι ήδη συσκευασμένη και περιμένει τον μεταφορέα."
            ),
            notes("30m", "eleni", "The courier missed yesterday’s pick-up. @Maya, can you ring the depot?"),
            says("6m", "Δηλαδή η παραγγελία θα φύγει αύριο ή τη Δευτέρα; Λείπω από Τρίτη."),
            assigns("5m", "eleni", "maya"),
        ),
        department=ORDERS,
        is_seen=False,
    ),
    Story(
        "nour",
        (
            says(
                "26m",
                "مرحبًا، طلبي رقم S-20418 وصل "
                "اليوم، لكن وعاء Slate مكسور. I can "
                "write English too, if that’s easier for you.",
            ),
            replies(
                "24m",
                "maya",
                "Hello Nour, English or العربية, whichever you like. I’m sorry about the bowl! "
                "Was the box dented when it came?",
            ),
            says(
                "22m",
                "Yes, one corner. The courier (شركة النقل) handed it over like that, I have a photo: "
                "https://photos.example/s-20418",
            ),
            notes(
                "21m", "nadia", "Third breakage from the same depot this week. I’ve put one Slate bowl aside for you."
            ),
            replies(
                "20m",
                "maya",
                "A new bowl leaves tomorrow, free of charge. Is the address still Αγίου Μελετίου 114, Αθήνα 112 51?",
            ),
            says("1m 30s", "Yes, same address. Please leave it with the neighbour, شقة ٣, if I’m out. شكرًا جزيلًا 😊"),
        ),
        department=RETURNS,
    ),
    Story(
        "priya",
        (
            says(
                "9h",
                "Hello Saltholm,\n\n"
                "I furnish small hotels and I am "
                "looking for vases for 24 rooms "
                "of a house in Kochi. The Dune vase would be "
                "perfect, but I have a few questions before I put it into my proposal:\n\n"
                "1. Could you make 24 of them by the end of March, and what would they cost?\n"
                "2. The rooms are humid for half of the year. Does the unglazed outside get stains or mould?\n"
                "3. Do you pack them so that they survive sea freight, or should I send my own forwarder "
                "(they ask for crates with at least 8 cm of filling on every side)?\n\n"
                "I have attached nothing, "
                "because the drawings are under an "
                "NDA, but the niche is 31 × 31 × 46 cm and lit "
                "from above. If you would rather talk: I am reachable from 9:00 to 17:00 in Kochi, UTC+5:30.\n\n"
                "Kind regards\nPriya "
                "Raghunathan\nhttps://studio.example/projects/kochi-house?ref=saltholm&lang=en",
            ),
            notes("8h", "eleni", "Big one. Maya should price it; the next two firings are full."),
        ),
        department=PRODUCTS,
        is_offline_form=True,
        is_seen=False,
    ),
)

IN_HAND = (
    Story(
        "lea",
        (
            says("52m", "Bonjour, my voucher does not work at the checkout. It says “expired” 😕"),
            replies("49m", "tomas", "Bonjour Léa, let me look. Which code is it?"),
            says("48m", "SALT-10, from your newsletter"),
            replies(
                "46m", "tomas", "That one ended on Sunday. Use TIDE-10 instead, it is valid until the end of the month."
            ),
            looks("45m"),
        ),
        department=ORDERS,
    ),
    Story(
        "wolfgang",
        (
            says(
                "1h 20m", "Guten Tag, passt die Vase Dune auch für frische Blumen oder nur für einen trockenen Zweig?"
            ),
            replies(
                "1h 12m",
                "maya",
                "Guten Tag! Innen ist sie dicht glasiert, also gern mit Wasser. "
                "Auf Holz bitte einen Untersetzer: außen ist sie offenporig.",
            ),
            says("1h 10m", "Sehr gut. Gibt es sie auch höher, etwa 40 cm?"),
            replies("1h 4m", "maya", "Ich frage in der Werkstatt nach und melde mich noch heute."),
        ),
        department=PRODUCTS,
    ),
    Story(
        "seoyeon",
        (
            says("2h 5m", "머그잔 사이즈가 어떻게 되나요? 손잡이에 손가락 두 개가 들어가나요?"),
            takes("2h 3m", "jaewon"),
            replies(
                "2h 1m", "jaewon", "안녕하세요, 서연 님! 용량은 280ml이고 손잡이에는 손가락 두 개가 편하게 들어갑니다."
            ),
            says("1h 58m", "감사합니다! 사이즈 확인하고 다시 연락드릴게요."),
            replies("1h 57m", "jaewon", "네, 천천히 보시고 언제든지 말씀해 주세요 😊"),
            looks("1h 56m"),
        ),
        department=PRODUCTS,
    ),
    Story(
        "giorgos",
        (
            says(
                "1d 3h",
                "Καλημέρα, μπορείτε να μου στείλετε τιμολόγιο για την παραγγελία S-20377; Χρειάζομαι τον ΑΦΜ πάνω.",
            ),
            replies("1d 2h", "eleni", "Καλημέρα κύριε Μιχαηλίδη! Στείλτε μας τον ΑΦΜ και το εκδίδουμε σήμερα."),
        ),
        department=ORDERS,
        is_offline_form=True,
    ),
    Story(
        "marit",
        (
            says(
                "1d 21h",
                "Hi! We run a café in Oslo and "
                "would like 40 Ember mugs with "
                "our name on the bottom. Do you do that, "
                "and is there a price for that many?",
            ),
            assigns("1d 20h", "eleni", "maya"),
            replies(
                "1d 19h",
                "maya",
                "Hi Marit, we do! A stamp costs €60 once, and from 24 pieces on mugs are €19 each. "
                "Send us the name as a vector file (SVG or PDF) and we show you a sample first.",
            ),
            notes("1d 19h", "maya", "Kiln has room on the 12th. Ask Yusuf to keep a shelf."),
            says("3h 40m", "Wonderful! Our designer sends it this week. How long from the sample to the mugs?"),
        ),
        department=PRODUCTS,
        is_offline_form=True,
    ),
    Story(
        "hana",
        (
            says("5h 30m", "こんにちは。ボウルは電子レンジで使えますか?"),
            says("5h 28m", "Sorry, in English: is the bowl OK for the microwave? 🍜"),
            replies("5h 20m", "nadia", "Hello! Yes, and the dishwasher too. Only sudden cold makes it crack."),
            says("5h 18m", "Thank you, I will take two!"),
            replies("5h 17m", "nadia", "Lovely. They travel well: we pack bowls rim to rim."),
            resolves("5h 10m", "nadia"),
        ),
        department=PRODUCTS,
    ),
)

EARLIER = (
    Story(
        "ines",
        (
            says("21d 4h", "Olá! Do you have gift wrapping?"),
            replies("21d 4h", "tomas", "Olá Inês! We do, in linen. Tick the box in the basket, it is free."),
            resolves("21d 3h", "tomas"),
        ),
        department=ORDERS,
    ),
    Story(
        "ines",
        (
            says(
                "9d 2h",
                "Me again. The teapot came with a different glaze than I ordered: Slate, and I wanted Sea. S-20340",
            ),
            replies(
                "9d 1h",
                "nadia",
                "I am sorry! We fetch it and send the Sea one tomorrow. Is 9 to 12 good for the courier?",
            ),
            says("9d 1h", "Perfect"),
            notes("9d", "nadia", "Picked from the wrong shelf, not the customer’s mistake. No return fee."),
            replies("8d 20h", "nadia", "The new one is on its way. You need not print anything for the courier."),
            resolves("6d", "nadia"),
        ),
        department=RETURNS,
    ),
    Story(
        "ines",
        (
            says("17m", "Olá, it is Inês, with the two teapots 🙂 My sister wants one as well. Could it go to Brazil?"),
            takes("15m", "tomas"),
            replies(
                "14m",
                "tomas",
                "Olá Inês! It can: 10 to 14 days, "
                "€28, and customs are hers to "
                "pay. Shall I put it into a basket for you?",
            ),
            says("4m", "Yes please, the Sea one. And the same linen wrapping?"),
        ),
        department=ORDERS,
    ),
    Story(
        "sam",
        (
            says("2d 6h", "does the tide teapot come in large"),
            replies("2d 6h", "yusuf", "It does: 1.4 litres, six cups. Choose “Large” on its page."),
            says("2d 6h", "thx 👍"),
            leaves("2d 6h"),
        ),
        department=PRODUCTS,
    ),
    Story(
        "ayse",
        (
            says("2d 23h", "Merhaba, siparişim hâlâ gelmedi. Sipariş numarası S-20402."),
            takes("2d 23h", "yusuf"),
            replies(
                "2d 23h",
                "yusuf",
                "Merhaba Ayşe Hanım, paket gümrükte bekliyor. Yarın çıkacağını söylediler, takip ediyorum.",
            ),
            says("1d 5h", "Bugün geldi, her şey sağlam. Çok teşekkürler! ❤️"),
            replies("1d 5h", "yusuf", "Çok sevindik! Güle güle kullanın."),
            resolves("1d 5h", "yusuf"),
        ),
        department=ORDERS,
    ),
    Story(
        "olu",
        (
            says("3d 8h", "Do you teach? I would love to spend a week at a wood kiln."),
            replies(
                "3d 7h",
                "maya",
                "Twice a year, in May and in September, five people each. Shall we write to you when dates are set?",
            ),
            says("3d 7h", "Please do!"),
            notes("3d 7h", "maya", "On the list for May."),
            resolves("3d 7h", "maya"),
        ),
    ),
    Story(
        "seo",
        (
            says(
                "1d 14h",
                "Dear website owner, we can bring your shop to PAGE ONE in 7 days!!! 5000 backlinks only $49 "
                "→ http://ranking.example/offer",
            ),
            marks_spam("1d 13h", "eleni"),
        ),
        is_offline_form=True,
    ),
    Story(
        "jonas",
        (
            says("11h", "Die Zahlung wurde abgebrochen, aber das Geld ist abgebucht. Was nun?"),
            says("10h 58m", "Es sind 102,00 €, heute um 7:42 Uhr."),
            leaves("10h 30m"),
            notes(
                "10h",
                "eleni",
                "Payment provider says it is only reserved and falls back within three days. Somebody please answer.",
            ),
        ),
        department=ORDERS,
        is_seen=False,
    ),
    Story(
        "lea",
        (
            says("12d 3h", "Is there a shop in Paris where I can see your mugs?"),
            replies(
                "12d 2h",
                "tomas",
                "Not yet, but we are at the market in the Rue de Charonne on the first weekend of each month.",
            ),
            looks("12d 2h"),
            resolves("12d 1h", "tomas"),
        ),
    ),
)

CANNED = (
    Canned("hello", "Greeting", "Hello {{visitor.name|there}}, this is {{agent.name}}. How can I help?", "maya"),
    Canned(
        "thanks",
        "Goodbye",
        "Thank you for writing to {{workspace.name}}, {{visitor.name|and see you soon}}! "
        "If anything else comes up, just write here again.",
        "maya",
    ),
    Canned(
        "moment",
        "One moment",
        "One moment please, I am asking in the workshop.",
        "eleni",
    ),
    Canned(
        "later",
        "Answer by e-mail",
        "I have to ask a colleague. We will write to {{visitor.email|you here}} before the day is over; "
        "your number is {{ticket.number}}.",
        "eleni",
    ),
    Canned(
        "welcome-ar",
        "ترحيب",
        "مرحبًا {{visitor.name|بك}}، معك {{agent.name}} من {{workspace.name}}. كيف يمكنني مساعدتك؟",
        "eleni",
    ),
    Canned(
        "delivery",
        "Delivery times",
        "Within the EU a parcel takes 2 to 4 working days, elsewhere 7 to 14. Delivery is free from €60.",
        "tomas",
        department=ORDERS,
    ),
    Canned(
        "track",
        "Where is my parcel?",
        "Hello {{visitor.name|there}}, you can follow your parcel here: https://track.example/. "
        "If it does not move for three days, tell us and we ring the depot.",
        "jaewon",
        department=ORDERS,
    ),
    Canned(
        "care",
        "Caring for stoneware",
        "All our glazes are food safe and go into the dishwasher. Warm the pot before you pour boiling water: "
        "sudden changes are the only thing it does not like.",
        "nadia",
        department=PRODUCTS,
    ),
    Canned(
        "replace",
        "Replacement",
        "I am sorry about that! A new one leaves the workshop tomorrow, and you need not send anything back.",
        "nadia",
        department=RETURNS,
    ),
    Canned(
        "refund",
        "Refund",
        "Your refund is on its way; most banks show it within 3 working days.",
        "nadia",
        department=RETURNS,
    ),
    Canned("sign", "My signature", "Warm regards from the island\nMaya", "maya", is_personal=True),
    Canned(
        "oslo",
        "Stamp for cafés",
        "A stamp costs €60 once, and from 24 pieces on mugs are €19 each.",
        "maya",
        is_personal=True,
    ),
)

SALTHOLM = Plot(
    slug="saltholm",
    latin_name="Saltholm",
    name="Saltholm",
    language="en",
    time_zone="Europe/Copenhagen",
    domain="saltholm.example",
    team=TEAM,
    departments={
        ORDERS: ("maya", "eleni", "jaewon", "tomas", "yusuf"),
        PRODUCTS: ("maya", "jaewon", "nadia", "yusuf"),
        RETURNS: ("maya", "nadia"),
    },
    customers=CUSTOMERS,
    stories=WAITING + IN_HAND + EARLIER,
    canned=CANNED,
    widget={
        "colour": "#0b6e69",
        "texts": {
            "en": {
                "greeting_title": "Hello! How can we help?",
                "greeting_text": "Ask about a pot, an order or the kiln. A potter answers, not a robot.",
                "reply_promise": "We usually reply in a few minutes",
            }
        },
    },
)
