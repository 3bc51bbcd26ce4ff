//! Names in many scripts with how they are written in addresses, domains, browsers.

/// Where people come from.
pub(super) struct Region {
    pub(super) given: &'static [(&'static str, &'static str)],
    pub(super) family: &'static [(&'static str, &'static str)],
    /// Whether the family comes first, without a space.
    pub(super) family_first: bool,
}

pub(super) const REGIONS: &[Region] = &[
    Region {
        given: &[
            ("Anna", "anna"),
            ("Joanna", "joanna"),
            ("Hannah", "hannah"),
            ("Daniel", "daniel"),
            ("Émilie", "emilie"),
            ("José", "jose"),
            ("Søren", "soeren"),
            ("Zoë", "zoe"),
            ("Björn", "bjoern"),
            ("Łukasz", "lukasz"),
            ("Ayşe", "ayse"),
            ("João", "joao"),
            ("Ngọc", "ngoc"),
            ("Siobhán", "siobhan"),
            ("Grace", "grace"),
            ("Alan", "alan"),
            ("Ursula", "ursula"),
            ("Kwame", "kwame"),
            ("Ines", "ines"),
            ("Oliver", "oliver"),
            ("Sofia", "sofia"),
            ("Matteo", "matteo"),
            ("Freya", "freya"),
            ("Quentin", "quentin"),
        ],
        family: &[
            ("Schmidt", "schmidt"),
            ("Nowak", "nowak"),
            ("García", "garcia"),
            ("Johannsen", "johannsen"),
            ("Müller", "mueller"),
            ("O'Brien", "obrien"),
            ("Nguyễn", "nguyen"),
            ("Dubois", "dubois"),
            ("Rossi", "rossi"),
            ("Yılmaz", "yilmaz"),
            ("Ferreira", "ferreira"),
            ("Lindqvist", "lindqvist"),
            ("van Dijk", "vandijk"),
            ("Horváth", "horvath"),
            ("Mensah", "mensah"),
            ("Lovelace", "lovelace"),
            ("Kovačević", "kovacevic"),
            ("Byrne", "byrne"),
            ("Fitzgerald", "fitzgerald"),
            ("Æbelø", "aebeloe"),
        ],
        family_first: false,
    },
    Region {
        given: &[
            ("Анна", "anna"),
            ("Дмитрий", "dmitri"),
            ("Софья", "sofya"),
            ("Олександр", "oleksandr"),
            ("Надежда", "nadezhda"),
            ("Иван", "ivan"),
            ("Світлана", "svitlana"),
            ("Марія", "mariya"),
        ],
        family: &[
            ("Иванова", "ivanova"),
            ("Ковальчук", "kovalchuk"),
            ("Петров", "petrov"),
            ("Шевченко", "shevchenko"),
            ("Смирнова", "smirnova"),
            ("Бондаренко", "bondarenko"),
        ],
        family_first: false,
    },
    Region {
        given: &[
            ("伟", "wei"),
            ("秀英", "xiuying"),
            ("小龙", "xiaolong"),
            ("子涵", "zihan"),
            ("建国", "jianguo"),
            ("丽", "li"),
        ],
        family: &[
            ("王", "wang"),
            ("李", "li"),
            ("张", "zhang"),
            ("刘", "liu"),
            ("陈", "chen"),
            ("欧阳", "ouyang"),
        ],
        family_first: true,
    },
    Region {
        given: &[
            ("さくら", "sakura"),
            ("健太", "kenta"),
            ("陽子", "yoko"),
            ("ハルト", "haruto"),
            ("美咲", "misaki"),
        ],
        family: &[
            ("佐藤", "sato"),
            ("鈴木", "suzuki"),
            ("高橋", "takahashi"),
            ("渡辺", "watanabe"),
        ],
        family_first: true,
    },
    Region {
        given: &[
            ("أحمد", "ahmed"),
            ("فاطمة", "fatima"),
            ("محمد", "mohammed"),
            ("ليلى", "layla"),
            ("יעל", "yael"),
            ("נועם", "noam"),
        ],
        family: &[
            ("الحسن", "alhassan"),
            ("منصور", "mansour"),
            ("כהן", "cohen"),
            ("לוי", "levi"),
        ],
        family_first: false,
    },
    Region {
        given: &[
            ("आरव", "aarav"),
            ("प्रिया", "priya"),
            ("ਹਰਪ੍ਰੀਤ", "harpreet"),
            ("தமிழ்", "tamil"),
            ("สมชาย", "somchai"),
            ("Μαρία", "maria"),
        ],
        family: &[
            ("शर्मा", "sharma"),
            ("पटेल", "patel"),
            ("ਸਿੰਘ", "singh"),
            ("Παπαδόπουλος", "papadopoulos"),
            ("ใจดี", "jaidee"),
        ],
        family_first: false,
    },
    Region {
        given: &[
            ("민준", "minjun"),
            ("서연", "seoyeon"),
            ("지우", "jiwoo"),
            ("하은", "haeun"),
        ],
        family: &[("김", "kim"), ("이", "lee"), ("박", "park"), ("최", "choi")],
        family_first: true,
    },
];

/// Where most have their mail.
pub(super) const COMMON_DOMAINS: &[&str] = &[
    "mail.example",
    "example.org",
    "post.example",
    "example.com",
    "inbox.example",
];

/// Where the others have it.
pub(super) const DOMAINS: &[&str] = &[
    "uni-nord.example",
    "stadtwerke.example",
    "klinik-am-see.example",
    "bakery.example",
    "robotics.example",
    "observatory.example",
    "verein.example",
    "library.example",
    "shipyard.example",
    "studio-brass.example",
    "museum.example",
    "orchard.example",
    "courier.example",
    "lighthouse.example",
    "foundry.example",
];

/// What browsers call themselves.
pub(super) const USER_AGENTS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0",
    "curl/8.14.1",
];

/// What people call their tokens.
pub(super) const TOKEN_NAMES: &[&str] = &[
    "Backup",
    "CI",
    "Home Assistant",
    "Notebook",
    "cron",
    "Statistik",
    "スクリプト",
    "deploy",
    "exporter",
];
