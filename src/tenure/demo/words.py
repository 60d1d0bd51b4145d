"""The made-up world's vocabulary. No real company, no real person; addresses end in `.example`."""

from typing import Final

from tenure.demo.contracts import Colleague

VENDOR: Final = "Ploverworks"
VENDOR_DOMAIN: Final = "ploverworks.example"

TEAM: Final = (
    Colleague("Mara Lindqvist", f"mara@{VENDOR_DOMAIN}", "owner"),
    Colleague("Tomás Arrieta", f"tomas@{VENDOR_DOMAIN}", "manager", f"mara@{VENDOR_DOMAIN}"),
    Colleague("Ines Okafor", f"ines@{VENDOR_DOMAIN}", "csm", f"tomas@{VENDOR_DOMAIN}"),
    Colleague("Jonas Weidmann", f"jonas@{VENDOR_DOMAIN}", "csm", f"tomas@{VENDOR_DOMAIN}"),
    Colleague("Priya Raman", f"priya@{VENDOR_DOMAIN}", "csm", f"tomas@{VENDOR_DOMAIN}"),
    Colleague("Sami Haddad", f"sami@{VENDOR_DOMAIN}", "csm", f"tomas@{VENDOR_DOMAIN}"),
    Colleague("Wen Zhao", f"wen@{VENDOR_DOMAIN}", "support", f"tomas@{VENDOR_DOMAIN}"),
    Colleague("Clara Petit", f"clara@{VENDOR_DOMAIN}", "finance", f"mara@{VENDOR_DOMAIN}"),
)

# Company = first + second + what it does.
FIRST: Final = (
    "Alder Amber Ash Birch Bram Briar Brook Calder Cedar Cinder Clover Copper Corn Crow Dale Dun Eber Elder Elm Ever "
    "Fallow Fen Fern Flint Fox Gale Glen Gorse Green Hal Harrow Haven Hazel Heather Hollow Iron Ivy Juniper Kestrel "
    "Lark Linden Lock Marsh Maple Mead Mill Moor Moss North Oak Orchard Otter Pine Quill Raven Reed Ridge Rook Rowan "
    "Sable Sedge Silver Sorrel Spring Stone Swan Tarn Thistle Thorn Vale Walnut West Willow Winter Wren Yarrow"
).split()
SECOND: Final = (
    "bank beck bourne bridge by combe cote crest croft dale den don fell field ford gate grove ham haven holm holt "
    "hurst lea leigh ley low mere mont more ness port rise shaw side stead stone thorpe ton vane vik wald way well "
    "wick wold wood worth yard"
).split()
# Industry → what its companies call themselves.
INDUSTRIES: Final = {
    "Manufacturing": ("Precision", "Castings", "Mechanics", "Tooling"),
    "Logistics": ("Logistics", "Freight", "Cold Chain", "Couriers"),
    "Facility management": ("Facilities", "Building Care", "Property Services"),
    "Energy": ("Energy", "Solar", "Grid Services", "Wind"),
    "Healthcare": ("Clinics", "Diagnostics", "Care Homes"),
    "Food": ("Foods", "Dairy", "Bakeries", "Brewing"),
    "Hospitality": ("Hotels", "Resorts", "Catering"),
    "Retail": ("Stores", "Markets", "Outfitters"),
    "Transport": ("Transit", "Rail Services", "Fleet"),
    "Education": ("Schools", "College", "Academy"),
}
INDUSTRY_SHARES: Final = (0.22, 0.14, 0.15, 0.09, 0.09, 0.10, 0.06, 0.07, 0.05, 0.03)

# Country, region, share, hours ahead of UTC.
COUNTRIES: Final = (
    ("United Kingdom", "UK & Ireland", 0.15, 0),
    ("Ireland", "UK & Ireland", 0.03, 0),
    ("Germany", "DACH", 0.19, 1),
    ("Austria", "DACH", 0.04, 1),
    ("Switzerland", "DACH", 0.05, 1),
    ("Sweden", "Nordics", 0.06, 1),
    ("Denmark", "Nordics", 0.05, 1),
    ("Finland", "Nordics", 0.03, 2),
    ("Netherlands", "Benelux", 0.07, 1),
    ("Belgium", "Benelux", 0.04, 1),
    ("France", "Southern Europe", 0.08, 1),
    ("Spain", "Southern Europe", 0.05, 1),
    ("Italy", "Southern Europe", 0.05, 1),
    ("United States", "North America", 0.09, -6),
    ("Canada", "North America", 0.02, -6),
)
SOURCES: Final = ("Inbound", "Referral", "Partner", "Outbound", "Trade fair", "Marketplace")
SOURCE_SHARES: Final = (0.36, 0.18, 0.16, 0.14, 0.09, 0.07)

GIVEN: Final = (
    "Ada Adil Agnes Aino Alba Alina Amara Amir Anders Anna Anton Arjun Astrid Aylin Bea Ben Bruno Camille Carlos "
    "Chiara Chloe Claire Daan Daria David Diego Dina Ebba Eda Edith Eero Elena Elif Elin Emeka Emil Emma Enzo Erik "
    "Esther Eva Fatima Felix Finn Flora Frida Gabriel Gita Greta Hana Hanna Hassan Heidi Henrik Hugo Ian Ida Ines "
    "Ingrid Isla Ivan Jack Jana Jasper Joana Johan Jonas Jules Julia Kai Karim Karin Katja Kemal Kofi Lara Lars Laura "
    "Leila Lena Leo Lina Lotte Louis Lucia Luka Maja Malik Marc Marta Mateo Mats Maya Mei Mia Mika Mila Mina Mohan "
    "Nadia Nadine Nils Nina Noah Nora Olga Olivia Omar Oscar Pablo Paula Pekka Pia Rafael Rania Ravi Rosa Ruth Sana "
    "Sara Sean Selma Silas Simon Sofia Stefan Sunita Sven Tara Teo Tess Theo Tilda Timo Uma Vera Victor Viola Willem "
    "Yara Yusuf Zara Zoe"
).split()
FAMILY: Final = (
    "Abara Adeyemi Aksoy Albrecht Almeida Andersson Arnaud Bakker Balogun Barros Bauer Becker Bergman Bianchi Blanc "
    "Borg Brandt Byrne Carvalho Castillo Chandra Clarke Conti Costa Dahl Das Delgado Demir Dijkstra Diaz Dubois "
    "Eklund Eriksen Esposito Farah Fischer Fontaine Forsberg Frank Fuchs Garcia Gallo Gomez Gruber Gupta Haas Hakimi "
    "Hansen Hartmann Heikkinen Hoffmann Holm Huber Hughes Ibrahim Iyer Jansen Jensen Johansson Kaya Keller Khan Kovac "
    "Kraus Kumar Laine Lambert Lang Larsen Leclerc Lehtonen Lindgren Lopez Lund Maier Marino Martin Mehta Meyer "
    "Moreau Moreno Muller Murphy Nair Nakamura Ndiaye Nielsen Novak Nyberg Oduya Okoro Olsen Ortega Osei Patel "
    "Peeters Perez Petrov Pichler Quinn Rahman Ramos Reis Richter Rossi Roux Sahin Salonen Santos Sato Schmid Sharma "
    "Silva Singh Smit Soler Sorensen Steiner Stone Suzuki Tanaka Thomsen Torres Toure Varga Vega Vermeer Virtanen "
    "Visser Wagner Walker Weber Winkler Wolf Wood Wright Yilmaz Young Zeller Zimmer"
).split()
TITLES: Final = {
    "champion": ("Head of Maintenance", "Operations Manager", "Plant Manager", "Facilities Director"),
    "executive": ("Chief Operating Officer", "Managing Director", "VP Operations"),
    "admin": ("Systems Administrator", "IT Manager", "Maintenance Planner"),
    "user": ("Technician", "Team Lead", "Dispatcher", "Planner", "Stores Clerk", "Shift Supervisor", "Engineer"),
}

# What people do in the product: event, share of active days on which a user does it, plans that have it (0–3).
FEATURES: Final = (
    ("Work order created", 0.30, 0),
    ("Work order closed", 0.26, 0),
    ("Schedule planned", 0.12, 0),
    ("Mobile check-in", 0.16, 0),
    ("Asset updated", 0.10, 0),
    ("Inventory counted", 0.07, 0),
    ("Dashboard viewed", 0.14, 1),
    ("Report exported", 0.06, 1),
    ("Automation run", 0.09, 1),
    ("Checklist completed", 0.11, 1),
    ("Integration synced", 0.06, 2),
    ("Forecast viewed", 0.04, 2),
)
LOGIN: Final = "Logged in"

PROBLEMS: Final = (
    "Sync with the ERP stops after an hour",
    "Mobile app loses photos without a signal",
    "Work order cannot be closed",
    "Export is empty",
    "Schedule shows the wrong week",
    "Automation ran twice",
    "Login loop after a password change",
    "Search finds nothing for new assets",
)
QUESTIONS: Final = (
    "How do we add a second site?",
    "Can a contractor have a limited login?",
    "How is the maintenance cost computed?",
    "Changing the billing address",
    "How do we import our asset list?",
    "Where can we see who closed a work order?",
    "Is there a report by shift?",
    "Adding seats in the middle of the year",
)
OUTAGE_PROBLEM: Final = "Nothing loads since this morning"
PRAISE: Final = (
    "Saves our planners hours every week.",
    "The technicians like it, which never happened before.",
    "Support answers fast and knows our set-up.",
    "Finally one place for all our assets.",
)
MIXED: Final = (
    "Good, but reports are slow to build.",
    "Does what it should; the mobile app needs work.",
    "Fine for one site, clumsy for five.",
    "We use half of it.",
)
COMPLAINTS: Final = (
    "Too many clicks for a simple work order.",
    "We waited a week for an answer.",
    "The sync with our ERP breaks every month.",
    "Hard to justify the price for how little we use it.",
)
REASONS: Final = {
    "warned": (
        ("Low usage", 0.30),
        ("Champion left", 0.16),
        ("Missing feature", 0.18),
        ("Support experience", 0.14),
        ("Price", 0.12),
        ("Moved to a competitor", 0.10),
    ),
    "sudden": (
        ("Company acquired", 0.40),
        ("Budget cut", 0.30),
        ("Out of business", 0.15),
        ("Moved to a competitor", 0.15),
    ),
    "dormant": (("Never went live", 0.60), ("Low usage", 0.25), ("Price", 0.15)),
}
