export const placeholder = 1 as number;
