"""Names that answer "which country?", "which language?" and "which language model?".

No list of them is complete. What is missing here is found by how the sentence speaks of it, or not.
"""

from __future__ import annotations

import re

_COUNTRIES = """
Afghanistan, Albania, Algeria, Angola, Argentina, Armenia, Australia, Austria, Azerbaijan,
Bahrain, Bangladesh, Belarus, Belgium, Benin, Bhutan, Bolivia, Bosnia, Botswana, Brazil,
Bulgaria, Burkina Faso, Burundi, Cambodia, Cameroon, Canada, Chad, Chile, China, Colombia,
Congo, Costa Rica, Croatia, Cuba, Cyprus, Czech Republic, Czechia, Denmark, Djibouti, Dominican
Republic, Ecuador, Egypt, El Salvador, England, Eritrea, Estonia, Eswatini, Ethiopia, Fiji,
Finland, France, Gabon, Gambia, Georgia, Germany, Ghana, Greece, Greenland, Guatemala, Guinea,
Guyana, Haiti, Honduras, Hong Kong, Hungary, Iceland, India, Indonesia, Iran, Iraq, Ireland,
Israel, Italy, Ivory Coast, Jamaica, Japan, Jordan, Kazakhstan, Kenya, Korea, Kosovo, Kuwait,
Kyrgyzstan, Laos, Latvia, Lebanon, Lesotho, Liberia, Libya, Lithuania, Luxembourg, Madagascar,
Malawi, Malaysia, Maldives, Mali, Malta, Mauritania, Mauritius, Mexico, Moldova, Mongolia,
Montenegro, Morocco, Mozambique, Myanmar, Namibia, Nepal, Netherlands, New Zealand, Nicaragua,
Niger, Nigeria, Norway, Oman, Pakistan, Palestine, Panama, Papua New Guinea, Paraguay, Peru,
Philippines, Poland, Portugal, Qatar, Romania, Russia, Rwanda, Saudi Arabia, Scotland, Senegal,
Serbia, Sierra Leone, Singapore, Slovakia, Slovenia, Somalia, South Africa, Spain, Sri Lanka,
Sudan, Suriname, Sweden, Switzerland, Syria, Taiwan, Tajikistan, Tanzania, Thailand, Togo,
Trinidad, Tunisia, Turkey, Turkiye, Turkmenistan, Türkiye, Uganda, Ukraine, United Arab
Emirates, United Kingdom, United States, Uruguay, Uzbekistan, Venezuela, Viet Nam, Vietnam,
Wales, Yemen, Zambia, Zimbabwe
"""
_OF_A_COUNTRY = """
American Australian Austrian Belgian Brazilian British Canadian Chinese Danish Dutch Egyptian
English Ethiopian Finnish French German Ghanaian Greek Indian Indonesian Iranian Irish Israeli
Italian Japanese
Kenyan Korean Mexican Nigerian Norwegian Pakistani Polish Portuguese Russian Rwandan Scottish
Spanish Swedish Swiss Tanzanian Thai Turkish Ugandan Ukrainian Vietnamese
"""
COUNTRY = re.compile(
    rf"\b(?:{'|'.join(' '.join(_COUNTRIES.split()).split(', '))})\b(?! Tech)|"
    r"\b(?:USA?|UK|UAE)\b|\bU\.(?:S|K)\.|"
    rf"\b(?:{'|'.join(_OF_A_COUNTRY.split())}) "
    r"(?!languages?|texts?|speech|corp\w+|datasets?|LLMs?|models?|translations?|words?\b)"
)
"""A country, or something of one ("Dutch hospitals"), but for its language."""

_LANGUAGES = """
Hindi Urdu Marathi Gujarati Punjabi Telugu Kannada Sanskrit Odia Nepali Farsi Pashto Kurdish
Arabic Hebrew Amharic Hausa Yoruba Igbo Zulu Xhosa Twi Akan Thai Lao Khmer Burmese Malay Tagalog
Cebuano Mandarin Cantonese Korean Uyghur Kazakh Uzbek Kyrgyz Greek French German Dutch Flemish
Welsh Gaelic Basque Icelandic Czech Slovak Slovene Quechua Guarani Nahuatl Maori Hawaiian Latin
Esperanto Yiddish Afrikaans Somali Oromo Tigrinya Wolof Romansh Sorbian Luxembourgish Frisian
Creole Javanese
"""
LANGUAGE = re.compile(
    r"\b(?:(?!These|Gauss|Bayes|Laplac|Hess|Jacob|Lagrang|Hamilton|Euclid|Euler|Bool|Markov|Cartes|"
    r"Riemann|Newton|Hermit|Wasserst|Lambert|Grassmann|Gram|Zipf|Hebb|Siam|Algebr|Dialog|Median|"
    r"Pedestr|Authorit|Human|Mean|Ocean|Publish|Establish|Finish|Islam|Mosaic)"
    r"[A-Z][a-z]+(?:ish|ese|ian|ean|aic|ali|ili|ami|lam|alog|ans)|"
    rf"{'|'.join(_LANGUAGES.split())})\b"
)

LLM = re.compile(
    r"\b(?:(?:Chat)?GPT|Codex|o[134]-?(?:mini|pro|preview)?\b|Claude|Gemini|Gemma|Ll?a[mM]a|LLa[mM]A"
    r"|"
    r"Qwen|QwQ|Mi[sx]tral|DeepSeek|Phi-?\d|PaLM|Flan|T5|\w*BERT|BLOOM|Pythia|OLMo|Grok|Vicuna|"
    r"Alpaca|Falcon|Kimi|Moonshot|GLM|Chat(?:GLM|Sonnet)\w*|Intern(?:LM|VL)\w*|Baichuan|Yi-|Nova|"
    r"Command[- ]R|Granite|Nemotron|MiniMax|LLaVA|Hermes|SmolLM|StarCoder|Neural[ -]?Chat)"
    r"|(?i:\b(?:chatgpt|gpt-?\d|llama|qwen|neural chat))|[A-Za-z]-?\d+(?:\.\d+)?B\b"
)


def nations(text: str) -> frozenset[str]:
    """The nations and tongues that a text names, one key for Japan, the Japanese and Japanese."""
    found = (m[0].lower()[:_STEM] for m in _NATION.finditer(text))
    return frozenset(_BY_ANOTHER_STEM.get(stem, stem) for stem in found)


_NATION = re.compile(
    rf"\b(?=[A-Z])(?:{'|'.join(' '.join(_COUNTRIES.split()).split(', '))}|"
    rf"{'|'.join(_OF_A_COUNTRY.split())}|{'|'.join(_LANGUAGES.split())})\b(?! Tech)"
)
_STEM = 3
_BY_ANOTHER_STEM = {
    **dict.fromkeys(("eng", "uni", "ame"), "bri"),
    **dict.fromkeys(("man", "can"), "chi"),
    **{"den": "dan", "net": "dut", "fle": "dut", "fra": "fre", "ire": "iri"},
}
"""What is said of one nation in words that begin otherwise; who speaks English, in one."""
