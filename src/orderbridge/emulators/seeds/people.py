"""The people of the seeded business, known to both twins.

Some exist in Act! from the start, the way a business knows customers before it connects anything.
Domains end in ``.test`` and numbers lie in ranges kept for fiction, so that nobody real is ever reached.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """One customer.

    Attributes:
        phone: E.164, or None.
        in_act: True when Act! knows this person before the first sync.
    """

    key: str
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    company: str | None
    city: str
    country: str
    in_act: bool = False


# key, first, last, mail name, phone, company, city, country, known to Act!
_ROWS: tuple[tuple[str, str, str, str | None, str | None, str | None, str, str, bool], ...] = (
    ("ada", "Ada", "Sample", "ada.sample", "+12015550101", "Sample & Co", "Springfield", "US", True),
    ("bjorn", "Björn", "Åkesson", "bjorn.akesson", "+12015550102", "Åkesson Träd AB", "Malmö", "SE", True),
    ("chloe", "Chloé", "Dubois", "chloe.dubois", "+12015550103", None, "Lyon", "FR", True),
    ("dmitri", "Дмитрий", "Соколов", "dmitri.sokolov", "+12015550104", None, "Riga", "LV", False),
    ("emiko", "恵美子", "佐藤", "emiko.sato", "+12015550105", "佐藤工房", "Osaka", "JP", False),
    ("farid", "فريد", "الهاشمي", "farid.hashimi", "+12015550106", None, "Dubai", "AE", False),
    ("greta", "Greta", "Müller-Lüdenscheid", "greta.ml", "+12015550107", "Müller GmbH", "Köln", "DE", True),
    ("hiro", "Hiro", "O'Neill", "hiro.oneill", "+12015550108", None, "Boston", "US", True),
    ("ines", "Inês", "Araújo", "ines.araujo", "+12015550109", None, "Porto", "PT", False),
    ("jack", "Jack", "Daw", "jack.daw", "+12015550110", "Daw Roofing", "Austin", "US", True),
    # A couple with one phone: a match by phone alone would mix them up.
    ("kate", "Kate", "Rowan", "kate.rowan", "+12015550111", None, "Denver", "US", False),
    ("liam", "Liam", "Rowan", "liam.rowan", "+12015550111", None, "Denver", "US", False),
    ("mia", "Mia", "Nguyễn", "mia.nguyen", "+12015550113", None, "Hanoi", "VN", False),
    ("noah", "Noah", "Example", "noah.example", None, "Example Bakery", "Salem", "US", True),
    ("olga", "Olga", "Kovács 🌻", "olga.kovacs", "+12015550115", None, "Pécs", "HU", False),
    ("pavel", "Pavel", "Dvořák", "pavel.dvorak", "+12015550116", None, "Brno", "CZ", False),
    ("quinn", "Quinn", "Abara", None, "+12015550117", None, "Reno", "US", False),
    ("rosa", "Rosa", "Martínez", "rosa.martinez", "+12015550118", "Martínez e Hijos", "Sevilla", "ES", True),
    ("sven", "Sven", "Øster", "sven.oster", "+12015550119", None, "Aarhus", "DK", False),
    ("tara", "Tara", "Singh", "tara.singh", "+12015550120", None, "Leeds", "GB", True),
    ("umar", "Umar", "Bello", "umar.bello", "+12015550121", None, "Leicester", "GB", False),
    ("vera", "Vera", "Lind", "vera.lind", "+12015550122", "Lind Design", "Oslo", "NO", True),
    ("will", "Will", "Tester", "will.tester", "+12015550123", None, "Tampa", "US", False),
    ("xena", "Xena", "Papadopoulou", "xena.papa", "+12015550124", None, "Patras", "GR", False),
    ("yusuf", "Yusuf", "Yılmaz", "yusuf.yilmaz", "+12015550125", None, "İzmir", "TR", False),
    ("zoe", "Zoë", "van den Berg", "zoe.vdberg", "+12015550126", None, "Utrecht", "NL", True),
    ("adam", "Adam", "Brooks", "adam.brooks", "+12015550127", "Brooks Plumbing", "Mesa", "US", False),
    ("bella", "Bella", "Costa", "bella.costa", "+12015550128", None, "Turin", "IT", False),
    ("carl", "Carl", "Jensen", "carl.jensen", "+12015550129", None, "Fargo", "US", False),
    ("dora", "Dóra", "Szűcs", "dora.szucs", "+12015550130", None, "Győr", "HU", False),
    ("eli", "Eli", "Stone", "eli.stone", "+12015550131", "Stone Masonry", "Provo", "US", True),
    ("faye", "Faye", "Wong", "faye.wong", "+12015550132", None, "Fremont", "US", False),
    ("gus", "Gus", "Fring", "gus.fring", "+12015550133", None, "Tucson", "US", False),
    ("hana", "Hana", "Novotná", "hana.novotna", "+12015550134", None, "Plzeň", "CZ", False),
    ("ivan", "Ivan", "Petrov", "ivan.petrov", "+12015550135", None, "Varna", "BG", False),
    ("june", "June", "Park", "june.park", "+12015550136", None, "Irvine", "US", False),
    ("karl", "Karl", "Weiß", "karl.weiss", "+12015550137", None, "Graz", "AT", False),
    ("lena", "Lena", "Schäfer", "lena.schaefer", "+12015550138", None, "Jena", "DE", False),
    ("marc", "Marc", "D'Angelo", "marc.dangelo", "+12015550139", None, "Newark", "US", False),
    ("nina", "Nina", "Zhou", "nina.zhou", "+12015550140", None, "Plano", "US", False),
    ("omar", "Omar", "Haddad", "omar.haddad", "+12015550141", None, "Marseille", "FR", False),
    ("petra", "Petra", "Horvat", "petra.horvat", "+12015550142", None, "Zagreb", "HR", False),
    ("raj", "Raj", "Patel", "raj.patel", "+12015550143", "Patel Pharmacy", "London", "GB", False),
    ("sofia", "Sofía", "Núñez", "sofia.nunez", "+12015550144", None, "Lima", "PE", False),
)

PEOPLE: tuple[Person, ...] = tuple(
    Person(
        key, first, last, f"{mail}@customers.test" if mail else None, phone, company, city, country, in_act
    )
    for key, first, last, mail, phone, company, city, country, in_act in _ROWS
)
