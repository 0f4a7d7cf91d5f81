// What a peer may cost before it is believed to be one.

/** A request holds prompts and images; a frame beyond this ends the connection. */
export const MAX_REQUEST_BYTES = 64 * 1024 * 1024;
