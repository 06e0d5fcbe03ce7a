/**
 * The most of one record that is looked at. What lies beyond does not get through: a mark says how much it was. Each
 * limit is several times what a line of a file shows.
 */

/** Characters of one text. So many are searched in a tenth of a millisecond, and the most hostile ones in thirty. */
export const maxTextCharacters: number = 64 * 1024;

/** How far behind that limit a secret is followed that begins before it. */
export const maxOverlapCharacters: number = 8 * 1024;

/** Characters of all texts of a record together. */
export const maxRecordCharacters: number = 256 * 1024;

/**
 * Characters of its short texts that are looked at beyond that. Who fills a record with long ones must not be able to hide
 * what else it says: outcomes, names, addresses.
 */
export const maxShortCharacters: number = 64 * 1024;

/** Characters of a short text. */
export const mostOfShortText = 256;

/** Values of all objects and arrays of a record together. */
export const maxValues = 8192;

/** Objects inside objects. */
export const maxDepth = 16;
