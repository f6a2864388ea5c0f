"""Who users can be: first names, places, what they do for a living, and how they talk."""

from __future__ import annotations

NAMES: tuple[str, ...] = tuple(
    """
    Abena Achieng Adaeze Adama Adebayo Afua Aino Aisling Akira Alejandra Aleksi Amadou Amara Ambrose Amina Anahit Anders Aneta
    Anjali Annika Anouk Antonella Aoife Ariadne Arjun Arne Asel Astrid Atanas Aurelio Ayasha Ayumi Aziza Balint Beatriz Benedikta
    Bilal Birgit Blanka Bogdan Bojana Branwen Bronagh Caetano Carys Catalina Cedric Ceren Chiamaka Chidera Chiyo Ciaran
    Clementine Corinna Cosmin Dagny Dalia Damaris Danica Darius Davor Deepika Delphine Desta Dilnoza Dimitra Dorothea Dragan
    Ebele Edda Efua Eilidh Ekaterina Elif Emeka Emre Eneko Esra Esteban Eszter Ettore Eun Evander Fadumo Faiza Farhan Fatou
    Federica Fenna Fergus Fiorella Folasade Franziska Freya Gabor Galina Gauri Genevieve Gerhard Ghada Giovanna Gitte Goran Greer
    Gudrun Guillermo Gwendolyn Hadiza Hakan Hanneke Harriet Hassan Hedda Heidrun Hiroko Hiroshi Ibrahim Ignacio Ileana Ilse Imani
    Ines Ingrid Iolanda Ismail Isolde Itziar Ivana Izumi Jacinta Jadwiga Jamila Janneke Javier Jelena Jiho Joaquin Jolanta Joris
    Jovan Juhani Kaia Kalani Kamala Karolina Kateryna Katrin Kaveh Keiko Kelechi Kenji Khadija Kjersti Kofi Kwame Laszlo Latoya
    Leilani Leocadia Liesel Ligia Linh Ljubica Lorcan Lourdes Ludmila Lwazi Maarten Mahalia Maja Makana Malin Manuela Marcin Mariam
    Marisol Mathilde Mbali Mehmet Meera Merete Mihai Milena Mireille Moana Mohini Morag Moshe Nadezhda Naledi Naoki Nasrin Ngozi
    Niamh Nikhil Nneka Noor Nuno Obinna Odile Oksana Olamide Olufemi Orsolya Ottoline Padraig Paloma Parisa Pelin Petra Philippa
    Piotr Priya Quentin Radek Rafaela Ragnhild Rajesh Ramona Rania Rasmus Renske Rhiannon Rokas Rosalind Ruta Saoirse Sakura Samir
    Sanjay Santiago Saskia Sefa Selma Seung Shabnam Shanice Shirin Sibusiso Signe Sigrid Sinead Siobhan Slavica Soledad Solveig
    Stavros Steinar Sunniva Svetlana Tadeusz Takumi Tamsin Tanvir Tariq Temperance Thandiwe Thora Tiago Tomasz Torsten Tove Tui
    Ulrike Usha Vaclav Valentina Vesna Vikram Violeta Wanjiru Wilhelmina Winifred Xiomara Yael Yannick Yasmin Yetunde Yolanda Yuki
    Yusuf Zainab Zdenka Zelda Zofia Zoltan Zuzana
    """.split()
)

PLACES: tuple[str, ...] = tuple(
    """
    Lund, Aarhus, Tampere, Bergen, Akureyri, Galway, Cork, Dundee, Swansea, Norwich, Groningen, Ghent, Namur, Lille, Rennes, Nantes,
    Grenoble, Porto, Coimbra, Braga, Bilbao, Cadiz, Granada, Vigo, Bologna, Lecce, Trieste, Perugia, Graz, Linz, Salzburg, Basel,
    Lausanne, Kassel, Bremen, Leipzig, Freiburg, Brno, Olomouc, Gdansk, Lublin, Torun, Pecs, Szeged, Maribor, Rijeka, Mostar,
    Novi Sad, Skopje, Varna, Plovdiv, Cluj, Brasov, Chisinau, Lviv, Tartu, Kaunas, Liepaja, Patras, Chania, Izmir, Bursa, Tbilisi,
    Yerevan, Almaty, Samarkand, Haifa, Amman, Muscat, Tangier, Fez, Dakar, Accra, Kumasi, Ibadan, Enugu, Nairobi, Mombasa, Kigali,
    Arusha, Durban, Windhoek, Gaborone, Pune, Mysore, Kochi, Jaipur, Kandy, Pokhara, Hue, Chiang Mai, Penang, Cebu, Bandung,
    Busan, Daegu, Kobe, Sapporo, Tainan, Wellington, Dunedin, Hobart, Darwin, Halifax, Winnipeg, Tucson, Duluth, Savannah,
    Oaxaca, Merida, Cusco, Cuenca, Medellin, Rosario, Valparaiso, Montevideo, Curitiba, Recife
    """.replace("\n", " ").replace("    ", "").strip().split(", ")
)  # fmt: skip

OCCUPATIONS: tuple[str, ...] = tuple(
    line.strip()
    for line in """
    drive a tram; drive a bus; drive a night taxi; teach chemistry; teach music; teach geography; teach small children; coach a
    swimming team; bake bread; make pastries; cook in a school kitchen; cook in a small restaurant; wait tables; run a food truck;
    run a bakery; run a bicycle shop; run a bookshop; run a campsite; run a flower stall; run a guesthouse; run a laundry; run a
    market stall; run a petrol station; run a toy shop; run a tea house; work as a nurse; work as a midwife; work as a dental
    assistant; work as a paramedic; work as a physiotherapist; work as a carer; work as a vet's assistant; work as a librarian;
    work as an archivist; work as a museum guard; work as a tour guide; work as a lifeguard; work as a night porter; work as a
    locksmith; work as a plumber; work as an electrician; work as a roofer; work as a bricklayer; work as a carpenter; work as a
    glazier; work as a tiler; work as a house painter; work as a welder; work as a crane operator; work as a train conductor; work
    as a ferry deckhand; work as a lock keeper; work as a park ranger; work as a forester; work as a gardener; work as a beekeeper;
    work as a shepherd; work as a fishmonger; work as a butcher; work as a cheesemaker; work as a brewer; work as a barista; work as
    a tailor; work as a cobbler; work as a weaver; work as a potter; work as a bookbinder; work as a printer; work as a
    photographer; work as a sound technician; work as a stagehand; work as a puppeteer; work as an actor; work as a choir leader;
    work as a piano tuner; work as a violin maker; work as a watchmaker; work as a goldsmith; work as an optician; work as a
    hairdresser; work as a dance teacher; work as a riding instructor; work as a football referee; work as a driving instructor;
    work as a social worker; work as a church organist; work as a stonemason; work as a chimney sweep; work as a window cleaner;
    work as a street sweeper; work as a postman's stand-in; work as a warehouse clerk; work as a forklift driver; work as a
    shop assistant; work as a seamstress; work as a map maker; work as a translator of novels; work as a proofreader; work as a
    court clerk; work as a surveyor; work as a weather observer; grow tomatoes; grow apples; grow roses; keep goats; keep
    bees; repair bicycles; repair radios; restore furniture; restore old paintings; mend fishing nets; write children's books
    """.replace("\n", " ").replace("    ", "").split(";")
)  # fmt: skip
"""What one does, so that it follows "I" as well as "I used to"."""

VOICES: dict[str, tuple[str, ...]] = {
    "plain": (),
    "cheerful": ("Onwards and upwards!", "Easy does it!", "All's well that ends well!", "Chin up, I always say!"),
    "dry": ("Such is life.", "Wonders never cease.", "Stranger things have happened.", "Ah well."),
    "homely": ("Mustn't grumble.", "Many hands make light work.", "Slow and steady, as my gran used to say.", "You live and learn."),
    "brisk": ("Right then.", "Let's crack on.", "No dilly-dallying.", "Chop-chop, as they say."),
    "dreamy": ("Funny old world.", "My mind wanders so.", "It's like a film, really.", "One does wonder."),
    "formal": ("I trust that is in order.", "With all due respect.", "If I may say so.", "I remain obliged to you."),
}  # fmt: skip
"""Pet phrases, each a sentence of its own, by the voice that says them."""
