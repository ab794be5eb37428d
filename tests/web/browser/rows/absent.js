// The situations that are known to matter and that no fault can produce, each with the reason.
export const absent = [];
