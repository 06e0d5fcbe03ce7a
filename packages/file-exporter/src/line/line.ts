/** One record, its newline included: as text, or as bytes that are valid until the next line is made. */
export type Line = string | Uint8Array;
