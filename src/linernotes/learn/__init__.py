"""Teaching the models: texts become lessons, lessons tune a writer, and a card says what came of it."""
