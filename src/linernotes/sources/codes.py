"""Names of languages and countries for their ISO codes, as far as music is likely to carry them."""

from __future__ import annotations

_LANGUAGES = """
af afr: Afrikaans | am amh: Amharic | ar ara: Arabic | az aze: Azerbaijani | be bel: Belarusian
bg bul: Bulgarian | bm bam: Bambara | bn ben: Bengali | br bre: Breton | bs bos: Bosnian
ca cat: Catalan | co cos: Corsican | cs ces cze: Czech | cy cym wel: Welsh | da dan: Danish
de deu ger: German | ee ewe: Ewe | el ell gre: Greek | en eng: English | eo epo: Esperanto
es spa: Spanish | et est: Estonian | eu eus baq: Basque | fa fas per: Persian | fi fin: Finnish
fo fao: Faroese | fon: Fon | fr fra fre: French | ga gle: Irish | gaa: Ga | gd gla: Scottish Gaelic
gl glg: Galician | ha hau: Hausa | haw: Hawaiian | he heb: Hebrew | hi hin: Hindi | hr hrv: Croatian
ht hat: Haitian Creole | hu hun: Hungarian | hy hye arm: Armenian | id ind: Indonesian | ig ibo: Igbo
is isl ice: Icelandic | it ita: Italian | ja jpn: Japanese | ka kat geo: Georgian | kk kaz: Kazakh
km khm: Khmer | ko kor: Korean | ku kur: Kurdish | la lat: Latin | lb ltz: Luxembourgish
ln lin: Lingala | lo lao: Lao | lt lit: Lithuanian | lv lav: Latvian | mi mri mao: Māori
mk mkd mac: Macedonian | mn mon: Mongolian | ms msa may: Malay | mt mlt: Maltese | nb nob: Norwegian
ne nep: Nepali | nl nld dut: Dutch | nn nno: Norwegian | no nor: Norwegian | oc oci: Occitan
pa pan: Punjabi | pl pol: Polish | pt por: Portuguese | ro ron rum: Romanian | ru rus: Russian
sa san: Sanskrit | se sme: Northern Sami | sk slk slo: Slovak | sl slv: Slovenian | sn sna: Shona
so som: Somali | sq sqi alb: Albanian | sr srp: Serbian | st sot: Sotho | sv swe: Swedish
sw swa: Swahili | ta tam: Tamil | te tel: Telugu | th tha: Thai | tl tgl fil: Tagalog | tr tur: Turkish
tw twi: Twi | uk ukr: Ukrainian | ur urd: Urdu | uz uzb: Uzbek | vi vie: Vietnamese | wo wol: Wolof
xh xho: Xhosa | yi yid: Yiddish | yo yor: Yoruba | yue: Cantonese | zh zho chi cmn: Mandarin
zu zul: Zulu
"""
# Codes that say that there is no single known language.
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "xxx", "mis", "qaa"})

_COUNTRIES = """
ae: United Arab Emirates | al: Albania | am: Armenia | ar: Argentina | at: Austria | au: Australia
az: Azerbaijan | ba: Bosnia and Herzegovina | bd: Bangladesh | be: Belgium | bg: Bulgaria | bo: Bolivia
br: Brazil | by: Belarus | ca: Canada | cd: Democratic Republic of the Congo | ch: Switzerland
ci: Ivory Coast | cl: Chile | cm: Cameroon | cn: China | co: Colombia | cr: Costa Rica | cu: Cuba
cv: Cape Verde | cy: Cyprus | cz: Czech Republic | de: Germany | dk: Denmark | do: Dominican Republic
dz: Algeria | ec: Ecuador | ee: Estonia | eg: Egypt | es: Spain | et: Ethiopia | fi: Finland | fr: France
gb uk: United Kingdom | ge: Georgia | gh: Ghana | gr: Greece | gt: Guatemala | hk: Hong Kong | hr: Croatia
ht: Haiti | hu: Hungary | id: Indonesia | ie: Ireland | il: Israel | in: India | iq: Iraq | ir: Iran
is: Iceland | it: Italy | jm: Jamaica | jp: Japan | ke: Kenya | kr: South Korea | kz: Kazakhstan
lb: Lebanon | lt: Lithuania | lu: Luxembourg | lv: Latvia | ma: Morocco | md: Moldova | mk: North Macedonia
ml: Mali | mn: Mongolia | mt: Malta | mx: Mexico | my: Malaysia | mz: Mozambique | ng: Nigeria
nl: Netherlands | no: Norway | np: Nepal | nz: New Zealand | pa: Panama | pe: Peru | ph: Philippines
pk: Pakistan | pl: Poland | pr: Puerto Rico | pt: Portugal | py: Paraguay | ro: Romania | rs: Serbia
ru: Russia | sa: Saudi Arabia | se: Sweden | sg: Singapore | si: Slovenia | sk: Slovakia | sn: Senegal
su: Soviet Union | sy: Syria | th: Thailand | tn: Tunisia | tr: Turkey | tt: Trinidad and Tobago
tw: Taiwan | tz: Tanzania | ua: Ukraine | ug: Uganda | us usa: United States | uy: Uruguay | ve: Venezuela
vn: Vietnam | za: South Africa | zm: Zambia | zw: Zimbabwe
"""


def _by_code(table: str) -> dict[str, str]:
    pairs = (entry.split(":") for line in table.strip().splitlines() for entry in line.split("|"))
    return {code: name.strip() for codes, name in pairs for code in codes.split()}


_LANGUAGE_BY_CODE = _by_code(_LANGUAGES)
_COUNTRY_BY_CODE = _by_code(_COUNTRIES)


def language_name(text: str) -> str | None:
    """The English name of a language given by ISO 639 code ("de", "deu", "ger", "de-AT") or name.

    None for a code that says "unknown", "several" or "none", and for a code that is not in the table.
    """
    code = text.casefold().replace("_", "-").split("-")[0].strip()
    if code in _LANGUAGE_BY_CODE:
        return _LANGUAGE_BY_CODE[code]
    if len(code) <= 3 or code in _NO_LANGUAGE:
        return None
    return text.title() if text.isascii() and text.islower() else text


def country_name(text: str) -> str | None:
    """The English name of a country given by ISO 3166 code ("DE") or name; None for an unknown code."""
    name = _COUNTRY_BY_CODE.get(text.casefold())
    if name is not None:
        return name
    return text if len(text) > 2 else None
