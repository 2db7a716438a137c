/** A signal that Ctrl-C (or SIGTERM) aborts. A second Ctrl-C ends the process at once. */
export function interruptSignal(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  process.once('SIGINT', abort).once('SIGTERM', abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      process.off('SIGINT', abort).off('SIGTERM', abort);
    },
  };
}
