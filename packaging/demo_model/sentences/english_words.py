"""English word lists: about 400 words of office and household life."""

PEOPLE = {
    "name": (
        "Alice Robert Maria Peter Susan Thomas Laura Daniel Emma Victor Helen George Olivia "
        "Martin Sophie"
    ).split(),
    "person": (
        "{name}", "{name}", "{name}", "my sister", "my brother", "our manager", "my neighbor",
        "the doctor", "the teacher", "my daughter", "the new student",
    ),
    "someone": ("{name}", "{name}", "my mother", "the doctor", "the manager", "our customer"),
    "we": ("we", "they", "the children", "my parents", "our friends"),
    "group": ("people", "students", "children", "guests", "visitors", "customers"),
}  # fmt: skip
PLACES = {
    "city": "London Paris Berlin Boston Chicago Madrid Dublin Toronto Sydney Vienna".split(),
    "place": (
        "library", "hospital", "museum", "restaurant", "market", "airport", "station", "beach",
        "office", "hotel", "school", "theater", "bakery", "park",
    ),
    "room": ("kitchen", "garden", "bedroom", "office", "hall", "garage", "waiting room"),
    "vehicle": ("train", "bus", "plane", "ferry"),
}  # fmt: skip
THINGS = {
    "document": (
        "report", "letter", "contract", "invoice", "summary", "message", "presentation",
        "newspaper article", "email", "first chapter", "shopping list", "project plan",
    ),
    "thing": (
        "camera", "jacket", "umbrella", "bicycle", "guitar", "keyboard", "blanket", "suitcase",
        "notebook", "telephone", "computer", "lamp", "wallet", "yellow basket", "silver watch",
    ),
    "things": (
        "books", "pictures", "boxes", "chairs", "windows", "bottles", "letters", "tickets",
        "flowers", "candles",
    ),
    "device": ("printer", "computer", "camera", "microphone", "keyboard", "heating", "screen"),
    "food": (
        "bread", "chicken soup", "vegetables", "chocolate", "cheese", "fresh fruit", "pizza",
        "rice", "orange juice", "sandwiches",
    ),
    "drink": ("coffee", "green tea", "water", "lemonade", "hot chocolate", "orange juice"),
    "dish": ("sandwich", "salad", "bowl of soup", "piece of cake", "small pizza"),
    "animal": ("dog", "cat", "horse", "rabbit", "parrot"),
    "color": ("red", "blue", "green", "white", "black", "yellow", "brown"),
    "pleasure": ("song", "story", "picture", "garden", "surprise", "book", "holiday", "movie"),
    "subject": (
        "history", "music", "science", "medicine", "the weather", "old castles", "dictation",
    ),
}  # fmt: skip
QUALITIES = {
    "size": ("small", "large", "heavy", "old", "new", "beautiful", "expensive", "broken"),
    "state": ("ready", "missing", "broken", "important", "finished", "too long", "very good"),
    "trouble": ("slow", "noisy", "broken", "cold", "hot", "quiet"),
    "mood": ("happy", "tired", "hungry", "nervous", "busy", "sick", "excited", "surprised"),
    "great": ("wonderful", "beautiful", "lovely", "fantastic", "perfect", "terrible", "strange"),
    "weather": ("sunny", "cloudy", "rainy", "windy", "very cold", "warm and dry", "foggy"),
}
TIMES = {
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "month": (
        "January February March April May June July August September October November December"
    ).split(),
    "later": (
        "today", "tomorrow", "tonight", "next week", "on {day}", "this afternoon",
        "tomorrow morning", "after lunch", "at {clock}", "in {month}",
    ),
    "earlier": (
        "yesterday", "this morning", "last night", "on {day}", "last week", "an hour ago",
    ),
    "deadline": (
        "before {day}", "before noon", "before the meeting", "by tomorrow", "this afternoon",
        "as soon as possible", "when you have time",
    ),
    "often": ("every day", "every morning", "sometimes", "on weekends", "in the evening"),
}  # fmt: skip
DEEDS = {
    "handle": ("send", "read", "print", "finish", "sign", "check", "translate", "copy", "delete"),
    "handled": (
        "sent", "read", "printed", "finished", "signed", "checked", "translated", "copied",
        "deleted", "lost",
    ),
    "task": (
        "{handle} the {document}", "{handle} the {document}", "call {someone}",
        "buy some {food}", "clean the {room}", "visit {someone}", "go to the {place}",
        "look for my {thing}", "repair the {device}", "book a table for {small_count}",
        "write a letter to {someone}", "learn more about {subject}", "feed the {animal}",
        "make some {drink}", "wash the dishes", "close the windows", "open the door",
        "take a break", "talk about {subject}", "turn off the {device}",
    ),
    "deed": (
        "{handled} the {document}", "called {someone}", "bought a {size} {thing}",
        "cleaned the {room}", "visited {someone}", "went to the {place}", "found my {thing}",
        "repaired the {device}", "wrote a letter to {someone}", "asked about {subject}",
        "made some {drink}", "forgot the {thing}", "talked to {someone}",
    ),
    "hobby": (
        "play the piano", "ride a bicycle", "swim in the lake", "walk in the park",
        "listen to music", "drink {drink}", "read the newspaper", "cook dinner", "watch movies",
        "work in the garden", "paint pictures",
    ),
}  # fmt: skip
WORDS = {**PEOPLE, **PLACES, **THINGS, **QUALITIES, **TIMES, **DEEDS}
