/** What a database and JSON can hold: PostgreSQL refuses NUL, and half of a surrogate pair is no character. */
export const isPlainText = (text: string) => !text.includes('\0') && !/\p{Surrogate}/u.test(text)

/** As people count them; an emoji is one, however many units it takes. */
export const countCharacters = (text: string) => Array.from(text).length
