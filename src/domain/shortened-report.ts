/** The name under which a shortened report keeps the length in bytes that it had when it came, among its stored headers. */
export const ORIGINAL_LENGTH = 'x-stagepost-original-length';
