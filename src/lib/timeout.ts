/** Work took longer than its caller could wait. What becomes of it is unknown. */
export class TimeoutError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TimeoutError';
  }
}

/**
 * The result of the work, where it comes within so many ms. Work that takes longer is not stopped: its late result is
 * dropped, and a late failure is no unhandled rejection.
 * @throws TimeoutError with this message, or what the work throws in time.
 */
export async function withTimeout<T>(work: Promise<T>, ms: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(message)), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}
