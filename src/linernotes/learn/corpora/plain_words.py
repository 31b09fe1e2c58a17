"""Words of captions that claim nothing, and words that claim what no sheet holds but can be taken out."""

from __future__ import annotations

from linernotes.describe.check.patterns import words_of

PLAIN = words_of(
    "hits a an the this that these those and but with in of on at by for from to as is are was be"
    " being been has have having it its there here while where which who whose over under behind alongside"
    " along together both into between through around beneath beside among against then each all up"
    " out song songs piece pieces music track tune tunes number recording composition performance melody"
    " melodies rhythm rhythms harmony harmonies beat beats line lines part parts accompaniment"
    " accompaniments arrangement instrumentation instrument instruments sound sounds sounding mood moods"
    " atmosphere feeling feelings feel genre musical rhythmic melodic section groove"
    " background features featuring contains containing consists consisting includes including comprises"
    " plays play playing played sings sing singing sung performs performed performing accompanies"
    " accompany accompanied accompanying supports supported supporting backs backed carries carry carried"
    " provides provide provided providing joins joined blends blended combines combined"
    " mixes keeps keep keeping hear heard can using consist combine blend someone musician"
    " musicians player players soloist they them their he she his her him acoustic"
)
"""Words that say no more of a piece of music than that it is one, or that hold a sentence together."""

MODIFIERS = words_of(
    "lead leading style simple punchy strong steady subtle sustained digital wooden shimmering hollow"
    " flat addictive youthful soft loud fast slow medium tempo mid high low higher lower deep pitched-up"
    " wide thin thick crisp clean clear raspy breathy spirited enthusiastic vivacious buoyant animated"
    " engaging captivating fresh pleasant rich full big small huge short long sharp bright light heavy"
    " hard fat boomy boxy tinny muffled metallic resonant reverberant echoing echoey syncopated repetitive"
    " repeated repeating arpeggiated staccato legato plucked strummed bowed picked tapped muted distorted"
    " overdriven amplified processed filtered modulated layered programmed sampled live main backing"
    " background secondary second first third single solo same basic standard constant continuous"
    " consistent insistent incessant prominent dominant distant faint minimal minimalist minimalistic"
    " complex intricate simple-sounding typical traditional modern contemporary classic old retro vintage"
    " new young adult teenage rhythmic rhythmical melodic melodious harmonious harmonic percussive"
    " electronic electric dynamic powerful emotional groovy energetic passionate mellow lively romantic"
    " exciting vibrant catchy smooth gentle warm funky soulful gravelly nasal mellifluous euphonious"
    " lilting charming persuasive emphatic forceful vigorous steady-paced fast- paced slow-paced upbeat"
    " uptempo up-tempo moderate quick rapid brisk four-on-the-floor danceable rocking swinging driving"
    " pulsating pulsing throbbing thumping pounding crashing rolling ascending descending rising falling"
    " haunting dreamy ethereal sweet sad happy joyful cheerful fun playful bouncy dissonant atonal eerie"
    " mysterious suspenseful intense aggressive dark ominous beautiful elegant ambient atmospheric spacey"
    " trippy psychedelic hypnotic relaxing calming soothing calm peaceful sentimental melancholic"
    " nostalgic heartfelt touching theatrical dramatic epic cinematic grand majestic festive joyous"
    " celebratory uplifting inspiring religious spiritual devotional meditative urban regional foreign"
    " unique unusual interesting well-known popular famous instrumental stringed acoustic really"
    " very slightly rather somewhat extremely fairly highly super much more most e-guitar keyboard-like"
    " staccato- like synth-like unison opening closing improvised extended open closed crazy wild weird"
    " cool hip chill slick quirky silly comedic funny amusing"
)
"""Qualities without which a sentence reads as well; those that the aspects bear out stay."""

NOUNS = words_of(
    "hits song piece music track tune number recording composition performance melody melodies rhythm"
    " rhythms harmony harmonies beat beats line lines part parts accompaniment arrangement instrumentation"
    " instrument instruments sound sounds mood atmosphere feeling groove player musician section"
)
"""The plain words that qualities are said of."""
